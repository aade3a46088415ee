//! Names: what MySQL takes for one, and how it is quoted. Backticks quote whatever the session's `sql_mode` is; a double
//! quote does so under `ANSI_QUOTES` only.

use noorm_guest::dialect::exports::noorm::dialect::naming::{Guest, NameRules, ObjectName};
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure, Severity};
use noorm_guest::sql::{self, Quotes};

use crate::Dialect;

/// The limit counts characters. As many bytes are within it, whatever they are.
const CHARACTERS_MAX: u32 = 64;

impl Guest for Dialect {
    fn rules() -> NameRules {
        NameRules {
            max_bytes: CHARACTERS_MAX,
            folds: "keep".to_owned(),
            separator: ".".to_owned(),
            // What others call a schema is a database here.
            default_schema: None,
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
    let quoted = sql::quote(identifier, Quotes { open: '`', close: '`', max_bytes: 0 })?;
    let fault = if identifier.chars().count() > CHARACTERS_MAX as usize {
        Some(("long-name", "a name is longer than 64 characters"))
    } else if identifier.ends_with(' ') {
        Some(("blank-in-name", "a name ends in a space, which MySQL does not take"))
    } else if identifier.chars().any(|c| c > '\u{ffff}') {
        Some(("plane-in-name", "a name contains a character beyond U+FFFF, which MySQL does not take"))
    } else {
        None
    };
    match fault {
        Some((code, message)) => Err(invalid(code, message)),
        None => Ok(quoted),
    }
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
