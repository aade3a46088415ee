//! What a scalar means: the core schema of YAML 1.2 (section 10.3.2).

use noorm_guest::cbor::Value;

/// Returns the value of a scalar. `core_tag` is the suffix of a `!!` tag, such as `str`.
pub fn value(text: &str, is_plain: bool, core_tag: Option<&str>) -> Value {
    match core_tag {
        Some("str") => return Value::Text(text.to_owned()),
        Some("float") => {
            if let Value::Integer(_) | Value::Real(_) = plain(text) {
                return real(text).unwrap_or_else(|| Value::Text(text.to_owned()));
            }
        }
        _ => {}
    }
    if is_plain || matches!(core_tag, Some("int" | "bool" | "null" | "float")) {
        plain(text)
    } else {
        Value::Text(text.to_owned())
    }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Boolean(true),
        "false" | "False" | "FALSE" => Value::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => Value::Real(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Real(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Real(f64::NEG_INFINITY),
        _ => integer(text).or_else(|| real(text)).unwrap_or_else(|| Value::Text(text.to_owned())),
    }
}

fn integer(text: &str) -> Option<Value> {
    let number = if let Some(digits) = text.strip_prefix("0o") {
        unsigned(digits, 8)?
    } else if let Some(digits) = text.strip_prefix("0x") {
        unsigned(digits, 16)?
    } else {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        text.parse().ok()?
    };
    Some(Value::Integer(number))
}

fn unsigned(digits: &str, radix: u32) -> Option<i128> {
    let is_digits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    is_digits.then(|| i128::from_str_radix(digits, radix).ok()).flatten()
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn real(text: &str) -> Option<Value> {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !has_digit || !is_number {
        return None;
    }
    text.parse().ok().map(Value::Real)
}
