//! How a file is written, as its options say: which characters mean something, and what its cells mean.

use noorm_guest::options::{Options, wrong};
use noorm_guest::problem::Problem;

/// JSON Schema of the options.
pub(crate) const SCHEMA: &str = r##"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "delimiter": {
      "description": "The character between two cells",
      "type": "string", "minLength": 1, "maxLength": 1, "default": ","
    },
    "quote": {
      "description": "The character around a cell that holds delimiters or line ends; empty: quotes mean nothing",
      "type": "string", "maxLength": 1, "default": "\""
    },
    "header": {
      "description": "Whether the first line names the columns; otherwise they are c1, c2 and so on",
      "type": "boolean", "default": true
    },
    "null": {
      "description": "A cell of exactly this text, without quotes, is null",
      "type": "string"
    },
    "trim": {
      "description": "Whether blanks around a cell without quotes are taken off",
      "type": "boolean", "default": false
    },
    "comment": {
      "description": "A line that begins with this character is skipped",
      "type": "string", "minLength": 1, "maxLength": 1
    }
  }
}"##;

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Between two cells.
    pub delimiter: u8,
    /// Around a cell; `None`: quotes mean nothing.
    pub quote: Option<u8>,
    /// Begins a line that is skipped.
    pub comment: Option<u8>,
    /// Whether the first line names the columns.
    pub has_header: bool,
    /// The text of a cell without quotes that is null.
    pub null: Option<String>,
    /// Whether blanks around a cell without quotes are taken off.
    pub is_trimmed: bool,
}

impl Default for Style {
    /// RFC 4180.
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"'), comment: None, has_header: true, null: None, is_trimmed: false }
    }
}

impl Style {
    /// Reads a file's options.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let options = Options::read(bytes)?;
        options.only(&["delimiter", "quote", "header", "null", "trim", "comment"])?;
        let usual = Self::default();
        let style = Self {
            delimiter: mark(&options, "delimiter")?.unwrap_or(usual.delimiter),
            quote: if options.text("quote")? == Some("") { None } else { mark(&options, "quote")?.or(usual.quote) },
            comment: mark(&options, "comment")?,
            has_header: options.flag("header")?.unwrap_or(usual.has_header),
            null: options.text("null")?.map(str::to_owned),
            is_trimmed: options.flag("trim")?.unwrap_or(usual.is_trimmed),
        };
        let marks = [("delimiter", Some(style.delimiter)), ("quote", style.quote), ("comment", style.comment)];
        for (at, (name, mark)) in marks.iter().enumerate() {
            let same = marks[..at].iter().find(|(_, other)| mark.is_some() && other == mark);
            if let Some((other, _)) = same {
                return Err(wrong(format!("the options `{other}` and `{name}` are the same character")));
            }
        }
        Ok(style)
    }

    /// Whether cells are looked at one by one.
    pub(crate) fn looks_at_cells(&self) -> bool {
        self.null.is_some() || self.is_trimmed
    }
}

/// Reads an option that is one character with a meaning: of ASCII, and nothing that a cell usually holds.
fn mark(options: &Options, name: &str) -> Result<Option<u8>, Problem> {
    let Some(character) = options.character(name)? else { return Ok(None) };
    match u8::try_from(character) {
        Ok(byte) if byte == b'\t' || byte == b' ' || byte.is_ascii_punctuation() => Ok(Some(byte)),
        _ => Err(wrong(format!("the option `{name}` cannot be {character:?}"))
            .help("use a punctuation character of ASCII, a blank or a tab")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use noorm_guest::cbor::Value;

    fn read(options: &[(&str, &str)]) -> Result<Style, Problem> {
        let value = |text: &str| match text {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => Value::Text(text.to_owned()),
        };
        let entries = options.iter().map(|(name, text)| ((*name).to_owned(), value(text)));
        Style::read(&Value::Map(entries.collect()).encode())
    }

    #[test]
    fn options_change_the_style() {
        assert_eq!(read(&[]), Ok(Style::default()));
        let style = read(&[("delimiter", "\t"), ("quote", ""), ("header", "false"), ("null", "\\N"), ("comment", "#")]);
        let expected = Style {
            delimiter: b'\t',
            quote: None,
            comment: Some(b'#'),
            has_header: false,
            null: Some("\\N".to_owned()),
            is_trimmed: false,
        };
        assert_eq!(style, Ok(expected));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (options, message) in [
            (&[("delimiter", ";;")][..], "one character"),
            (&[("delimiter", "é")], "cannot be 'é'"),
            (&[("delimiter", "a")], "cannot be 'a'"),
            (&[("comment", "\n")], "cannot be '\\n'"),
            (&[("delimiter", "#"), ("comment", "#")], "`delimiter` and `comment` are the same"),
            (&[("delimiter", "\"")], "`delimiter` and `quote` are the same"),
            (&[("separator", ";")], "no option `separator`"),
            (&[("header", "yes")], "`header` is true or false"),
        ] {
            let problem = read(options).expect_err(message);
            assert!(problem.message.contains(message), "{options:?}: {}", problem.message);
        }
    }
}
