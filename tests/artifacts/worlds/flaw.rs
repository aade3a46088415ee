//! The flaw of a guest: a word that a test writes into the component, so that one build serves them all.

/// Where the word is written.
static PLACE: [u8; 32] = *b"noorm-flaw:none                 ";

/// Returns the word.
pub(crate) fn flaw() -> &'static str {
    // The compiler would otherwise know it.
    let place: &'static [u8; 32] = std::hint::black_box(&PLACE);
    str::from_utf8(&place[11..]).map_or("", str::trim_end)
}

/// Returns whether this is the flaw.
pub(crate) fn is(word: &str) -> bool {
    flaw() == word
}
