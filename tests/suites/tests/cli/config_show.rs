//! `noorm config show`: what counts for each field, and who said so.

use noorm_testkit::{Engine, Output, Project, Sandbox};

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    sandbox
}

/// Checks one field of an answer: its value, its layer and the layer in words.
#[track_caller]
fn check(output: &Output, field: &str, value: impl Into<serde_json::Value>, layer: &str, origin: &str) {
    let json = output.json();
    let fields = json["config"]["fields"].as_array().expect("fields");
    let found = fields.iter().find(|found| found["field"] == field).unwrap_or_else(|| panic!("no {field}\n{output}"));
    assert_eq!(found["value"], value.into(), "{field}\n{output}");
    assert_eq!((found["layer"].as_str(), found["origin"].as_str()), (Some(layer), Some(origin)), "{field}");
}

#[test]
fn every_value_says_where_it_comes_from() {
    let mut sandbox = project();
    let settings =
        "paths: {changesets: moves}\nstages: {dev: {defaults: {user: stage, host: stage}, enforced: {port: 1}}}\n";
    sandbox.write(".noorm/settings.yml", settings);
    sandbox.set_env("NOORM_USER", "variable");
    let output = sandbox.noorm("config show --origin --json --schema-path sql").expect_success();
    check(&output, "paths.schema", "sql", "flag", "the command line");
    check(&output, "connection.user", "variable", "environment", "the environment variable `NOORM_USER`");
    check(&output, "connection.filename", "dev.db", "stored", "the stored config");
    check(&output, "connection.host", "stage", "stage", "the defaults of the stage `dev`");
    check(&output, "connection.port", 1, "enforced", "enforced by the stage `dev`");
    check(&output, "paths.changesets", "moves", "settings", "the settings");
    check(&output, "protected", false, "default", "the default");
    let text = sandbox.noorm("config show dev --origin").expect_success();
    text.expect_stdout("connection.user").expect_stdout("the environment variable `NOORM_USER`");
}

#[test]
fn a_password_is_not_shown() {
    let mut sandbox = project();
    sandbox.set_env("NOORM_PASSWORD", "hunter2-hunter2");
    for line in ["config show", "config show --origin", "config show --json"] {
        let output = sandbox.noorm(line).expect_success().expect_stdout("[redacted]");
        assert!(!output.to_string().contains("hunter2"), "{output}");
    }
}

#[test]
fn a_flag_is_for_one_command() {
    let project = Project::new(Engine::Sqlite);
    project.write("sql/001.sql", "CREATE TABLE a (id INTEGER);");
    project.noorm("run build --schema-path sql --filename other.db").expect_success().expect_stdout("sql/001.sql");
    assert!(project.exists("other.db") && !project.database.has_table("a"));
    project.noorm("change add x --changeset-path moves").expect_success();
    assert!(project.exists("moves") && !project.exists("changesets/2026-01-31_x"));
    // Only where it has an effect.
    project.noorm("lock status --schema-path sql").expect_code(2);
}

#[test]
fn a_stage_protects_what_is_stored_without_protection() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.write(".noorm/settings.yml", "stages: {main: {defaults: {protected: true}}}\n");
    project.noorm("-H run build").expect_code(5).expect_stderr("yes-main");
    project.noorm("-H config rm main").expect_code(5).expect_stderr("yes-main");
    project.noorm("config list").expect_success().expect_stdout("protected");
    project.noorm("-H db destroy --yes").expect_code(5);
    project.noorm("-H run build --yes").expect_success();
}

#[test]
fn what_contradicts_an_enforced_value_is_refused_by_name() {
    let mut sandbox = project();
    sandbox.write(".noorm/settings.yml", "stages: {dev: {enforced: {filename: dev.db}}}\n");
    sandbox.noorm("run build").expect_success();
    sandbox.set_env("NOORM_FILENAME", "evil.db");
    let output = sandbox.noorm("run build --json").expect_code(1);
    let json = output.json();
    assert_eq!(json["error"]["code"], "enforced");
    let message = json["error"]["message"].as_str().expect("a message");
    for part in ["connection.filename", "NOORM_FILENAME", "`dev`", "`dev.db`", "`evil.db`"] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    assert!(!sandbox.exists("evil.db"));
    sandbox.noorm("config list").expect_success();
}
