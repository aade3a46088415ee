//! The dialects, with what their scripts are made of.

use noorm_guest::split::Syntax;

use crate::words;

/// A dialect as the fuzzer sees it.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Its name in a config.
    pub name: &'static str,
    /// Its lexical rules, those of the plugin.
    pub syntax: &'static Syntax,
    /// What begins, ends and confuses things in its scripts.
    pub words: &'static [&'static str],
    /// Whether a statement taken out of its script is the same statement: no delimiter or setting before it counts.
    pub stands_alone: bool,
}

/// All of them.
pub static DIALECTS: [Dialect; 4] = [
    Dialect { name: "mssql", syntax: &dialect_mssql::SYNTAX, words: words::MSSQL, stands_alone: false },
    Dialect { name: "mysql", syntax: &dialect_mysql::SYNTAX, words: words::MYSQL, stands_alone: false },
    Dialect { name: "postgres", syntax: &dialect_postgres::SYNTAX, words: words::POSTGRES, stands_alone: true },
    Dialect { name: "sqlite", syntax: &dialect_sqlite::SYNTAX, words: words::SQLITE, stands_alone: true },
];
