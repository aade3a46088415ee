//! Checksums of files (ruling 11): SHA-256 after removing a byte-order mark and turning CRLF into LF. A text in UTF-16
//! counts as what it says in UTF-8, so that saving it so is no change.
//!
//! noorm's TypeScript original takes the text as it stands. Its checksums are in the histories that were taken over, so
//! that they are told here too; none is written.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::text::{self, Encoding};

/// A text is not a checksum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a SHA-256 in hexadecimal")]
pub struct ChecksumError(String);

/// A SHA-256, 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Checksum(String);

impl Checksum {
    /// Returns the checksum of a file's bytes. A file with neither mark nor CRLF has the SHA-256 of its bytes.
    pub fn of_file(bytes: &[u8]) -> Self {
        let decoded;
        let mut rest = match Encoding::of(bytes) {
            (Encoding::Utf8, mark) => &bytes[mark..],
            // What is not valid cannot run, but has a checksum too.
            (Encoding::Utf16Le | Encoding::Utf16Be, _) => {
                decoded = text::decode(bytes).map_or(Cow::Borrowed(bytes), |text| Cow::Owned(text.into_owned().into()));
                decoded.as_ref()
            }
        };
        let mut hasher = Sha256::new();
        while let Some(at) = rest.windows(2).position(|pair| pair == b"\r\n") {
            hasher.update(&rest[..at]);
            rest = &rest[at + 1..];
        }
        hasher.update(rest);
        Self::finish(hasher)
    }

    /// Returns the checksum that the original gives a file, where that is another one: SHA-256 of the text with its mark and
    /// line ends, and with U+FFFD for each sequence of bytes that is no UTF-8.
    pub fn of_original(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let differs = text.starts_with('\u{feff}') || text.contains("\r\n") || text.as_bytes() != bytes;
        differs.then(|| Self::of_text(&text))
    }

    /// Returns the checksum of an operation: SHA-256 over the sorted checksums of its files.
    pub fn combined<'a>(checksums: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sorted: Vec<&Self> = checksums.into_iter().collect();
        sorted.sort();
        let mut hasher = Sha256::new();
        for checksum in sorted {
            hasher.update(checksum.0.as_bytes());
        }
        Self::finish(hasher)
    }

    /// Returns the checksum of a text that is not a file.
    pub fn of_text(text: &str) -> Self {
        Self::finish(Sha256::new_with_prefix(text.as_bytes()))
    }

    fn finish(hasher: Sha256) -> Self {
        let mut text = String::with_capacity(64);
        for byte in hasher.finalize() {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).expect("a nibble is below 16"));
            }
        }
        Self(text)
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, ChecksumError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ChecksumError(text.to_owned()))
        }
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(Checksum::of_file(bytes).as_str(), expected, "{bytes:?}");
    }

    // The values of the original for files without mark and CRLF; the others equal them by ruling 11.
    #[test]
    fn a_mark_and_line_ends_do_not_count() {
        let select = "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd";
        check(b"SELECT 1;\n", select);
        check(b"SELECT 1;\r\n", select);
        check(b"\xef\xbb\xbfSELECT 1;\n", select);
        check(b"SELECT 1;", "17db4fd369edb9244b9f91d9aeed145c3d04ad8ba6e95d06247f07a63527d11a");
        check(b"\xff\xfeS\0E\0L\0E\0C\0T\0 \x001\0;\0\r\0\n\0", select);
        check(b"\xfe\xff\0S\0E\0L\0E\0C\0T\0 \x001\0;\0\n", select);
        assert_ne!(Checksum::of_file(b"\xff\xfeS"), Checksum::of_file(b"S"));
        check(b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_ne!(Checksum::of_file(b"a\rb"), Checksum::of_file(b"a\nb"));
    }

    // All values are the original's own.
    #[test]
    fn the_original_takes_a_text_as_it_stands() {
        let check = |bytes: &[u8], expected: &str| {
            let original = Checksum::of_original(bytes).unwrap_or_else(|| Checksum::of_file(bytes));
            assert_eq!(original.as_str(), expected, "{bytes:?}");
        };
        check(b"SELECT 1;\n", "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd");
        check(b"SELECT 1;\r\n", "d3cd5042f97738960d802ad6b3a548dfa18152215118ba18f04493bc6944b0e4");
        check(b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        check(b"\xef\xbb\xbfSELECT 1;\n", "34b0bcbe990d70cd4adde7a8005ade4334f170e0625d767d78872a66515dec8a");
        check(
            "SELECT 'zo\u{eb} \u{1f680}';\n".as_bytes(),
            "9a5c578020aca700b44d636b639685036fdb549bd396b19272665c3d766431c4",
        );
        check(b"SEL\xe9\n", "3b17830f276836d39f962ae9bcf6d36dc5133f8312c07111825537f5eaabe88f");
        check(
            b"\xff\xfeS\0E\0L\0E\0C\0T\0 \x001\0;\0\n\0",
            "1c8724e850f961da1ad32d207e77f431a5c8b54d47727ab7b477d15ea81aef8e",
        );
        check(b"a\0b\n", "3a100994c4e38751871e6e8eef9adad2b20177fdeaf650daacdcd74f4c9421e3");
        check(b"\xed\xa0\xbd\n", "d6b53a0c1c0dbddf24c6c1a90595f31c895d828b382b33ff6a1aae6c1e460716");
        assert_eq!(Checksum::of_original(b"SELECT 1;\n"), None);
    }

    #[test]
    fn the_combined_checksum_does_not_depend_on_order() {
        let (one, two) = (Checksum::of_file(b"SELECT 1;\n"), Checksum::of_text("x"));
        assert_eq!(Checksum::combined([&one, &two]), Checksum::combined([&two, &one]));
        let alone = "f98e8ea1084f677a89dab773a1df690fd572db80ab85c9d2ce127003395153a6";
        assert_eq!(Checksum::combined([&one]).as_str(), alone);
    }
}
