//! An endpoint that says to noorm's own statements what a server with noorm's tables would, and nothing more.

use std::ops::Deref;

use noorm_tds::answer::{INSERT, SELECT};
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Reply, Request};
use noorm_testkit::Sandbox;

/// The password of every config here.
pub(super) const PASSWORD: &str = "hunter2-hunter2";

/// The number of every transaction.
pub(super) const TRANSACTION: u64 = 7;

/// A project whose active config is an endpoint.
pub(super) struct Project(Sandbox);

impl Project {
    /// Makes it, with further flags for the config.
    pub(super) fn new(port: u16, flags: &str) -> Self {
        let mut sandbox = Sandbox::new();
        sandbox.set_env("WIRE_PASSWORD", PASSWORD);
        sandbox.noorm("init").expect_success();
        let line = format!(
            "config add wire --dialect mssql --host 127.0.0.1 --port {port} --database shop --user app \
             --password-env WIRE_PASSWORD {flags}"
        );
        sandbox.noorm(&line).expect_success();
        sandbox.noorm("config use wire").expect_success();
        sandbox.write("schema/001.sql", "SELECT 1");
        Self(sandbox)
    }
}

impl Deref for Project {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.0
    }
}

/// Starts a server whose answers to the statements of scripts, and to any other that it wants to answer, are those of a
/// test; an answer that it has none for is a success.
pub(crate) fn server(script: impl Fn(&str) -> Option<Reply> + Send + Sync + 'static) -> Endpoint {
    Endpoint::start(move |request| match request {
        Request::Text(sql) => script(sql).unwrap_or_else(|| answer(sql).done().into()),
        Request::Bound { sql, .. } => script(sql).unwrap_or_else(|| answer(sql).procedure_done().into()),
        Request::Attention => Answer::stopped().into(),
        _ => Answer::new().done().into(),
    })
}

/// Returns the texts that were sent, in order.
pub(super) fn sent(endpoint: &Endpoint) -> Vec<String> {
    let text = |request: Request| match request {
        Request::Text(sql) | Request::Bound { sql, .. } => Some(sql),
        _ => None,
    };
    endpoint.seen().into_iter().filter_map(text).collect()
}

/// The answer to one of noorm's own statements, but for its end.
fn answer(sql: &str) -> Answer {
    let one = |name: &str| integers(&[(name, 1)]);
    let has = |part: &str| sql.contains(part);
    match sql {
        _ if sql.starts_with("SELECT N'banner'") => facts(),
        _ if has("AS present") => integers(&[("present", 1), ("vault", 1)]),
        _ if has("AS vault_version") => version(),
        _ if has("sp_getapplock") => one("held"),
        _ if has("sp_releaseapplock") => one("released"),
        _ if has("OUTPUT INSERTED.id") => one("id"),
        _ if has("BEGIN TRANSACTION") => Answer::new().begun(TRANSACTION),
        _ if sql.starts_with("COMMIT") => Answer::new().committed(TRANSACTION),
        _ if has("ROLLBACK TRANSACTION") => Answer::new().rolled_back(TRANSACTION),
        _ if has("last.filepath") => {
            texts(&["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"])
        }
        // Nobody holds the lock.
        _ if has("AS expired") => {
            texts(&["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"])
        }
        // The lock is taken by writing its row, and renewed and released by hitting it.
        _ if has("__noorm_lock__") => Answer::new().in_procedure(INSERT, 1),
        _ => Answer::new(),
    }
}

/// A result without rows.
fn texts(names: &[&str]) -> Answer {
    Answer::new().columns(&names.iter().map(|name| Column::nvarchar(name)).collect::<Vec<_>>()).and_then(SELECT, 0)
}

fn integers(row: &[(&str, i64)]) -> Answer {
    let columns: Vec<Column> = row.iter().map(|(name, _)| Column::int(name, 4)).collect();
    let cells: Vec<Cell> = row.iter().map(|(_, value)| Cell::int(*value, 4)).collect();
    Answer::new().columns(&columns).row(&cells).and_then(SELECT, 1)
}

fn facts() -> Answer {
    facts_of("Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64)", "3")
}

/// What a server says of itself, but for the answer's end: its banner, and the number of its kind.
pub(super) fn facts_of(banner: &str, kind: &str) -> Answer {
    let session = noorm_tds::PROCESS.to_string();
    let rows = [
        ("banner", banner),
        ("version", "16.0.1000.6"),
        ("kind", kind),
        ("session", session.as_str()),
        ("database", "shop"),
    ];
    let answer = Answer::new().columns(&[Column::nvarchar("name"), Column::nvarchar("value")]);
    rows.iter()
        .fold(answer, |answer, (name, value)| answer.row(&[Cell::nvarchar(name), Cell::nvarchar(value)]))
        .and_then(SELECT, rows.len() as u64)
}

fn version() -> Answer {
    let [id, schema, vault] = ["id", "schema_version", "vault_version"].map(|name| Column::int(name, 4));
    let columns = [id, schema, Column::nvarchar("cli_version"), vault];
    let row = [Cell::int(1, 4), Cell::int(4, 4), Cell::nvarchar("0.1.0"), Cell::int(0, 4)];
    Answer::new().columns(&columns).row(&row).and_then(SELECT, 1)
}
