//! Names: what PostgreSQL takes for one, and how it is quoted.

use noorm_guest::dialect::exports::noorm::dialect::naming::{Guest, NameRules, ObjectName};
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure, Severity};
use noorm_guest::sql::{self, Quotes};

use crate::Dialect;

/// A longer name is cut by the server, without an error: it would name something else.
const BYTES_MAX: u32 = 63;

/// The schema of noorm's own tables.
pub(crate) const SCHEMA: &str = "noorm";

impl Guest for Dialect {
    fn rules() -> NameRules {
        NameRules {
            max_bytes: BYTES_MAX,
            folds: "lower".to_owned(),
            separator: ".".to_owned(),
            default_schema: Some("public".to_owned()),
        }
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        quoted(&identifier)
    }

    fn qualify(name: ObjectName) -> Result<String, Failure> {
        if name.catalog.is_some() {
            return Err(Failure::Unsupported("a name with a catalog".to_owned()));
        }
        let name_only = quoted(&name.name)?;
        match name.schema {
            Some(schema) => Ok(format!("{}.{name_only}", quoted(&schema)?)),
            None => Ok(name_only),
        }
    }
}

/// Quotes one identifier.
pub(crate) fn quoted(identifier: &str) -> Result<String, Failure> {
    let quoted = sql::quote(identifier, Quotes::default())?;
    if identifier.len() > BYTES_MAX as usize {
        return Err(invalid("long-name", "a name is longer than 63 bytes, which the server would cut"));
    }
    Ok(quoted)
}

/// What is wrong with a name or value. It has no place: the host knows where it came from.
pub(crate) fn invalid(code: &str, message: &str) -> Failure {
    Failure::Invalid(vec![Diagnostic {
        severity: Severity::Error,
        code: code.to_owned(),
        message: message.to_owned(),
        span: None,
        help: None,
        attrs: Vec::new(),
    }])
}
