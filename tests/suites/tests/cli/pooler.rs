//! A pooler between noorm and PostgreSQL: one that hands sessions round is refused.

use noorm_testkit::{Engine, Pooler, Project};

/// Makes a config that goes through a pooler the active one.
fn through(project: &Project, mode: &str) -> Pooler {
    let database = project.database.address().expect("PostgreSQL is a server");
    let pooler = Pooler::start(&database, mode);
    let (port, name, user) = (pooler.port(), &database.database, &database.user);
    let line =
        format!("config add pooled --dialect postgres --host 127.0.0.1 --port {port} --database {name} --user {user}");
    project.noorm(&line).expect_success();
    project.noorm("config use pooled").expect_success();
    pooler
}

#[test]
fn a_pooler_in_transaction_mode_is_refused() {
    let project = Project::new(Engine::Postgres);
    let _pooler = through(&project, "transaction");
    project.write("schema/001.sql", "CREATE TABLE a (id integer);");
    for line in ["run build", "change list", "lock status"] {
        project.noorm(line).expect_code(1).expect_stderr("pooler").expect_stderr("session mode");
    }
    assert!(!project.database.has_table("a"));
}

#[test]
fn a_pooler_in_session_mode_is_as_good_as_the_server() {
    let project = Project::new(Engine::Postgres);
    let _pooler = through(&project, "session");
    project.write("schema/001.sql", "CREATE TABLE a (id integer);");
    project.write("schema/002.sql", "CREATE INDEX CONCURRENTLY a_id ON a (id);");
    project.noorm("run build").expect_success();
    project.noorm("run build").expect_success().expect_stdout("nothing to do");
    assert!(project.database.has_table("a"));
}
