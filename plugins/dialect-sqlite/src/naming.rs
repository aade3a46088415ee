//! Names: what SQLite takes for one, and how it is quoted.

use noorm_guest::dialect::exports::noorm::dialect::naming::{Guest, NameRules, ObjectName};
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure, Severity};
use noorm_guest::sql::{self, Quotes};

use crate::Dialect;

impl Guest for Dialect {
    fn rules() -> NameRules {
        NameRules {
            max_bytes: 0,
            folds: "keep".to_owned(),
            separator: ".".to_owned(),
            default_schema: Some("main".to_owned()),
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
    Ok(sql::quote(identifier, Quotes::default())?)
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
