//! What one cell means, and what it is called.

use std::fmt::Write as _;

use calamine::{DataRef, ExcelDateTime};
use noorm_guest::cbor::Value;

/// Largest whole number whose neighbours are all whole numbers of Excel's too.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// One past the last day that Excel knows, 31 December 9999.
const DAYS_MAX: f64 = 2_958_466.0;

/// Returns a cell's name: `B7`. Both numbers count from 0.
pub(crate) fn name(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), u64::from(row) + 1)
}

/// Returns a column's letters: `A`, `Z`, `AA`.
pub(crate) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Returns a cell's value, or what is wrong with it.
pub(crate) fn value(data: &DataRef<'_>) -> Result<Value, String> {
    Ok(match data {
        DataRef::Empty => Value::Null,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Value::Text(text.clone()),
        DataRef::SharedString(text) => Value::Text((*text).to_owned()),
        DataRef::Bool(flag) => Value::Boolean(*flag),
        DataRef::Int(number) => Value::Integer(i128::from(*number)),
        DataRef::Float(number) => self::number(*number),
        DataRef::DateTime(instant) if instant.is_duration() => Value::Text(duration(instant.as_f64())),
        DataRef::DateTime(instant) => Value::Text(date(instant)?),
        DataRef::Error(error) => return Err(format!("holds the error `{error}`")),
    })
}

#[allow(clippy::cast_possible_truncation)] // bounded by the condition
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= WHOLE_MAX {
        Value::Integer(number as i128)
    } else {
        Value::Real(number)
    }
}

/// A date, a time of day, or both. Excel keeps days and their fractions as one number.
fn date(instant: &ExcelDateTime) -> Result<String, String> {
    let days = instant.as_f64();
    if !(0.0..DAYS_MAX).contains(&days) {
        return Err(format!("has the format of a date, and `{days}` is none"));
    }
    let (year, month, day, hour, minute, second, milli) = instant.to_ymd_hms_milli();
    if (year, month, day) == (1900, 2, 29) {
        return Err("holds 29 February 1900, a day that Excel alone knows".to_owned());
    }
    let mut text = String::new();
    let is_time = days < 1.0;
    let has_time = is_time || (hour, minute, second, milli) != (0, 0, 0, 0);
    if !is_time {
        let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    }
    if has_time {
        let separator = if is_time { "" } else { "T" };
        let _ = write!(text, "{separator}{hour:02}:{minute:02}:{second:02}");
        if milli > 0 {
            let _ = write!(text, ".{milli:03}");
        }
    }
    Ok(text)
}

/// A duration of ISO 8601. Hours are not made days of: they are what the cell shows.
#[allow(clippy::cast_possible_truncation)] // saturates, and no cell shows so much
fn duration(days: f64) -> String {
    let milliseconds = (days * 86_400_000.0).round() as i64;
    let (sign, total) =
        if milliseconds < 0 { ("-", milliseconds.unsigned_abs()) } else { ("", milliseconds.unsigned_abs()) };
    let (hours, minutes, milli) = (total / 3_600_000, total / 60_000 % 60, total % 60_000);
    let mut text = format!("{sign}PT");
    if hours > 0 {
        let _ = write!(text, "{hours}H");
    }
    if minutes > 0 {
        let _ = write!(text, "{minutes}M");
    }
    let (seconds, fraction) = (milli / 1000, milli % 1000);
    if fraction > 0 {
        let _ = write!(text, "{seconds}.{fraction:03}S");
    } else if seconds > 0 || total == 0 {
        let _ = write!(text, "{seconds}S");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    fn instant(days: f64, kind: ExcelDateTimeType, is_1904: bool) -> Result<Value, String> {
        value(&DataRef::DateTime(ExcelDateTime::new(days, kind, is_1904)))
    }

    #[track_caller]
    fn check_date(days: f64, expected: &str) {
        assert_eq!(instant(days, ExcelDateTimeType::DateTime, false), Ok(Value::Text(expected.to_owned())));
    }

    #[test]
    fn cells_are_called_as_excel_calls_them() {
        assert_eq!([0, 25, 26, 701, 702, 16_383].map(letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
        assert_eq!(name(6, 1), "B7");
    }

    #[test]
    fn whole_numbers_are_integers() {
        assert_eq!(value(&DataRef::Float(-42.0)), Ok(Value::Integer(-42)));
        assert_eq!(value(&DataRef::Float(9_007_199_254_740_991.0)), Ok(Value::Integer(9_007_199_254_740_991)));
        assert_eq!(value(&DataRef::Float(1e300)), Ok(Value::Real(1e300)));
        assert_eq!(value(&DataRef::Float(19.9)), Ok(Value::Real(19.9)));
    }

    #[test]
    fn dates_are_iso_text() {
        check_date(46_053.0, "2026-01-31");
        check_date(46_053.520_833_333_336, "2026-01-31T12:30:00");
        check_date(45_943.541, "2025-10-13T12:59:02.400");
        check_date(0.75, "18:00:00");
        check_date(0.0, "00:00:00");
        check_date(1.0, "1900-01-01");
        check_date(61.0, "1900-03-01");
        check_date(2_958_465.0, "9999-12-31");
        let of_1904 = instant(44_591.0, ExcelDateTimeType::DateTime, true);
        assert_eq!(of_1904, Ok(Value::Text("2026-01-31".to_owned())));
        for days in [-1.0, 2_958_466.0, f64::NAN, 60.0] {
            assert!(instant(days, ExcelDateTimeType::DateTime, false).is_err(), "{days}");
        }
    }

    #[test]
    fn durations_are_iso_text() {
        for (days, expected) in [
            (1.520_833_333_333_333_3, "PT36H30M"),
            (0.0, "PT0S"),
            (-0.5, "-PT12H"),
            (0.000_017_361_111_111_111_11, "PT1.500S"),
        ] {
            assert_eq!(instant(days, ExcelDateTimeType::TimeDelta, false), Ok(Value::Text(expected.to_owned())));
        }
    }

    #[test]
    fn errors_are_told() {
        assert_eq!(value(&DataRef::Error(CellErrorType::Ref)), Err("holds the error `#REF!`".to_owned()));
    }
}
