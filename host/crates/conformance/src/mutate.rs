//! Inputs that nobody thought of: samples with something changed.

use crate::chance::Chance;

/// What breaks readers more often than chance would try it.
const TOKENS: [&[u8]; 40] = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\n",
    b"\r",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b"`",
    b"\\",
    b",",
    b";",
    b":",
    b"=",
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b")",
    b"<",
    b">",
    b"--",
    b"/*",
    b"*/",
    b"#",
    b"$$",
    b"&",
    b"*",
    b"%",
    b"-1",
    b"0",
    b"1e999",
    b"99999999999999999999",
    b"\xc3",
    b"\xf0\x9f\x98\x80",
    b"NaN",
    b"null",
];

/// The longest input that is made.
const LENGTH_MAX: usize = 64 * 1024;

/// Returns one of the samples with one to four things changed.
pub(crate) fn mutate(chance: &mut Chance, samples: &[&[u8]]) -> Vec<u8> {
    let sample = *chance.one_of(samples);
    mutate_one(chance, sample, samples)
}

/// The same of a sample that was chosen; pieces of the others may come into it.
pub(crate) fn mutate_one(chance: &mut Chance, sample: &[u8], samples: &[&[u8]]) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..=chance.below(4) {
        change(chance, samples, &mut bytes);
    }
    bytes.truncate(LENGTH_MAX);
    bytes
}

fn change(chance: &mut Chance, samples: &[&[u8]], bytes: &mut Vec<u8>) {
    let at = chance.below(bytes.len() + 1);
    let end = (at + 1 + chance.below(12)).min(bytes.len());
    match chance.below(7) {
        0 if at < bytes.len() => bytes[at] = chance.byte(),
        1 => bytes.insert(at, chance.byte()),
        2 if at < end => drop(bytes.drain(at..end)),
        3 if at < end => {
            let piece = bytes[at..end].to_vec();
            let times = 1 + chance.below(8);
            bytes.splice(at..at, piece.repeat(times));
        }
        4 => bytes.truncate(at),
        5 => {
            let other = *chance.one_of(samples);
            let from = chance.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        _ => drop(bytes.splice(at..at, chance.one_of(&TOKENS).iter().copied())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_inputs_again() {
        let samples: [&[u8]; 2] = [b"a,b\n1,2\n", b""];
        let inputs =
            |seed| (0..200).scan(Chance::new(seed), |chance, _| Some(mutate(chance, &samples))).collect::<Vec<_>>();
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
        assert!(inputs(1).iter().any(Vec::is_empty));
    }
}
