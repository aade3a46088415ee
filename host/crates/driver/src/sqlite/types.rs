//! Values on their way into and out of SQLite.

use noorm_core::value::Scalar;
use rusqlite::Statement;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

/// Binds the values of a statement. SQLite takes what is not bound for NULL, so the numbers must agree.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Scalar]) -> rusqlite::Result<()> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), wanted));
    }
    for (index, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, written(value))?;
    }
    Ok(())
}

fn written(value: &Scalar) -> ToSqlOutput<'_> {
    let borrowed = match value {
        Scalar::Null => return ToSqlOutput::Owned(Value::Null),
        Scalar::Boolean(flag) => return ToSqlOutput::Owned(Value::Integer(i64::from(*flag))),
        Scalar::Integer(number) => return ToSqlOutput::Owned(Value::Integer(*number)),
        Scalar::Real(number) => return ToSqlOutput::Owned(Value::Real(*number)),
        // As text: a column of a numeric type turns it into a number where that loses nothing.
        Scalar::Decimal(text) | Scalar::Text(text) => ValueRef::Text(text.as_bytes()),
        Scalar::Bytes(bytes) => ValueRef::Blob(bytes),
    };
    ToSqlOutput::Borrowed(borrowed)
}

/// Reads one cell.
pub(super) fn read(value: ValueRef<'_>) -> rusqlite::Result<Scalar> {
    Ok(match value {
        ValueRef::Null => Scalar::Null,
        ValueRef::Integer(number) => Scalar::Integer(number),
        ValueRef::Real(number) => Scalar::Real(number),
        // SQLite does not check that text is text.
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Scalar::Text(text.to_owned()),
            Err(_) => Scalar::Bytes(bytes.to_owned()),
        },
        ValueRef::Blob(bytes) => Scalar::Bytes(bytes.to_owned()),
    })
}
