//! What a client asks for.

use crate::holes::{Holes, Value};
use crate::login::Login;
use crate::packet::{ATTENTION, BATCH, LOGIN, Packets, RPC};
use crate::text::from_utf16;

/// A request, as far as a test wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A login.
    Login(Login),
    /// A text of one or more statements.
    Text(String),
    /// A statement with values.
    Bound {
        /// The statement.
        sql: String,
        /// The declarations of the values: `@P1 bigint,@P2 nvarchar(4000)`.
        declarations: String,
        /// The values, such as `7`, `N'text'`, `0x00FF`, `NULL`.
        values: Vec<String>,
    },
    /// A request to stop what runs.
    Attention,
    /// Something else, of this packet type.
    Other(u8),
}

impl Request {
    /// Reads a message.
    pub fn read(message: &Packets) -> Self {
        let other = Self::Other(message.kind);
        match message.kind {
            LOGIN => Login::read(&message.body).map_or(other, Self::Login),
            BATCH => after_headers(&message.body).map_or(other, |text| Self::Text(from_utf16(text))),
            RPC => after_headers(&message.body).and_then(call).unwrap_or(other),
            ATTENTION => Self::Attention,
            _ => other,
        }
    }

    /// Returns it with the names of holes in the place of values that are chance; `None` where there are none.
    pub(crate) fn with_holes(&self, holes: Holes) -> Option<Self> {
        let Self::Bound { sql, declarations, values } = self else { return None };
        let name = |(index, text): (usize, &String)| holes(&Value { sql, number: index + 1, text });
        let names: Vec<_> = values.iter().enumerate().map(name).collect();
        names.iter().any(Option::is_some).then(|| {
            let values = names.iter().zip(values).map(|(name, value)| match name {
                Some(name) => format!("<{name}>"),
                None => value.clone(),
            });
            Self::Bound { sql: sql.clone(), declarations: declarations.clone(), values: values.collect() }
        })
    }

    /// Returns what a person compares.
    pub fn text(&self) -> String {
        match self {
            Self::Login(login) => login.normal(),
            Self::Text(sql) => sql.clone(),
            Self::Bound { sql, declarations, values } => format!("{sql}\n({declarations}) ({})", values.join(", ")),
            Self::Attention => "stop".to_owned(),
            Self::Other(kind) => format!("a message of type {kind:#04x}"),
        }
    }
}

/// Skips the headers that say which transaction a request belongs to.
fn after_headers(body: &[u8]) -> Option<&[u8]> {
    let length = u32::from_le_bytes(body.get(..4)?.try_into().ok()?);
    body.get(usize::try_from(length).ok()?..)
}

/// Reads a call of the procedure that runs statements with values.
fn call(body: &[u8]) -> Option<Request> {
    const BY_NUMBER: [u8; 2] = [0xff, 0xff];
    const EXECUTE_SQL: [u8; 2] = [10, 0];
    let mut reader = Reader(body);
    if reader.take(2)? != BY_NUMBER || reader.take(2)? != EXECUTE_SQL {
        return None;
    }
    reader.take(2)?;
    let mut values = Vec::new();
    while !reader.0.is_empty() {
        let name = usize::from(reader.byte()?);
        reader.take(name * 2 + 1)?;
        values.push(reader.value()?);
    }
    if values.len() < 2 {
        return None;
    }
    let mut values = values.into_iter();
    let mut text = || values.next().map(|value| value.trim_start_matches("N'").trim_end_matches('\'').to_owned());
    Some(Request::Bound { sql: text()?, declarations: text()?, values: values.collect() })
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn number(&mut self, length: usize) -> Option<u64> {
        Some(self.take(length)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn short(&mut self) -> Option<Option<&'a [u8]>> {
        let length = usize::from(self.byte()?);
        Some(if length == 0 { None } else { Some(self.take(length)?) })
    }

    /// Reads the value of a type with a limit: at once below it, in chunks without one.
    fn limited(&mut self, limit: u64) -> Option<Option<Vec<u8>>> {
        const UNLIMITED: u64 = 0xffff;
        if limit != UNLIMITED {
            let length = self.number(2)?;
            return Some(if length == 0xffff {
                None
            } else {
                Some(self.take(usize::try_from(length).ok()?)?.to_vec())
            });
        }
        if self.number(8)? == u64::MAX {
            return Some(None);
        }
        let mut value = Vec::new();
        loop {
            match self.number(4)? {
                0 => return Some(Some(value)),
                length => value.extend(self.take(usize::try_from(length).ok()?)?),
            }
        }
    }

    /// Reads a type and a value of it, of the types that noorm's driver sends.
    fn value(&mut self) -> Option<String> {
        let or_null = |value: Option<String>| Some(value.unwrap_or_else(|| "NULL".to_owned()));
        match self.byte()? {
            // bit, integers
            0x68 | 0x26 => {
                self.byte()?;
                let value = self.short()?.map(|bytes| {
                    let mut wide = [if bytes.last()? & 0x80 == 0 { 0 } else { 0xff }; 8];
                    wide[..bytes.len()].copy_from_slice(bytes);
                    Some(i64::from_le_bytes(wide).to_string())
                });
                or_null(value.flatten())
            }
            // float
            0x6d => {
                self.byte()?;
                or_null(self.short()?.and_then(|bytes| Some(f64::from_le_bytes(bytes.try_into().ok()?).to_string())))
            }
            // numeric: its size, precision and scale, then a sign and the digits
            0x6a | 0x6c => {
                let scale = self.take(3)?[2];
                let value = self.short()?.map(|bytes| {
                    let digits = bytes[1..].iter().rev().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
                    format!("{}{digits}e-{scale}", if bytes[0] == 0 { "-" } else { "" })
                });
                or_null(value)
            }
            // nvarchar, with a collation
            0xe7 => {
                let limit = self.number(2)?;
                self.take(5)?;
                or_null(self.limited(limit)?.map(|bytes| format!("N'{}'", from_utf16(&bytes))))
            }
            // varbinary
            0xa5 => {
                let limit = self.number(2)?;
                or_null(self.limited(limit)?.map(|bytes| format!("0x{}", hex::encode_upper(bytes))))
            }
            _ => None,
        }
    }
}
