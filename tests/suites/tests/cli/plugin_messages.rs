//! What plugins say reaches whoever runs them: on standard error, in JSON answers, in the log; and without secrets.

use noorm_testkit::{Engine, Project};

const SECRET: &str = "kept-s3cret-word";

/// A project whose loader warns of each file, and tells its text to those who want the details.
fn project() -> Project {
    let project = Project::new(Engine::Sqlite);
    let file = noorm_artifacts::guest("loader-linked-before");
    project.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    project.noorm_input("secret set KEY --stdin", SECRET).expect_success();
    project.write("schema/a.linked", format!("{SECRET}\n"));
    project.write("schema/001.sql.j2", "SELECT {{ quote(a[0]) }};");
    project
}

const SAID: &str = "loader-linked: warn: lines are going to be paths file=schema/a.linked\n";

#[test]
fn it_is_printed_apart_from_the_answer() {
    let project = project();
    let output = project.noorm("run build").expect_success();
    assert_eq!(output.stderr.matches(SAID).count(), 1, "{output}");
    assert!(!output.stdout.contains("loader-linked"), "{output}");
    let output = project.noorm("run build --force --json").expect_success();
    assert!(!output.stderr.contains("loader-linked"), "{output}");
    let messages = &output.json()["pluginMessages"];
    assert_eq!(messages.as_array().unwrap().len(), 1, "{messages}");
    assert_eq!((&messages[0]["plugin"], &messages[0]["level"]), (&"loader-linked".into(), &"warn".into()));
    assert_eq!(messages[0]["text"], "lines are going to be paths file=schema/a.linked");
    // A command that fails says it as well.
    project.write("schema/002.sql.j2", "SELECT {{ quote(a[0]) }} FROM nowhere;");
    project.noorm("run build --force").expect_code(3).expect_stderr(SAID.trim_end());
}

#[test]
fn details_go_into_the_log_without_secrets() {
    let project = project();
    project.write(".noorm/settings.yml", "logging: {level: verbose}\n");
    let output = project.noorm("run build").expect_success();
    assert!(!output.stderr.contains("debug"), "{output}");
    let log = project.read(".noorm/state/noorm.log");
    let said: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> = said.iter().filter(|entry| entry["event"] == "plugin-message").collect();
    let told: Vec<_> = said.iter().map(|entry| (entry["level"].as_str(), entry["message"].as_str().unwrap())).collect();
    assert_eq!(told[0], (Some("warn"), "lines are going to be paths file=schema/a.linked"));
    assert!(told.len() == 2 && told[1].0 == Some("verbose") && !told[1].1.contains(SECRET), "{told:?}");
    assert!(!log.contains(SECRET), "{log}");
}
