//! That a recording of the built noorm can be relied on: played to the same work it is the same, and to other work it is
//! a failure. The endpoint stands in for the server.

use std::path::Path;

use noorm_tds::recording::{Event, Recording};
use noorm_tds::{Player, Recorder, Stale};
use noorm_testkit::{Output, Sandbox};

use super::chance::chance;
use super::scenario::{DATABASE, sandbox};
use crate::wire::server::server;

const USER: &str = "app";

/// A build, and a look at the lock; `sql` is what the build runs. Returns what noorm was not content with.
fn work(sandbox: &Sandbox, sql: &str) -> Option<Output> {
    sandbox.write("schema/001.sql", sql);
    ["lock status", "run build"].iter().map(|line| sandbox.noorm(line)).find(|output| output.code != 0)
}

fn record(folder: &Path, sql: &str) -> Recording {
    let address = format!("127.0.0.1:{}", server(|_| None).port());
    let recorder = Recorder::with_holes("127.0.0.1:0", &address, folder.join("session.tds"), chance).unwrap();
    if let Some(output) = work(&sandbox(recorder.port(), USER, "hunter2", DATABASE), sql) {
        panic!("the endpoint does not answer as noorm wants it\n{output}");
    }
    recorder.finish().unwrap()
}

fn play(recording: Recording, sql: &str) -> Result<(), Stale> {
    let player = Player::with_holes(recording, chance);
    let failure = work(&sandbox(player.port(), USER, "another password", DATABASE), sql);
    let outcome = player.finish();
    // What the player ends, noorm does not get through.
    assert_eq!(failure.is_some(), outcome.is_err(), "{outcome:?}");
    outcome
}

const SQL: &str = "CREATE TABLE users (id INT);\nGO\nINSERT INTO users VALUES (1);\n";

#[test]
fn what_was_recorded_is_played_to_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let recording = record(folder.path(), SQL);
    let text = std::fs::read_to_string(folder.path().join("session.tds")).unwrap();
    assert_eq!(Recording::parse(&text).unwrap(), recording);
    for hole in ["<token>", "<process>", "<version>", "<duration>"] {
        assert!(text.contains(hole), "{hole} is nowhere in\n{text}");
    }
    assert_eq!(recording.user().as_deref(), Some(USER));
    assert_eq!(play(recording, SQL), Ok(()));
}

#[test]
fn one_more_space_in_a_script_is_a_failure_that_shows_both() {
    let folder = tempfile::tempdir().unwrap();
    let recording = record(folder.path(), SQL);
    let stale = play(recording, &SQL.replace("VALUES (1)", "VALUES  (1)")).unwrap_err();
    assert_eq!(stale.expected, "SQL INSERT INTO users VALUES (1);");
    assert_eq!(stale.found, "SQL INSERT INTO users VALUES  (1);");
}

#[test]
fn a_recorded_value_that_is_no_chance_has_to_be_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = record(folder.path(), SQL);
    for event in recording.connections.iter_mut().flatten() {
        if let Event::Request(request) = event
            && request.has_holes
        {
            request.text = request.text.replace("schema/001.sql", "schema/002.sql");
            request.bytes = request.text.clone().into_bytes();
        }
    }
    let stale = play(recording, SQL).unwrap_err();
    assert!(stale.expected.contains("schema/002.sql") && stale.found.contains("schema/001.sql"), "{stale}");
}
