//! Scripts of chance: words of the dialect, pieces of real scripts, and what is left of them after some accidents.

use std::path::Path;

use noorm_chance::Chance;

use crate::Dialect;
use crate::words::COMMON;

/// Longest script.
const LEN_MAX: usize = 16 * 1024;
/// Longest part of a real script.
const PART_MAX: u64 = 2048;

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
    pub fn script(&self, seed: u64, number: u64) -> (Vec<u8>, Vec<usize>) {
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
            self.accident(&mut chance, &mut script);
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

    fn accident(&self, chance: &mut Chance, script: &mut Vec<u8>) {
        if script.is_empty() {
            return;
        }
        let at = below(chance, script.len());
        let end = (at + below(chance, 32)).min(script.len());
        match chance.below(6) {
            0 => script[at] = u8::try_from(chance.below(256)).unwrap(),
            1 => drop(script.drain(at..end)),
            2 => drop(script.splice(at..at, self.word(chance).bytes())),
            3 => {
                let copy = script[at..end].to_vec();
                let to = below(chance, script.len());
                drop(script.splice(to..to, copy));
            }
            4 => script.truncate(at),
            _ => script[at] ^= 0x20,
        }
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

fn below(chance: &mut Chance, end: usize) -> usize {
    usize::try_from(chance.below(end.max(1) as u64)).unwrap()
}

fn real(corpus: &Path) -> Vec<Vec<u8>> {
    let folders = ["chinook", "sakila"].map(|folder| std::fs::read_dir(corpus.join(folder)).unwrap());
    let mut paths: Vec<_> = folders.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}
