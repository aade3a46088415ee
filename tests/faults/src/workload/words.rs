//! What the engines say differently.

use noorm_testkit::Engine;

use super::kinds::{COLUMNS, created, row, statement};
use super::{Effect, Statement};
use crate::NOT_TRIED;

/// One engine's texts.
pub(super) struct Words {
    /// What makes a trigger of this name that writes into the ledger for each new row of a table.
    pub(super) trigger: fn(&str, &str) -> Vec<Statement>,
    /// What cannot run in a transaction; a name for something new, and a table.
    pub(super) outside: fn(&str, &str) -> Vec<Statement>,
    /// What only this engine has, with what stands before it; a name for something new, and a table with two rows.
    pub(super) special: fn(&str, &str) -> (&'static str, Vec<Statement>),
}

/// Returns the texts of an engine.
pub(super) fn of(engine: Engine) -> Words {
    match engine {
        Engine::Sqlite => Words { trigger: sqlite_trigger, outside: sqlite_outside, special: sqlite_special },
        Engine::Postgres => Words { trigger: postgres_trigger, outside: postgres_outside, special: postgres_special },
        Engine::Mariadb | Engine::Mysql => {
            Words { trigger: mariadb_trigger, outside: mariadb_outside, special: mariadb_special }
        }
        Engine::Mssql => panic!("{NOT_TRIED}"),
    }
}

fn index(name: &str, table: &str, sql: &str) -> Statement {
    statement(sql, Effect::Index { table: table.to_owned(), name: name.to_owned() })
}

fn sqlite_trigger(name: &str, table: &str) -> Vec<Statement> {
    let sql = format!(
        "CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN\n    INSERT INTO ledger VALUES ('{name} ' || NEW.id);\nEND;"
    );
    vec![statement(&sql, Effect::Trigger(name.to_owned()))]
}

fn sqlite_outside(name: &str, table: &str) -> Vec<Statement> {
    let made = index(name, table, &format!("CREATE INDEX {name} ON {table} (amount);"));
    vec![statement("VACUUM;", Effect::None), made]
}

/// The rebuild of a table that another one refers to.
fn sqlite_special(name: &str, table: &str) -> (&'static str, Vec<Statement>) {
    let (child, new) = (format!("{name}_child"), format!("{table}_new"));
    let copied = Effect::Row { table: new.clone(), condition: "id = 1".to_owned() };
    let statements = vec![
        created(&child, &format!("id INTEGER PRIMARY KEY, parent INTEGER REFERENCES {table} (id)")),
        row(&child, "1, 1", "id = 1"),
        created(&new, COLUMNS),
        statement(&format!("INSERT INTO {new} SELECT id, name, amount + 1 FROM {table};"), copied),
        statement(&format!("DROP TABLE {table};"), Effect::Gone(table.to_owned())),
        statement(&format!("ALTER TABLE {new} RENAME TO {table};"), Effect::Gone(new.clone())),
    ];
    ("PRAGMA foreign_keys = OFF;\n", statements)
}

fn postgres_trigger(name: &str, table: &str) -> Vec<Statement> {
    let function = format!(
        "CREATE FUNCTION {name}_f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    INSERT INTO ledger VALUES \
         ('{name} ' || NEW.id);\n    RETURN NULL;\nEND;\n$$;"
    );
    let trigger = format!("CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_f();");
    vec![
        statement(&function, Effect::Function(format!("{name}_f"))),
        statement(&trigger, Effect::Trigger(name.to_owned())),
    ]
}

fn postgres_outside(name: &str, table: &str) -> Vec<Statement> {
    vec![index(name, table, &format!("CREATE INDEX CONCURRENTLY {name} ON {table} (amount);"))]
}

fn postgres_special(name: &str, table: &str) -> (&'static str, Vec<Statement>) {
    let copy =
        format!("COPY {table} (id, name, amount) FROM stdin;\n11\televen; -- not a comment\t110\n12\t\\N\t120\n\\.");
    let function =
        format!("CREATE FUNCTION {name}(n integer) RETURNS integer LANGUAGE sql AS $body$ SELECT n + 1; $body$;");
    let statements = vec![
        statement(&copy, Effect::Row { table: table.to_owned(), condition: "id = 11".to_owned() }),
        statement(&function, Effect::Function(name.to_owned())),
        statement(
            &format!("UPDATE {table} SET amount = {name}(amount) WHERE id = 1;"),
            Effect::Row { table: table.to_owned(), condition: "id = 1 AND amount = 11".to_owned() },
        ),
    ];
    ("", statements)
}

fn mariadb_trigger(name: &str, table: &str) -> Vec<Statement> {
    let sql = format!(
        "CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW INSERT INTO ledger VALUES (CONCAT('{name} ', NEW.id));"
    );
    vec![statement(&sql, Effect::Trigger(name.to_owned()))]
}

fn mariadb_outside(name: &str, table: &str) -> Vec<Statement> {
    vec![index(name, table, &format!("CREATE INDEX {name} ON {table} (amount);"))]
}

fn mariadb_special(name: &str, table: &str) -> (&'static str, Vec<Statement>) {
    let function = format!(
        "DELIMITER //\nCREATE FUNCTION {name}(n INT) RETURNS INT DETERMINISTIC\nBEGIN\n    SET n = n + 1;\n    RETURN \
         n;\nEND//\nDELIMITER ;"
    );
    let statements = vec![
        statement(&function, Effect::Function(name.to_owned())),
        statement(
            &format!("UPDATE {table} SET amount = {name}(amount) WHERE id = 1;"),
            Effect::Row { table: table.to_owned(), condition: "id = 1 AND amount = 11".to_owned() },
        ),
    ];
    ("", statements)
}
