//! Asks for rows, and reads each by the names of its columns. Errors say what a dialect's SQL returned instead.

use noorm_core::history::UnknownWord;
use noorm_core::value::Scalar;
use noorm_driver::Rows;

use crate::session::{Session, SessionError, Values};

/// One row.
pub(crate) struct Reader<'a> {
    pub(crate) columns: &'a [String],
    pub(crate) values: &'a [Scalar],
}

impl Reader<'_> {
    fn value(&self, name: &str) -> Result<&Scalar, String> {
        let place = self.columns.iter().position(|column| column == name);
        place.and_then(|place| self.values.get(place)).ok_or_else(|| format!("the column `{name}` does not come back"))
    }

    /// Returns a text; null is an empty one.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        match self.value(name)? {
            Scalar::Text(text) => Ok(text.clone()),
            Scalar::Null => Ok(String::new()),
            other => Err(format!("the column `{name}` is not text but {other:?}")),
        }
    }

    /// Returns an integer.
    pub(crate) fn integer(&self, name: &str) -> Result<i64, String> {
        let value = self.value(name)?;
        value.as_i64().ok_or_else(|| format!("the column `{name}` is not an integer but {value:?}"))
    }

    /// Returns a number that is not negative.
    pub(crate) fn count(&self, name: &str) -> Result<u64, String> {
        let number = self.integer(name)?;
        u64::try_from(number).map_err(|_| format!("the column `{name}` is {number}"))
    }

    /// Returns a word of the data model.
    pub(crate) fn word<T>(&self, name: &str, parse: fn(&str) -> Result<T, UnknownWord>) -> Result<T, String> {
        parse(&self.text(name)?).map_err(|error| error.to_string())
    }
}

/// Returns an integer of the first row.
pub(crate) fn only_integer(rows: &Rows, name: &str) -> Option<i64> {
    let place = rows.column(name)?;
    rows.rows.first()?.get(place)?.as_i64()
}

/// Runs a tracking action and returns its rows.
pub(crate) async fn query(session: &mut Session, action: &str, values: Values<'_>) -> Result<Rows, SessionError> {
    let query = session.dialect.tracking(action)?;
    session.query(action, &query, values).await
}

/// Reads each row of an action's answer. A row that is not what was asked for is the dialect's fault.
pub(crate) fn read<T>(
    session: &Session,
    action: &str,
    rows: &Rows,
    row: impl Fn(&Reader<'_>) -> Result<T, String>,
) -> Result<Vec<T>, SessionError> {
    let columns = &rows.columns;
    let read = rows.rows.iter().map(|values| row(&Reader { columns, values })).collect::<Result<_, _>>();
    read.map_err(|what| session.wrong(action, what))
}
