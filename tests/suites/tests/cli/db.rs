//! `noorm db`: databases as a whole.

use std::process::Stdio;
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use noorm_testkit::{Address, Capability, Engine, Project, for_each_database_with};

use crate::interrupt::signal;

#[test]
fn a_database_is_made_once_and_removed_once() {
    for_each_database_with(&[Capability::CreateDatabase], |project| {
        project.add_config_of_missing("fresh").expect_success();
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        let made = |line: &str| project.noorm(line).expect_success().json()["created"].clone();
        assert_eq!(made("-c fresh db create --json"), true);
        assert_eq!(made("-c fresh db create --json"), false);
        project.noorm("-c fresh run build").expect_success();
        assert!(!project.database.has_table("a"), "another database");
        project.noorm("-c fresh db create").expect_success().expect_stdout("is there");
        project.noorm("-c fresh run build").expect_success().expect_stdout("nothing to do");
        project.noorm("-c fresh db drop").expect_success().expect_stdout("removed");
        project.noorm("-c fresh db destroy").expect_success().expect_stdout("there is no database");
        if project.database.engine() == Engine::Sqlite {
            assert!(!project.files().iter().any(|file| file.starts_with("app.db_missing")), "{:?}", project.files());
        } else {
            project.noorm("-c fresh run build").expect_code(7);
        }
    });
}

#[test]
fn a_protected_database_is_never_destroyed() {
    for_each_database_with(&[Capability::CreateDatabase], |project| {
        project.add_config("prod", "--protected").expect_success();
        project.noorm("db create").expect_success();
        project.query("CREATE TABLE a (id INTEGER)");
        project.noorm("-c prod -H db create").expect_code(5);
        project.noorm("-c prod -H --yes db create").expect_success();
        for line in ["-c prod -H db destroy", "-c prod -H --yes db destroy", "-c prod -H --yes db drop"] {
            project.noorm(line).expect_code(5).expect_stderr("never");
        }
        assert!(project.database.has_table("a"));
    });
}

#[test]
fn a_database_that_somebody_changes_is_not_destroyed() {
    for_each_database_with(&[Capability::CreateDatabase], |project| {
        project.noorm("lock acquire").expect_success();
        project.noorm("db destroy").expect_code(4);
        project.noorm("lock release").expect_success();
        project.noorm("db destroy").expect_success();
        project.noorm("db create").expect_success();
    });
}

#[test]
fn a_file_that_is_no_database_is_not_destroyed() {
    let project = Project::new(Engine::Sqlite);
    project.write("app.db_missing", "these are not the rows you are looking for");
    project.add_config_of_missing("notes").expect_success();
    project.noorm("-c notes db destroy").expect_code(7).expect_stderr("not a SQLite database");
    project.noorm("-c notes db create").expect_code(7);
    assert!(project.exists("app.db_missing"));
}

#[test]
fn who_may_not_make_databases_is_told_what_is_missing() {
    for (engine, create) in [
        (Engine::Postgres, "CREATE ROLE noorm_low LOGIN PASSWORD 'low'"),
        (Engine::Mariadb, "CREATE USER noorm_low IDENTIFIED BY 'low'"),
    ] {
        let mut project = Project::new(engine);
        project.add_config_of_missing("fresh").expect_success();
        let user = format!("noorm_low_{}", std::process::id());
        project.query(&create.replace("noorm_low", &user));
        project.set_env("NOORM_USER", &user);
        project.set_env("NOORM_PASSWORD", "low");
        let output = project.noorm("-c fresh db create");
        project.query(&format!("DROP USER {user}"));
        output.expect_code(1).expect_stderr("refused to make the database").expect_stderr("give this user the right");
    }
}

/// Somebody's transaction on a table of the project's database, until it is dropped.
fn hold(project: &Project) -> (tokio::runtime::Runtime, mysql_async::Conn) {
    let Address { host, port, database, user, password, .. } = project.database.address().unwrap();
    let options = mysql_async::OptsBuilder::default().ip_or_hostname(host).tcp_port(port).db_name(Some(database));
    let options = options.user(Some(user)).pass(Some(password)).prefer_socket(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let session = runtime.block_on(async {
        let mut session = mysql_async::Conn::new(options).await.unwrap();
        session.query_drop("START TRANSACTION").await.unwrap();
        session.query_drop("SELECT * FROM a").await.unwrap();
        session
    });
    (runtime, session)
}

#[test]
fn an_interrupted_removal_does_not_happen_later() {
    let project = Project::new(Engine::Mariadb);
    project.query("CREATE TABLE a (id INTEGER)");
    let holder = hold(&project);
    let mut command = project.command(["db", "destroy"]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let database = project.database.address().unwrap().database;
    let waits =
        format!("SELECT count(*) FROM information_schema.processlist WHERE info = 'DROP DATABASE `{database}`'");
    let deadline = Instant::now() + Duration::from_secs(60);
    while project.value(&waits) == "0" {
        assert!(Instant::now() < deadline, "nobody waits for the transaction");
        std::thread::sleep(Duration::from_millis(10));
    }
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("interrupted") && stderr.contains("nothing was changed"), "{stderr}");
    assert_eq!(project.value(&waits), "0", "the statement is gone with its process");
    drop(holder);
    project.noorm("db create").expect_success().expect_stdout("is there");
    assert!(project.database.has_table("a"));
}

#[cfg(unix)]
#[test]
fn of_a_link_what_it_leads_to_is_removed() {
    let project = Project::new(Engine::Sqlite);
    std::os::unix::fs::symlink("real.db", project.project().join("link.db")).unwrap();
    project.noorm("config add linked --dialect sqlite --filename link.db").expect_success();
    project.noorm("-c linked db create").expect_success();
    assert!(project.exists("real.db"));
    project.noorm("-c linked db destroy").expect_success();
    let left = project.files();
    assert!(!left.iter().any(|file| file.starts_with("real.db") || file.starts_with("link.db")), "{left:?}");
    assert!(std::fs::symlink_metadata(project.project().join("link.db")).is_err());
}
