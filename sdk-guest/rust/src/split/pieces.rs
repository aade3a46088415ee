//! From statements to pieces.

use super::fault::Fault;
use super::lexer::{Lexer, State};
use super::table::Table;
use super::text::Text;
use crate::dialect::exports::noorm::dialect::script::{Piece, Range};

/// Name and value of something about a piece that its record has no field for.
type Attrs = Vec<(String, String)>;

impl Lexer {
    /// The statement is complete, and its piece ends before `end`.
    pub(super) fn complete(&mut self, text: &Text<'_>, end: usize, attrs: Attrs) {
        self.piece(text, end, "statement", None, attrs);
    }

    /// So is its data.
    pub(super) fn copied(&mut self, text: &Text<'_>, data: (u64, u64), end: usize) {
        self.state = State::Ground;
        self.line_clear = true;
        self.piece(text, end, "copy-in", Some(data), Vec::new());
    }

    /// The script ends, and with it the window, all of which was taken.
    pub(super) fn finish(&mut self, text: &Text<'_>) -> Result<(), Fault> {
        let opened = self.opened.1.unwrap_or_else(|| self.counter.place(text, text.bytes.len()));
        let end = text.offset(text.bytes.len());
        let data = match &self.state {
            State::BlockComment { .. } => return Err(Fault::unterminated("comment", "`*/`", opened)),
            State::Quoted(quote) => {
                let closing = format!("`{}`", char::from(quote.close));
                return Err(Fault::unterminated(quote.what, &closing, opened));
            }
            State::DollarBody => {
                let closing = format!("`{}`", String::from_utf8_lossy(&self.tag));
                return Err(Fault::unterminated("dollar quote", &closing, opened));
            }
            State::Copy(data) => Some(data.finish(end)),
            _ if self.statement.copies => Some((end, end)),
            _ => None,
        };
        if data.is_none()
            && let Some(start) = self.statement.open_body()
        {
            return Err(Fault::unterminated("body", "`END;`", start));
        }
        if self.statement.is_fresh() && end == self.begin.0 {
            return Ok(());
        }
        let kind = match &data {
            Some(_) => "copy-in",
            None if self.statement.is_fresh() => "blank",
            None => "statement",
        };
        let attrs = match &self.state {
            State::Copy(_) => Vec::new(),
            _ => vec![("ended-by".to_owned(), "end-of-file".to_owned())],
        };
        self.piece(text, text.bytes.len(), kind, data, attrs);
        Ok(())
    }

    /// A piece ends before `end`; the next one begins.
    fn piece(&mut self, text: &Text<'_>, end: usize, kind: &str, data: Option<(u64, u64)>, mut attrs: Attrs) {
        let next = (text.offset(end), self.counter.line(text, end));
        let begin = std::mem::replace(&mut self.begin, next);
        let statement = &self.statement;
        let (start, line) = statement.start.unwrap_or(begin);
        let remark = if kind == "statement" { statement.remark(&self.syntax) } else { None };
        attrs.extend(remark.map(|remark| (remark.name.to_owned(), remark.value.to_owned())));
        if statement.is_of_several(&self.syntax) {
            attrs.push(("several".to_owned(), "true".to_owned()));
        }
        let kind = if remark.is_some_and(|remark| remark.hoisted) { "hoisted" } else { kind };
        let range = |start, end| Range { start, end };
        self.pieces.push(Piece {
            whole: range(begin.0, next.0),
            body: range(start, if statement.is_fresh() { start } else { statement.end }),
            line,
            kind: kind.to_owned(),
            data: data.map(|(start, end)| range(start, end)),
            transaction: statement.transaction(&self.syntax).word().to_owned(),
            attrs,
        });
        if let Some(quotes) = statement.quotes() {
            self.quotes = quotes.unwrap_or(self.syntax.quotes);
            self.relearn();
        }
        self.statement.clear();
        self.code = 0;
    }

    /// What bytes mean has changed.
    pub(super) fn relearn(&mut self) {
        self.table = Table::new(&self.syntax, self.quotes, &self.delimiter);
    }
}
