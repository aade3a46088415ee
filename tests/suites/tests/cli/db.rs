//! `noorm db`: databases as a whole.

use noorm_testkit::{Capability, Engine, Project, for_each_database_with};

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
