//! Files of chance: what noorm writes, after some accidents, and what it never wrote, made of the same words.

use noorm_chance::Chance;

use crate::accident::{self, below};
use crate::campaign::Trial;
use crate::parser::Parser;

/// Longest file.
const LEN_MAX: usize = 16 * 1024;

/// Returns the trial of a parser with files of chance.
pub fn trial(parser: &Parser, seed: u64) -> Trial<'_, Vec<u8>> {
    let samples = (parser.samples)();
    Trial {
        name: format!("{}, seed {seed}", parser.name),
        make: Box::new(move |number| file(parser, &samples, seed, number)),
        size: Vec::len,
        check: Box::new(|file| (parser.check)(file)),
    }
}

/// Makes the file of a number: the same one each time.
pub fn file(parser: &Parser, samples: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    let mut chance = Chance::new(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).of(parser.name);
    let mut file = match chance.below(4) {
        0 => soup(&mut chance, parser.words),
        1 => {
            // The beginning of one and the end of another.
            let (one, other) = (&samples[chance.index(samples.len())], &samples[chance.index(samples.len())]);
            let (end, start) = (below(&mut chance, one.len()), below(&mut chance, other.len()));
            [&one[..end], &other[start..]].concat()
        }
        _ => samples[chance.index(samples.len())].clone(),
    };
    for _ in 0..chance.below(4) {
        let word = chance.one_of(parser.words);
        accident::happen(&mut chance, &mut file, word);
    }
    file.truncate(LEN_MAX);
    file
}

/// Words in any order; now and then one of them very often, as in a file that is to fill the memory.
fn soup(chance: &mut Chance, words: &[&str]) -> Vec<u8> {
    let mut file = Vec::new();
    for _ in 0..chance.below(40) {
        let times = if chance.below(16) == 0 { chance.below(600) } else { 1 };
        let word = chance.one_of(words);
        (0..times).for_each(|_| file.extend_from_slice(word.as_bytes()));
    }
    file
}
