//! Waiting for the lock, losing it, and taking over the lock of somebody who is gone.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use noorm_testkit::{Capability, Engine, Project, for_each_database, for_each_database_with, on_each};

use crate::answers::changes;
use crate::interrupt::{endless, signal};

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

/// Where noorm ends the session of a holder that sleeps; SQL Server's number of a session may be somebody else's by then.
const ENDS_SESSIONS: &[Engine] = &[Engine::Postgres, Engine::Mariadb, Engine::Mysql];

/// Lets the lock of a living process expire, by the database's clock.
fn let_expire(project: &Project) {
    let lock = project.database.tracking("lock");
    let past = match project.database.engine() {
        Engine::Sqlite => "'2020-01-01T00:00:00.000Z'",
        _ => "'2020-01-01 00:00:00'",
    };
    project.query(&format!("UPDATE {lock} SET expires_at = {past}"));
}

/// A run that was stopped, as a machine that sleeps is, after it took the lock.
fn asleep(project: &Project) -> Child {
    project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    let change = format!("INSERT INTO a VALUES (1);\n{}\n", endless(project.database.engine()));
    project.write_changeset("2026-01-02_b", &change, "DELETE FROM a;");
    let child = spawn(project, "change ff");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !project.database.has_table("a") {
        assert!(Instant::now() < deadline, "the first changeset is not applied");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "STOP");
    child
}

#[test]
fn whoever_sleeps_past_the_expiry_is_taken_over_from_and_cannot_commit() {
    on_each(ENDS_SESSIONS, &[Capability::KnownProduct, Capability::SessionLock], |project| {
        let child = asleep(project);
        project.write_changeset("2026-01-02_b", "INSERT INTO a VALUES (2);", "DELETE FROM a;");
        project.noorm("change ff").expect_code(4).expect_stderr("change ff, config `main`");
        let_expire(project);
        project.noorm("lock status").expect_success().expect_stdout("the next run takes it over");
        project.noorm("change ff").expect_success().expect_stderr("took over a lock that had expired");
        signal(&child, "CONT");
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && !stderr.contains("no-transaction"), "{stderr}");
        assert_eq!(project.query("SELECT id FROM a").concat(), ["2"]);
        let list = project.noorm("change list --json").expect_success();
        assert_eq!(changes(&list), ["2026-01-01_a success", "2026-01-02_b success"]);
        project.noorm("lock status").expect_success().expect_stdout("not locked");
    });
}

#[test]
fn a_lock_that_is_freed_by_force_is_free() {
    on_each(ENDS_SESSIONS, &[Capability::KnownProduct, Capability::SessionLock], |project| {
        let mut child = asleep(project);
        project.noorm("lock release --yes").expect_success().expect_stdout("released");
        project.write_changeset("2026-01-02_b", "INSERT INTO a VALUES (2);", "DELETE FROM a;");
        project.noorm("change ff").expect_success();
        signal(&child, "KILL");
        child.wait().unwrap();
        assert_eq!(project.query("SELECT id FROM a").concat(), ["2"]);
    });
}

#[test]
fn a_holder_with_one_connection_is_not_ended_while_it_may_be_at_work() {
    let project = Project::new(Engine::Postgres);
    project.add_config("single", "--pool-max 1").expect_success();
    project.noorm("config use single").expect_success();
    let mut child = asleep(&project);
    let_expire(&project);
    project.noorm("change ff").expect_code(4).expect_stderr("lock release");
    project.noorm("lock release --yes").expect_success();
    signal(&child, "KILL");
    child.wait().unwrap();
}

#[test]
fn a_file_that_a_run_writes_into_tells_who_runs() {
    let project = Project::new(Engine::Sqlite);
    let mut child = asleep(&project);
    project.noorm("change ff").expect_code(4).expect_stderr("locked by Ada Lovelace").expect_stderr("change ff");
    signal(&child, "KILL");
    child.wait().unwrap();
    project.noorm("lock status").expect_success().expect_stdout("has ended; the next run takes it over");
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
