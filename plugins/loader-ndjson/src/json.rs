//! Strict JSON (RFC 8259) of one line, with the place of what is wrong. Written here because integers stay exact, keys are
//! unique and depth is bounded, which parsers for structures do not offer together.

use std::collections::HashSet;

use noorm_guest::cbor::Value;

/// Deepest nesting that is read: with the list of lines around it, the host reads no deeper.
const DEPTH_MAX: usize = 119;

/// What is wrong with a text.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Byte offset in the text.
    pub(crate) offset: usize,
    /// Whether the text ended too early.
    pub(crate) is_at_end: bool,
}

/// Reads exactly one value.
pub(crate) fn read(text: &str) -> Result<Value, Wrong> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.syntax("the value ends before this"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong(&self, code: &'static str, message: impl Into<String>, offset: usize) -> Wrong {
        Wrong { code, message: message.into(), offset, is_at_end: self.at >= self.text.len() }
    }

    fn syntax(&self, message: impl Into<String>) -> Wrong {
        self.wrong("syntax", message, self.at)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a byte if it comes next, behind blanks.
    fn takes(&mut self, byte: u8) -> bool {
        self.blanks();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<Value, Wrong> {
        self.blanks();
        if depth > DEPTH_MAX {
            return Err(self.wrong("too-deep", format!("nested deeper than {DEPTH_MAX}"), self.at));
        }
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, Wrong> {
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            "" if rest.is_empty() => return Err(self.syntax("a value is missing at the end of the line")),
            "" => return Err(self.syntax("a value is missing")),
            _ => return Err(self.syntax(format!("`{word}` is not a value"))),
        };
        self.at += word.len();
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Wrong> {
        self.at += 1;
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(Value::List(items));
            }
            if !self.takes(b',') {
                return Err(self.syntax("`,` or `]` is missing"));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Wrong> {
        self.at += 1;
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        if self.takes(b'}') {
            return Ok(Value::Map(entries));
        }
        loop {
            self.blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.syntax("a key in double quotes is missing"));
            }
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                return Err(self.wrong("duplicate-key", format!("the key `{key}` stands twice"), start));
            }
            if !self.takes(b':') {
                return Err(self.syntax("`:` is missing"));
            }
            entries.push((key, self.value(depth + 1)?));
            if self.takes(b'}') {
                return Ok(Value::Map(entries));
            }
            if !self.takes(b',') {
                return Err(self.syntax("`,` or `}` is missing"));
            }
        }
    }

    fn number(&mut self) -> Result<Value, Wrong> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-')).unwrap_or(rest.len());
        let text = &rest[..length];
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
        let is_number = is_digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(is_digits)
            && exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)));
        if !is_number {
            return Err(self.syntax(format!("`{text}` is not a number")));
        }
        let value = if fraction.is_none() && exponent.is_none() {
            text.parse().ok().map(Value::Integer)
        } else {
            text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Real)
        };
        let value = value.ok_or_else(|| self.wrong("number", "this number is too large; write it as text", self.at));
        self.at += length;
        value
    }

    fn string(&mut self) -> Result<String, Wrong> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(length) = rest.find(|c: char| matches!(c, '"' | '\\' | '\0'..='\u{1f}')) else {
                self.at = self.text.len();
                return Err(self.syntax("a text does not end on its line"));
            };
            text.push_str(&rest[..length]);
            self.at += length;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.syntax("a control character in a text is written as `\\u00…`")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        let wrong = |reader: &Self| reader.syntax("this escape has no meaning");
        let letter = *self.text.as_bytes().get(self.at + 1).ok_or_else(|| wrong(self))?;
        let character = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit(self.at + 2).ok_or_else(|| wrong(self))?;
                let second = match self.text.get(self.at + 6..self.at + 8) {
                    Some("\\u") if (0xd800..0xdc00).contains(&first) => self.unit(self.at + 8),
                    _ => None,
                };
                let units = [first, second.unwrap_or_default()];
                let decoded = char::decode_utf16(units[..1 + usize::from(second.is_some())].iter().copied()).next();
                let Some(Ok(character)) = decoded else {
                    return Err(self.syntax("half of a surrogate pair is not a character"));
                };
                self.at += if second.is_some() { 12 } else { 6 };
                return Ok(character);
            }
            _ => return Err(wrong(self)),
        };
        self.at += 2;
        Ok(character)
    }

    /// Reads four hexadecimal digits.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }
}

#[cfg(test)]
mod tests;
