//! Values on their way into a template and out of it.

use minijinja::Value as Jinja;
use minijinja::value::ValueKind;

use crate::value::{Scalar, Value};

/// Makes a value of the engine's. Keys keep their order.
pub(super) fn to_jinja(value: Value) -> Jinja {
    match value {
        Value::Null => Jinja::from(()),
        Value::Boolean(flag) => Jinja::from(flag),
        Value::Integer(number) => Jinja::from(number),
        Value::Big(number) => Jinja::from(number),
        Value::Real(number) => Jinja::from(number),
        Value::Text(text) => Jinja::from(text),
        Value::Bytes(bytes) => Jinja::from_bytes(bytes),
        Value::List(items) => items.into_iter().map(to_jinja).collect(),
        Value::Map(entries) => Jinja::from_pairs(entries.into_iter().map(|(name, value)| (name, to_jinja(value)))),
    }
}

/// Makes a value of the engine's of JSON.
pub(super) fn of_json(value: &serde_json::Value) -> Jinja {
    match value {
        serde_json::Value::Null => Jinja::from(()),
        serde_json::Value::Bool(flag) => Jinja::from(*flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Jinja::from(integer),
            (None, Some(real)) => Jinja::from(real),
            (None, None) => Jinja::from(number.to_string()),
        },
        serde_json::Value::String(text) => Jinja::from(text.as_str()),
        serde_json::Value::Array(items) => items.iter().map(of_json).collect(),
        serde_json::Value::Object(entries) => {
            Jinja::from_pairs(entries.iter().map(|(name, value)| (name.clone(), of_json(value))))
        }
    }
}

/// Returns what SQL can write as a literal, or the kind of what it cannot.
pub(super) fn to_scalar(value: &Jinja) -> Result<Scalar, ValueKind> {
    match value.kind() {
        ValueKind::None => Ok(Scalar::Null),
        ValueKind::Bool => Ok(Scalar::Boolean(value.is_true())),
        ValueKind::String => Ok(Scalar::Text(value.as_str().unwrap_or_default().to_owned())),
        ValueKind::Bytes => Ok(Scalar::Bytes(value.as_bytes().unwrap_or_default().to_vec())),
        ValueKind::Number => Ok(number(value)),
        kind => Err(kind),
    }
}

fn number(value: &Jinja) -> Scalar {
    if value.is_integer() {
        return value.as_i64().map_or_else(|| Scalar::Decimal(value.to_string()), Scalar::Integer);
    }
    f64::try_from(value.clone()).map_or_else(|_| Scalar::Decimal(value.to_string()), Scalar::Real)
}
