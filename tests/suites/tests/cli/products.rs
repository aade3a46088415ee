//! Products that speak PostgreSQL's protocol and are not PostgreSQL. None of them is at hand: a PostgreSQL that says it is
//! one, and lacks what that one lacks, stands in.

use std::process::{Child, Stdio};

use noorm_testkit::{Engine, Project};

const YUGABYTE: &str = "PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu";
const COCKROACH: &str = "CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu, built 2025/05/28)";

/// Makes the database of a project say that it is another product, one that refuses advisory locks. Names are looked up in
/// `public` and here before they are in the server's own schema.
fn pose(project: &Project, banner: &str) {
    project.query("CREATE SCHEMA disguise");
    project.query(&format!("CREATE FUNCTION disguise.version() RETURNS text LANGUAGE sql AS $$ SELECT '{banner}' $$"));
    for (name, returns) in [
        ("pg_advisory_xact_lock", "void"),
        ("pg_advisory_lock", "void"),
        ("pg_try_advisory_lock", "boolean"),
        ("pg_advisory_unlock", "boolean"),
    ] {
        project.query(&format!(
            "CREATE FUNCTION disguise.{name}(bigint) RETURNS {returns} LANGUAGE plpgsql AS $$ BEGIN
                RAISE feature_not_supported USING MESSAGE = 'advisory locks are not yet implemented';
            END $$"
        ));
    }
    let name = project.value("SELECT current_database()");
    project.query(&format!("ALTER DATABASE {name} SET search_path = public, disguise, pg_catalog"));
}

fn posing_as(banner: &str) -> Project {
    let project = Project::new(Engine::Postgres);
    pose(&project, banner);
    project
}

fn start(project: &Project, args: &[&str]) -> Child {
    let mut command = project.command(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn the_lock_needs_no_advisory_locks() {
    for banner in [YUGABYTE, COCKROACH] {
        let project = posing_as(banner);
        project.write("schema/001.sql", "CREATE TABLE a (id integer);");
        project.noorm("run build").expect_success();
        project.noorm("lock acquire --reason lunch").expect_success();
        project.noorm("run build --force").expect_code(4).expect_stderr("lunch");
        project.noorm("lock release").expect_success();
        project.noorm("run build --force").expect_code(1).expect_stderr("already exists");
        assert!(project.database.has_table("a"));
    }
}

#[test]
fn processes_that_begin_at_once_apply_everything_once() {
    let project = posing_as(YUGABYTE);
    project.write_changeset("2026-01-01_a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    project.write_changeset("2026-01-02_b", "INSERT INTO a VALUES (2);", "DELETE FROM a;");
    let children: Vec<_> = (0..8).map(|_| start(&project, &["change", "ff", "--wait"])).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(project.query("SELECT id FROM a"), [["2"]]);
    assert_eq!(project.value("SELECT count(*) FROM noorm.__noorm_version__"), "1");
}

#[test]
fn what_a_rollback_does_not_undo_is_recorded_statement_by_statement() {
    let script = "CREATE TABLE a (id integer);\nCREATE TABLE nowhere.b (id integer);\n";
    let project = posing_as(YUGABYTE);
    project.write("schema/001.sql", script);
    project.noorm("run build").expect_code(3).expect_stderr("1 of its 2 statements");
    assert!(project.database.has_table("a"));
    project.query("CREATE SCHEMA nowhere");
    project.noorm("run build").expect_success();
    assert_eq!(project.query("SELECT schemaname FROM pg_tables WHERE tablename = 'b'"), [["nowhere"]]);

    let undisguised = Project::new(Engine::Postgres);
    undisguised.write("schema/001.sql", script);
    undisguised.noorm("run build").expect_code(1);
    assert!(!undisguised.database.has_table("a"));
}

#[test]
fn a_product_whose_unique_keys_keep_nobody_out_is_refused() {
    let project =
        posing_as("PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.77467");
    project.write("schema/001.sql", "CREATE TABLE a (id integer);");
    project.noorm("run build").expect_code(1).expect_stderr("Amazon Redshift");
    assert!(!project.database.has_table("a"));
}
