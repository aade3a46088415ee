//! A token that is remembered, in capitals, without an allocation.

/// Longest word that is told from others; every keyword is shorter.
pub(super) const WORD_MAX: usize = 32;

/// A token: a word's first bytes, a symbol, or one quote for anything quoted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    bytes: [u8; WORD_MAX],
    len: usize,
}

impl Word {
    pub(super) const NONE: Self = Self { bytes: [0; WORD_MAX], len: 0 };

    /// A word or number of the text.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut word = Self::NONE;
        word.len = text.len().min(WORD_MAX);
        for (to, from) in word.bytes.iter_mut().zip(text) {
            // A letter beyond ASCII is in no keyword: any stand-in will do.
            *to = if from.is_ascii() { from.to_ascii_uppercase() } else { b'?' };
        }
        word
    }

    /// One byte that stands for itself, or a quote.
    pub(super) fn symbol(byte: u8) -> Self {
        Self::of(&[byte])
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

/// The first tokens of a statement.
#[derive(Debug, Default)]
pub(super) struct Head {
    text: String,
    ends: Vec<usize>,
}

impl Head {
    /// How many tokens are kept.
    pub(super) const MAX: usize = 16;

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.ends.len() == Self::MAX
    }

    /// The first token, or nothing.
    pub(super) fn first(&self) -> &str {
        self.ends.first().map_or("", |end| &self.text[..*end])
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Keeps a token, if there is room.
    pub(super) fn push(&mut self, word: &Word) {
        if !self.is_full() {
            self.text.push_str(word.as_str());
            self.ends.push(self.text.len());
        }
    }

    /// Asks something about the tokens.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&[&str]) -> T) -> T {
        let mut words = [""; Self::MAX];
        let mut start = 0;
        for (word, end) in words.iter_mut().zip(&self.ends) {
            *word = &self.text[start..*end];
            start = *end;
        }
        question(&words[..self.ends.len()])
    }
}
