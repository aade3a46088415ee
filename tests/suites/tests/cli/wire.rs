//! SQL Server on the wire, without one: what the built binary makes of what a server says, faults included. The endpoint
//! knows no SQL; that the statements are right is for the live suite to show.

mod install;
pub(crate) mod server;

use std::process::Stdio;
use std::time::{Duration, Instant};

use noorm_tds::answer::{INSERT, SELECT};
use noorm_tds::cell::{Cell, Column};
use noorm_tds::{Answer, Endpoint, Message, Reply, Request, Settings};
use noorm_testkit::Sandbox;

use crate::answers::error;
use crate::interrupt::signal;
use server::{PASSWORD, Project, sent, server};

/// A server that lets nobody in, or does not answer a login.
fn at_login(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Endpoint {
    Endpoint::with(Settings::default(), move |request| match request {
        Request::Login(_) => reply(),
        _ => Answer::new().done().into(),
    })
}

/// What a person has to be told of a connection that did not come about.
#[track_caller]
fn check_place(output: &noorm_testkit::Output, port: u16) {
    for part in ["127.0.0.1", &port.to_string(), "shop"] {
        assert!(output.stderr.contains(part), "{part}: {output}");
    }
    assert!(!output.to_string().contains(PASSWORD), "{output}");
}

#[test]
fn a_refused_login_says_who_and_where() {
    let endpoint = at_login(|| {
        let refused = Message::error(18456, "Login failed for user 'app'.").class(14);
        Answer::new().error(&refused).failed().into()
    });
    let project = Project::new(endpoint.port(), "");
    for line in ["run build", "change list", "lock status"] {
        let output = project.noorm(line).expect_code(7).expect_stderr("app").expect_stderr("Login failed");
        check_place(&output, endpoint.port());
    }
    let json = project.noorm("run build --json").expect_code(7);
    assert_eq!(json.json()["success"], false);
    assert!(!json.to_string().contains(PASSWORD), "{json}");
}

#[test]
fn a_server_without_tls_is_not_spoken_to_where_tls_is_wished() {
    let endpoint = server(|_| None);
    let project = Project::new(endpoint.port(), "--ssl");
    let output = project.noorm("run build").expect_code(7).expect_stderr("TLS");
    check_place(&output, endpoint.port());
    assert!(endpoint.seen().is_empty(), "{:?}", endpoint.seen());
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let endpoint = at_login(|| Reply::Silence);
    let project = Project::new(endpoint.port(), "--connect-timeout 300");
    let started = Instant::now();
    let output = project.noorm("run build").expect_code(7).expect_stderr("logging in");
    check_place(&output, endpoint.port());
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn what_scripts_print_is_shown() {
    let endpoint = server(|sql| match sql {
        sql if sql.starts_with("PRINT") => Some(Answer::new().print("it's done \u{1f600}").done().into()),
        "SELECT 1" => {
            let rows = Answer::new().columns(&[Column::int("n", 4)]).row(&[Cell::int(1, 4)]);
            Some(rows.info(&Message::error(50000, "careful").class(10)).done_with(SELECT, 1).into())
        }
        _ => None,
    });
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "PRINT N'it''s done';\nGO\nSELECT 1\nGO\n");
    let output = project.noorm("run build").expect_success().expect_stdout("1 file ran");
    output.expect_stderr("it's done \u{1f600}").expect_stderr("careful");
}

#[test]
fn a_look_at_the_vault_costs_no_statement_of_its_own() {
    let endpoint = server(|_| None);
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "SELECT 1");
    project.noorm("run build").expect_success();
    let of_vault: Vec<String> = sent(&endpoint).into_iter().filter(|sql| sql.contains("__noorm_vault__")).collect();
    let rides_along = |sql: &String| sql.contains("AS present") || sql.contains("schema_version, cli_version");
    assert!(!of_vault.is_empty() && of_vault.iter().all(rides_along), "{of_vault:#?}");
    assert!(!sent(&endpoint).iter().any(|sql| sql.contains("__noorm_secrets__")), "nothing says that a copy is behind");
}

#[test]
fn a_batch_goes_to_the_server_as_often_as_it_says() {
    let endpoint = server(|_| None);
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "INSERT INTO a DEFAULT VALUES\nGO 5\nSELECT 'GO'\n");
    project.noorm("run build").expect_success();
    let sent = sent(&endpoint);
    let batches = |text: &str| sent.iter().filter(|sql| *sql == text).count();
    assert_eq!((batches("INSERT INTO a DEFAULT VALUES"), batches("SELECT 'GO'")), (5, 1), "{sent:?}");
    let place = |part: &str| sent.iter().position(|sql| sql.contains(part)).unwrap();
    // In one transaction with what records it, which ends with the look at the lock.
    let last = sent.iter().rposition(|sql| sql.contains("SET expires_at")).unwrap();
    assert!(place("BEGIN TRANSACTION") < place("INSERT INTO a ") && place("SELECT 'GO'") < last, "{sent:?}");
    assert!(sent[last + 1].starts_with("COMMIT TRANSACTION"), "{sent:?}");
}

#[test]
fn a_line_of_a_batch_is_told_as_the_scripts() {
    let endpoint = server(|sql| {
        let bad = Message::error(208, "Invalid object name 'nowhere'.").line(3);
        sql.contains("nowhere").then(|| Answer::new().error(&bad).failed().into())
    });
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "CREATE TABLE a (b INT);\nGO\n-- c\nSELECT 1;\n\n  SELECT * FROM nowhere;\nGO\n");
    let json = project.noorm("run build --json").expect_code(1);
    assert_eq!(error(&json, "file"), "schema/001.sql");
    assert_eq!((error(&json, "line"), error(&json, "column")), ("6".to_owned(), "3".to_owned()));
    assert_eq!(error(&json, "blame"), "user");
    let text = project.noorm("run build").expect_code(1);
    text.expect_stderr("schema/001.sql:6: Invalid object name 'nowhere'.").expect_stderr("SELECT * FROM nowhere;");
    assert!(sent(&endpoint).iter().any(|sql| sql.contains("ROLLBACK TRANSACTION")));
}

#[test]
fn an_error_behind_rows_stops_the_run() {
    let endpoint = server(|sql| {
        let rows = || Answer::new().columns(&[Column::int("n", 4)]).row(&[Cell::int(1, 4)]).row(&[Cell::int(2, 4)]);
        let zero = Message::error(8134, "Divide by zero error encountered.").line(2);
        sql.contains("/ 0").then(|| rows().error(&zero).failed().into())
    });
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "SELECT 1\nGO\nSELECT n,\n  n / 0 FROM t\n");
    project.write("schema/002.sql", "SELECT 'never'");
    let output = project.noorm("run build").expect_code(1);
    output.expect_stderr("schema/001.sql:4: Divide by zero error encountered.");
    assert!(sent(&endpoint).iter().all(|sql| !sql.contains("never")));
}

/// Outside a transaction the server keeps what a batch did before it failed.
#[test]
fn what_a_failed_batch_did_before_is_not_known() {
    for (batch, started) in
        [("INSERT INTO t VALUES (1 / 0)", "0"), ("DELETE FROM t; INSERT INTO t VALUES (1 / 0)", "2")]
    {
        let endpoint = server(|sql| {
            let zero = Message::error(8134, "Divide by zero error encountered.");
            sql.contains("/ 0").then(|| Answer::new().error(&zero).failed().into())
        });
        let project = Project::new(endpoint.port(), "");
        project.write("schema/001.sql", format!("-- noorm: no-transaction\nSELECT 1\nGO\n{batch}\n"));
        project.noorm("run build").expect_stderr("Divide by zero");
        let finished = endpoint.seen().into_iter().rev().find_map(|request| match request {
            Request::Bound { sql, values, .. } if sql.contains("statements_done = @P4, statement_started = @P5") => {
                Some(values)
            }
            _ => None,
        });
        assert_eq!(finished.unwrap()[3..5], ["1", started], "{batch}");
    }
}

#[test]
fn of_several_errors_the_first_is_told_as_the_cause() {
    let endpoint = server(|sql| {
        let first = Message::error(1779, "Table 't' already has a primary key defined on it.");
        let second = Message::error(1750, "Could not create constraint or index. See previous errors.");
        sql.contains("PRIMARY KEY (b)").then(|| Answer::new().error(&first).error(&second).failed().into())
    });
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "ALTER TABLE t ADD PRIMARY KEY (b)");
    let output = project.noorm("run build").expect_code(1);
    output.expect_stderr("already has a primary key").expect_stderr("1750: Could not create constraint or index.");
}

#[test]
fn an_error_that_a_script_swallowed_is_named_with_its_way_out() {
    let endpoint = server(|sql| {
        let text = "Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.";
        let doomed = Answer::new().rolled_back(server::TRANSACTION).error(&Message::error(3998, text)).failed();
        sql.contains("1 / 0").then(|| doomed.into())
    });
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "BEGIN TRY\n  SELECT 1 / 0;\nEND TRY\nBEGIN CATCH\n  SELECT 1;\nEND CATCH\n");
    project.noorm("run build").expect_code(1).expect_stderr("Uncommittable").expect_stderr("noorm: no-transaction");
}

#[test]
fn a_connection_that_is_lost_in_the_middle_of_a_batch_is_told() {
    let endpoint = server(|sql| {
        let half = Answer::new().columns(&[Column::int("n", 4)]).row(&[Cell::int(1, 4)]).done_with(INSERT, 1);
        (sql == "SELECT 7").then_some(Reply::CutOff(half, 30))
    });
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "SELECT 1\nGO\nSELECT 7\nGO\n");
    let output = project.noorm("run build").expect_code(7).expect_stderr("schema/001.sql:3");
    assert!(output.stderr.contains("lost") && !output.to_string().contains(PASSWORD), "{output}");
}

#[test]
fn a_statement_that_does_not_end_is_stopped_by_a_signal() {
    let endpoint = server(|sql| (sql == "SELECT 7").then_some(Reply::Silence));
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "SELECT 7");
    let mut command = project.command(["run", "build"]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while !sent(&endpoint).iter().any(|sql| sql == "SELECT 7") {
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", sent(&endpoint));
        std::thread::sleep(Duration::from_millis(10));
    }
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(endpoint.seen().contains(&Request::Attention), "the server is asked to stop");
}

#[test]
fn a_script_that_silences_counts_does_not_lose_the_lock() {
    let endpoint = server(|_| None);
    let project = Project::new(endpoint.port(), "");
    project.write("schema/001.sql", "SET NOCOUNT ON;\nSELECT 1;\n");
    project.noorm("run build").expect_success();
    let sent = sent(&endpoint);
    let renewals = sent.iter().filter(|sql| sql.contains("SET expires_at") && sql.contains("WHERE scope"));
    let mut renewals = renewals.filter(|sql| !sql.contains("BEGIN TRY")).peekable();
    assert!(renewals.peek().is_some() && renewals.all(|sql| sql.starts_with("SET NOCOUNT OFF;")), "{sent:?}");
}

#[test]
fn batches_are_shown_without_a_server() {
    let sandbox = Sandbox::new();
    sandbox.write("a.sql", "CREATE TABLE a (b INT)\nGO\nINSERT INTO a VALUES (1)\nGO 3\n");
    let output = sandbox.noorm("split a.sql --dialect mssql").expect_success();
    output.expect_stdout("CREATE TABLE a (b INT)").expect_stdout("INSERT INTO a VALUES (1)");
}
