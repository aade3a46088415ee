//! Waiting for the lock, losing it, and taking over the lock of somebody who is gone.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use noorm_testkit::{Capability, Engine, Project, for_each_database, for_each_database_with};

use crate::interrupt::signal;

fn spawn(project: &Project, line: &str) -> Child {
    let mut command = project.command(line.split_whitespace());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_run_waits_until_the_lock_is_free() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("lock acquire --reason lunch").expect_success();
        let child = spawn(project, "run build --wait");
        std::thread::sleep(Duration::from_millis(700));
        assert!(!project.database.has_table("a"));
        project.noorm("lock release --yes").expect_success();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert_eq!(stderr.matches("waiting: the database is locked by Ada Lovelace").count(), 1, "{stderr}");
        assert!(stderr.contains("lunch"), "{stderr}");
        assert!(project.database.has_table("a"));
    });
}

#[test]
fn patience_has_an_end() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("lock acquire").expect_success();
        let started = Instant::now();
        project.noorm("run build --wait-timeout 1").expect_code(4).expect_stderr("waiting:");
        let waited = started.elapsed();
        assert!((Duration::from_secs(1)..Duration::from_secs(20)).contains(&waited), "{waited:?}");
        let child = spawn(project, "run build --wait-timeout 60");
        std::thread::sleep(Duration::from_millis(700));
        let sent = Instant::now();
        signal(&child, "INT");
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
        assert!(sent.elapsed() < Duration::from_secs(10));
    });
}

#[test]
fn whoever_lost_the_lock_cannot_commit() {
    for_each_database(|project| {
        let lock = project.database.tracking("lock");
        // What a lock that expired and was taken by somebody else looks like to the one who had it.
        let stolen = format!("CREATE TABLE a (id INTEGER);\nUPDATE {lock} SET token = 'of somebody else';\n");
        project.write("schema/001.sql", "CREATE TABLE b (id INTEGER);");
        project.write("schema/002.sql", stolen);
        project.noorm("run build").expect_code(3).expect_stderr("lost its lock");
        assert!(project.database.has_table("b"));
        if project.database.has_transactional_ddl() {
            assert!(!project.database.has_table("a"), "its last file is rolled back");
        }
    });
}

#[test]
fn a_lock_whose_session_is_gone_is_taken_over_from_another_machine() {
    for_each_database_with(&[Capability::KnownProduct, Capability::SessionLock], |project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("lock acquire").expect_success();
        let lock = project.database.tracking("lock");
        project.query(&format!("UPDATE {lock} SET holder = 'another-boot pid:[1] 1 1 +session'"));
        let output = project.noorm("run build");
        if project.database.engine() == Engine::Sqlite {
            output.expect_code(4);
            project.query(&format!("UPDATE {lock} SET expires_at = '2020-01-01T00:00:00.000Z'"));
            project.noorm("run build").expect_success();
        } else {
            output.expect_success().expect_stderr("took over the lock");
        }
        assert!(project.database.has_table("a"));
    });
}
