//! noorm's own tables. The texts are in `schema` and `actions`; here they meet the schema that holds the tables.

mod actions;
mod adopt;
mod schema;
mod vault;

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found, Guest, Query, Target};
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::quoted;

impl Guest for Dialect {
    fn latest() -> u32 {
        schema::LATEST
    }

    fn upgrade(installed: u32, target: Target) -> Result<Vec<String>, Failure> {
        let place = place(&target)?;
        match schema::UPGRADES.get(installed as usize) {
            Some(statements) => Ok(statements.iter().map(|sql| fill(sql, &place)).collect()),
            None => Err(Failure::Unsupported(format!("an upgrade from schema version {installed}"))),
        }
    }

    fn action(name: String, target: Target) -> Result<Query, Failure> {
        let is_of_vault = vault::ACTIONS.iter().any(|action| action.name == name);
        find(if is_of_vault { vault::ACTIONS } else { actions::ACTIONS }, &name, &target)
    }

    fn adopt(found: Vec<Found>, target: Target) -> Result<Option<Adoption>, Failure> {
        adopt::adopt(&found, &place(&target)?)
    }
}

/// An action: its text, with `{noorm}` where the schema goes, and the names of what goes in and comes out.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    pub(crate) parameters: &'static [&'static str],
    pub(crate) columns: &'static [&'static str],
}

/// Returns the query of the action `name`.
pub(crate) fn find(actions: &[Action], name: &str, target: &Target) -> Result<Query, Failure> {
    let place = place(target)?;
    let Some(action) = actions.iter().find(|action| action.name == name) else {
        return Err(Failure::Unsupported(format!("the action `{name}`")));
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Ok(Query {
        sql: fill(action.sql, &place),
        parameters: names(action.parameters),
        columns: names(action.columns),
        attrs: Vec::new(),
    })
}

/// What stands before the name of a table: nothing, or the attached database that holds the tables.
fn place(target: &Target) -> Result<String, Failure> {
    match &target.schema {
        Some(schema) => Ok(format!("{}.", quoted(schema)?)),
        None => Ok(String::new()),
    }
}

/// Puts the schema into a text of ours.
fn fill(sql: &str, place: &str) -> String {
    sql.trim().replace("{noorm}", place)
}
