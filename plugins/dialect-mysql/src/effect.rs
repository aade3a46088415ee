//! Where to look for what a statement leaves behind: the catalog's tables, by kind.

use noorm_guest::dialect::exports::noorm::dialect::effect::{Evidence, Guest};
use noorm_guest::subject::{Name, Subject};

use crate::Dialect;
use crate::literals::string;

impl Guest for Dialect {
    fn look(statement: String, _options: Vec<(String, String)>) -> Option<Evidence> {
        // A double quote is a string's, unless the session says otherwise.
        let subject = Subject::of(&statement, &[('`', '`')])?;
        Some(Evidence { query: query(&subject)?, present: subject.is_made })
    }
}

fn query(subject: &Subject) -> Option<String> {
    let (of, name) = (subject.of.as_slice(), subject.name.as_slice());
    let (table, schema, column, place) = match subject.kind {
        "TABLE" | "VIEW" | "SEQUENCE" => ("TABLES", "TABLE_SCHEMA", "TABLE_NAME", name),
        "COLUMN" => ("COLUMNS", "TABLE_SCHEMA", "COLUMN_NAME", of),
        "INDEX" => ("STATISTICS", "TABLE_SCHEMA", "INDEX_NAME", of),
        "CONSTRAINT" => ("TABLE_CONSTRAINTS", "TABLE_SCHEMA", "CONSTRAINT_NAME", of),
        "PROCEDURE" | "FUNCTION" => ("ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME", name),
        "TRIGGER" => ("TRIGGERS", "TRIGGER_SCHEMA", "TRIGGER_NAME", name),
        "EVENT" => ("EVENTS", "EVENT_SCHEMA", "EVENT_NAME", name),
        "DATABASE" | "SCHEMA" => {
            let name = string(&name.last()?.text);
            return Some(format!("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {name}"));
        }
        _ => return None,
    };
    let mut query = format!(
        "SELECT {column} FROM information_schema.{table} WHERE {schema} = {} AND {column} = {}",
        database(place)?,
        string(&name.last()?.text)
    );
    if let Some(of) = of.last() {
        query += &format!(" AND TABLE_NAME = {}", string(&of.text));
    }
    if table == "ROUTINES" {
        query += &format!(" AND ROUTINE_TYPE = '{}'", subject.kind);
    }
    Some(query)
}

/// The database of a name, or an expression for the session's.
fn database(name: &[Name]) -> Option<String> {
    match name {
        [_] => Some("DATABASE()".to_owned()),
        [database, _] => Some(string(&database.text)),
        _ => None,
    }
}
