//! What happens to inputs: bytes change, come twice, get lost, or are put in by somebody else.

use noorm_chance::Chance;

/// Lets one accident happen. `word` is what somebody else might put in.
pub(crate) fn happen(chance: &mut Chance, input: &mut Vec<u8>, word: &str) {
    if input.is_empty() {
        return;
    }
    let at = below(chance, input.len());
    let end = (at + below(chance, 32)).min(input.len());
    match chance.below(6) {
        0 => input[at] = u8::try_from(chance.below(256)).unwrap(),
        1 => drop(input.drain(at..end)),
        2 => drop(input.splice(at..at, word.bytes())),
        3 => {
            let copy = input[at..end].to_vec();
            let to = below(chance, input.len());
            drop(input.splice(to..to, copy));
        }
        4 => input.truncate(at),
        _ => input[at] ^= 0x20,
    }
}

/// Returns a number below `end`, or 0.
pub(crate) fn below(chance: &mut Chance, end: usize) -> usize {
    usize::try_from(chance.below(end.max(1) as u64)).unwrap()
}
