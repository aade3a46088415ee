//! Names and values as standard SQL writes them, for dialects and quirks. What a product writes otherwise is its dialect's own
//! to say.
//!
//! ```
//! use noorm_guest::dialect::noorm::types::report::Failure;
//! use noorm_guest::sql::{Quotes, escape, quote};
//!
//! fn comment(table: &str, text: &str) -> Result<String, Failure> {
//!     Ok(format!("COMMENT ON TABLE {} IS '{}'", quote(table, Quotes::default())?, escape(text)?))
//! }
//!
//! assert_eq!(comment("price list", "it's new").unwrap(), r#"COMMENT ON TABLE "price list" IS 'it''s new'"#);
//! assert!(comment("", "no table").is_err());
//! ```

use crate::decimal::{Decimal, signed};
use crate::problem::Problem;
use crate::{dialect, quirk};

/// Returns the value of the first pair with this name.
pub fn lookup<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(word, _)| word == name).map(|(_, value)| value.as_str())
}

/// Why a name or a value cannot be written. Becomes the failure of a dialect or of a quirk with `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is wrong. The problem has no place: the host knows where the name or the value came from.
    Invalid(Problem),
    /// Nothing is wrong with it, but there is no way to write it: one phrase says what it is.
    Unsupported(String),
}

/// How identifiers are quoted. The default is standard SQL's double quotes, for names of any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotes {
    /// What stands before a name.
    pub open: char,
    /// What stands behind it, and is doubled within.
    pub close: char,
    /// How many bytes a name may have; 0: any.
    pub max_bytes: usize,
}

impl Default for Quotes {
    fn default() -> Self {
        Self { open: '"', close: '"', max_bytes: 0 }
    }
}

/// Quotes an identifier. Fails for what no quoting can express: an empty name, NUL, one over the limit.
pub fn quote(identifier: &str, quotes: Quotes) -> Result<String, Fault> {
    let Quotes { open, close, max_bytes } = quotes;
    if identifier.is_empty() {
        return Err(invalid("empty-name", "a name is empty"));
    }
    if identifier.contains('\0') {
        return Err(invalid("nul-in-name", "a name contains NUL, which no quoting can express"));
    }
    if max_bytes > 0 && identifier.len() > max_bytes {
        return Err(invalid("name-too-long", format!("`{identifier}` is longer than {max_bytes} bytes")));
    }
    Ok(format!("{open}{}{close}", identifier.replace(close, &format!("{close}{close}"))))
}

/// Returns what may stand between the quotes of a string literal. Fails for NUL.
pub fn escape(text: &str) -> Result<String, Fault> {
    if text.contains('\0') {
        return Err(invalid("nul-in-text", "a text contains NUL, which no literal can express"));
    }
    Ok(text.replace('\'', "''"))
}

/// A value that a literal is made of; the `scalar` of either world becomes one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact number in decimal notation.
    Decimal(&'a str),
    /// A number that is not exact.
    Real(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// Returns a complete literal, in which text is what `text` makes of it, such as [`escape`]. A negative number stands in
/// parentheses: after a minus sign it would begin a comment. Fails for a decimal that is none, and for what is not finite.
pub fn literal<'a, E: From<Fault>>(
    value: impl Into<Value<'a>>,
    text: impl Fn(&str) -> Result<String, E>,
) -> Result<String, E> {
    Ok(match value.into() {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(true) => "TRUE".to_owned(),
        Value::Boolean(false) => "FALSE".to_owned(),
        Value::Integer(number) => signed(&number.to_string()),
        Value::Decimal(number) if Decimal::parse(number).is_some() => signed(number),
        Value::Decimal(_) => return Err(invalid("bad-decimal", "a decimal is not a number").into()),
        // The exponent tells it from an exact number.
        Value::Real(number) if number.is_finite() => signed(&format!("{number:e}")),
        Value::Real(number) => return Err(Fault::Unsupported(format!("the number {number} has no literal")).into()),
        Value::Text(value) => format!("'{}'", text(value)?),
        Value::Bytes(bytes) => format!("X'{}'", hex(bytes)),
    })
}

/// Writes bytes as hexadecimal digits, two for each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn invalid(code: &'static str, message: impl Into<String>) -> Fault {
    Fault::Invalid(Problem::new(code, message))
}

/// The two worlds have types of the same shape.
macro_rules! of_world {
    ($world:ident, $into_failure:ident) => {
        impl From<Fault> for $world::noorm::types::report::Failure {
            fn from(fault: Fault) -> Self {
                match fault {
                    Fault::Invalid(problem) => problem.$into_failure(""),
                    Fault::Unsupported(what) => Self::Unsupported(what),
                }
            }
        }

        impl<'a> From<&'a $world::noorm::types::data::Scalar> for Value<'a> {
            fn from(scalar: &'a $world::noorm::types::data::Scalar) -> Self {
                use $world::noorm::types::data::Scalar;
                match scalar {
                    Scalar::Null => Self::Null,
                    Scalar::Boolean(value) => Self::Boolean(*value),
                    Scalar::Integer(number) => Self::Integer(*number),
                    Scalar::Decimal(number) => Self::Decimal(number),
                    Scalar::Real(number) => Self::Real(*number),
                    Scalar::Text(text) => Self::Text(text),
                    Scalar::Bytes(bytes) => Self::Bytes(bytes),
                }
            }
        }
    };
}

of_world!(dialect, into_dialect_failure);
of_world!(quirk, into_quirk_failure);

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the code of what is wrong, and `unsupported` where nothing is.
    fn code<T>(result: Result<T, Fault>) -> Result<T, &'static str> {
        result.map_err(|fault| match fault {
            Fault::Invalid(problem) => problem.code,
            Fault::Unsupported(_) => "unsupported",
        })
    }

    #[track_caller]
    fn check_quote(name: &str, quotes: Quotes, expected: Result<&str, &str>) {
        assert_eq!(code(quote(name, quotes)).as_deref().map_err(|code| *code), expected, "{name:?}");
    }

    #[test]
    fn names_are_quoted() {
        let standard = Quotes::default();
        check_quote("a", standard, Ok("\"a\""));
        check_quote("a\"; DROP", standard, Ok("\"a\"\"; DROP\""));
        check_quote("\"", standard, Ok("\"\"\"\""));
        let brackets = Quotes { open: '[', close: ']', max_bytes: 3 };
        check_quote("[a]", brackets, Ok("[[a]]]"));
        check_quote("é", brackets, Ok("[é]"));
        check_quote("", standard, Err("empty-name"));
        check_quote("a\0", standard, Err("nul-in-name"));
        check_quote("éé", brackets, Err("name-too-long"));
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("O'Reilly \\"), Ok("O''Reilly \\".to_owned()));
        assert_eq!(code(escape("\0")), Err("nul-in-text"));
    }

    #[track_caller]
    fn check_literal(value: Value<'_>, expected: Result<&str, &str>) {
        assert_eq!(code(literal(value, escape)).as_deref().map_err(|code| *code), expected, "{value:?}");
    }

    #[test]
    fn values_are_written() {
        check_literal(Value::Null, Ok("NULL"));
        check_literal(Value::Boolean(true), Ok("TRUE"));
        check_literal(Value::Boolean(false), Ok("FALSE"));
        check_literal(Value::Integer(i64::MIN), Ok("(-9223372036854775808)"));
        check_literal(Value::Decimal("19.90"), Ok("19.90"));
        check_literal(Value::Decimal("-0.1"), Ok("(-0.1)"));
        check_literal(Value::Decimal("1; DROP"), Err("bad-decimal"));
        check_literal(Value::Real(1.5), Ok("1.5e0"));
        check_literal(Value::Real(-1e21), Ok("(-1e21)"));
        check_literal(Value::Real(-0.0), Ok("(-0e0)"));
        check_literal(Value::Real(f64::NAN), Err("unsupported"));
        check_literal(Value::Real(f64::INFINITY), Err("unsupported"));
        check_literal(Value::Text("O'Reilly"), Ok("'O''Reilly'"));
        check_literal(Value::Text("\0"), Err("nul-in-text"));
        check_literal(Value::Bytes(&[0, 255]), Ok("X'00ff'"));
    }

    #[test]
    fn text_may_be_written_in_a_way_of_ones_own() {
        let doubled = |text: &str| escape(text).map(|text| text.replace('\\', "\\\\"));
        assert_eq!(literal(Value::Text("a\\'"), doubled), Ok::<_, Fault>("'a\\\\'''".to_owned()));
    }

    #[test]
    fn both_worlds_hand_over_values_and_take_faults() {
        use dialect::noorm::types::{data, report};
        assert_eq!(literal(&data::Scalar::Bytes(vec![1]), escape), Ok("X'01'".to_owned()));
        assert_eq!(literal(&quirk::Scalar::Text("a".to_owned()), escape), Ok("'a'".to_owned()));
        let report::Failure::Invalid(told) = invalid("empty-name", "a name is empty").into() else { panic!("invalid") };
        assert_eq!((told[0].code.as_str(), told[0].span.is_none()), ("empty-name", true));
        let quirk::Failure::Unsupported(told) = Fault::Unsupported("a box".to_owned()).into() else {
            panic!("unsupported")
        };
        assert_eq!(told, "a box");
    }

    #[test]
    fn the_first_of_a_name_is_found() {
        let pairs = [("a", "1"), ("b", "2"), ("a", "3")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!((lookup(&pairs, "a"), lookup(&pairs, "c")), (Some("1"), None));
    }
}
