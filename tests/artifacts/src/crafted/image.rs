//! A guest's memory as the canonical ABI lays it out: records of strings and lists of strings, and what they point to.

use std::fmt::Write as _;

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string, or what passes for one.
    Text(Vec<u8>),
    /// A list of strings.
    Texts(Vec<String>),
    /// A pointer and a length, which need not be true.
    Raw(u32, u32),
}

/// Bytes that lie at an address.
#[derive(Clone, Debug)]
pub struct Image {
    base: u32,
    bytes: Vec<u8>,
}

impl Image {
    /// Begins an image at an address.
    #[must_use]
    pub fn new(base: u32) -> Self {
        Self { base, bytes: Vec::new() }
    }

    /// Returns the address behind the last byte.
    ///
    /// # Panics
    /// If it has more than four gigabytes.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.base + u32::try_from(self.bytes.len()).expect("fits the memory")
    }

    /// Returns the bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds a record and what its fields point to, and returns its address.
    pub fn record(&mut self, fields: &[Value]) -> u32 {
        let pointers: Vec<_> = fields.iter().map(|field| self.value(field)).collect();
        self.align();
        let at = self.end();
        for (pointer, len) in pointers {
            self.words(&[pointer, len]);
        }
        at
    }

    /// Adds bytes, and returns their address.
    pub fn put(&mut self, bytes: &[u8]) -> u32 {
        self.align();
        let at = self.end();
        self.bytes.extend_from_slice(bytes);
        at
    }

    /// Adds numbers of 32 bits, and returns their address.
    pub fn words(&mut self, words: &[u32]) -> u32 {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.put(&bytes)
    }

    fn value(&mut self, value: &Value) -> (u32, u32) {
        let len = |len: usize| u32::try_from(len).expect("fits the memory");
        match value {
            Value::Text(text) => (self.put(text), len(text.len())),
            Value::Texts(texts) => {
                let pointers: Vec<u32> =
                    texts.iter().flat_map(|text| [self.put(text.as_bytes()), len(text.len())]).collect();
                (self.words(&pointers), len(texts.len()))
            }
            Value::Raw(pointer, len) => (*pointer, *len),
        }
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
    }
}

/// Returns bytes as the text format writes them.
pub(super) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 3), |mut text, byte| {
        write!(text, "\\{byte:02x}").expect("text");
        text
    })
}
