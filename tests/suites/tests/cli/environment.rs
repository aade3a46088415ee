//! Environment-only mode: `NOORM_*` in place of a config, as continuous integration uses it.

use noorm_testkit::{Engine, Project, Sandbox};

#[test]
fn needs_no_state_and_no_identity() {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("NOORM_DIALECT", "sqlite");
    sandbox.set_env("NOORM_DATABASE", "app.db");
    sandbox.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    sandbox.noorm("run build").expect_success();
    assert!(sandbox.exists("app.db"));
    assert!(!sandbox.exists(".noorm/state.enc"));
    assert!(!sandbox.home().join(".noorm/identity.key").exists());
}

#[test]
fn names_the_paths_too() {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("NOORM_DIALECT", "sqlite");
    sandbox.set_env("NOORM_DATABASE", "app.db");
    sandbox.set_env("NOORM_SCHEMA_PATH", "./sql");
    sandbox.write("sql/001.sql", "CREATE TABLE a (id INTEGER);");
    sandbox.noorm("run build --json").expect_success().expect_stdout("sql/001.sql");
}

#[test]
fn a_database_that_looks_like_a_number_or_a_boolean_keeps_its_name() {
    for name in ["12345", "true"] {
        let mut sandbox = Sandbox::new();
        sandbox.set_env("NOORM_DIALECT", "sqlite");
        sandbox.set_env("NOORM_DATABASE", name);
        sandbox.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        sandbox.noorm("run build").expect_success();
        assert!(sandbox.exists(name), "{name}");
    }
}

#[test]
fn the_longer_names_are_accepted() {
    let project = Project::new(Engine::Postgres);
    let address = project.database.address().expect("a server");
    let mut sandbox = Sandbox::new();
    for (name, value) in [
        ("NOORM_CONNECTION_DIALECT", address.dialect.to_owned()),
        ("NOORM_CONNECTION_HOST", address.host),
        ("NOORM_CONNECTION_PORT", address.port.to_string()),
        ("NOORM_CONNECTION_DATABASE", address.database),
        ("NOORM_CONNECTION_USER", address.user),
        ("NOORM_CONNECTION_PASSWORD", address.password),
    ] {
        sandbox.set_env(name, value);
    }
    sandbox.write("schema/001.sql", "CREATE TABLE a (id integer);");
    sandbox.noorm("run build").expect_success();
    assert!(project.database.has_table("a"));
}

#[test]
fn a_variable_beats_the_stored_config() {
    let mut project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.noorm("config add other --dialect sqlite --filename other.db").expect_success();
    project.set_env("NOORM_CONFIG", "other");
    project.noorm("run build").expect_success();
    assert!(project.exists("other.db") && !project.exists("app.db"));
}

#[test]
fn asks_for_encryption_and_says_whom_to_trust() {
    for (engine, variable) in
        [(Engine::Postgres, "NOORM_TEST_POSTGRES_TLS"), (Engine::Mariadb, "NOORM_TEST_MARIADB_TLS")]
    {
        let Some(folder) = std::env::var(variable).ok().filter(|folder| !folder.is_empty()) else {
            noorm_testkit::skip(&format!("{variable} is not set"));
            continue;
        };
        let mut project = Project::new(engine);
        // The authority is nobody's that the system trusts.
        project.set_env("NOORM_SSL", "1");
        project.noorm("lock status").expect_code(7);
        for (name, file) in [("CA", "ca.pem"), ("CERT", "client.pem"), ("KEY", "client-key.pem")] {
            project.set_env(&format!("NOORM_SSL_{name}"), format!("{folder}/{file}"));
        }
        project.noorm("lock status").expect_success();
        project.set_env("NOORM_SSL_CA", format!("{folder}/other-ca.pem"));
        project.noorm("lock status").expect_code(7).expect_stderr("no authority that is trusted here has signed it");
        project.set_env("NOORM_SSL_REJECT_UNAUTHORIZED", "0");
        project.noorm("lock status").expect_success();
    }
}
