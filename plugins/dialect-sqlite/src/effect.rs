//! Where to look for what a statement leaves behind: the table that SQLite keeps of everything that was made.

use noorm_guest::dialect::exports::noorm::dialect::effect::{Evidence, Guest};
use noorm_guest::subject::{Name, Subject};

use crate::Dialect;
use crate::literals::escaped;
use crate::naming::quoted;

impl Guest for Dialect {
    fn look(statement: String, _options: Vec<(String, String)>) -> Option<Evidence> {
        let subject = Subject::of(&statement, &[('"', '"'), ('`', '`'), ('[', ']')])?;
        Some(Evidence { query: query(&subject)?, present: subject.is_made })
    }
}

fn query(subject: &Subject) -> Option<String> {
    let name = text(subject.name.last()?)?;
    Some(match subject.kind {
        "COLUMN" => {
            let schema =
                schema(&subject.of).map_or(Some(String::new()), |schema| Some(format!(", {}", text(schema)?)))?;
            let table = text(subject.of.last()?)?;
            format!("SELECT name FROM pragma_table_info({table}{schema}) WHERE name = {name} COLLATE NOCASE")
        }
        "TABLE" | "VIEW" | "INDEX" | "TRIGGER" => {
            let schema = schema(&subject.name).map_or(Some(String::new()), |it| Some(quoted(&it.text).ok()? + "."))?;
            let kind = subject.kind.to_lowercase();
            format!("SELECT name FROM {schema}sqlite_schema WHERE type = '{kind}' AND name = {name} COLLATE NOCASE")
        }
        _ => return None,
    })
}

/// The schema that a name is in, if it says so.
fn schema(name: &[Name]) -> Option<&Name> {
    name.len().checked_sub(2).map(|at| &name[at])
}

fn text(name: &Name) -> Option<String> {
    Some(format!("'{}'", escaped(&name.text).ok()?))
}
