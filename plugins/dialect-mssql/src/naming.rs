//! Names: what SQL Server takes for one, and how it is quoted. Brackets quote whatever the session's `QUOTED_IDENTIFIER` is.

use noorm_guest::dialect::exports::noorm::dialect::naming::{Guest, NameRules, ObjectName};
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure, Severity};
use noorm_guest::sql::{self, Quotes};

use crate::Dialect;

/// The limit counts UTF-16 units. As many bytes are within it, whatever they are.
const UNITS_MAX: u32 = 128;

/// The schema of noorm's own tables.
pub(crate) const SCHEMA: &str = "noorm";

impl Guest for Dialect {
    fn rules() -> NameRules {
        NameRules {
            max_bytes: UNITS_MAX,
            folds: "keep".to_owned(),
            separator: ".".to_owned(),
            default_schema: Some("dbo".to_owned()),
        }
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        quoted(&identifier)
    }

    /// Between a database and a name the schema may be left out, and its dot may not.
    fn qualify(name: ObjectName) -> Result<String, Failure> {
        let name_only = quoted(&name.name)?;
        let schema = name.schema.as_deref().map(quoted).transpose()?;
        Ok(match (name.catalog.as_deref().map(quoted).transpose()?, schema) {
            (Some(catalog), schema) => format!("{catalog}.{}.{name_only}", schema.unwrap_or_default()),
            (None, Some(schema)) => format!("{schema}.{name_only}"),
            (None, None) => name_only,
        })
    }
}

/// Quotes one identifier.
pub(crate) fn quoted(identifier: &str) -> Result<String, Failure> {
    let quoted = sql::quote(identifier, Quotes { open: '[', close: ']', max_bytes: 0 })?;
    if identifier.encode_utf16().count() > UNITS_MAX as usize {
        return Err(invalid("long-name", "a name is longer than 128 characters"));
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
