//! Time limits of sessions, and trying again where somebody else was in the way.

use std::time::{Duration, Instant};

use noorm_testkit::{Capability, Engine, Project, for_each_database, on_each};

/// A project whose active config has time limits.
fn limited(project: &Project, flags: &str) {
    project.add_config("limited", flags).expect_success();
    project.noorm("config use limited").expect_success();
}

/// Holds a lock on the table `a` for a while, from another session.
fn hold(project: &Project, seconds: &str, body: impl FnOnce()) {
    let script = match project.database.engine() {
        Engine::Sqlite => return body(),
        Engine::Postgres => format!("BEGIN; LOCK TABLE a; SELECT pg_sleep({seconds}); COMMIT"),
        Engine::Mariadb | Engine::Mysql => format!("SELECT SLEEP({seconds}) FROM a FOR UPDATE"),
        Engine::Mssql => format!(
            "BEGIN TRANSACTION; SELECT count(*) FROM a WITH (TABLOCKX, HOLDLOCK); WAITFOR DELAY '0:0:{seconds}'; COMMIT"
        ),
    };
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| project.database.query(&script));
        std::thread::sleep(Duration::from_millis(400));
        body();
        holder.join().unwrap();
    });
}

#[test]
fn a_lock_that_is_soon_free_is_had_by_trying_again() {
    let project = Project::new(Engine::Postgres);
    limited(&project, "--lock-timeout 100");
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1);");
    project.noorm("run build").expect_success();
    // A script's own reset does not lift the limit.
    project.write("schema/002.sql", "RESET lock_timeout;\nALTER TABLE a ADD COLUMN name TEXT;\n");
    hold(&project, "1.2", || {
        project.noorm("run build").expect_success().expect_stderr("trying `schema/002.sql` again");
    });
    project.query("SELECT name FROM a");
}

#[test]
fn a_lock_that_is_not_free_in_time_stops_the_run() {
    let needs = [Capability::LockTimeout, Capability::TableLock, Capability::Stop];
    on_each(&[Engine::Postgres, Engine::Mssql], &needs, |project| {
        limited(project, "--lock-timeout 100");
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1);");
        project.noorm("run build").expect_success();
        project.write("schema/002.sql", "ALTER TABLE a ADD name VARCHAR(20);");
        let project = &*project;
        let words = if project.database.engine() == Engine::Mssql { "Lock request time out" } else { "lock timeout" };
        hold(project, "15", || {
            let started = Instant::now();
            project.noorm("run build").expect_code(1).expect_stderr(words);
            assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        });
        project.noorm("run build").expect_success();
    });
}

#[test]
fn a_statement_that_takes_too_long_is_stopped() {
    let project = Project::new(Engine::Postgres);
    limited(&project, "--statement-timeout 300");
    project.write("schema/001.sql", "RESET ALL;\nSELECT pg_sleep(30);\n");
    let started = Instant::now();
    project.noorm("run build").expect_code(1).expect_stderr("schema/001.sql:2");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_limit_that_the_database_does_not_have_is_told() {
    let project = Project::new(Engine::Sqlite);
    limited(&project, "--statement-timeout 300 --lock-timeout 2000");
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.noorm("run build").expect_success().expect_stderr("statement-timeout-ms");
}

#[test]
fn a_run_on_one_connection_works() {
    for_each_database(|project| {
        limited(project, "--pool-max 1 --connect-timeout 5000");
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
    });
}
