//! Finds the next byte that matters, eight bytes at a time. Most of a script is inside of something.

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// The first place of `byte`.
pub(super) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    let repeated = ONES * u64::from(byte);
    scan(bytes, |word| zeros(word ^ repeated), |it| it == byte)
}

/// The first place of either byte.
pub(super) fn find_either(bytes: &[u8], one: u8, other: u8) -> Option<usize> {
    let (ones, others) = (ONES * u64::from(one), ONES * u64::from(other));
    scan(bytes, |word| zeros(word ^ ones) | zeros(word ^ others), |it| it == one || it == other)
}

/// How many line feeds there are.
pub(super) fn lines(bytes: &[u8]) -> u32 {
    let repeated = ONES * u64::from(b'\n');
    let (words, rest) = bytes.as_chunks::<8>();
    let mut count: u32 = 0;
    for word in words {
        // Exact for each byte, as nothing is carried from one to the next.
        let different = u64::from_le_bytes(*word) ^ repeated;
        let nonzero = (((different & !HIGHS) + !HIGHS) | different) & HIGHS;
        count = count.saturating_add((nonzero ^ HIGHS).count_ones());
    }
    rest.iter().fold(count, |count, byte| count.saturating_add(u32::from(*byte == b'\n')))
}

/// How many characters begin.
pub(super) fn characters(bytes: &[u8]) -> u32 {
    // A continuation byte does not begin a character.
    bytes.iter().fold(0, |count: u32, byte| count.saturating_add(u32::from(*byte & 0xc0 != 0x80)))
}

/// A high bit for the first byte that is zero; bits above that may be wrong.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

fn scan(bytes: &[u8], hits: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let hits = hits(u64::from_le_bytes(*word));
        if hits != 0 {
            return Some(index * 8 + hits.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| is(*byte)).map(|at| words.len() * 8 + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn skipping_finds_what_looking_finds(bytes in prop::collection::vec(prop::sample::select(&b"\n'\x00\x01\x0b\x80\x8a\xff"[..]), 0..64)) {
            let at = |byte| bytes.iter().position(|it| *it == byte);
            prop_assert_eq!(super::find(&bytes, b'\''), at(b'\''));
            prop_assert_eq!(super::find(&bytes, 0xff), at(0xff));
            let either = [at(b'\n'), at(0x0b)].into_iter().flatten().min();
            prop_assert_eq!(super::find_either(&bytes, b'\n', 0x0b), either);
            let lines = bytes.iter().filter(|it| **it == b'\n').count();
            prop_assert_eq!(super::lines(&bytes) as usize, lines);
        }
    }
}
