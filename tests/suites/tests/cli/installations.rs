//! Installations of earlier versions and of the TypeScript original, from `tests/fixtures/tracking`, and what becomes of
//! their rows.

use std::process::{Child, Output, Stdio};

use noorm_testkit::{Engine, Project};

/// Where noorm's tables belong, and where a user's go who says nothing.
pub(crate) const PROPER: &str = "noorm";
pub(crate) const DEFAULT: &str = "public";

/// The tables that have a history, and their columns in version 1.
pub(crate) const TABLES: [(&str, &str); 3] = [
    (
        "changeset",
        "id, name, change_type, direction, checksum, executed_at, executed_by, config_name, cli_version, status, \
         error_message, duration_ms",
    ),
    (
        "executions",
        "id, changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason, duration_ms",
    ),
    ("identities", "id, identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at"),
];

/// Makes the installation `name` in the project's database, in `schema` where there are schemas.
pub(crate) fn install(project: &Project, name: &str, schema: &str) {
    let dialect = project.database.engine().dialect();
    let path = format!("{}/../fixtures/tracking/{name}.{dialect}.sql", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let folder = project.project();
    let schema = schema_of(project, schema);
    project.database.script(&text.replace("{schema}", schema).replace("{project}", folder.to_str().unwrap()));
}

/// The default schema has another name elsewhere.
fn schema_of<'a>(project: &Project, schema: &'a str) -> &'a str {
    if schema == DEFAULT && project.database.engine() == Engine::Mssql { "dbo" } else { schema }
}

/// Returns the name of one of noorm's tables in a schema.
pub(crate) fn table(project: &Project, schema: &str, name: &str) -> String {
    match project.database.engine() {
        Engine::Postgres | Engine::Mssql => format!("{}.__noorm_{name}__", schema_of(project, schema)),
        Engine::Sqlite | Engine::Mariadb | Engine::Mysql => format!("__noorm_{name}__"),
    }
}

/// Returns the history in a schema, as version 1 knows it: table by table, row by row.
pub(crate) fn history(project: &Project, schema: &str) -> Vec<Vec<Vec<String>>> {
    let rows = |(name, columns): &(&str, &str)| {
        project.query(&format!("SELECT {columns} FROM {} ORDER BY id", table(project, schema, name)))
    };
    TABLES.iter().map(rows).collect()
}

/// Returns everything that the database says of all its tables whose names are noorm's, and their rows.
pub(crate) fn dump(project: &Project) -> String {
    let sql = match project.database.engine() {
        Engine::Sqlite => {
            "SELECT '', name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%noorm%' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT schemaname, tablename FROM pg_tables WHERE tablename LIKE '%noorm%' OR schemaname = 'noorm' \
             ORDER BY schemaname, tablename"
        }
        Engine::Mssql => {
            "SELECT s.name, t.name FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id \
             WHERE t.name LIKE '%noorm%' OR s.name = 'noorm' ORDER BY s.name, t.name"
        }
        Engine::Mariadb | Engine::Mysql => {
            "SELECT '', table_name FROM information_schema.tables WHERE table_schema = database() \
             AND table_name LIKE '%noorm%' ORDER BY table_name"
        }
    };
    let mut text = String::new();
    for row in project.query(sql) {
        let dot = if row[0].is_empty() { "" } else { "." };
        let name = format!("{}{dot}{}", row[0], row[1]);
        text += &format!("{name}: {:?}\n", project.query(&format!("SELECT * FROM {name} ORDER BY 1")));
    }
    assert!(text.contains("version"), "nothing of noorm's is there: {text}");
    text
}

/// Returns the columns of noorm's tables, where they belong, with types and defaults.
pub(crate) fn catalog(project: &Project) -> Vec<Vec<String>> {
    project.query(match project.database.engine() {
        Engine::Sqlite => {
            "SELECT tab.name, part.name, part.type, part.\"notnull\", part.dflt_value FROM sqlite_schema AS tab, \
             pragma_table_info(tab.name) AS part WHERE tab.type = 'table' AND tab.name LIKE '%noorm%' \
             ORDER BY tab.name, part.cid"
        }
        Engine::Postgres => {
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns \
             WHERE table_schema = 'noorm' ORDER BY table_name, ordinal_position"
        }
        Engine::Mssql => {
            "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, COLUMN_DEFAULT \
             FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'noorm' ORDER BY TABLE_NAME, ORDINAL_POSITION"
        }
        Engine::Mariadb | Engine::Mysql => {
            "SELECT table_name, column_name, column_type, is_nullable, column_default \
             FROM information_schema.columns WHERE table_schema = database() AND table_name LIKE '%noorm%' \
             ORDER BY table_name, ordinal_position"
        }
    })
}

/// Returns the version that the tables in a schema say they have.
pub(crate) fn version(project: &Project, schema: &str) -> String {
    let version = table(project, schema, "version");
    project.value(&format!("SELECT schema_version FROM {version} WHERE id = (SELECT max(id) FROM {version})"))
}

/// Starts a command in the background.
pub(crate) fn spawn(project: &Project, line: &str) -> Child {
    let mut command = project.command(line.split_whitespace());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs a command in four processes at once; each succeeds.
pub(crate) fn four_times(project: &Project, line: &str) -> Vec<String> {
    let children: Vec<Child> = (0..4).map(|_| spawn(project, line)).collect();
    let end = |child: Child| {
        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(0), "{stderr}");
        stderr
    };
    children.into_iter().map(end).collect()
}
