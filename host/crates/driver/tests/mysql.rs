//! The MySQL driver against a real server, which is a MariaDB.

mod support;

use std::time::{Duration, Instant};

use noorm_core::value::Scalar;
use noorm_driver::{Command, Connection, Target};
use support::{Scratch, block_on, fail, mariadb, one, open, run};

fn with_database(test: impl AsyncFnOnce(&Target, &mut dyn Connection)) {
    let scratch = Scratch::on(mariadb());
    block_on(async {
        let mut session = open(&scratch.target).await;
        test(&scratch.target, &mut *session).await;
        session.close().await.expect("the end");
    });
}

async fn count(session: &mut dyn Connection) -> Scalar {
    one(session, "SELECT count(*) FROM t").await
}

fn decimal(text: &str) -> Scalar {
    Scalar::Decimal(text.to_owned())
}

#[test]
fn values_go_through_columns_of_every_type() {
    with_database(async |_, session| {
        let cases = [
            (Scalar::Null, "int", Scalar::Null),
            (Scalar::Integer(-7), "tinyint", Scalar::Integer(-7)),
            (Scalar::Integer(-8_388_608), "mediumint", Scalar::Integer(-8_388_608)),
            (Scalar::Integer(i64::MAX), "bigint", Scalar::Integer(i64::MAX)),
            (Scalar::Integer(i64::MIN), "bigint", Scalar::Integer(i64::MIN)),
            (Scalar::Integer(4_294_967_295), "int unsigned", Scalar::Integer(4_294_967_295)),
            (decimal("18446744073709551615"), "bigint unsigned", decimal("18446744073709551615")),
            (Scalar::Integer(5), "double", Scalar::Real(5.0)),
            (Scalar::Integer(5), "varchar(9)", Scalar::from("5")),
            (Scalar::Integer(1999), "year", Scalar::Integer(1999)),
            (Scalar::Boolean(true), "boolean", Scalar::Integer(1)),
            (Scalar::Real(1e300), "double", Scalar::Real(1e300)),
            (Scalar::Real(0.25), "float", Scalar::Real(0.25)),
            (decimal("-120000.0050"), "decimal(12,4)", decimal("-120000.0050")),
            (Scalar::from("Jürgen's \u{1F600} \\ \0 \""), "text", Scalar::from("Jürgen's \u{1F600} \\ \0 \"")),
            (Scalar::from("12"), "int", Scalar::Integer(12)),
            (Scalar::from("b"), "enum('a','b')", Scalar::from("b")),
            (Scalar::from("a,b"), "set('a','b')", Scalar::from("a,b")),
            (Scalar::Bytes(vec![0, 255, 128]), "varbinary(9)", Scalar::Bytes(vec![0, 255, 128])),
            (Scalar::Bytes(vec![0xC3, 0x28, 0]), "longblob", Scalar::Bytes(vec![0xC3, 0x28, 0])),
            (Scalar::Bytes(vec![]), "blob", Scalar::Bytes(vec![])),
            (Scalar::Integer(258), "bit(9)", Scalar::Integer(258)),
            (Scalar::from("{\"a\": 1}"), "json", Scalar::from("{\"a\": 1}")),
            (Scalar::from("2026-01-31"), "date", Scalar::from("2026-01-31")),
            (Scalar::from("2026-01-31 09:05:07.120"), "datetime(3)", Scalar::from("2026-01-31 09:05:07.120")),
            (Scalar::from("2026-01-31 09:05:07"), "timestamp", Scalar::from("2026-01-31 09:05:07")),
            (Scalar::from("-838:59:59"), "time", Scalar::from("-838:59:59")),
            (Scalar::from("01:02:03.000004"), "time(6)", Scalar::from("01:02:03.000004")),
        ];
        for (value, ty, expected) in cases {
            run(session, &[&format!("CREATE OR REPLACE TABLE t (v {ty} NULL)")]).await;
            let insert = Command::Bound { sql: "INSERT INTO t VALUES (?)", params: std::slice::from_ref(&value) };
            session.run(&[insert]).await.unwrap_or_else(|error| panic!("{value:?} as {ty}: {:?}", error.error));
            let rows = session.query("SELECT v FROM t", &[]).await.unwrap_or_else(|error| panic!("{ty}: {error}"));
            assert_eq!(rows.columns, ["v"]);
            assert_eq!(rows.rows, [[expected]], "{value:?} as {ty}");
        }
        let params = [Scalar::from("ä"), Scalar::Bytes(vec![255])];
        let rows = session.query("SELECT length(?), hex(?)", &params).await.expect("rows");
        assert_eq!(rows.rows, [[Scalar::Integer(2), Scalar::from("FF")]]);
    });
}

#[test]
fn unprepared_questions_are_answered_in_text() {
    with_database(async |_, session| {
        let sql = "SELECT 1 AS a, 1.50, 'ä', NULL, x'FF00', b'101', CAST('2026-01-31' AS date), x'41'";
        let rows = session.ask(sql).await.expect("rows");
        let expected = ["1", "1.50", "ä", "", "0xFF00", "\u{5}", "2026-01-31", "A"].map(Scalar::from);
        assert_eq!((rows.columns[0].as_str(), rows.affected), ("a", 1));
        for (index, (found, expected)) in rows.rows[0].iter().zip(expected).enumerate() {
            assert_eq!(*found, if index == 3 { Scalar::Null } else { expected });
        }
        run(session, &["CREATE TABLE t (v bit(9))", "INSERT INTO t VALUES (258)"]).await;
        assert_eq!(session.ask("SELECT v FROM t").await.expect("rows").rows, [[Scalar::from("258")]]);
        let rows = session.ask("SHOW TABLES").await.expect("rows");
        assert_eq!(rows.rows, [[Scalar::from("t")]]);
        let rows = session.ask("DO 1").await.expect("no rows");
        assert_eq!((rows.columns.len(), rows.rows.len()), (0, 0));
        let error = session.ask("SELECT nosuch").await.expect_err("no such column");
        assert_eq!((error.code.as_str(), error.closed), ("1054", false));
    });
}

#[test]
fn wrong_numbers_and_values_are_errors_of_the_statement() {
    with_database(async |_, session| {
        let error = session.query("SELECT ?", &[]).await.expect_err("a value is missing");
        assert_eq!((error.message.as_str(), error.closed), ("expected 1 parameters but got 0", false));
        run(session, &["CREATE TABLE t (a int)"]).await;
        let insert = Command::Bound { sql: "INSERT INTO t VALUES (?)", params: &[Scalar::from("x")] };
        let error = session.run(&[insert]).await.expect_err("no number").error;
        assert_eq!((error.code.as_str(), error.closed), ("1366", false));
        let error = session.query("SELECT :a, ?", &[Scalar::Null]).await.expect_err("two kinds of placeholders");
        assert!(!error.closed, "{error:?}");
        let copy = Command::CopyIn { sql: "COPY t FROM stdin", data: b"1" };
        let error = session.run(&[copy]).await.expect_err("there is no such thing").error;
        assert_eq!((error.code.as_str(), error.closed), ("2054", false));
        assert_eq!(one(session, "SELECT 1").await, Scalar::Integer(1));
    });
}

#[test]
fn affected_rows_are_counted() {
    with_database(async |_, session| {
        let texts = [
            "CREATE TABLE t (a int)",
            "INSERT INTO t VALUES (1), (2)",
            "UPDATE t SET a = 3 WHERE a = 2",
            // Rows that it finds, whether or not it changes them.
            "UPDATE t SET a = 3 WHERE a = 3",
            "SELECT 1 UNION SELECT 2",
        ];
        assert_eq!(run(session, &texts).await, [0, 2, 1, 1, 2]);
        let params = [Scalar::from(1)];
        let batch = [Command::Bound { sql: "DELETE FROM t WHERE a = ?", params: &params }, Command::Text("SELECT 1")];
        assert_eq!(session.run(&batch).await.expect("both"), [1, 1]);
        let rows = session.query("UPDATE t SET a = ?", &params).await.expect("an update");
        assert_eq!((rows.affected, rows.columns.len()), (1, 0));
    });
}

#[test]
fn nothing_runs_after_an_error() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int UNIQUE)"]).await;
        let texts = ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)"];
        let (index, error) = fail(session, &texts).await;
        assert_eq!((index, error.code.as_str()), (1, "1062"));
        assert_eq!(error.message, "Duplicate entry '1' for key 'a'");
        assert_eq!(count(session).await, Scalar::Integer(1));
    });
}

#[test]
fn every_result_of_a_procedure_is_read() {
    with_database(async |_, session| {
        let procedure = "CREATE PROCEDURE p(fails boolean) MODIFIES SQL DATA BEGIN \
             SELECT 1 UNION SELECT 2; INSERT INTO t VALUES (1), (2); SELECT 3; \
             IF fails THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'enough'; END IF; \
             INSERT INTO t VALUES (3); END";
        run(session, &["CREATE TABLE t (a int)", procedure]).await;
        assert_eq!(run(session, &["CALL p(false)", "SELECT 1"]).await, [3, 1]);
        assert_eq!(count(session).await, Scalar::Integer(3));

        let (index, error) = fail(session, &["CALL p(true)", "SELECT 1"]).await;
        assert_eq!((index, error.code.as_str(), error.message.as_str()), (0, "1644", "enough"));
        assert_eq!(count(session).await, Scalar::Integer(5));

        let rows = session.ask("CALL p(false)").await.expect("the first result");
        assert_eq!(rows.rows, [[Scalar::from("1")], [Scalar::from("2")]]);
        let rows = session.query("CALL p(?)", &[Scalar::Boolean(false)]).await.expect("the first result");
        assert_eq!(rows.rows, [[Scalar::Integer(1)], [Scalar::Integer(2)]]);
        let bound = Command::Bound { sql: "CALL p(?)", params: &[Scalar::Boolean(true)] };
        let error = session.run(&[bound]).await.expect_err("a signal").error;
        assert_eq!(error.message, "enough");
        let error = session.query("CALL p(?)", &[Scalar::Boolean(true)]).await.expect_err("a signal");
        assert_eq!((error.message.as_str(), error.closed), ("enough", false));
    });
}

#[test]
fn the_server_says_whether_a_transaction_is_open() {
    with_database(async |_, session| {
        let check = async |session: &mut dyn Connection, sql: &str, expected: bool| {
            run(session, &[sql]).await;
            assert_eq!(session.in_transaction(), expected, "after {sql}");
        };
        check(session, "CREATE TABLE t (a int UNIQUE)", false).await;
        check(session, "BEGIN", true).await;
        check(session, "INSERT INTO t VALUES (1)", true).await;
        check(session, "SELECT * FROM t", true).await;
        // DDL commits.
        check(session, "CREATE TABLE u (a int)", false).await;
        check(session, "ROLLBACK", false).await;
        assert_eq!(count(session).await, Scalar::Integer(1));
        check(session, "START TRANSACTION", true).await;
        let (_, error) = fail(session, &["INSERT INTO t VALUES (1)"]).await;
        assert_eq!((error.code.as_str(), session.in_transaction()), ("1062", true));
        fail(session, &["nonsense"]).await;
        assert!(session.in_transaction());
        session.query("SELECT ?", &[]).await.expect_err("a value is missing");
        assert!(session.in_transaction());
        session.query("SELECT a FROM t WHERE a = ?", &[Scalar::from(1)]).await.expect("rows");
        assert!(session.in_transaction());
        // DDL that fails has committed all the same.
        fail(session, &["CREATE TABLE t (a int)"]).await;
        assert!(!session.in_transaction());
        check(session, "SET autocommit = 0", false).await;
        check(session, "SELECT * FROM t", true).await;
        check(session, "COMMIT", false).await;
    });
}

#[test]
fn a_deadlock_ends_the_transaction_of_its_victim() {
    with_database(async |target, session| {
        run(
            session,
            &["CREATE TABLE t (a int PRIMARY KEY, b int) ENGINE InnoDB", "INSERT INTO t VALUES (1, 0), (2, 0)"],
        )
        .await;
        let mut other = open(target).await;
        run(session, &["BEGIN", "UPDATE t SET b = 1 WHERE a = 1"]).await;
        // It has changed more rows, so that it is not the victim.
        run(&mut *other, &["BEGIN", "INSERT INTO t VALUES (3, 0), (4, 0), (5, 0)", "UPDATE t SET b = 2 WHERE a = 2"])
            .await;
        let waits = [Command::Text("UPDATE t SET b = 2 WHERE a = 1")];
        let fails = [Command::Text("UPDATE t SET b = 1 WHERE a = 2")];
        let (waited, failed) = tokio::join!(other.run(&waits), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            session.run(&fails).await
        });
        waited.expect("the other one goes on");
        assert_eq!(failed.expect_err("a deadlock").error.code, "1213");
        assert!(!session.in_transaction());
        assert!(other.in_transaction());
    });
}

#[test]
fn errors_point_into_the_statement() {
    with_database(async |_, session| {
        let check = async |session: &mut dyn Connection, sql: &str, expected: Option<usize>| {
            let (_, error) = fail(session, &[sql]).await;
            assert_eq!((error.code.as_str(), error.position), ("1064", expected), "{sql}: {error}");
            let error = session.query(sql, &[]).await.expect_err("a syntax error");
            assert_eq!(error.position, expected, "{sql}, prepared: {error}");
        };
        check(session, "SELECT 'ä' FRM t WHERE", Some(12 + 4)).await;
        check(session, "SELECT 1\nFROM\n  WHERE x", Some(16)).await;
        check(session, "CREATE TABLE x (\n  a int,\n)", Some(26)).await;
        check(session, "SELECT (1", Some(9)).await;
        let long = format!("SELECT 1,\n 2,,\n {}", "'ä', ".repeat(100));
        check(session, &long, Some(14)).await;
        let (_, error) = fail(session, &["SELECT nosuch"]).await;
        assert_eq!((error.code.as_str(), error.position), ("1054", None));
    });
}

#[test]
fn many_statements_stay_prepared_and_tables_may_change_under_them() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)"]).await;
        let rows = session.query("SELECT * FROM t", &[]).await.expect("rows");
        assert_eq!(rows.rows, [[Scalar::Integer(1)]]);
        run(session, &["ALTER TABLE t ADD b text DEFAULT 'x'"]).await;
        let rows = session.query("SELECT * FROM t", &[]).await.expect("rows");
        assert_eq!(
            (rows.columns, rows.rows),
            (vec!["a".into(), "b".into()], vec![vec![Scalar::Integer(1), "x".into()]])
        );
        for number in 0..600 {
            assert_eq!(one(session, &format!("SELECT {number}")).await, Scalar::Integer(number));
        }
        assert_eq!(one(session, "SELECT 0").await, Scalar::Integer(0));
        let open = session.ask("SHOW SESSION STATUS LIKE 'Prepared_stmt_count'").await.expect("a status");
        let open: u32 =
            open.rows.first().and_then(|row| row[1].as_str()).and_then(|text| text.parse().ok()).unwrap_or(0);
        assert!(open <= 300, "{open}");
    });
}

#[test]
fn warnings_are_counted_up_to_a_bound() {
    with_database(async |_, session| {
        run(session, &["DROP TABLE IF EXISTS nosuch"]).await;
        assert_eq!(session.take_notices(), ["1 warning"]);
        let texts = ["CREATE TABLE t (a tinyint)", "SET sql_mode = ''", "INSERT INTO t VALUES (1000), (-1000)"];
        run(session, &texts).await;
        assert_eq!(session.take_notices(), ["2 warnings (Records: 2  Duplicates: 0  Warnings: 2)"]);
        run(session, &["SELECT CAST('x' AS int)"; 600]).await;
        let notices = session.take_notices();
        assert_eq!((notices.len(), notices[500].as_str()), (501, "100 more notices were dropped"));
        assert!(session.take_notices().is_empty());
    });
}

#[test]
fn a_statement_can_be_interrupted() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a int)"]).await;
        let interrupter = session.interrupter();
        let started = Instant::now();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            interrupter.interrupt().expect("an interrupt");
        });
        let slow = "INSERT INTO t SELECT count(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b WHERE a.seq + b.seq < 0";
        let (index, error) = fail(session, &["BEGIN", slow, "SELECT 1"]).await;
        thread.join().expect("the other thread");
        assert!(started.elapsed() < Duration::from_secs(10));
        assert_eq!((index, error.code.as_str(), error.interrupted, error.closed), (1, "1317", true, false));
        assert!(session.in_transaction());
        run(session, &["ROLLBACK"]).await;

        let (_, error) = fail(session, &["SET STATEMENT max_statement_time = 0.05 FOR SELECT SLEEP(30)"]).await;
        assert_eq!((error.code.as_str(), error.interrupted), ("1969", false));
    });
}

#[test]
fn an_interrupt_that_comes_too_late_stops_nothing() {
    with_database(async |_, session| {
        for _ in 0..20 {
            session.interrupter().interrupt().expect("nothing to cancel");
            assert_eq!(one(session, "SELECT count(*) FROM seq_1_to_1000").await, Scalar::Integer(1000));
        }
    });
}

#[test]
fn a_session_that_has_ended_can_be_interrupted() {
    with_database(async |target, _| {
        let other = open(target).await;
        let interrupter = other.interrupter();
        other.close().await.expect("the end");
        std::thread::sleep(Duration::from_millis(100));
        interrupter.interrupt().expect("nothing to cancel");
    });
}

#[test]
fn a_session_that_the_server_ends_is_closed() {
    with_database(async |target, session| {
        let mut other = open(target).await;
        let id = other.session().expect("a number");
        assert_eq!(one(&mut *other, "SELECT connection_id()").await, Scalar::Integer(id.parse().expect("a number")));
        run(&mut *other, &["BEGIN"]).await;
        run(session, &[&format!("KILL {id}")]).await;
        let error = other.query("SELECT 1", &[]).await.expect_err("the session is gone");
        assert!(error.closed, "{error:?}");
        assert!(!other.in_transaction());

        let id = session.session().expect("a number");
        let (_, error) = fail(session, &[&format!("KILL {id}")]).await;
        assert!(error.closed, "{error:?}");
        let (_, error) = fail(session, &["SELECT 1"]).await;
        assert!(error.closed);
        assert_eq!((error.code.as_str(), error.message.as_str()), ("2013", "the connection to the server is lost"));
    });
}

#[test]
fn a_statement_that_is_too_large_is_an_error_and_not_a_hang() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a longtext)"]).await;
        let limit = one(session, "SELECT @@max_allowed_packet").await.as_i64().expect("a number");
        let limit = usize::try_from(limit).expect("a number of bytes");
        assert!(limit <= 64 << 20, "this test is for a server's usual limit");
        let text = |bytes: usize| format!("INSERT INTO t VALUES ('{}')", "x".repeat(bytes));
        assert_eq!(run(session, &[&text(limit - (1 << 20))]).await, [1]);
        let params = [Scalar::from("x".repeat(limit - (1 << 20)))];
        let bound = Command::Bound { sql: "INSERT INTO t VALUES (?)", params: &params };
        assert_eq!(session.run(&[bound]).await.expect("it fits"), [1]);
        let (_, error) = fail(session, &[&text(limit + (4 << 20))]).await;
        // The server says why and hangs up; what it said may be lost with the connection.
        assert!(["1153", "2013"].contains(&error.code.as_str()), "{error:?}");
        assert!(error.hint.expect("a hint").contains("`max_allowed_packet`"));
    });
}

#[test]
fn files_of_this_machine_are_not_given() {
    with_database(async |_, session| {
        run(session, &["CREATE TABLE t (a text)"]).await;
        let (_, error) = fail(session, &["LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t"]).await;
        assert_eq!((error.code.as_str(), error.closed), ("2068", true), "{error:?}");
    });
}

#[test]
fn a_session_that_is_dropped_gives_its_locks_back() {
    with_database(async |target, session| {
        run(session, &["CREATE TABLE t (a int)", "SET lock_wait_timeout = 5"]).await;
        let mut other = open(target).await;
        run(&mut *other, &["BEGIN", "INSERT INTO t VALUES (1)"]).await;
        drop(other);
        run(session, &["ALTER TABLE t ADD b int"]).await;
        assert_eq!(count(session).await, Scalar::Integer(0));
    });
}
