//! How the database itself tells whether a statement was carried out.

use noorm_testkit::Engine;

use crate::NOT_TRIED;

/// What a statement leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A table or a view of this name.
    Relation(String),
    /// No table of this name any more.
    Gone(String),
    /// A column of a table.
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// An index of this name.
    Index {
        /// The table.
        table: String,
        /// The index.
        name: String,
    },
    /// A trigger of this name.
    Trigger(String),
    /// A function of this name.
    Function(String),
    /// A row: the table and the condition that only this row fulfils.
    Row {
        /// The table.
        table: String,
        /// The condition.
        condition: String,
    },
    /// Nothing that could be seen: it may be carried out again.
    None,
}

impl Effect {
    /// Returns the query that has a row when the statement was carried out; `None` when that does not matter.
    pub fn query(&self, engine: Engine) -> Option<String> {
        Some(match engine {
            Engine::Sqlite => self.in_sqlite()?,
            Engine::Postgres => self.in_postgres()?,
            Engine::Mariadb | Engine::Mysql => self.in_mariadb()?,
            Engine::Mssql => panic!("{NOT_TRIED}"),
        })
    }

    /// Returns what removes the half of an effect that a statement can leave where it is no transaction of its own.
    pub fn cleanup(&self, engine: Engine) -> Option<String> {
        match (self, engine) {
            // An index that was being built without a lock stays behind as an invalid one.
            (Self::Index { name, .. }, Engine::Postgres) => Some(format!("DROP INDEX IF EXISTS {name}")),
            _ => None,
        }
    }

    fn in_sqlite(&self) -> Option<String> {
        let named =
            |kind: &str, name: &str| format!("SELECT 1 FROM sqlite_schema WHERE type IN ({kind}) AND name = '{name}'");
        Some(match self {
            Self::Relation(name) => named("'table', 'view'", name),
            Self::Gone(name) => gone(&named("'table', 'view'", name)),
            Self::Column { table, column } => {
                format!("SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'")
            }
            Self::Index { name, .. } => named("'index'", name),
            Self::Trigger(name) => named("'trigger'", name),
            Self::Row { table, condition } => row(table, condition),
            Self::Function(_) | Self::None => return None,
        })
    }

    fn in_postgres(&self) -> Option<String> {
        Some(match self {
            Self::Relation(name) => format!("SELECT 1 WHERE to_regclass('public.{name}') IS NOT NULL"),
            Self::Gone(name) => format!("SELECT 1 WHERE to_regclass('public.{name}') IS NULL"),
            Self::Column { table, column } => format!(
                "SELECT 1 FROM information_schema.columns WHERE table_name = '{table}' AND column_name = '{column}'"
            ),
            Self::Index { name, .. } => {
                format!("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('public.{name}') AND indisvalid")
            }
            Self::Trigger(name) => format!("SELECT 1 FROM pg_trigger WHERE tgname = '{name}'"),
            Self::Function(name) => format!("SELECT 1 FROM pg_proc WHERE proname = '{name}'"),
            Self::Row { table, condition } => row(table, condition),
            Self::None => return None,
        })
    }

    fn in_mariadb(&self) -> Option<String> {
        let table = |table: &str, column: &str, name: &str| {
            format!(
                "SELECT 1 FROM information_schema.{table} WHERE {column}_schema = database() AND {column}_name = '{name}'"
            )
        };
        Some(match self {
            Self::Relation(name) => table("tables", "table", name),
            Self::Gone(name) => gone(&table("tables", "table", name)),
            Self::Column { table: of, column } => {
                format!("{} AND column_name = '{column}'", table("columns", "table", of))
            }
            Self::Index { table: of, name } => {
                format!("{} AND index_name = '{name}'", table("statistics", "table", of))
            }
            Self::Trigger(name) => table("triggers", "trigger", name),
            Self::Function(name) => table("routines", "routine", name),
            Self::Row { table, condition } => row(table, condition),
            Self::None => return None,
        })
    }
}

fn row(table: &str, condition: &str) -> String {
    format!("SELECT 1 FROM {table} WHERE {condition}")
}

fn gone(present: &str) -> String {
    format!("SELECT 1 FROM (SELECT 1 AS one) AS base WHERE NOT EXISTS ({present})")
}
