//! What is sent to a SQL Server whose database is not there yet, or not noorm's yet, and in which order.

use std::sync::atomic::{AtomicU64, Ordering};

use noorm_tds::answer::SELECT;
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Reply, Request};

use super::server::{Project, facts_of, sent, server};

/// A result without rows.
fn nothing(names: &[&str]) -> Reply {
    let columns: Vec<Column> = names.iter().map(|name| Column::nvarchar(name)).collect();
    Answer::new().columns(&columns).done_with(SELECT, 0).into()
}

/// A server without noorm's tables, which says of itself what a test says.
fn empty(banner: &'static str, kind: &'static str) -> Endpoint {
    let version = AtomicU64::new(0);
    server(move |sql| {
        let written = version.load(Ordering::SeqCst);
        if sql.contains("__noorm_version__") && (sql.starts_with("INSERT") || sql.starts_with("UPDATE")) {
            version.store(written + 1, Ordering::SeqCst);
            return None;
        }
        match sql {
            _ if sql.starts_with("SELECT N'banner'") => Some(facts_of(banner, kind).done().into()),
            _ if sql.contains("AS present") => {
                let columns = ["present", "vault"].map(|name| Column::int(name, 4));
                let row = [Cell::int(i64::from(written > 0), 4), Cell::int(0, 4)];
                Some(Answer::new().columns(&columns).row(&row).done_with(SELECT, 1).into())
            }
            _ if sql.contains("AS [schema]") => Some(nothing(&["schema", "table", "column"])),
            _ if sql.contains("TOP (1) id, schema_version") && written > 0 => {
                let columns = [Column::int("id", 4), Column::int("schema_version", 4), Column::nvarchar("cli_version")];
                let version = i64::try_from(written).unwrap();
                let row = [Cell::int(1, 4), Cell::int(version, 4), Cell::nvarchar("0.1.0")];
                Some(Answer::new().columns(&columns).row(&row).done_with(SELECT, 1).into())
            }
            _ => None,
        }
    })
}

const SQL_SERVER: &str = "Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64)";

/// Where the first text with this part stands among those that were sent.
#[track_caller]
fn place(sent: &[String], part: &str) -> usize {
    sent.iter().position(|sql| sql.contains(part)).unwrap_or_else(|| panic!("{part} is not in {sent:#?}"))
}

#[test]
fn tables_are_made_in_one_transaction_after_waiting_for_a_turn() {
    let endpoint = empty(SQL_SERVER, "3");
    let project = Project::new(endpoint.port(), "--lock-timeout 1500");
    project.noorm("run build").expect_success().expect_stdout("1 file ran");
    let sent = sent(&endpoint);
    assert!(sent[0].starts_with("SELECT N'banner'") && sent[1].starts_with("SET XACT_ABORT ON"), "{sent:#?}");
    assert!(sent[1].ends_with("SET LOCK_TIMEOUT 1500"), "{}", sent[1]);
    let steps = [
        "BEGIN TRANSACTION",
        "@LockOwner = N'Transaction'",
        "CREATE SCHEMA [noorm]",
        "CREATE TABLE [noorm].__noorm_version__",
        "ADD token",
        "CREATE UNIQUE INDEX",
        "COMMIT TRANSACTION",
        "ERROR_NUMBER() NOT IN (2601, 2627)",
        "ADD statement_started",
    ];
    let places: Vec<usize> = steps.iter().map(|part| place(&sent, part)).collect();
    assert!(places.is_sorted(), "{places:?} in {sent:#?}");
    // The server's own lock is held from before the row is written until after it is gone.
    assert!(sent.last().unwrap().contains("sp_releaseapplock"), "{sent:#?}");
}

#[test]
fn an_unknown_product_is_asked_for_nothing_that_it_may_lack() {
    let endpoint = empty("A small server", "");
    let project = Project::new(endpoint.port(), "");
    project.noorm("run build").expect_success().expect_stdout("1 file ran");
    let sent = sent(&endpoint).join("\n");
    for part in ["applock", "COLLATE", "USE [shop]", "[shop].[noorm]", "IMPLICIT_TRANSACTIONS", "ROWCOUNT"] {
        assert!(!sent.contains(part), "{part} is in {sent}");
    }
    assert!(sent.contains("INTO [noorm].__noorm_lock__"), "{sent}");
}

#[test]
fn a_warehouse_is_refused_before_anything_is_made() {
    let endpoint = empty("Microsoft Azure SQL Data Warehouse - 10.0.16003.0", "6");
    let project = Project::new(endpoint.port(), "");
    project.noorm("run build").expect_code(1).expect_stderr("data warehouse");
    assert_eq!(sent(&endpoint).len(), 1, "{:?}", sent(&endpoint));
}

#[test]
fn a_limit_on_statements_is_said_to_have_no_effect() {
    let endpoint = server(|_| None);
    let project = Project::new(endpoint.port(), "--statement-timeout 1000");
    project.noorm("run build").expect_success().expect_stderr("`statement-timeout-ms`");
}

#[test]
fn databases_are_made_and_removed_from_another_one() {
    let endpoint = empty(SQL_SERVER, "3");
    let project = Project::new(endpoint.port(), "");
    project.noorm("db create").expect_success();
    let logins: Vec<String> = endpoint.seen().iter().filter_map(database).collect();
    assert_eq!(logins, ["master"]);
    assert_eq!(sent(&endpoint).last().unwrap(), "CREATE DATABASE [shop]");

    let endpoint = server(|_| None);
    let project = Project::new(endpoint.port(), "");
    project.noorm("db create").expect_success();
    assert!(sent(&endpoint).iter().all(|sql| !sql.contains("CREATE DATABASE")), "it is there");
    project.noorm("db destroy --yes").expect_success();
    let sent = sent(&endpoint);
    let last = sent.last().unwrap();
    assert!(last.starts_with("ALTER DATABASE [shop] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;\n"), "{last}");
    assert!(
        last.contains("DROP DATABASE [shop];\n") && last.contains("ALTER DATABASE [shop] SET MULTI_USER;"),
        "{last}"
    );
}

fn database(request: &Request) -> Option<String> {
    match request {
        Request::Login(login) => Some(login.database.clone()),
        _ => None,
    }
}
