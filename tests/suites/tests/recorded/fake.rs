//! A wire-only endpoint that answers what noorm asks of tables that are there and empty. It keeps nothing: that noorm is
//! content with it says nothing about a server.

use noorm_tds::answer::{INSERT, SELECT};
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Reply, Request};

/// What a query has in it, and the columns and rows that it gets.
struct Known {
    part: &'static str,
    columns: &'static [&'static str],
    rows: &'static [&'static [&'static str]],
}

/// The first that fits decides.
const KNOWN: &[Known] = &[
    Known {
        part: "@@VERSION",
        columns: &["name", "value"],
        rows: &[
            &["banner", "Microsoft SQL Server 2022 (wire only)"],
            &["version", "16.0.4135.4"],
            &["kind", "3"],
            &["session", "57"],
            &["database", "noorm_recorded"],
        ],
    },
    Known { part: "AS present", columns: &["present"], rows: &[&["1"]] },
    Known {
        part: "SELECT TOP (1) id, schema_version",
        columns: &["id", "schema_version", "cli_version"],
        rows: &[&["1", "3", "0.1.0"]],
    },
    Known { part: "sp_getapplock", columns: &["held"], rows: &[&["1"]] },
    Known { part: "sp_releaseapplock", columns: &["released"], rows: &[&["1"]] },
    Known { part: "OUTPUT INSERTED.id", columns: &["id"], rows: &[&["7"]] },
    Known {
        part: "AS expired",
        columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"],
        rows: &[],
    },
    Known {
        part: "last.filepath",
        columns: &["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"],
        rows: &[],
    },
    Known {
        part: "run.executed_by",
        columns: &[
            "id",
            "name",
            "change_type",
            "direction",
            "checksum",
            "executed_at",
            "executed_by",
            "config_name",
            "cli_version",
            "status",
            "error_message",
            "duration_ms",
            "origin",
        ],
        rows: &[],
    },
];

/// Starts it.
pub(crate) fn start() -> Endpoint {
    Endpoint::start(|request| match request {
        Request::Text(sql) => answer(sql).done_with(SELECT, 0).into(),
        Request::Bound { sql, .. } => answer(sql).in_procedure(INSERT, 1).procedure_done().into(),
        _ => Reply::HangUp,
    })
}

fn answer(sql: &str) -> Answer {
    const TRANSACTION: u64 = 0x33_0000_0001;
    let answer = Answer::new();
    if sql == "BEGIN TRANSACTION" {
        return answer.begun(TRANSACTION);
    }
    if sql.starts_with("COMMIT TRANSACTION") {
        return answer.committed(TRANSACTION);
    }
    let Some(Known { columns, rows, .. }) = KNOWN.iter().find(|known| sql.contains(known.part)) else { return answer };
    let types: Vec<Column> = columns.iter().enumerate().map(|(at, name)| column(name, rows, at)).collect();
    let row = |answer: Answer, row: &&[&str]| {
        answer.row(&row.iter().enumerate().map(|(at, value)| cell(value, is_number(rows, at))).collect::<Vec<_>>())
    };
    rows.iter().fold(answer.columns(&types), row)
}

/// A column holds numbers if all its values are some.
fn is_number(rows: &[&[&str]], at: usize) -> bool {
    rows.iter().all(|row| row[at].parse::<i32>().is_ok())
}

fn column(name: &str, rows: &[&[&str]], at: usize) -> Column {
    if is_number(rows, at) { Column::int(name, 4) } else { Column::nvarchar(name) }
}

fn cell(value: &str, is_number: bool) -> Cell {
    if is_number { Cell::int(value.parse().unwrap(), 4) } else { Cell::nvarchar(value) }
}
