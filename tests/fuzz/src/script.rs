//! Scripts of chance: words of the dialect, pieces of real scripts, and what is left of them after some accidents.

use std::path::Path;

use noorm_chance::Chance;

use crate::accident::{self, below};
use crate::campaign::Trial;
use crate::words::COMMON;
use crate::{Dialect, laws};

/// Longest script.
const LEN_MAX: usize = 16 * 1024;
/// Longest part of a real script.
const PART_MAX: u64 = 2048;

/// A script, and where it is cut.
pub type Script = (Vec<u8>, Vec<usize>);

/// Returns the trial of a dialect's splitter with scripts of chance.
pub fn trial<'a>(dialect: &'a Dialect, source: &'a Source, seed: u64) -> Trial<'a, Script> {
    Trial {
        name: format!("{}, seed {seed}", dialect.name),
        make: Box::new(move |number| source.script(seed, number)),
        size: |(script, _)| script.len(),
        check: Box::new(|(script, cuts)| laws::check(dialect, script, cuts)),
    }
}

/// Where scripts come from.
pub struct Source {
    dialect: Dialect,
    /// Every dialect's words: what one of them knows may mean nothing to another.
    foreign: Vec<&'static str>,
    real: Vec<Vec<u8>>,
}

impl Source {
    /// Scripts for a dialect. Those that are published in a folder take part.
    pub fn new(dialect: &Dialect, corpus: Option<&Path>) -> Self {
        let foreign = crate::DIALECTS.iter().flat_map(|other| other.words.iter().copied()).collect();
        let real = corpus.map(real).unwrap_or_default();
        Self { dialect: *dialect, foreign, real }
    }

    /// Makes the script of a number: the same one each time.
    pub fn script(&self, seed: u64, number: u64) -> Script {
        let mut chance = Chance::new(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut script = Vec::new();
        if chance.below(64) == 0 {
            script.extend_from_slice("\u{feff}".as_bytes());
        }
        for _ in 0..=chance.below(3) {
            match chance.below(8) {
                0 if !self.real.is_empty() => self.part(&mut chance, &mut script),
                1 => self.repeated(&mut chance, &mut script),
                _ => self.words(&mut chance, &mut script),
            }
        }
        for _ in 0..chance.below(4) {
            let word = self.word(&mut chance);
            accident::happen(&mut chance, &mut script, word);
        }
        script.truncate(LEN_MAX);
        let cuts = cuts(&mut chance, script.len());
        (script, cuts)
    }

    fn word(&self, chance: &mut Chance) -> &'static str {
        match chance.below(16) {
            0 => chance.one_of(&self.foreign),
            1..6 => chance.one_of(COMMON),
            _ => chance.one_of(self.dialect.words),
        }
    }

    fn words(&self, chance: &mut Chance, script: &mut Vec<u8>) {
        for _ in 0..chance.below(24) {
            script.extend_from_slice(self.word(chance).as_bytes());
            if chance.below(3) == 0 {
                script.push(chance.one_of(b" \n;"));
            }
        }
    }

    /// One or two words, time and again: what takes long if something is looked at twice.
    fn repeated(&self, chance: &mut Chance, script: &mut Vec<u8>) {
        let words = [self.word(chance), self.word(chance)];
        let times = [3, 40, 600][usize::try_from(chance.below(3)).unwrap()];
        for _ in 0..chance.below(times) {
            words.iter().for_each(|word| script.extend_from_slice(word.as_bytes()));
        }
    }

    fn part(&self, chance: &mut Chance, script: &mut Vec<u8>) {
        let real = &self.real[usize::try_from(chance.below(self.real.len() as u64)).unwrap()];
        let start = below(chance, real.len());
        let len = below(chance, usize::try_from(PART_MAX).unwrap());
        script.extend_from_slice(&real[start..real.len().min(start + len)]);
    }
}

fn cuts(chance: &mut Chance, len: usize) -> Vec<usize> {
    if chance.below(8) == 0 {
        return (0..len).collect();
    }
    let mut cuts: Vec<_> = (0..chance.below(5)).map(|_| below(chance, len + 1)).collect();
    cuts.sort_unstable();
    cuts
}

fn real(corpus: &Path) -> Vec<Vec<u8>> {
    let folders = ["chinook", "sakila"].map(|folder| std::fs::read_dir(corpus.join(folder)).unwrap());
    let mut paths: Vec<_> = folders.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}
