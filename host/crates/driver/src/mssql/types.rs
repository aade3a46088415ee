//! Values on their way to and from a SQL Server.
//!
//! They go with a type, since this protocol has no untyped ones: integers as `bigint`, real numbers as `float`, text as
//! `nvarchar`. Exact numbers go as `numeric` of their own size, or, beyond its 38 digits, as text that the server judges.
//! They come back by their type. `money` passes through a `float` inside tiberius: beyond 15 digits, cast it to `decimal`.

use noorm_core::value::Scalar;
use tiberius::numeric::Numeric;
use tiberius::{Column, ColumnData, ColumnType, ToSql};

use super::temporal;

/// One bound value.
pub(super) struct Parameter<'a>(&'a Scalar);

impl<'a> Parameter<'a> {
    /// Takes a value that the server has a type for.
    pub(super) fn new(value: &'a Scalar) -> Result<Self, String> {
        match value {
            Scalar::Real(number) if !number.is_finite() => {
                Err(format!("{number} is not a number that the server knows"))
            }
            _ => Ok(Self(value)),
        }
    }
}

/// tiberius may write parameters to its debug log, and some are secrets.
impl std::fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[value]")
    }
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> ColumnData<'_> {
        match self.0 {
            // Absent values are written into the text, and this only keeps the numbers of the others. An absent text would
            // be sent without a type, which servers may refuse.
            Scalar::Null => ColumnData::Bit(None),
            Scalar::Boolean(flag) => ColumnData::Bit(Some(*flag)),
            Scalar::Integer(number) => ColumnData::I64(Some(*number)),
            Scalar::Real(number) => ColumnData::F64(Some(*number)),
            Scalar::Decimal(text) => match numeric(text) {
                Some(number) => ColumnData::Numeric(Some(number)),
                None => ColumnData::String(Some(text.as_str().into())),
            },
            Scalar::Text(text) => ColumnData::String(Some(text.as_str().into())),
            Scalar::Bytes(bytes) => ColumnData::Binary(Some(bytes.as_slice().into())),
        }
    }
}

/// Reads a number in decimal notation, if it has no more digits than the type can take.
fn numeric(text: &str) -> Option<Numeric> {
    const DIGITS_MAX: usize = 38;
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    // A fraction counts in full, zeros included: the type's precision is not less than its scale.
    let fits = whole.len() + fraction.len() <= DIGITS_MAX && digits.bytes().any(|byte| byte.is_ascii_digit());
    let is_number = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !fits || !is_number {
        return None;
    }
    // tiberius counts a whole part of zero as one digit.
    let scale = u8::try_from(fraction.len()).ok().filter(|scale| usize::from(*scale) < DIGITS_MAX)?;
    let value = format!("0{whole}{fraction}").parse::<i128>().ok()?;
    Some(Numeric::new_with_scale(if is_negative { -value } else { value }, scale))
}

/// Returns a cell by its type.
pub(super) fn scalar(column: &Column, cell: &ColumnData<'_>) -> Scalar {
    match cell {
        ColumnData::F64(Some(number)) if matches!(column.column_type(), ColumnType::Money | ColumnType::Money4) => {
            Scalar::Decimal(format!("{number:.4}"))
        }
        ColumnData::U8(value) => or_null(value, |value| Scalar::Integer(i64::from(*value))),
        ColumnData::I16(value) => or_null(value, |value| Scalar::Integer(i64::from(*value))),
        ColumnData::I32(value) => or_null(value, |value| Scalar::Integer(i64::from(*value))),
        ColumnData::I64(value) => or_null(value, |value| Scalar::Integer(*value)),
        ColumnData::F32(value) => or_null(value, |value| Scalar::Real(f64::from(*value))),
        ColumnData::F64(value) => or_null(value, |value| Scalar::Real(*value)),
        ColumnData::Bit(value) => or_null(value, |value| Scalar::Boolean(*value)),
        ColumnData::String(value) => or_null(value, |value| Scalar::from(value.as_ref())),
        // As the server writes them.
        ColumnData::Guid(value) => or_null(value, |value| Scalar::Text(value.to_string().to_uppercase())),
        ColumnData::Binary(value) => or_null(value, |value| Scalar::Bytes(value.to_vec())),
        ColumnData::Numeric(value) => or_null(value, |value| Scalar::Decimal(decimal(*value))),
        ColumnData::Xml(value) => or_null(value, |value| Scalar::from(value.as_ref().as_ref())),
        ColumnData::DateTime(value) => or_null(value, |value| Scalar::Text(temporal::datetime(*value))),
        ColumnData::SmallDateTime(value) => or_null(value, |value| Scalar::Text(temporal::small_datetime(*value))),
        ColumnData::Time(value) => or_null(value, |value| Scalar::Text(temporal::time(*value))),
        ColumnData::Date(value) => or_null(value, |value| Scalar::Text(temporal::date(*value))),
        ColumnData::DateTime2(value) => or_null(value, |value| Scalar::Text(temporal::datetime2(*value))),
        ColumnData::DateTimeOffset(value) => or_null(value, |value| Scalar::Text(temporal::datetime_offset(*value))),
    }
}

fn or_null<T>(value: &Option<T>, scalar: impl FnOnce(&T) -> Scalar) -> Scalar {
    value.as_ref().map_or(Scalar::Null, scalar)
}

/// Returns a cell as the server would write it.
pub(super) fn text(column: &Column, cell: &ColumnData<'_>) -> Scalar {
    match scalar(column, cell) {
        Scalar::Boolean(flag) => Scalar::from(if flag { "1" } else { "0" }),
        Scalar::Integer(number) => Scalar::Text(number.to_string()),
        Scalar::Real(number) => Scalar::Text(number.to_string()),
        Scalar::Decimal(text) => Scalar::Text(text),
        Scalar::Bytes(bytes) => {
            Scalar::Text(bytes.iter().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02X}")))
        }
        other => other,
    }
}

/// Writes an exact number with all its digits.
fn decimal(number: Numeric) -> String {
    let scale = usize::from(number.scale());
    let digits = format!("{:0width$}", number.value().unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let minus = if number.value() < 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{minus}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_keep_every_digit() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(numeric(text).map(decimal).as_deref(), expected, "{text}");
        };
        check("0", Some("0"));
        check("19.90", Some("19.90"));
        check("-120000.0050", Some("-120000.0050"));
        check("+.5", Some("0.5"));
        check("5.", Some("5"));
        check("00042", Some("42"));
        let longest = "9".repeat(38);
        check(&longest, Some(&longest));
        check(&format!("1{}", "0".repeat(38)), None);
        check(&format!("0.{}", "1".repeat(37)), Some(&format!("0.{}", "1".repeat(37))));
        check(&format!("0.{}", "1".repeat(38)), None);
        for text in ["", "-", ".", "1e5", "NaN", "1.2.3", "--1", "٣"] {
            check(text, None);
        }
    }

    #[test]
    fn endless_numbers_are_refused() {
        assert_eq!(
            Parameter::new(&Scalar::Real(f64::NAN)).err().as_deref(),
            Some("NaN is not a number that the server knows")
        );
        assert!(Parameter::new(&Scalar::Real(1e300)).is_ok());
    }

    #[test]
    fn values_do_not_reach_logs() {
        let value = Scalar::from("hunter2");
        assert_eq!(format!("{:?}", Parameter::new(&value).expect("a value")), "[value]");
    }

    #[test]
    fn cells_become_text_as_the_server_writes_it() {
        let check = |ty: ColumnType, cell: ColumnData<'_>, expected: &str| {
            assert_eq!(text(&Column::new("c".to_owned(), ty), &cell), Scalar::from(expected));
        };
        check(ColumnType::Bitn, ColumnData::Bit(Some(true)), "1");
        check(ColumnType::Intn, ColumnData::I32(Some(-7)), "-7");
        check(ColumnType::Floatn, ColumnData::F64(Some(1.5)), "1.5");
        check(ColumnType::Money, ColumnData::F64(Some(19.9)), "19.9000");
        check(ColumnType::BigVarBin, ColumnData::Binary(Some(vec![0, 0xab].into())), "0x00AB");
        let nothing = text(&Column::new("c".to_owned(), ColumnType::NVarchar), &ColumnData::String(None));
        assert_eq!(nothing, Scalar::Null);
    }
}
