//! Where to look for what a statement leaves behind: the catalog's views, by kind.

use noorm_guest::dialect::exports::noorm::dialect::effect::{Evidence, Guest};
use noorm_guest::subject::{Name, Subject};

use crate::Dialect;
use crate::literals::string;
use crate::naming::quoted;

impl Guest for Dialect {
    fn look(statement: String, _options: Vec<(String, String)>) -> Option<Evidence> {
        let subject = Subject::of(&statement, &[('"', '"'), ('[', ']')])?;
        Some(Evidence { query: query(&subject)?, present: subject.is_made })
    }
}

fn query(subject: &Subject) -> Option<String> {
    let name = string(&subject.name.last()?.text);
    let of = || object(&subject.of);
    Some(match subject.kind {
        "TABLE" | "VIEW" | "PROCEDURE" | "FUNCTION" | "TRIGGER" | "SEQUENCE" => {
            format!("SELECT name FROM sys.objects WHERE object_id = {}", object(&subject.name)?)
        }
        "COLUMN" => format!("SELECT name FROM sys.columns WHERE object_id = {} AND name = {name}", of()?),
        "INDEX" => format!("SELECT name FROM sys.indexes WHERE object_id = {} AND name = {name}", of()?),
        "CONSTRAINT" => format!("SELECT name FROM sys.objects WHERE parent_object_id = {} AND name = {name}", of()?),
        "DATABASE" => format!("SELECT name FROM sys.databases WHERE name = {name}"),
        "SCHEMA" => format!("SELECT name FROM sys.schemas WHERE name = {name}"),
        _ => return None,
    })
}

/// An expression for the number of an object.
fn object(name: &[Name]) -> Option<String> {
    let parts: Option<Vec<String>> = name.iter().map(|part| quoted(&part.text).ok()).collect();
    let parts = parts.filter(|parts| !parts.is_empty())?;
    Some(format!("OBJECT_ID({})", string(&parts.join("."))))
}
