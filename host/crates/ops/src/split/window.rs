//! What is kept of a script that passes: its last bytes, and the beginning of the piece that they belong to. Enough to show
//! a statement's first line and where something is wrong, however long the script is.

use super::Part;

/// Last bytes that are kept: a piece ends in them when it is reported.
const TAIL_BYTES: usize = 512 * 1024;
/// First bytes of a piece that are kept when they are among the last no more.
const HEAD_BYTES: usize = 64 * 1024;
/// Bytes of a line that are shown before and after a place.
const AROUND_BYTES: usize = 400;

/// The kept bytes.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// The last bytes; the text ends with them.
    tail: Vec<u8>,
    /// Where they begin in the text.
    tail_start: usize,
    /// The first bytes of the current piece, as far as the tail does not have them.
    head: Vec<u8>,
    /// Where the current piece begins.
    piece_start: usize,
    /// Up to where lines are counted, and how many lines have ended there.
    counted: (usize, u32),
}

impl Window {
    /// Where the text ends so far.
    pub(super) fn end(&self) -> usize {
        self.tail_start + self.tail.len()
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, text: &str) {
        if self.tail.len() > TAIL_BYTES {
            let dropped = self.tail.len() - TAIL_BYTES / 2;
            self.line(self.tail_start + dropped);
            let from = self.piece_start.saturating_sub(self.tail_start).min(dropped);
            if self.piece_start >= self.tail_start {
                self.head.clear();
            }
            let room = HEAD_BYTES.saturating_sub(self.head.len()).min(dropped - from);
            self.head.extend_from_slice(&self.tail[from..from + room]);
            self.tail.drain(..dropped);
            self.tail_start += dropped;
        }
        self.tail.extend_from_slice(text.as_bytes());
    }

    /// The piece ends here, and the next one begins.
    pub(super) fn leave(&mut self, end: usize) {
        self.piece_start = end;
    }

    /// The line of a place, counted from 1. Places come in their order; one that is gone has the line of the first that
    /// is kept.
    pub(super) fn line(&mut self, at: usize) -> u32 {
        let (counted, lines) = self.counted;
        if at > counted {
            let bytes = &self.tail[counted - self.tail_start..at - self.tail_start];
            let more = bytes.iter().filter(|byte| **byte == b'\n').count();
            self.counted = (at, lines.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)));
        }
        self.counted.1.saturating_add(1)
    }

    /// The text of a range, as far as it is kept.
    pub(super) fn text(&self, start: usize, end: usize) -> String {
        String::from_utf8_lossy(self.bytes(start, end)).into_owned()
    }

    /// The first line of a range, as far as it is kept.
    pub(super) fn first_line(&self, start: usize, end: usize) -> String {
        let bytes = self.bytes(start, end);
        let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes, |newline| &bytes[..newline]);
        String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
    }

    fn bytes(&self, start: usize, end: usize) -> &[u8] {
        let of = |bytes: &[u8], first: usize| {
            let (from, to) = (start.checked_sub(first)?, end.checked_sub(first)?.min(bytes.len()));
            (from <= to).then_some((from, to))
        };
        match (of(&self.tail, self.tail_start), of(&self.head, self.piece_start)) {
            (Some((from, to)), _) => &self.tail[from..to],
            (None, Some((from, to))) => &self.head[from..to],
            (None, None) => &[],
        }
    }

    /// The text around a place on a line of that number.
    pub(super) fn part(&self, start: usize, end: usize, line: u32) -> Option<Part> {
        let in_tail = start >= self.tail_start;
        let first = if in_tail { self.tail_start } else { self.piece_start };
        let kept = if in_tail { &self.tail } else { &self.head };
        let at = start.checked_sub(first).filter(|at| *at <= kept.len())?;
        let before = &kept[..at];
        let from = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let from = from.max(at.saturating_sub(AROUND_BYTES));
        let after = &kept[at..kept.len().min(at + AROUND_BYTES)];
        let to = at + after.iter().position(|byte| *byte == b'\n').unwrap_or(after.len());
        let before = String::from_utf8_lossy(&kept[from..at]);
        let marked = String::from_utf8_lossy(&kept[at..to.min(at + end.saturating_sub(start))]);
        let rest = String::from_utf8_lossy(&kept[at + marked.len().min(to - at)..to]);
        Some(Part {
            start: before.len(),
            end: before.len() + marked.len(),
            text: format!("{before}{marked}{rest}"),
            line: usize::try_from(line).unwrap_or(usize::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A long script in chunks: one piece, then lines of ten bytes.
    fn window(piece: &str, lines: usize) -> Window {
        let mut window = Window::default();
        window.push(piece);
        for _ in 0..lines {
            window.push("123456789\n");
        }
        window
    }

    #[test]
    fn memory_does_not_grow_with_the_script() {
        let window = window("", 300_000);
        assert_eq!(window.end(), 3_000_000);
        assert!(window.tail.capacity() + window.head.capacity() < 4 * TAIL_BYTES);
    }

    #[test]
    fn the_beginning_of_a_long_piece_is_kept() {
        let mut window = window("SELECT '\n", 300_000);
        assert_eq!((window.text(0, 6), window.first_line(0, 400)), ("SELECT".to_owned(), "SELECT '".to_owned()));
        assert_eq!(window.line(window.end()), 300_002);
        let part = window.part(7, 8, 1).expect("it is kept");
        assert_eq!((part.text.as_str(), part.start, part.end), ("SELECT '", 7, 8));
        window.leave(window.end());
        window.push("SELECT 2;");
        assert_eq!(window.text(3_000_009, 3_000_018), "SELECT 2;");
        assert_eq!(window.text(0, 6), "");
    }

    #[test]
    fn lines_are_those_of_the_text() {
        let mut window = window("", 200_000);
        assert_eq!(window.line(window.end()), 200_001);
        let part = window.part(1_999_995, 1_999_997, 200_000).expect("it is kept");
        assert_eq!((part.text.as_str(), part.line, part.start), ("123456789", 200_000, 5));
    }
}
