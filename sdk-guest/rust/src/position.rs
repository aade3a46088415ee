//! Turns bytes of a data file into text, and byte offsets into the line and column that a person looks for.

/// A place in a text: line and column, both counted from 1, the column in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Byte offset from the start of the file.
    pub offset: u64,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// A file's text, and how many bytes of a byte-order mark stood before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text without its byte-order mark.
    pub text: &'a str,
    /// 3 where there was a byte-order mark, else 0.
    pub skipped: usize,
}

/// Reads a file as UTF-8 and leaves out a byte-order mark. The error is the place of the first byte that is not UTF-8.
pub fn text(bytes: &[u8]) -> Result<Text<'_>, Position> {
    let skipped = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    match std::str::from_utf8(&bytes[skipped..]) {
        Ok(text) => Ok(Text { text, skipped }),
        Err(error) => Err(position(bytes, skipped + error.valid_up_to())),
    }
}

/// Returns the line and column of a byte offset; an offset past the end is the end.
pub fn position(bytes: &[u8], offset: usize) -> Position {
    let offset = offset.min(bytes.len());
    let before = &bytes[..offset];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    // A continuation byte does not begin a character; a byte-order mark is not one that a person sees.
    let shown = before[line_start..].strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(&before[line_start..]);
    let column = shown.iter().filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
    Position {
        offset: offset as u64,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

/// Returns the byte offset of a line and column, both counted from 1; past a line's end it is that end.
pub fn offset(bytes: &[u8], line: u32, column: u32) -> usize {
    let mut at = 0;
    for _ in 1..line {
        match bytes[at..].iter().position(|byte| *byte == b'\n') {
            Some(end) => at += end + 1,
            None => return bytes.len(),
        }
    }
    if at == 0 && bytes.starts_with(b"\xef\xbb\xbf") {
        at = 3;
    }
    let mut left = column.saturating_sub(1);
    while at < bytes.len() && bytes[at] != b'\n' && (left > 0 || bytes[at] & 0xc0 == 0x80) {
        at += 1;
        if at < bytes.len() && bytes[at] & 0xc0 != 0x80 {
            left = left.saturating_sub(1);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_the_mark() {
        let bytes = "\u{feff}é=1\nzoë x".as_bytes();
        assert_eq!(position(bytes, 3), Position { offset: 3, line: 1, column: 1 });
        assert_eq!(position(bytes, 5), Position { offset: 5, line: 1, column: 2 });
        assert_eq!(position(bytes, 13), Position { offset: 13, line: 2, column: 5 });
    }

    #[test]
    fn lines_and_columns_become_offsets() {
        let bytes = "\u{feff}é=1\nzoë x".as_bytes();
        for place in [3, 5, 8, 10, 13] {
            let at = position(bytes, place);
            assert_eq!(offset(bytes, at.line, at.column), place, "{at:?}");
        }
        assert_eq!(offset(bytes, 9, 9), bytes.len());
    }

    #[test]
    fn invalid_bytes_are_placed() {
        assert_eq!(text(b"ab\n\xff"), Err(Position { offset: 3, line: 2, column: 1 }));
        assert_eq!(text(b"\xef\xbb\xbfx"), Ok(Text { text: "x", skipped: 3 }));
    }
}
