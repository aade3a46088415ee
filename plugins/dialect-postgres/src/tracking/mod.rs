//! noorm's own tables. The texts are in `schema` and `actions`; here they meet the schema that holds the tables.

mod actions;
mod adopt;
mod schema;
mod vault;

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found, Guest, Query, Target};
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::{SCHEMA, quoted};
use crate::server::{Product, product};

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
        if name == "turn" && !product(&target.options).has_session_locks() {
            return Err(Failure::Unsupported(format!("the action `{name}` on this product")));
        }
        let is_of_vault = vault::ACTIONS.iter().any(|action| action.name == name);
        find(if is_of_vault { vault::ACTIONS } else { actions::ACTIONS }, &name, &target)
    }

    fn adopt(found: Vec<Found>, target: Target) -> Result<Option<Adoption>, Failure> {
        adopt::adopt(&found, &place(&target)?)
    }
}

/// An action: its text, with `{noorm}` where the schema goes (`{'noorm'}`: as a string), and the names of what goes in and comes out.
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

/// The schema that holds the tables, as a name and as a string, and the statement that makes it.
struct Place {
    name: String,
    text: String,
    make: &'static str,
}

/// A role may be unable to make schemas, and have one that somebody made for it: `IF NOT EXISTS` asks for the right even
/// then.
const MAKE: &str = "
DO $noorm$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {'noorm'}) THEN
        CREATE SCHEMA {noorm};
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION '`%` may not make the schema `%`', current_user, {'noorm'} USING
        ERRCODE = 'insufficient_privilege',
        HINT = format(
            'let somebody who may run it: `CREATE SCHEMA %I AUTHORIZATION %I`', {'noorm'}, current_user
        );
END $noorm$";

/// For products that have no blocks.
const MAKE_PLAIN: &str = "CREATE SCHEMA IF NOT EXISTS {noorm}";

fn place(target: &Target) -> Result<Place, Failure> {
    let schema = target.schema.as_deref().unwrap_or(SCHEMA);
    let make = match product(&target.options) {
        Product::Cockroach => MAKE_PLAIN,
        Product::Postgres | Product::Yugabyte => MAKE,
    };
    Ok(Place { name: quoted(schema)?, text: string(schema), make })
}

/// A text as a string of SQL.
fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Puts the schema into a text of ours.
fn fill(sql: &str, place: &Place) -> String {
    let sql = sql.trim().replace("{make noorm}", place.make.trim());
    sql.replace("{noorm}", &place.name).replace("{'noorm'}", &place.text)
}
