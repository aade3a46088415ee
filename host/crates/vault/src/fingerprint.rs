//! Fingerprints of public keys as words, for people who compare keys by voice.
//!
//! Eight words of the English list of BIP-39 are the first 88 bits of a SHA-256 over the key, with
//! a label that keeps it apart from every other hash. Whoever wants to pass a key off as another
//! has to find one with the same words: 2⁸⁸ keys, which nobody can try.
//!
//! It has nothing to do with wallets: the words are no secret and there is no checksum among them.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::keys::PublicKey;

/// Number of words: 11 bits each.
pub const WORDS: usize = 8;

const WORD_BITS: usize = 11;

/// What the hash starts with, so that no other hash over a key is a fingerprint.
const LABEL: &[u8] = b"noorm key fingerprint 1\0";

/// The 2048 words of BIP-39 (English), one a line; each is known by its first four letters.
const ENGLISH: &str = include_str!("fingerprint/english.txt");

/// The words of a public key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint([&'static str; WORDS]);

/// Returns the words of a public key.
#[must_use]
pub fn fingerprint(key: &PublicKey) -> Fingerprint {
    let digest = Sha256::new().chain_update(LABEL).chain_update(key.as_bytes()).finalize();
    Fingerprint(std::array::from_fn(|word| {
        let index = (word * WORD_BITS..(word + 1) * WORD_BITS)
            .fold(0, |index, bit| index << 1 | usize::from(digest[bit / 8] >> (7 - bit % 8) & 1));
        ENGLISH.lines().nth(index).expect("eleven bits number one of the 2048 words")
    }))
}

impl Fingerprint {
    /// Returns the words, in their order.
    #[must_use]
    pub fn words(&self) -> &[&'static str; WORDS] {
        &self.0
    }

    /// Whether a text has these words: all of them and in their order.
    ///
    /// Letter case and what separates the words do not matter, because people copy them from
    /// mails and chats.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let separators = |character: char| !character.is_alphanumeric();
        let given = text.split(separators).filter(|word| !word.is_empty()).map(str::to_lowercase);
        given.eq(self.0.iter().copied())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn key(hex: &str) -> PublicKey {
        PublicKey::from_hex(hex).unwrap()
    }

    #[test]
    fn the_list_is_the_published_one() {
        // The digest of `english.txt` of BIP-39.
        let published = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda";
        assert_eq!(hex::encode(Sha256::digest(ENGLISH)), published);
        assert_eq!(ENGLISH.lines().count(), 1 << WORD_BITS);
    }

    #[test]
    fn the_words_of_a_key_never_change() {
        let check = |hex: &str, expected: &str| assert_eq!(fingerprint(&key(hex)).to_string(), expected);
        check(
            "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c",
            "grocery festival syrup device section witness harsh slide",
        );
        check(
            "20eb50267e2fe5fb11126e4da03ce5c2c1f8bad3f9e44e1590a7d7d261b33e4d",
            "vague produce radio all runway step head dentist",
        );
    }

    #[test]
    fn a_copied_fingerprint_matches_and_another_does_not() {
        let found = fingerprint(&key("afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c"));
        let text = found.to_string();
        assert!(found.matches(&text));
        assert!(found.matches(&format!("  {}\n", text.to_uppercase().replace(' ', "-"))));
        assert!(!found.matches(""));
        assert!(!found.matches(text.rsplit_once(' ').unwrap().0), "a prefix is not enough");
        assert!(!found.matches(&format!("{text} zoo")));
        let mut turned = *found.words();
        turned.reverse();
        assert!(!found.matches(&turned.join(" ")));
    }
}
