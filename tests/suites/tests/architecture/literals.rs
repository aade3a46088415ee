//! The host has no branch on a dialect's name and no SQL of its own: both come from plugins.

use crate::source::Source;
use crate::workspace::{assert_none, host_crates, sources};

/// The names that a branch would name, in the spellings that people use.
const DIALECTS: &[&str] = &["postgres", "sqlite", "mysql", "mssql", "mariadb", "sqlserver", "tsql"];

/// What SQL starts with. Only capitals count, as English sentences start with some of these words too.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "CREATE ",
    "ALTER ",
    "DROP ",
    "TRUNCATE ",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "PRAGMA ",
    "SET ",
    "LOCK ",
    "WITH ",
    "CALL ",
    "EXEC",
];

/// A driver speaks one product's protocol, and is named after it.
const DRIVER: &str = "host/crates/driver";

/// It asks dialects about scripts and servers of many kinds, and judges the answers; none of it reaches a database.
const CONFORMANCE: &str = "host/crates/conformance";

/// Returns the sources that serve every dialect alike: all of the host's crates but those with an exemption.
fn host(exempt: &[&str]) -> Vec<Source> {
    let folders = host_crates().into_iter().filter(|folder| !exempt.contains(&folder.as_str()));
    let sources = folders.flat_map(|folder| sources(&format!("{folder}/src")));
    sources.filter(|source| !is_exempt(source)).collect()
}

/// The demo is a project of a user's, and a user's project has a dialect.
fn is_exempt(source: &Source) -> bool {
    source.is_test() || source.path.split('/').any(|part| matches!(part, "demo" | "demo.rs"))
}

fn dialect_names(source: &Source) -> Vec<String> {
    let names_one = |text: &str| {
        let text = text.to_ascii_lowercase();
        DIALECTS.iter().any(|dialect| text.contains(dialect))
    };
    // A literal inside a sentence is an example in a message; alone it is a name to compare with.
    let is_name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:/".contains(&b));
    let literals = source.literals.iter().filter(|literal| is_name(&literal.text) && names_one(&literal.text));
    let literals = literals.map(|literal| format!("{}:{}: \"{}\"", source.path, literal.line, literal.text));
    let words = source.words().filter(|(_, word)| names_one(word));
    literals.chain(words.map(|(line, word)| format!("{}:{line}: {word}", source.path))).collect()
}

fn sql(source: &Source) -> Vec<String> {
    let literals = source.literals.iter();
    let literals = literals.filter(|literal| {
        let text = literal.text.trim_start();
        SQL.iter().any(|start| {
            let rest = text.strip_prefix(start);
            rest.is_some_and(|rest| {
                start.ends_with(' ') || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            })
        })
    });
    literals.map(|literal| format!("{}:{}: \"{}\"", source.path, literal.line, literal.text)).collect()
}

#[test]
fn the_host_names_no_dialect() {
    let sources = host(&[DRIVER, CONFORMANCE]);
    assert_none("the host names a dialect", &sources.iter().flat_map(dialect_names).collect::<Vec<_>>());
}

#[test]
fn the_host_writes_no_sql() {
    let sources = host(&[CONFORMANCE]).into_iter();
    // A driver looks for the words that end a transaction, to know what may be sent without waiting.
    let sources: Vec<_> = sources.filter(|source| !source.path.ends_with("postgres/pipeline.rs")).collect();
    assert_none("the host writes SQL", &sources.iter().flat_map(sql).collect::<Vec<_>>());
}

#[test]
fn every_crate_of_the_host_is_looked_at() {
    let crates = host_crates();
    for folder in ["host", "host/crates/core", "host/crates/fetch", DRIVER, CONFORMANCE] {
        assert!(crates.iter().any(|found| found == folder), "{folder} is not in {crates:?}: has it moved?");
    }
}

#[test]
fn a_dialect_name_is_found() {
    let source = Source::new(
        "host/src/x.rs",
        "//! For postgres.\nif d == \"sqlite\" || d.starts_with(\"postgres://\") {}\nmatch d { Dialect::MySql => \"e.g. mysql\" }\n\
         #[cfg(test)]\nmod tests { const X: &str = \"mssql\"; }\n",
    );
    assert_eq!(
        dialect_names(&source),
        ["host/src/x.rs:2: \"sqlite\"", "host/src/x.rs:2: \"postgres://\"", "host/src/x.rs:3: MySql"]
    );
}

#[test]
fn sql_is_found() {
    let source = Source::new(
        "host/src/x.rs",
        "// SELECT 1\nrun(\"  SELECT 1\"); run(\"COMMIT\"); run(\"COMMITTED\"); say(\"Select a config\");\n",
    );
    assert_eq!(sql(&source), ["host/src/x.rs:2: \"  SELECT 1\"", "host/src/x.rs:2: \"COMMIT\""]);
}
