//! The SQLite driver against real files.

mod support;

use std::path::Path;
use std::time::Duration;

use noorm_core::value::Scalar;
use noorm_driver::{Command, ConnectError, Target, connect};
use support::{block_on, fail, one, open, run};

fn target(path: &Path) -> Target {
    let mut target = Target::new("sqlite");
    target.filename = Some(path.to_owned());
    target.busy_timeout_ms = 50;
    target
}

fn with_file(test: impl AsyncFnOnce(Target)) {
    let folder = tempfile::tempdir().expect("a folder");
    block_on(test(target(&folder.path().join("shop.db"))));
}

fn refusal(path: &Path) -> (String, String) {
    block_on(refusal_of(target(path)))
}

async fn refusal_of(target: Target) -> (String, String) {
    let error = connect(&target).await.err().expect("this file is of no use");
    let ConnectError::File { message, hint, .. } = error else { panic!("{error}") };
    (message, hint)
}

#[test]
fn values_come_back_as_they_went() {
    with_file(async |target| {
        let mut session = open(&target).await;
        let values = [
            Scalar::Null,
            Scalar::Integer(i64::MIN),
            Scalar::Real(0.1),
            Scalar::from("Jürgen's \u{1F600}"),
            Scalar::Bytes(vec![0, 255]),
        ];
        let rows = session.query("SELECT ?1 AS a, ?2 AS b, ?3 AS c, ?4 AS d, ?5 AS e", &values).await.expect("rows");
        assert_eq!(rows.columns, ["a", "b", "c", "d", "e"]);
        assert_eq!(rows.rows, [values]);
        let numbers = [Scalar::Boolean(true), Scalar::Decimal("19.5".to_owned())];
        let rows = session.query("SELECT ? + 0, ? + 0", &numbers).await;
        assert_eq!(rows.expect("rows").rows, [[Scalar::Integer(1), Scalar::Real(19.5)]]);
        session.close().await.expect("the end");
    });
}

#[test]
fn a_missing_file_is_made_only_where_the_target_says_so() {
    with_file(async |target| {
        let path = target.filename.clone().expect("a file");
        let looking = Target { create: false, ..target.clone() };
        let error = connect(&looking).await.err().expect("there is no file yet");
        assert!(matches!(&error, ConnectError::MissingFile { path: missing } if *missing == path), "{error}");
        assert!(!path.exists());
        open(&target).await;
        assert!(path.exists() && connect(&looking).await.is_ok());
    });
}

#[test]
fn the_journal_is_kept_while_the_session_lasts() {
    with_file(async |target| {
        let path = target.filename.clone().expect("a file");
        let journal = path.with_file_name("shop.db-journal");
        let mut session = open(&target).await;
        run(&mut *session, &["CREATE TABLE a (id INTEGER)"]).await;
        assert!(journal.exists());
        drop(session);
        assert!(path.exists() && !journal.exists());
    });
}

#[test]
fn a_write_ahead_log_stays_one() {
    with_file(async |target| {
        let mut session = open(&target).await;
        session.query("PRAGMA journal_mode = WAL", &[]).await.expect("a file can have one");
        drop(session);
        let mut session = open(&target).await;
        run(&mut *session, &["CREATE TABLE a (id INTEGER)"]).await;
        let mode = session.query("PRAGMA journal_mode", &[]).await.expect("a mode");
        assert_eq!(mode.rows, [[Scalar::Text("wal".to_owned())]]);
    });
}

#[test]
fn affected_rows_are_counted() {
    with_file(async |target| {
        let mut session = open(&target).await;
        let texts = [
            "CREATE TABLE t (a INTEGER)",
            "INSERT INTO t VALUES (1), (2), (3)",
            "CREATE INDEX i ON t (a)",
            "UPDATE t SET a = 9 WHERE a > 1",
            "SELECT * FROM t",
            "DELETE FROM t WHERE a = 4",
            "INSERT INTO t VALUES (5) RETURNING a",
        ];
        assert_eq!(run(&mut *session, &texts).await, [0, 3, 0, 2, 3, 0, 1]);
        let rows = session.query("UPDATE t SET a = ? WHERE a = 9", &[Scalar::from(4)]).await.expect("an update");
        assert_eq!((rows.affected, rows.rows.len()), (2, 0));
    });
}

#[test]
fn a_batch_stops_at_its_first_error() {
    with_file(async |target| {
        let mut session = open(&target).await;
        run(&mut *session, &["CREATE TABLE t (a INTEGER UNIQUE)", "INSERT INTO t VALUES (1)"]).await;
        let texts = ["INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (3)"];
        let (index, error) = fail(&mut *session, &texts).await;
        assert_eq!((index, error.code.as_str()), (1, "SQLITE_CONSTRAINT_UNIQUE"));
        assert_eq!(error.message, "UNIQUE constraint failed: t.a");
        assert_eq!(one(&mut *session, "SELECT max(a) FROM t").await, Scalar::Integer(2));
    });
}

#[test]
fn errors_point_into_the_statement() {
    with_file(async |target| {
        let mut session = open(&target).await;
        let (_, error) = fail(&mut *session, &["SELECT 'ä', nosuch"]).await;
        assert_eq!((error.code.as_str(), error.position), ("SQLITE_ERROR", Some(13)));
        assert_eq!(error.message, "no such column: nosuch");
        let (_, error) = fail(&mut *session, &["SELEC 1"]).await;
        assert_eq!((error.position, error.closed), (Some(0), false));
        let error = session.query("\n  SELECT nosuch ", &[]).await.expect_err("no such column");
        assert_eq!(error.position, Some(10));
        let (_, error) = fail(&mut *session, &["SELECT 1;\0DROP TABLE t"]).await;
        assert_eq!(error.message, "the statement contains a NUL character");
    });
}

#[test]
fn a_text_is_one_statement_without_parameters() {
    with_file(async |target| {
        let mut session = open(&target).await;
        let (_, error) = fail(&mut *session, &["SELECT 1; SELECT 2"]).await;
        assert_eq!(error.code, "SQLITE_MISUSE");
        let (_, error) = fail(&mut *session, &["SELECT :a"]).await;
        assert_eq!(error.message, "the statement has 1 parameters, and 0 values were given");
        let copy = Command::CopyIn { sql: "COPY t FROM stdin", data: b"" };
        let error = session.run(&[copy]).await.expect_err("SQLite has no COPY").error;
        assert_eq!(error.message, "SQLite has no transfers of data to copy");
        run(&mut *session, &["SELECT 1; -- done"]).await;
    });
}

#[test]
fn an_open_transaction_is_known() {
    with_file(async |target| {
        let mut session = open(&target).await;
        assert!(!session.in_transaction());
        run(&mut *session, &["CREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK)", "BEGIN", "INSERT INTO t VALUES (1)"])
            .await;
        assert!(session.in_transaction());
        fail(&mut *session, &["INSERT INTO t VALUES (1)"]).await;
        // The conflict clause ended it.
        assert!(!session.in_transaction());
    });
}

#[test]
fn a_statement_can_be_interrupted() {
    with_file(async |target| {
        let mut session = open(&target).await;
        let interrupter = session.interrupter();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            interrupter.interrupt().expect("an interrupt");
        });
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let (_, error) = fail(&mut *session, &[endless]).await;
        thread.join().expect("the other thread");
        assert_eq!((error.code.as_str(), error.interrupted, error.closed), ("SQLITE_INTERRUPT", true, false));
        assert_eq!(one(&mut *session, "SELECT 1").await, Scalar::Integer(1));
    });
}

#[test]
fn a_locked_file_is_waited_for_and_then_an_error() {
    with_file(async |target| {
        let mut first = open(&target).await;
        let mut second = open(&target).await;
        run(&mut *first, &["CREATE TABLE t (a)", "BEGIN IMMEDIATE"]).await;
        let (_, error) = fail(&mut *second, &["INSERT INTO t VALUES (1)"]).await;
        assert_eq!(error.code, "SQLITE_BUSY");
        run(&mut *first, &["ROLLBACK", "PRAGMA locking_mode = EXCLUSIVE", "INSERT INTO t VALUES (1)"]).await;
        let (message, _) = refusal_of(target).await;
        assert_eq!(message, "another process has locked it");
    });
}

#[test]
fn files_that_are_of_no_use_are_refused_when_connecting() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(refusal(folder.path()).0, "it is a folder");

    let lost = folder.path().join("missing");
    let (message, hint) = refusal(&lost.join("shop.db"));
    assert_eq!(message, format!("the folder `{}` does not exist", lost.display()));
    assert_eq!(hint, "create the folder, or check the path");
    assert!(!lost.exists());

    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "no database, but long enough to look at\n".repeat(100)).expect("a file");
    assert_eq!(refusal(&text).0, "it is not a SQLite database, or it is encrypted");
}

#[test]
fn a_file_that_can_only_be_read_is_refused_when_connecting() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    block_on(async { run(&mut *open(&target(&path)).await, &["CREATE TABLE t (a)"]).await });
    let mut permissions = std::fs::metadata(&path).expect("the file").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("a change of mode");
    // To root, every file is writable.
    if std::fs::OpenOptions::new().write(true).open(&path).is_err() {
        assert_eq!(refusal(&path).0, "it can only be read");
    }
}

#[test]
fn endless_patience_is_no_crash() {
    with_file(async |mut target| {
        target.busy_timeout_ms = u64::MAX;
        open(&target).await;
    });
}

#[test]
fn a_missing_filename_is_named() {
    let error = block_on(connect(&Target::new("sqlite"))).err().expect("nothing to open");
    assert_eq!(error.to_string(), "the driver `sqlite` needs a `filename`, and none is set");
}
