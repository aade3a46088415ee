//! Texts as people save them: UTF-8, and UTF-16 with a byte-order mark as SQL Server's tools write it. A file that names
//! no encoding is UTF-8; nothing is guessed.

use std::borrow::Cow;

/// The byte-order mark of UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// With a mark or without.
    Utf8,
    /// The low byte first.
    Utf16Le,
    /// The high byte first.
    Utf16Be,
}

impl Encoding {
    /// Tells the encoding by the mark that a text begins with, and the mark's length.
    pub fn of(bytes: &[u8]) -> (Self, usize) {
        match bytes {
            [0xff, 0xfe, ..] => (Self::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Self::Utf16Be, 2),
            _ if bytes.starts_with(UTF8_MARK) => (Self::Utf8, UTF8_MARK.len()),
            _ => (Self::Utf8, 0),
        }
    }

    /// Returns the usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
        }
    }
}

/// A text is not in the encoding that it claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not valid {} from line {} on", .encoding.name(), .line)]
pub struct TextError {
    /// What it claims to be in.
    pub encoding: Encoding,
    /// The text up to where it is wrong; of a text that came in parts, its last part.
    pub good: String,
    /// Line of the first wrong character, counted from 1.
    pub line: u32,
}

/// Returns a file's text, without its byte-order mark.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, TextError> {
    let (encoding, mark) = Encoding::of(bytes);
    if encoding == Encoding::Utf8 {
        let bytes = &bytes[mark..];
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            TextError { encoding, line: lines(&good).saturating_add(1), good }
        });
    }
    let mut decoder = Decoder::default();
    let mut text = String::with_capacity(bytes.len() / 2);
    decoder.push(bytes, &mut text)?;
    decoder.finish(&mut text)?;
    Ok(Cow::Owned(text))
}

/// Decodes a text that comes in parts, cut anywhere.
#[derive(Debug, Default)]
pub struct Decoder {
    encoding: Option<Encoding>,
    /// The beginning of what the next part goes on with: a mark or a character.
    rest: Vec<u8>,
    /// Lines that have ended.
    lines: u32,
}

impl Decoder {
    /// Adds what a part says to `text`.
    pub fn push(&mut self, part: &[u8], text: &mut String) -> Result<(), TextError> {
        self.step(part, text, false)
    }

    /// Adds what is left to `text`: there are no more parts.
    pub fn finish(&mut self, text: &mut String) -> Result<(), TextError> {
        self.step(&[], text, true)
    }

    fn step(&mut self, part: &[u8], text: &mut String, last: bool) -> Result<(), TextError> {
        let joined;
        let mut bytes = part;
        if !self.rest.is_empty() {
            self.rest.extend_from_slice(part);
            joined = std::mem::take(&mut self.rest);
            bytes = &joined;
        }
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None if bytes.len() < UTF8_MARK.len() && !last => {
                self.rest = bytes.to_vec();
                return Ok(());
            }
            None => {
                let (encoding, mark) = Encoding::of(bytes);
                bytes = &bytes[mark..];
                *self.encoding.insert(encoding)
            }
        };
        let start = text.len();
        let used = match encoding {
            Encoding::Utf8 => utf8(bytes, text),
            Encoding::Utf16Le => utf16(bytes, text, u16::from_le_bytes),
            Encoding::Utf16Be => utf16(bytes, text, u16::from_be_bytes),
        };
        self.lines = self.lines.saturating_add(lines(&text[start..]));
        match used {
            // A character that goes on in the next part.
            Ok(used) if used == bytes.len() || !last => {
                self.rest = bytes[used..].to_vec();
                Ok(())
            }
            _ => Err(TextError { encoding, good: text.clone(), line: self.lines.saturating_add(1) }),
        }
    }
}

/// Decodes what is complete, and returns how many bytes that was; an error where the bytes cannot be the beginning of
/// anything.
fn utf8(bytes: &[u8], text: &mut String) -> Result<usize, ()> {
    let (good, used) = match std::str::from_utf8(bytes) {
        Ok(good) => (good, Ok(bytes.len())),
        Err(error) => {
            let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            (good, if error.error_len().is_none() { Ok(error.valid_up_to()) } else { Err(()) })
        }
    };
    text.push_str(good);
    used
}

fn utf16(bytes: &[u8], text: &mut String, unit: fn([u8; 2]) -> u16) -> Result<usize, ()> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let mut used = 0;
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => {
                text.push(character);
                used += character.len_utf16() * 2;
            }
            // The first half of a character at the very end may go on; anything else is wrong.
            Err(half) if used + 2 == pairs.len() * 2 && half.unpaired_surrogate() < 0xdc00 => return Ok(used),
            Err(_) => return Err(()),
        }
    }
    Ok(used)
}

fn lines(text: &str) -> u32 {
    let count = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        ['\u{feff}'].into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(bytes).collect()
    }

    /// Decodes in one go and cut at each place, which has to be the same.
    fn check(bytes: &[u8], expected: Result<&str, (Encoding, u32)>) {
        let said = |text: Result<String, TextError>| text.map_err(|error| (error.encoding, error.line));
        let expected = expected.map(str::to_owned);
        assert_eq!(said(decode(bytes).map(Cow::into_owned)), expected, "{bytes:x?}");
        for cut in 0..=bytes.len() {
            let (mut decoder, mut text) = (Decoder::default(), String::new());
            let parts = [&bytes[..cut], &bytes[cut..]];
            let pushed = parts.into_iter().try_for_each(|part| decoder.push(part, &mut text));
            let finished = pushed.and_then(|()| decoder.finish(&mut text));
            assert_eq!(said(finished.map(|()| text)), expected, "{bytes:x?} at {cut}");
        }
    }

    #[test]
    fn marks_tell_the_encoding() {
        let text = "SELECT 'é𝄞';\r\n";
        check(text.as_bytes(), Ok(text));
        check(format!("\u{feff}{text}").as_bytes(), Ok(text));
        check(&utf16(text, true), Ok(text));
        check(&utf16(text, false), Ok(text));
        check(b"", Ok(""));
        check(b"\xff\xfe", Ok(""));
        // Only the first mark is one.
        check(&utf16("\u{feff}a", true), Ok("\u{feff}a"));
        // Without a mark it is UTF-8, with NULs in it.
        check(&utf16("a", true)[2..], Ok("a\0"));
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        check(b"a\nb\xff", Err((Encoding::Utf8, 2)));
        check(b"a\n\n\xe2\x82", Err((Encoding::Utf8, 3)));
        check(b"\xff\xfea\0\n\0b", Err((Encoding::Utf16Le, 2)));
        check(b"\xff\xfe\n\0\x00\xd8", Err((Encoding::Utf16Le, 2)));
        check(b"\xff\xfe\x00\xdca\0", Err((Encoding::Utf16Le, 1)));
        check(b"\xfe\xff\0a\0\n\xd8\x00\0b", Err((Encoding::Utf16Be, 2)));
    }
}
