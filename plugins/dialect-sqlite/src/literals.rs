//! Values as SQLite writes them.

use noorm_guest::decimal::{Decimal, signed};
use noorm_guest::dialect::exports::noorm::dialect::literals::Guest;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::sql;

use crate::Dialect;
use crate::naming::invalid;

/// So many significant digits survive SQLite's only type for fractions.
const DIGITS_KEPT: usize = 15;

impl Guest for Dialect {
    fn literal(value: Scalar) -> Result<String, Failure> {
        match value {
            Scalar::Boolean(value) => Ok(u8::from(value).to_string()),
            Scalar::Decimal(text) => decimal(&text),
            Scalar::Real(value) => real(value),
            other => sql::literal(&other, escaped),
        }
    }

    fn escape(text: String) -> Result<String, Failure> {
        escaped(&text)
    }
}

/// An exact number. One that SQLite would round becomes text, and the column's affinity decides what it is stored as.
fn decimal(text: &str) -> Result<String, Failure> {
    if Decimal::parse(text).is_none() {
        return Err(invalid("bad-decimal", "a decimal is not a number"));
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    if text.parse::<i64>().is_ok() || digits.trim_start_matches('0').len() <= DIGITS_KEPT {
        Ok(signed(text))
    } else {
        Ok(format!("'{text}'"))
    }
}

fn real(value: f64) -> Result<String, Failure> {
    if value.is_nan() {
        return Err(invalid("not-a-number", "SQLite has no NaN: it would become NULL"));
    }
    // Beyond the greatest number there is only infinity, which has no name in SQLite.
    let text =
        if value.is_infinite() { format!("{}9e999", if value < 0.0 { "-" } else { "" }) } else { format!("{value:?}") };
    Ok(signed(&text))
}

pub(crate) fn escaped(text: &str) -> Result<String, Failure> {
    if text.contains('\0') {
        return Err(invalid("nul-in-text", "a text contains NUL, which no SQLite literal can express"));
    }
    Ok(text.replace('\'', "''"))
}
