//! The PostgreSQL driver against a real server.

mod support;

use std::time::{Duration, Instant};

use noorm_core::value::Scalar;
use noorm_driver::{Command, Connection, Target};
use support::{Scratch, block_on, fail, one, open, run};

fn with_database(test: impl AsyncFnOnce(&Target, &mut dyn Connection)) {
    let scratch = Scratch::new();
    block_on(async {
        let mut session = open(&scratch.target).await;
        test(&scratch.target, &mut *session).await;
        session.close().await.expect("the end");
    });
}

async fn count(session: &mut dyn Connection) -> Scalar {
    one(session, "SELECT count(*) FROM t").await
}

#[test]
fn values_take_the_type_of_their_place() {
    with_database(async |_, session| {
        let casts = [
            (Scalar::Null, "int4", Scalar::Null),
            (Scalar::Integer(-7), "int2", Scalar::Integer(-7)),
            (Scalar::Integer(i64::MAX), "int8", Scalar::Integer(i64::MAX)),
            (Scalar::Integer(5), "float8", Scalar::Real(5.0)),
            (Scalar::Integer(5), "text", Scalar::from("5")),
            (Scalar::Integer(1), "bool", Scalar::Boolean(true)),
            (Scalar::Boolean(false), "bool", Scalar::Boolean(false)),
            (Scalar::Boolean(true), "int4", Scalar::Integer(1)),
            (Scalar::Boolean(true), "text", Scalar::from("true")),
            (Scalar::Real(1e300), "float8", Scalar::Real(1e300)),
            (Scalar::Real(f64::INFINITY), "float8", Scalar::Real(f64::INFINITY)),
            (Scalar::Decimal("-120000.0050".to_owned()), "numeric", Scalar::Decimal("-120000.0050".to_owned())),
            (Scalar::Decimal("1e20".to_owned()), "numeric", Scalar::Decimal("100000000000000000000".to_owned())),
            (Scalar::from("Jürgen's \u{1F600}"), "varchar", Scalar::from("Jürgen's \u{1F600}")),
            (Scalar::from("12"), "int4", Scalar::Integer(12)),
            (Scalar::Bytes(vec![0, 255]), "bytea", Scalar::Bytes(vec![0, 255])),
            (Scalar::from("{\"a\": 1}"), "jsonb", Scalar::from("{\"a\": 1}")),
            (
                Scalar::from("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                "uuid",
                Scalar::from("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
            ),
        ];
        for (value, ty, expected) in casts {
            let rows = session.query(&format!("SELECT $1::{ty} AS v"), std::slice::from_ref(&value)).await;
            let rows = rows.unwrap_or_else(|error| panic!("{value:?} as {ty}: {error}"));
            assert_eq!((rows.columns.as_slice(), rows.rows), (["v".to_owned()].as_slice(), vec![vec![expected]]));
        }
        let instant = Scalar::from("2026-01-31T12:00:00.000Z");
        let rows = session.query("SELECT ($1::timestamptz AT TIME ZONE 'UTC')::text", &[instant]).await.expect("rows");
        assert_eq!(rows.rows, [[Scalar::from("2026-01-31 12:00:00")]]);
        let error = session.query("SELECT now()", &[]).await.expect_err("no scalar for this");
        assert_eq!(error.message, "a column of type timestamptz cannot be read; cast it to text");
        assert!(!error.closed);
    });
}

#[test]
fn enums_and_domains_are_read() {
    with_database(async |_, session| {
        run(session, &["CREATE TYPE mood AS ENUM ('glad')", "CREATE DOMAIN age AS int4 CHECK (VALUE > 0)"]).await;
        let rows = session.query("SELECT $1::mood, $2::age", &[Scalar::from("glad"), Scalar::from(4)]).await;
        assert_eq!(rows.expect("rows").rows, [[Scalar::from("glad"), Scalar::Integer(4)]]);
    });
}

#[test]
fn wrong_numbers_and_values_are_errors_of_the_statement() {
    with_database(async |_, session| {
        let error = session.query("SELECT $1::int4", &[]).await.expect_err("a value is missing");
        assert_eq!((error.message.as_str(), error.closed), ("expected 1 parameters but got 0", false));
        let error = session.query("SELECT $1::int4", &[Scalar::from("x")]).await.expect_err("no number");
        assert_eq!((error.code.as_str(), error.closed), ("22P02", false));
        let error = session.query("SELECT $1::text", &[Scalar::Bytes(vec![255])]).await.expect_err("no text");
        assert_eq!((error.message.as_str(), error.closed), ("bytes cannot be bound as text", false));
        let (_, error) = fail(session, &["SELECT 1;\0"]).await;
        assert_eq!((error.message.as_str(), error.closed), ("string contains embedded null", false));
        assert_eq!(one(session, "SELECT 1").await, Scalar::Integer(1));
    });
}

#[test]
fn affected_rows_are_counted() {
    with_database(async |_, session| {
        let texts =
            ["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (2)", "UPDATE t SET a = 3 WHERE a = 2", "SELECT 1"];
        assert_eq!(run(session, &texts).await, [0, 2, 1, 1]);
        let params = [Scalar::from(1)];
        let batch = [Command::Bound { sql: "DELETE FROM t WHERE a = $1", params: &params }, Command::Text("SELECT 1")];
        assert_eq!(session.run(&batch).await.expect("both"), [1, 1]);
    });
}

#[test]
fn outside_a_transaction_nothing_runs_after_an_error() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int UNIQUE)"]).await;
        let texts = ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)"];
        let (index, error) = fail(session, &texts).await;
        assert_eq!((index, error.code.as_str()), (1, "23505"));
        assert_eq!(error.detail.as_deref(), Some("Key (a)=(1) already exists."));
        assert!(!session.in_transaction());
        assert_eq!(count(session).await, Scalar::Integer(1));
    });
}

#[test]
fn inside_a_transaction_the_first_error_is_reported_and_nothing_is_left() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int)"]).await;
        let params = [Scalar::from(1)];
        let bound = Command::Bound { sql: "INSERT INTO t VALUES ($1)", params: &params };
        let batch =
            [Command::Text("BEGIN"), bound, bound, Command::Text("SELECT 1/0"), bound, Command::Text("COMMIT"), bound];
        let error = session.run(&batch).await.expect_err("a division by zero");
        assert_eq!((error.index, error.error.code.as_str()), (3, "22012"));
        // The commit was under way: it rolled back, and what came after it was not sent.
        assert!(!session.in_transaction());
        assert_eq!(count(session).await, Scalar::Integer(0));

        let error = session.run(&batch[..5]).await.expect_err("a division by zero");
        assert_eq!(error.index, 3);
        assert!(session.in_transaction());
        run(session, &["ROLLBACK"]).await;
        assert!(!session.in_transaction());
        assert!(session.take_notices().is_empty());
    });
}

#[test]
fn a_rollback_to_a_savepoint_does_not_hide_an_error() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int)"]).await;
        let texts = ["BEGIN", "SAVEPOINT s", "SELECT nosuch", "ROLLBACK TO s", "INSERT INTO t VALUES (1)", "COMMIT"];
        let (index, error) = fail(session, &texts).await;
        assert_eq!((index, error.code.as_str()), (2, "42703"));
        assert!(session.in_transaction());
        run(session, &["ROLLBACK"]).await;
        assert_eq!(count(session).await, Scalar::Integer(0));
    });
}

#[test]
fn a_commit_that_fails_ends_the_transaction() {
    with_database(async |_, session| {
        let table = "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)";
        let texts = [table, "BEGIN", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "COMMIT", "SELECT 1"];
        let (index, error) = fail(session, &texts).await;
        assert_eq!((index, error.code.as_str()), (4, "23505"));
        assert!(!session.in_transaction());
    });
}

#[test]
fn statements_are_prepared_after_what_they_depend_on() {
    with_database(async |_, session| {
        let params = [Scalar::from("x")];
        let bound = Command::Bound { sql: "INSERT INTO t VALUES ($1)", params: &params };
        let batch =
            [Command::Text("BEGIN"), Command::Text("CREATE TABLE t (a text)"), bound, bound, Command::Text("COMMIT")];
        assert_eq!(session.run(&batch).await.expect("all"), [0, 0, 1, 1, 0]);
        run(session, &["DEALLOCATE ALL"]).await;
        assert_eq!(session.run(&[bound]).await.expect("prepared again"), [1]);
        run(session, &["DISCARD ALL"]).await;
        assert_eq!(session.run(&[bound]).await.expect("prepared again"), [1]);
    });
}

#[test]
fn thousands_of_commands_go_through() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int)"]).await;
        let params = [Scalar::from(1)];
        let mut batch = vec![Command::Text("BEGIN")];
        for _ in 0..2500 {
            batch.push(Command::Bound { sql: "INSERT INTO t VALUES ($1)", params: &params });
            batch.push(Command::Text("SELECT repeat('x', 1000) FROM generate_series(1, 20)"));
        }
        batch.push(Command::Text("COMMIT"));
        assert_eq!(session.run(&batch).await.expect("all").len(), batch.len());
        assert_eq!(count(session).await, Scalar::Integer(2500));
    });
}

#[test]
fn errors_point_into_the_statement() {
    with_database(async |_, session| {
        let (_, error) = fail(session, &["SELECT 'ä', nosuch"]).await;
        assert_eq!((error.code.as_str(), error.position), ("42703", Some(13)));
        let error = session.query("SELECT 'ä', nosuch", &[]).await.expect_err("no such column");
        assert_eq!(error.position, Some(13));
        let function = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN nosuch; END'";
        run(session, &[function]).await;
        let (_, error) = fail(session, &["SELECT f()"]).await;
        assert_eq!(error.position, None);
        assert!(error.detail.expect("a context").contains("PL/pgSQL function f() line 1"));
    });
}

#[test]
fn data_is_copied_in() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int, b text)"]).await;
        let data: String = (0..50_000).map(|n| format!("{n}\tnumber {n}\n")).collect();
        let copy = Command::CopyIn { sql: "COPY t (a, b) FROM stdin", data: data.as_bytes() };
        let batch = [Command::Text("BEGIN"), copy, Command::Text("UPDATE t SET a = 0"), Command::Text("COMMIT")];
        assert_eq!(session.run(&batch).await.expect("all"), [0, 50_000, 50_000, 0]);

        let bad = Command::CopyIn { sql: "COPY t (a, b) FROM stdin", data: b"1\tx\ny\tz\n" };
        let error =
            session.run(&[Command::Text("BEGIN"), bad, Command::Text("COMMIT")]).await.expect_err("y is no number");
        assert_eq!((error.index, error.error.code.as_str(), error.error.closed), (1, "22P02", false));
        assert_eq!(error.error.detail.as_deref(), Some("COPY t, line 2, column a: \"y\""));
        assert!(session.in_transaction());
        run(session, &["ROLLBACK"]).await;

        let large = "x\ty\n".repeat(500_000);
        let bad = Command::CopyIn { sql: "COPY t (a, b) FROM stdin", data: large.as_bytes() };
        let error = session.run(&[bad]).await.expect_err("x is no number").error;
        assert_eq!((error.code.as_str(), error.closed), ("22P02", false));
        assert_eq!(count(session).await, Scalar::Integer(50_000));
    });
}

#[test]
fn a_transfer_in_a_text_is_an_error_and_not_a_hang() {
    let scratch = Scratch::new();
    block_on(async {
        for sql in ["COPY t FROM stdin", "COPY t TO stdout"] {
            let mut session = open(&scratch.target).await;
            run(&mut *session, &["CREATE TABLE IF NOT EXISTS t (a int)"]).await;
            let (_, error) = fail(&mut *session, &[sql]).await;
            assert_eq!((error.code.as_str(), error.closed), ("08P01", true), "{sql}");
        }
    });
}

#[test]
fn notices_are_collected_up_to_a_bound() {
    with_database(async |_, session| {
        run(session, &["DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'careful'; END $$"]).await;
        assert_eq!(session.take_notices(), ["notice: hello", "warning: careful"]);
        run(session, &["DO $$ BEGIN FOR i IN 1..600 LOOP RAISE NOTICE 'again'; END LOOP; END $$"]).await;
        let notices = session.take_notices();
        assert_eq!((notices.len(), notices[500].as_str()), (501, "100 more notices were dropped"));
        assert!(session.take_notices().is_empty());
    });
}

#[test]
fn a_statement_can_be_interrupted() {
    with_database(async |_, session| {
        let interrupter = session.interrupter();
        let started = Instant::now();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            interrupter.interrupt().expect("an interrupt");
        });
        let (index, error) = fail(session, &["BEGIN", "SELECT pg_sleep(30)", "SELECT 1"]).await;
        thread.join().expect("the other thread");
        assert!(started.elapsed() < Duration::from_secs(10));
        assert_eq!((index, error.code.as_str(), error.interrupted, error.closed), (1, "57014", true, false));
        run(session, &["ROLLBACK", "SET statement_timeout = 50"]).await;
        let (_, error) = fail(session, &["SELECT pg_sleep(30)"]).await;
        assert_eq!((error.code.as_str(), error.interrupted), ("57014", false));
    });
}

#[test]
fn an_interrupt_may_come_from_inside_a_runtime() {
    with_database(async |_, session| session.interrupter().interrupt().expect("nothing to cancel"));
}

#[test]
fn a_session_that_the_server_ends_is_closed() {
    with_database(async |target, session| {
        let mut other = open(target).await;
        let id = one(&mut *other, "SELECT pg_backend_pid()").await;
        let end = [Command::Bound { sql: "SELECT pg_terminate_backend($1)", params: &[id] }];
        session.run(&end).await.expect("the other session ends");
        let error = other.query("SELECT 1", &[]).await.expect_err("the session is gone");
        assert!(error.closed, "{error:?}");
        assert_eq!(error.code, "57P01", "{error:?}");
        assert!(!other.in_transaction());

        // One that ended in a transaction has not left it in order, which only the next statement tells.
        let mut other = open(target).await;
        let id = one(&mut *other, "SELECT pg_backend_pid()").await;
        other.run(&[Command::Text("BEGIN")]).await.expect("a transaction begins");
        session
            .run(&[Command::Bound { sql: "SELECT pg_terminate_backend($1)", params: &[id] }])
            .await
            .expect("it ends");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(other.in_transaction());
        let error = other.run(&[Command::Text("SELECT 1")]).await.expect_err("the session is gone").error;
        assert_eq!((error.code.as_str(), error.closed), ("57P01", true));

        let (_, error) = fail(session, &["SELECT pg_terminate_backend(pg_backend_pid())"]).await;
        assert_eq!((error.code.as_str(), error.closed), ("57P01", true));
        let (_, error) = fail(session, &["SELECT 1"]).await;
        assert!(error.closed);
    });
}
