//! `noorm config validate`.

use noorm_testkit::{Engine, Project, for_each_database, on};

#[test]
fn a_config_is_tried_and_nothing_is_left_behind() {
    for_each_database(|project| {
        // A database that is a file is there once something is in it.
        project.database.script("CREATE TABLE there (id INTEGER)");
        let before = project.noorm("config validate --json").expect_success().json();
        assert!(before["product"].is_string() && before["latencyMs"].is_number(), "{before}");
        assert_eq!(before["tables"]["state"], "missing");
        assert!(!project.database.has_table("__noorm_version__"));
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        let history = || project.noorm("change history --json").expect_success().json()["history"].clone();
        let before = history();
        let after = project.noorm("config validate main --json").expect_success().json();
        assert_eq!((&after["tables"]["state"], &after["tables"]["version"]), (&"current".into(), &4.into()));
        assert_eq!(after["privileges"]["may"][0], "write into noorm's tables");
        assert_eq!(history(), before);
        project.noorm("config validate").expect_success().expect_stdout("noorm's tables have version 4, the newest");
    });
}

#[test]
fn a_file_that_is_not_there_is_not_made() {
    let project = Project::new(Engine::Sqlite);
    project.noorm("config add none --dialect sqlite --filename none.db").expect_success();
    project.noorm("config validate none").expect_success().expect_stdout("not there yet");
    assert!(!project.exists("none.db"));
}

#[test]
fn no_connection_and_no_config_have_their_exit_codes() {
    let project = Project::new(Engine::Sqlite);
    project.noorm("config add away --url postgres://ann@127.0.0.1:1/shop").expect_success();
    project.noorm("config validate away").expect_code(7).expect_stderr("refused");
    let json = project.noorm("config validate away --json").expect_code(7).json();
    assert_eq!(json["error"]["code"], "no-connection");
    project.noorm("config validate nope").expect_code(2);
}

/// A role that may log in to the project's database.
fn role(project: &mut Project, grants: &str) -> String {
    let address = project.database.address().unwrap();
    let role = format!("{}_looker", address.database);
    project.query(&format!("DROP ROLE IF EXISTS {role}"));
    project.query(&format!("CREATE ROLE {role} LOGIN PASSWORD 'canary-role'"));
    project.query(&grants.replace("ROLE", &role));
    project.set_env("ROLE_PASSWORD", "canary-role");
    let (host, port, database) = (&address.host, address.port, &address.database);
    let flags = format!("--host {host} --port {port} --database {database} --user {role}");
    let add = format!("config add limited --dialect postgres {flags} --password-env ROLE_PASSWORD");
    project.noorm(&add).expect_success();
    role
}

#[test]
fn what_the_login_may_not_do_is_told_with_what_helps() {
    on(Engine::Postgres, &[], |project| {
        let name = role(project, "GRANT ALL ON SCHEMA public TO ROLE");
        let output = project.noorm("config validate limited").expect_code(1);
        let output =
            output.expect_stderr("may not make noorm's tables").expect_stderr("PostgreSQL").expect_stderr("hint: ");
        assert!(!output.to_string().contains("canary-role"), "{output}");
        let json = project.noorm("config validate limited --json").expect_code(1).json();
        assert_eq!(json["error"]["code"], "lacks-privileges");
        assert_eq!(json["privileges"]["lacks"][0]["what"], "make noorm's tables");

        // Somebody else made them, and this role may only look.
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        project.query(&format!(
            "GRANT USAGE ON SCHEMA noorm TO {name}; GRANT SELECT ON ALL TABLES IN SCHEMA noorm TO {name}"
        ));
        let output =
            project.noorm("config validate limited").expect_code(1).expect_stderr("may not write into noorm's tables");
        output.expect_stderr("permission denied");
        project.query(&format!(
            "GRANT ALL ON ALL TABLES IN SCHEMA noorm TO {name}; GRANT ALL ON ALL SEQUENCES IN SCHEMA noorm TO {name}"
        ));
        project.noorm("config validate limited").expect_success();
        project.query(&format!("DROP OWNED BY {name} CASCADE; DROP ROLE {name}"));
    });
}

#[test]
fn a_login_that_may_only_look_is_found_out_without_transactional_ddl_too() {
    on(Engine::Mariadb, &[], |project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        let address = project.database.address().unwrap();
        // Names of users are short here.
        let user = format!("looker_{}", std::process::id());
        project.query(&format!("CREATE OR REPLACE USER '{user}'@'%' IDENTIFIED BY 'canary-role'"));
        project.query(&format!("GRANT SELECT ON {}.* TO '{user}'@'%'", address.database));
        project.set_env("ROLE_PASSWORD", "canary-role");
        let (host, port, database) = (&address.host, address.port, &address.database);
        let flags = format!("--host {host} --port {port} --database {database} --user {user} {}", address.ssl);
        let add = format!("config add limited --dialect {} {flags} --password-env ROLE_PASSWORD", address.dialect);
        project.noorm(&add).expect_success();
        let output = project.noorm("config validate limited").expect_code(1);
        output.expect_stderr("may not write into noorm's tables").expect_stderr("denied");
        project.query(&format!("GRANT ALL ON {}.* TO '{user}'@'%'", address.database));
        project.noorm("config validate limited").expect_success();
        project.query(&format!("DROP USER '{user}'@'%'"));
    });
}
