//! Values as SQL Server writes them. A backslash means itself, except at the end of a line: there the server takes it and
//! the line's end out of a string
//! (learn.microsoft.com/sql/t-sql/language-elements/sql-server-utilities-statements-backslash).

use noorm_guest::decimal::{Decimal, signed};
use noorm_guest::dialect::exports::noorm::dialect::literals::Guest;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::sql;

use crate::Dialect;
use crate::naming::invalid;

/// So many digits does an exact number have at most, before and behind the point together.
const DIGITS_MAX: usize = 38;

impl Guest for Dialect {
    fn literal(value: Scalar) -> Result<String, Failure> {
        match value {
            Scalar::Null => Ok("NULL".to_owned()),
            // There are no words for the two; `bit` takes the numbers.
            Scalar::Boolean(value) => Ok(if value { "1" } else { "0" }.to_owned()),
            Scalar::Integer(value) => Ok(signed(&value.to_string())),
            Scalar::Decimal(text) => decimal(&text),
            Scalar::Real(value) => real(value),
            Scalar::Text(text) => Ok(string(&text)),
            Scalar::Bytes(bytes) => Ok(format!("0x{}", sql::hex(&bytes))),
        }
    }

    /// Behind a backslash at the end of a line the string ends, and another one is added to it.
    fn escape(text: String) -> Result<String, Failure> {
        if text.contains('\0') {
            return Err(invalid("nul-in-text", "a text contains NUL, which `escape` cannot express; `quote` can"));
        }
        Ok(pieces(&text).iter().map(|piece| piece.replace('\'', "''")).collect::<Vec<_>>().join("' + N'"))
    }
}

/// Writes a string; what no quotes can hold, between several. Such a sum would be cut at 4000 characters if its first part
/// were as short as the others.
pub(crate) fn string(text: &str) -> String {
    let one = |piece: &&str| match *piece {
        "\0" => "NCHAR(0)".to_owned(),
        piece => format!("N'{}'", piece.replace('\'', "''")),
    };
    let written: Vec<String> = pieces(text).iter().map(one).collect();
    match written.as_slice() {
        [] => "N''".to_owned(),
        [piece] if text != "\0" => piece.clone(),
        written => format!("(CAST(N'' AS NVARCHAR(MAX)) + {})", written.join(" + ")),
    }
}

/// Cuts a text around each NUL, and behind each backslash at the end of a line.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(end) = piece(rest) {
        let (first, after) = rest.split_at(end);
        pieces.push(first);
        rest = after;
    }
    pieces.extend((!rest.is_empty() || pieces.is_empty()).then_some(rest));
    pieces
}

/// Returns where the first piece ends, if there is more than one.
fn piece(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let ends = |at: usize| match bytes[at..] {
        [0, ..] => Some(at.max(1)),
        [b'\\', b'\r' | b'\n', ..] => Some(at + 1),
        _ => None,
    };
    (0..bytes.len()).find_map(ends).filter(|end| *end < text.len())
}

/// An exact number. One with an exponent would be read as a `float`, so that it is written without; one that is beyond
/// exact numbers becomes text, and the column's type decides what it is stored as.
fn decimal(text: &str) -> Result<String, Failure> {
    let Some(number) = Decimal::parse(text) else {
        return Err(invalid("bad-decimal", "a decimal is not a number"));
    };
    match number.plain(DIGITS_MAX, DIGITS_MAX) {
        Some(plain) => Ok(signed(&plain)),
        None => Ok(format!("N'{text}'")),
    }
}

/// The exponent tells a `float` from an exact number.
fn real(value: f64) -> Result<String, Failure> {
    if !value.is_finite() {
        return Err(invalid("not-finite", "SQL Server has numbers only: no NaN, no infinity"));
    }
    if value.is_subnormal() {
        return Err(invalid("too-small", "SQL Server has no numbers between 0 and 2.2e-308"));
    }
    Ok(signed(&format!("{value:e}")))
}
