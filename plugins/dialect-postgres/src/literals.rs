//! Values as PostgreSQL writes them. Strings rely on `standard_conforming_strings`, which is on since version 9.1.

use noorm_guest::decimal::signed;
use noorm_guest::dialect::exports::noorm::dialect::literals::Guest;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::sql;

use crate::Dialect;
use crate::naming::invalid;

impl Guest for Dialect {
    fn literal(value: Scalar) -> Result<String, Failure> {
        match value {
            Scalar::Real(value) => Ok(real(value)),
            Scalar::Bytes(bytes) => Ok(format!("'\\x{}'::bytea", sql::hex(&bytes))),
            // An exact number too: PostgreSQL reads any number of digits as such.
            other => sql::literal(&other, escaped),
        }
    }

    fn escape(text: String) -> Result<String, Failure> {
        escaped(&text)
    }
}

/// What is not a finite number has a name instead of digits.
fn real(value: f64) -> String {
    match value {
        _ if value.is_nan() => "'NaN'::float8".to_owned(),
        f64::INFINITY => "'Infinity'::float8".to_owned(),
        f64::NEG_INFINITY => "'-Infinity'::float8".to_owned(),
        _ => signed(&format!("{value:?}")),
    }
}

pub(crate) fn escaped(text: &str) -> Result<String, Failure> {
    if text.contains('\0') {
        return Err(invalid("nul-in-text", "a text contains NUL, which PostgreSQL does not store"));
    }
    Ok(text.replace('\'', "''"))
}
