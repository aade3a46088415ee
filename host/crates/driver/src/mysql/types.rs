//! Values on their way to and from a MySQL or MariaDB server.
//!
//! Prepared statements carry them in binary, each with its type; everything else comes as text. A column whose character
//! set is `binary` holds bytes, any other string holds text.

use mysql_async::consts::ColumnType;
use mysql_async::{Column, Params, Value};
use noorm_core::value::Scalar;

/// The number of the character set `binary`, which every server has.
const BINARY: u16 = 63;

/// Returns the values of a statement's placeholders.
pub(super) fn parameters(values: &[Scalar]) -> Params {
    if values.is_empty() { Params::Empty } else { Params::Positional(values.iter().map(parameter).collect()) }
}

fn parameter(value: &Scalar) -> Value {
    match value {
        Scalar::Null => Value::NULL,
        // There is no boolean: `true` is a name of 1.
        Scalar::Boolean(flag) => Value::Int(i64::from(*flag)),
        Scalar::Integer(number) => Value::Int(*number),
        Scalar::Real(number) => Value::Double(*number),
        Scalar::Decimal(text) | Scalar::Text(text) => Value::Bytes(text.clone().into_bytes()),
        Scalar::Bytes(bytes) => Value::Bytes(bytes.clone()),
    }
}

/// Returns how many bytes a value takes, about.
pub(super) fn length(value: &Scalar) -> usize {
    match value {
        Scalar::Decimal(text) | Scalar::Text(text) => text.len(),
        Scalar::Bytes(bytes) => bytes.len(),
        Scalar::Null | Scalar::Boolean(_) | Scalar::Integer(_) | Scalar::Real(_) => size_of::<i64>(),
    }
}

/// Returns a cell of a prepared statement's result.
pub(super) fn scalar(column: &Column, value: Value) -> Scalar {
    match value {
        Value::NULL => Scalar::Null,
        Value::Int(number) => Scalar::Integer(number),
        Value::UInt(number) => unsigned(number),
        Value::Float(number) => Scalar::Real(number.into()),
        Value::Double(number) => Scalar::Real(number),
        Value::Date(..) | Value::Time(..) => Scalar::Text(moment(column, &value)),
        Value::Bytes(bytes) => match column.column_type() {
            ColumnType::MYSQL_TYPE_DECIMAL | ColumnType::MYSQL_TYPE_NEWDECIMAL => Scalar::Decimal(lossy(bytes)),
            ColumnType::MYSQL_TYPE_BIT => unsigned(bits(&bytes)),
            // The character set of JSON is `binary` by name only.
            ColumnType::MYSQL_TYPE_JSON => Scalar::Text(lossy(bytes)),
            _ if column.character_set() == BINARY => Scalar::Bytes(bytes),
            _ => Scalar::Text(lossy(bytes)),
        },
    }
}

/// Returns a cell of an unprepared statement's result: text, or NULL.
pub(super) fn text(column: &Column, value: Value) -> Scalar {
    match value {
        Value::NULL => Scalar::Null,
        Value::Bytes(bytes) if column.column_type() == ColumnType::MYSQL_TYPE_BIT => bits(&bytes).to_string().into(),
        Value::Bytes(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Scalar::Text(text),
            Err(error) => Scalar::Text(hexadecimal(error.as_bytes())),
        },
        // The text protocol has no other kind.
        other => Scalar::Text(other.as_sql(true)),
    }
}

fn unsigned(number: u64) -> Scalar {
    i64::try_from(number).map_or_else(|_| Scalar::Decimal(number.to_string()), Scalar::Integer)
}

/// The server converts text into the session's character set, UTF-8; what is none comes from a column that lies about its
/// own.
fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Reads up to 64 bits, the highest byte first.
fn bits(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02X}"));
    std::iter::once("0x".to_owned()).chain(digits).collect()
}

/// Writes a date, a time or both as the server itself would: with as many digits of a second as the column has.
fn moment(column: &Column, value: &Value) -> String {
    match *value {
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            if column.column_type() == ColumnType::MYSQL_TYPE_DATE {
                return date;
            }
            format!("{date} {hour:02}:{minute:02}:{second:02}{}", fraction(column, micros))
        }
        Value::Time(is_negative, days, hours, minutes, seconds, micros) => {
            let sign = if is_negative { "-" } else { "" };
            let hours = u64::from(days) * 24 + u64::from(hours);
            format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{}", fraction(column, micros))
        }
        _ => String::new(),
    }
}

fn fraction(column: &Column, micros: u32) -> String {
    match usize::from(column.decimals()) {
        0 => String::new(),
        digits => {
            let all = format!(".{micros:06}");
            // A column without a fixed number of digits has one beyond six.
            all[..all.len().min(digits + 1)].to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_the_digits_of_their_column() {
        let check = |ty, decimals, value: Value, expected: &str| {
            assert_eq!(moment(&Column::new(ty).with_decimals(decimals), &value), expected);
        };
        use ColumnType::{MYSQL_TYPE_DATE, MYSQL_TYPE_DATETIME, MYSQL_TYPE_TIME};
        check(MYSQL_TYPE_DATE, 0, Value::Date(2026, 1, 31, 0, 0, 0, 0), "2026-01-31");
        check(MYSQL_TYPE_DATETIME, 0, Value::Date(0, 0, 0, 0, 0, 0, 0), "0000-00-00 00:00:00");
        check(MYSQL_TYPE_DATETIME, 3, Value::Date(2026, 1, 31, 9, 5, 7, 120_000), "2026-01-31 09:05:07.120");
        check(MYSQL_TYPE_DATETIME, 39, Value::Date(2026, 1, 31, 9, 5, 7, 1), "2026-01-31 09:05:07.000001");
        check(MYSQL_TYPE_TIME, 0, Value::Time(true, 34, 22, 59, 59, 0), "-838:59:59");
        check(MYSQL_TYPE_TIME, 6, Value::Time(false, 0, 1, 2, 3, 4), "01:02:03.000004");
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(unsigned(u64::MAX), Scalar::Decimal("18446744073709551615".to_owned()));
        assert_eq!(unsigned(7), Scalar::Integer(7));
        assert_eq!(bits(&[1, 0]), 256);
    }
}
