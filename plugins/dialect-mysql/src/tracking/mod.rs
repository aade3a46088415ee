//! noorm's own tables. The texts are in `schema` and `actions`; here they meet the database that holds the tables, which
//! is always named: a script may have left it with `USE`.

mod actions;
mod adopt;
mod schema;
mod vault;

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found, Guest, Query, Target};
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::literals::string;
use crate::lock::session_lock;
use crate::naming::quoted;
use crate::server::{Product, fact, product};

/// A value that is text. Its bytes are UTF-8, whatever a script has said with `SET NAMES`.
pub(crate) const TEXT_VALUE: &str = "CONVERT(CAST(? AS BINARY) USING utf8mb4)";

impl Guest for Dialect {
    fn latest() -> u32 {
        schema::LATEST
    }

    fn upgrade(installed: u32, target: Target) -> Result<Vec<String>, Failure> {
        let place = place(&target)?;
        let Some(steps) = schema::UPGRADES.get(installed as usize) else {
            return Err(Failure::Unsupported(format!("an upgrade from schema version {installed}")));
        };
        Ok(place.in_turn(steps.iter().flat_map(|step| step.statements(&place)).collect()))
    }

    fn action(name: String, target: Target) -> Result<Query, Failure> {
        let is_of_vault = vault::ACTIONS.iter().any(|action| action.name == name);
        find(if is_of_vault { vault::ACTIONS } else { actions::ACTIONS }, &name, &target)
    }

    fn adopt(found: Vec<Found>, target: Target) -> Result<Option<Adoption>, Failure> {
        adopt::adopt(&found, &place(&target)?)
    }
}

/// An action: its text, with `{noorm}` where the database goes (`{'noorm'}`: as a string), and the names of what goes in and
/// comes out. `{text}` is the place of a value that is text, `{instant …}` a column as the host reads instants.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    pub(crate) parameters: &'static [&'static str],
    pub(crate) columns: &'static [&'static str],
    /// A second statement, whose rows are the answer: there is no `RETURNING` that both servers know.
    pub(crate) then: Option<&'static str>,
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
        attrs: action.then.iter().map(|sql| ("then".to_owned(), fill(sql, &place))).collect(),
    })
}

/// The database that holds the tables.
struct Place {
    /// What stands before the name of a table.
    prefix: String,
    /// An expression for its name.
    text: String,
    /// Whether the product takes expressions as defaults.
    has_defaults: bool,
    /// An expression for the name of the lock by which upgrades take turns, where the product has such locks.
    turn: Option<String>,
}

impl Place {
    /// Two runs that change the tables at once wait for each other, a minute at most. The nodes of a cluster take turns with
    /// DDL by themselves.
    fn in_turn(&self, statements: Vec<String>) -> Vec<String> {
        let Some(turn) = &self.turn else { return statements };
        let (take, end) = (format!("DO GET_LOCK({turn}, 60)"), format!("DO RELEASE_LOCK({turn})"));
        [take].into_iter().chain(statements).chain([end]).collect()
    }
}

fn place(target: &Target) -> Result<Place, Failure> {
    let product = product(&target.options);
    let has_defaults = product != Product::TiDb;
    let turn = product.has_session_locks().then(|| session_lock("upgrade", &target.options));
    let database = target.schema.as_deref().or_else(|| fact(&target.options, "database"));
    let (prefix, text) = match database {
        Some(name) => (format!("{}.", quoted(name)?), string(name)),
        None => (String::new(), "DATABASE()".to_owned()),
    };
    Ok(Place { prefix, text, has_defaults, turn })
}

/// Puts the database into a text of ours, and writes out what is written short.
fn fill(sql: &str, place: &Place) -> String {
    let sql = sql.trim().replace("{text}", TEXT_VALUE);
    let mut parts = sql.split("{instant ");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once('}').unwrap_or((part, ""));
        filled += &format!("CONCAT(LEFT(DATE_FORMAT({column}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z'){rest}");
    }
    filled.replace("{noorm}", &place.prefix).replace("{'noorm'}", &place.text)
}
