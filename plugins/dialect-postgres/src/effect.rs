//! Where to look for what a statement leaves behind: the catalog's tables, by kind.

use noorm_guest::dialect::exports::noorm::dialect::effect::{Evidence, Guest};
use noorm_guest::subject::{Name, Subject};

use crate::Dialect;
use crate::literals::escaped;

impl Guest for Dialect {
    fn look(statement: String, _options: Vec<(String, String)>) -> Option<Evidence> {
        let subject = Subject::of(&statement, &[('"', '"')])?;
        Some(Evidence { query: query(&subject)?, present: subject.is_made })
    }
}

fn query(subject: &Subject) -> Option<String> {
    let name = subject.name.last()?;
    let relation = |names: &[Name]| Some(format!("to_regclass({})", literal(&written(names))?));
    Some(match subject.kind {
        "TABLE" | "VIEW" | "SEQUENCE" => {
            format!("SELECT relname FROM pg_class WHERE oid = {}", relation(&subject.name)?)
        }
        // One whose making was broken off is there, and of no use.
        "INDEX" => {
            let index = relation(&beside(&subject.of, &subject.name))?;
            let valid = if subject.is_made { " AND indisvalid" } else { "" };
            format!("SELECT indexrelid FROM pg_index WHERE indexrelid = {index}{valid}")
        }
        "COLUMN" => format!(
            "SELECT attname FROM pg_attribute WHERE attrelid = {} AND attname = {} AND NOT attisdropped",
            relation(&subject.of)?,
            stored(name)?
        ),
        "CONSTRAINT" => format!(
            "SELECT conname FROM pg_constraint WHERE conrelid = {} AND conname = {}",
            relation(&subject.of)?,
            stored(name)?
        ),
        "TYPE" => format!("SELECT typname FROM pg_type WHERE oid = to_regtype({})", literal(&written(&subject.name))?),
        "DATABASE" => format!("SELECT datname FROM pg_database WHERE datname = {}", stored(name)?),
        "SCHEMA" => format!("SELECT nspname FROM pg_namespace WHERE nspname = {}", stored(name)?),
        "EXTENSION" => format!("SELECT extname FROM pg_extension WHERE extname = {}", stored(name)?),
        // Others of the same name may be there.
        _ => return None,
    })
}

/// An index is in the schema of its table, whose statement has no other place for one.
fn beside(table: &[Name], index: &[Name]) -> Vec<Name> {
    let schema = table.split_last().map_or(&[][..], |(_, schema)| schema);
    match index {
        [_] => schema.iter().chain(index).cloned().collect(),
        _ => index.to_vec(),
    }
}

/// A name as the server reads it.
fn written(names: &[Name]) -> String {
    let one = |name: &Name| match name.is_quoted {
        true => format!("\"{}\"", name.text.replace('"', "\"\"")),
        false => name.text.clone(),
    };
    names.iter().map(one).collect::<Vec<_>>().join(".")
}

/// A name as the catalog has it, as a literal.
fn stored(name: &Name) -> Option<String> {
    literal(&if name.is_quoted { name.text.clone() } else { name.text.to_lowercase() })
}

fn literal(text: &str) -> Option<String> {
    Some(format!("'{}'", escaped(text).ok()?))
}
