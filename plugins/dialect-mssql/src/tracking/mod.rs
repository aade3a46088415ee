//! noorm's own tables. The texts are in `schema` and `actions`; here they meet the schema that holds the tables, and the
//! database, which a script may have left with `USE`.

mod actions;
mod adopt;
mod schema;
mod vault;

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found, Guest, Query, Target};
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::literals::string;
use crate::naming::{SCHEMA, quoted};
use crate::server::{Product, fact, product};

impl Guest for Dialect {
    fn latest() -> u32 {
        schema::LATEST
    }

    fn upgrade(installed: u32, target: Target) -> Result<Vec<String>, Failure> {
        let place = place(&target)?.here();
        match schema::UPGRADES.get(installed as usize) {
            Some(steps) => Ok(steps.iter().map(|step| fill(&step.statement(), &place)).collect()),
            None => Err(Failure::Unsupported(format!("an upgrade from schema version {installed}"))),
        }
    }

    fn action(name: String, target: Target) -> Result<Query, Failure> {
        if name == "turn" && !product(&target.options).is_known() {
            return Err(Failure::Unsupported(format!("the action `{name}` on this product")));
        }
        let is_of_vault = vault::ACTIONS.iter().any(|action| action.name == name);
        find(if is_of_vault { vault::ACTIONS } else { actions::ACTIONS }, &name, &target)
    }

    fn adopt(found: Vec<Found>, target: Target) -> Result<Option<Adoption>, Failure> {
        adopt::adopt(&found, &place(&target)?.here())
    }
}

/// An action: its text, with `{noorm}` where the schema goes and what else `fill` writes out, and the names of what goes in
/// and comes out.
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

/// The schema that holds the tables, and its database.
struct Place {
    /// The schema: what it is called, as a name, and as a string.
    called: String,
    schema: String,
    text: String,
    /// The name of the database.
    database: Option<String>,
    /// What stands before the schema: the database, where names may begin with one.
    prefix: String,
    product: Product,
}

impl Place {
    /// For statements that are sent before any script, of which not all take the name of a database.
    fn here(self) -> Self {
        Self { prefix: String::new(), ..self }
    }

    /// Whether it is the schema of this name.
    fn is_here(&self, schema: &str) -> bool {
        self.called.eq_ignore_ascii_case(schema)
    }

    /// A string that names one of the locks that sessions take. The server's limit is 255 characters, and the name of a
    /// database has 128 at most.
    fn lock(&self, what: &str) -> String {
        let database = self.database.iter().map(|name| format!(".{name}"));
        string(&format!("noorm.{what}{}", database.collect::<String>()))
    }
}

fn place(target: &Target) -> Result<Place, Failure> {
    let schema = target.schema.as_deref().unwrap_or(SCHEMA);
    let product = product(&target.options);
    let database = fact(&target.options, "database").map(str::to_owned);
    let prefix = match &database {
        Some(name) if product.has_database_names() => format!("{}.", quoted(name)?),
        _ => String::new(),
    };
    Ok(Place { called: schema.to_owned(), schema: quoted(schema)?, text: string(schema), database, prefix, product })
}

/// Writes out what is in braces in a text of ours. What is not known stays.
fn fill(sql: &str, place: &Place) -> String {
    let mut parts = sql.trim().split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (what, rest) = part.split_once('}').unwrap_or((part, ""));
        filled += &written(what, place);
        filled += rest;
    }
    filled
}

fn written(what: &str, place: &Place) -> String {
    let (word, more) = what.split_once(' ').unwrap_or((what, ""));
    match (word, more) {
        ("noorm", "") => format!("{}{}", place.prefix, place.schema),
        ("'noorm'", "") => place.text.clone(),
        ("has", "version") => has(place, "__noorm_version__", "schema_version"),
        ("has", "vault") => has(place, "__noorm_vault__", "version"),
        // Only as the first statement of a text of its own does the server take it.
        ("make", "noorm") => {
            let make = string(&format!("CREATE SCHEMA {}", place.schema));
            format!("IF SCHEMA_ID({}) IS NULL EXEC({make})", place.text)
        }
        // Texts that compare exactly, whatever the database's do.
        ("exact", "") if place.product.is_known() => " COLLATE Latin1_General_BIN2".to_owned(),
        ("exact", "") => String::new(),
        // In two parts, as the function counts in `int`.
        ("in", milliseconds) => format!(
            "DATEADD(MILLISECOND, CAST({milliseconds} % 86400000 AS INT), \
             DATEADD(DAY, CAST({milliseconds} / 86400000 AS INT), SYSUTCDATETIME()))"
        ),
        // An instant as the host reads it. The server leaves milliseconds out where there are none.
        ("instant", column) => format!(
            "LEFT(CONVERT(NVARCHAR(30), {column}, 126), 19) + N'.' \
             + RIGHT(N'00' + CAST(DATEPART(MILLISECOND, {column}) AS NVARCHAR(3)), 3) + N'Z'"
        ),
        ("own", "transactions") if place.product.is_known() => "SET IMPLICIT_TRANSACTIONS OFF;".to_owned(),
        ("own", "transactions") => String::new(),
        ("lock", what) => place.lock(what),
        // A procedure of the server's works in the database that stands before it.
        ("procedures", "") if place.prefix.is_empty() => String::new(),
        ("procedures", "") => format!("{}sys.", place.prefix),
        _ => format!("{{{what}}}"),
    }
}

/// An expression: 1 if one of noorm's tables is there, and ours by one of its columns. In Microsoft's products a look at the whole catalog waits
/// for everybody who is making a table, the one whose lock is to be told included. Elsewhere the catalog may have names in
/// another case.
fn has(place: &Place, table: &str, column: &str) -> String {
    let of = match place.product.is_microsofts() {
        true => {
            let table = string(&format!("{}.{table}", place.schema));
            format!("sys.columns WHERE object_id = OBJECT_ID({table}) AND LOWER(name)")
        }
        false => format!(
            "INFORMATION_SCHEMA.COLUMNS WHERE LOWER(TABLE_SCHEMA) = LOWER({}) \
             AND LOWER(TABLE_NAME) = N'{table}' AND LOWER(COLUMN_NAME)",
            place.text
        ),
    };
    format!("(SELECT COUNT(*) FROM {of} = N'{column}')")
}
