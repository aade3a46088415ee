//! Ctrl-C, SIGTERM and the loss of the terminal while a statement runs.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use noorm_testkit::{Capability, Engine, Project, for_each_database_with};

/// A statement that nobody wants to wait for.
pub(crate) fn endless(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "INSERT INTO a WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;"
        }
        Engine::Postgres => "INSERT INTO a SELECT 1 FROM pg_sleep(600);",
        // A server that computes does not notice that its client is gone; one that sleeps looks every five seconds.
        Engine::Mariadb | Engine::Mysql => "INSERT INTO a SELECT sleep(600);",
        Engine::Mssql => "WAITFOR DELAY '00:10:00'; INSERT INTO a VALUES (9);",
    }
}

/// Starts `change ff` and returns once its first changeset is applied and its second one runs.
fn start(project: &Project) -> Child {
    project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    let change = format!("INSERT INTO a VALUES (1);\n{}\n", endless(project.database.engine()));
    project.write_changeset("2026-01-02_b", &change, "DELETE FROM a;");
    // Whoever runs the tests may have said that they are to outlive the terminal.
    let mut command = through(&["env", "--default-signal=HUP"], &project.command(["change", "ff"]));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !project.database.has_table("a") {
        assert!(Instant::now() < deadline, "the first changeset is not applied");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(300));
    child
}

/// Another program, which becomes the command.
fn through(words: &[&str], becomes: &Command) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg(becomes.get_program()).args(becomes.get_args());
    command.current_dir(becomes.get_current_dir().expect("a sandbox's commands have one")).env_clear();
    command.envs(becomes.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn a_signal_rolls_back_records_and_releases() {
    for (name, code) in [("HUP", 129), ("INT", 130), ("TERM", 143)] {
        for_each_database_with(&[Capability::Stop], |project| {
            let child = start(project);
            let sent = Instant::now();
            signal(&child, name);
            let output = child.wait_with_output().unwrap();
            assert!(sent.elapsed() < Duration::from_secs(10), "{:?}", sent.elapsed());
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(code), "{stderr}");
            assert!(stderr.contains("interrupted"), "{stderr}");
            assert_eq!(project.value("SELECT count(*) FROM a"), "0", "the half of a file is rolled back");
            let changeset = project.database.tracking("changeset");
            let rows = project.query(&format!("SELECT name, status FROM {changeset} ORDER BY name"));
            assert_eq!(rows, [["2026-01-01_a", "success"], ["2026-01-02_b", "failed"]]);
            project.noorm("lock status").expect_success().expect_stdout("not locked");

            project.write_changeset("2026-01-02_b", "INSERT INTO a VALUES (1);", "DELETE FROM a;");
            project.noorm("change ff").expect_success();
            assert_eq!(project.value("SELECT count(*) FROM a"), "1");
        });
    }
}

#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let project = Project::new(Engine::Postgres);
    project.write("schema/001.sql", "SELECT pg_sleep(1.5);");
    let mut command = through(&["nohup"], &project.command(["run", "build"]));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    signal(&child, "HUP");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_run_that_was_killed_is_marked_and_its_lock_taken_over() {
    for_each_database_with(&[Capability::LostClient], |project| {
        let child = start(project);
        signal(&child, "KILL");
        child.wait_with_output().unwrap();
        project.write_changeset("2026-01-02_b", "INSERT INTO a VALUES (1);", "DELETE FROM a;");
        let next = project.noorm("change ff").expect_success();
        next.expect_stderr("ended");
        assert_eq!(project.value("SELECT count(*) FROM a"), "1");
        let changeset = project.database.tracking("changeset");
        let pending = format!("SELECT count(*) FROM {changeset} WHERE status = 'pending'");
        assert_eq!(project.value(&pending), "0", "what the killed run left behind is told as failed");
    });
}
