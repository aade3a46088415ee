//! Finds which of many forms a text goes on with, without trying each.
//!
//! A secret of many lines has thousands of forms, and secrets of one service begin alike.

use std::borrow::Borrow;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::LENGTH_MIN;
use crate::secret::Secret;

/// The first bytes of a text.
type Start = [u8; LENGTH_MIN];

/// Forms of one length.
type Alike = BTreeSet<Form>;

/// The forms that are looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// By how they begin, then by length, the longest first: a secret that contains another is replaced whole.
    forms: HashMap<Start, BTreeMap<Reverse<usize>, Alike>>,
}

impl Index {
    /// Takes a form; one that is there already, or that is too short, changes nothing.
    pub(super) fn add(&mut self, form: Secret) {
        let Some(start) = start(form.expose()) else { return };
        let length = Reverse(form.expose().len());
        self.forms.entry(start).or_default().entry(length).or_default().insert(Form(form));
    }

    /// Returns the length of the longest form that stands at this byte of a text.
    pub(super) fn length_at(&self, text: &str, at: usize) -> Option<usize> {
        let start: &Start = text.as_bytes()[at..].first_chunk()?;
        let has = |length: usize, alike: &Alike| text.get(at..at + length).is_some_and(|part| alike.contains(part));
        self.forms.get(start)?.iter().find(|(length, alike)| has(length.0, alike)).map(|(length, _)| length.0)
    }
}

fn start(text: &str) -> Option<Start> {
    text.as_bytes().first_chunk().copied()
}

/// A secret text that is found by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form(pub(super) Secret);

impl Ord for Form {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.expose().cmp(other.0.expose())
    }
}

impl PartialOrd for Form {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Borrow<str> for Form {
    fn borrow(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_form_counts_and_only_at_its_place() {
        let mut index = Index::default();
        for form in ["hunter", "hunter2", "hunted", "hunter", "sk-\u{eb}\u{eb}", "abc"] {
            index.add(Secret::new(form.to_owned()));
        }
        let check = |text: &str, at: usize, expected: Option<usize>| {
            assert_eq!(index.length_at(text, at), expected, "{text} at {at}");
        };
        check("hunter2", 0, Some(7));
        check("hunter", 0, Some(6));
        check("hunt", 0, None);
        check("a hunted", 2, Some(6));
        check("a hunted", 1, None);
        check("sk-\u{eb}\u{eb}", 0, Some(7));
        // Neither the end of a form nor the place need be one of a character.
        check("sk-\u{eb}1\u{eb}", 0, None);
        check("\u{eb}hunter", 1, None);
        check("abcd", 0, None);
    }
}
