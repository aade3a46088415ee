//! Chunks that are cut anywhere → whole lines that know where they stand.
//!
//! A line ends with LF or CRLF, and the end of the last line does not begin another. A byte-order mark is no part of the first
//! one. What a line means is its reader's to say.

use crate::position::Position;
use crate::problem::Problem;

/// The UTF-8 byte-order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// One line without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// What stands in it.
    pub text: &'a str,
    /// Counted from 1.
    pub number: u32,
    /// Where its first byte stands in the file.
    pub offset: u64,
}

impl Line<'_> {
    /// Returns the place of a byte index of `text`; an index past its end is the end.
    pub fn at(&self, index: usize) -> Position {
        let before = &self.text[..self.text.floor_char_boundary(index)];
        place(self.number, self.offset, before)
    }
}

/// Takes chunks and gives lines; holds no more than the last chunk and the line that is not complete.
///
/// ```
/// use noorm_guest::lines::LineSplitter;
///
/// let mut splitter = LineSplitter::new();
/// assert_eq!(splitter.push(b"one\r\ntw").flatten().map(|line| line.text).collect::<Vec<_>>(), ["one"]);
/// let last = splitter.push(b"o\n").next().expect("a line").expect("UTF-8");
/// assert_eq!((last.text, last.number, last.offset), ("two", 2, 5));
/// assert_eq!(splitter.finish().count(), 0);
/// ```
#[derive(Debug, Clone)]
pub struct LineSplitter {
    held: Vec<u8>,
    /// So many of the bytes that are held were handed out.
    taken: usize,
    /// Where the first of them stands, and in which line.
    offset: u64,
    number: u32,
}

impl LineSplitter {
    /// Starts at a file's first byte.
    pub fn new() -> Self {
        Self { held: Vec::new(), taken: 0, offset: 0, number: 1 }
    }

    /// Returns the lines that are complete with this chunk; one that is not UTF-8 is an error in its turn, with lines before
    /// and behind it. Those that are not taken before the next chunk are lost.
    pub fn push(&mut self, chunk: &[u8]) -> Lines<'_> {
        self.forget();
        let end = chunk.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| self.held.len() + at + 1);
        self.held.extend_from_slice(chunk);
        self.take(end)
    }

    /// No more chunks will come: returns the last line, where it has no end.
    pub fn finish(&mut self) -> Lines<'_> {
        self.forget();
        self.take(self.held.len())
    }

    fn take(&mut self, end: usize) -> Lines<'_> {
        self.taken = end;
        Lines::new(&self.held[..end], self.number, self.offset)
    }

    /// Drops what was handed out.
    fn forget(&mut self) {
        let taken = self.held.drain(..self.taken);
        let ends = taken.as_slice().iter().filter(|byte| **byte == b'\n').count();
        drop(taken);
        self.number = self.number.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.offset += self.taken as u64;
        self.taken = 0;
    }
}

impl Default for LineSplitter {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the lines of a whole file.
pub fn lines(bytes: &[u8]) -> Lines<'_> {
    Lines::new(bytes, 1, 0)
}

/// Lines, one after the other. One that is not UTF-8 is an error with the place of its first byte that is not.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: &'a [u8],
    number: u32,
    offset: u64,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8], number: u32, offset: u64) -> Self {
        match bytes.strip_prefix(MARK).filter(|_| offset == 0) {
            Some(rest) => Self { rest, number, offset: MARK.len() as u64 },
            None => Self { rest: bytes, number, offset },
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Line<'a>, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = self.rest.split_at(end.map_or(self.rest.len(), |at| at + 1));
        let (number, offset) = (self.number, self.offset);
        self.rest = rest;
        self.number = number.saturating_add(1);
        self.offset += line.len() as u64;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Some(match str::from_utf8(line) {
            Ok(text) => Ok(Line { text, number, offset }),
            Err(error) => {
                let before = str::from_utf8(&line[..error.valid_up_to()]).unwrap_or_default();
                Err(Problem::not_utf8(place(number, offset, before)))
            }
        })
    }
}

/// Returns the place behind `before`, with which the line begins.
fn place(line: u32, offset: u64, before: &str) -> Position {
    let column = u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
    Position { offset: offset + before.len() as u64, line, column }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::position;

    type Told = Result<(String, u32, u64), Problem>;

    fn told(line: Result<Line<'_>, Problem>) -> Told {
        line.map(|line| (line.text.to_owned(), line.number, line.offset))
    }

    /// Splits what comes in these chunks.
    fn split<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Told> {
        let mut splitter = LineSplitter::new();
        let mut found = Vec::new();
        for chunk in chunks {
            found.extend(splitter.push(chunk).map(told));
        }
        found.extend(splitter.finish().map(told));
        found
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &[(&str, u32, u64)]) {
        let expected: Vec<Told> =
            expected.iter().map(|(text, number, offset)| Ok(((*text).to_owned(), *number, *offset))).collect();
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(lines(bytes).map(told).collect::<Vec<_>>(), expected, "{shown:?}");
        assert_eq!(split([bytes]), expected, "{shown:?}");
        assert_eq!(split(bytes.chunks(1)), expected, "{shown:?} byte by byte");
    }

    #[test]
    fn lines_end_with_lf_or_crlf() {
        check(b"", &[]);
        check(b"a", &[("a", 1, 0)]);
        check(b"a\n", &[("a", 1, 0)]);
        check(b"a\r\nb\n\nc\r", &[("a", 1, 0), ("b", 2, 3), ("", 3, 5), ("c", 4, 6)]);
        check(b"a\rb\n\r\n", &[("a\rb", 1, 0), ("", 2, 4)]);
        check("é\nüx".as_bytes(), &[("é", 1, 0), ("üx", 2, 3)]);
    }

    #[test]
    fn a_mark_is_no_part_of_the_first_line() {
        check(b"\xef\xbb\xbf", &[]);
        check(b"\xef\xbb\xbfa\nb", &[("a", 1, 3), ("b", 2, 5)]);
        check(b"\xef\xbb\xbf\na", &[("", 1, 3), ("a", 2, 4)]);
        check("a\n\u{feff}b\n".as_bytes(), &[("a", 1, 0), ("\u{feff}b", 2, 2)]);
    }

    #[test]
    fn what_is_not_utf8_has_its_place_and_the_lines_before_it_come_first() {
        let bytes = b"\xef\xbb\xbfa\n\xc3\xa9\xff\nb";
        for found in [split([&bytes[..]]), split(bytes.chunks(1)), lines(bytes).map(told).collect()] {
            assert_eq!(found[0], Ok(("a".to_owned(), 1, 3)));
            let problem = found[1].clone().expect_err("it is none");
            assert_eq!((problem.code, problem.at), ("invalid-utf8", Some(Position { offset: 7, line: 2, column: 2 })));
            assert_eq!(found[2], Ok(("b".to_owned(), 3, 9)));
        }
        // A character that the end of the file cuts is none either.
        let cut = split([&b"\xc3"[..]]).remove(0).expect_err("half of one");
        assert_eq!(cut.at, Some(Position { offset: 0, line: 1, column: 1 }));
    }

    #[test]
    fn places_in_a_line_are_those_of_the_file() {
        let bytes = "\u{feff}x\nzoë = 1\n".as_bytes();
        let line = lines(bytes).nth(1).expect("a second line").expect("UTF-8");
        for (index, c) in line.text.char_indices() {
            let offset = usize::try_from(line.offset).expect("small") + index;
            assert_eq!(line.at(index), position::position(bytes, offset), "{c}");
        }
        assert_eq!(line.at(3), line.at(2), "within a character is at it");
        assert_eq!(line.at(99), line.at(line.text.len()));
    }

    #[test]
    fn what_is_not_taken_is_lost_and_counted() {
        let mut splitter = LineSplitter::new();
        let _ = splitter.push(b"a\nb\nc");
        assert_eq!(splitter.push(b"d\n").map(told).collect::<Vec<_>>(), [Ok(("cd".to_owned(), 3, 4))]);
        assert_eq!(splitter.finish().count(), 0);
        assert_eq!(splitter.held.len(), 0, "nothing is held of what was handed out");
    }

    proptest! {
        #[test]
        fn where_chunks_are_cut_does_not_show(
            bytes in prop::collection::vec(prop::sample::select(&b"a\r\n\xc3\xa9\xff\xef\xbb\xbf"[..]), 0..40),
            size in 1_usize..9,
        ) {
            let whole: Vec<Told> = lines(&bytes).map(told).collect();
            prop_assert_eq!(split(bytes.chunks(size)), whole);
        }
    }
}
