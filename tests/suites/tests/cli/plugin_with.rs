//! `--with`: a component in the place of a plugin, for one command.

use noorm_testkit::{Engine, Project};

use crate::answers::error;

/// A project with a file that `loader-ini` reads, which is not locked.
fn project() -> (Project, String) {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE kept (a TEXT);");
    project.write("schema/002.sql.j2", "INSERT INTO kept VALUES ({{ quote(shop.a) }});");
    project.write("schema/shop.ini", "a = 1\n");
    let with = format!("loader-ini={}", noorm_artifacts::guest("loader-ini").display());
    (project, with)
}

#[test]
fn a_given_plugin_serves_for_one_command_and_the_history_says_so() {
    let (project, with) = project();
    project.noorm("run build").expect_code(1);
    let output = project.noorm_args(["run", "build", "--with", &with]).expect_success();
    output.expect_stderr("`loader-ini` is").expect_stderr("for this command");
    assert_eq!(project.query("SELECT a FROM kept"), [["1"]]);
    assert!(!project.exists(".noorm/plugins.lock"), "nothing is locked");
    let sql =
        format!("SELECT inputs FROM {} WHERE filepath = 'schema/002.sql.j2'", project.database.tracking("executions"));
    let inputs: serde_json::Value = serde_json::from_str(&project.value(&sql)).unwrap();
    assert_eq!(inputs["with"], serde_json::json!(["loader-ini"]));
    assert_eq!(inputs["files"][0]["plugin"]["name"], "loader-ini");
    project
        .noorm_args(["explain", "schema/002.sql.j2"])
        .expect_success()
        .expect_stdout("loader-ini was given with --with");
    let why = project.noorm_args(["plugin", "why", "schema/shop.ini", "--with", &with]).expect_success();
    why.expect_stdout("(with)").expect_stdout("plugins given with --with");
    project.noorm("plugin why schema/shop.ini").expect_code(1);
}

/// What ran last is not all that is asked about: the history tells it of each operation.
#[test]
fn the_history_tells_which_of_the_runs_it_was() {
    let (project, with) = project();
    let with = ["--with", &with];
    project.noorm_args([&["run", "build"][..], &with].concat()).expect_success();
    project.write("changesets/2026-01-01_x/change/001.sql", "INSERT INTO nowhere VALUES (1);");
    let failed = project.noorm_args([&["change", "ff"][..], &with].concat());
    assert_ne!(failed.code, 0, "{failed}");
    let file = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    project.write("schema/shop.ini", "a = 2\n");
    project.noorm("run build").expect_success();
    let explained = project.noorm("explain schema/002.sql.j2").expect_success();
    assert!(!explained.stdout.contains("--with"), "the last run of it used none: {explained}");

    let json = project.noorm("change history --json").expect_success().json();
    let given: Vec<_> = json["history"].as_array().unwrap().iter().map(|operation| operation["with"].clone()).collect();
    assert_eq!(given, [serde_json::json!([]), serde_json::json!(["loader-ini"]), serde_json::json!(["loader-ini"])]);
    assert_eq!(json["history"][1]["cliVersion"], json["history"][0]["cliVersion"]);
    let shown = project.noorm("change history").expect_success();
    let lines: Vec<_> = shown.stdout.lines().collect();
    assert!(lines.len() == 4 && !lines[1].contains("--with"), "{shown}");
    assert!(lines[2].contains("--with loader-ini; ") && lines[3].ends_with("--with loader-ini"), "{shown}");
}

#[test]
fn it_takes_the_place_of_a_locked_one() {
    let (project, with) = project();
    let file = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    // What is locked cannot be used any more, and is not asked for.
    project.write(".noorm/plugins/loader-ini.wasm", "broken");
    project.noorm("run build").expect_code(1);
    project.noorm_args(["run", "build", "--with", &with]).expect_success();
}

#[test]
fn what_it_is_given_as_is_what_it_has_to_be() {
    let (project, with) = project();
    let file = with.split_once('=').unwrap().1.to_owned();
    let output = project.noorm_args(["run", "build", "--with", &format!("loader-csv={file}")]).expect_code(1);
    output.expect_stderr("is `loader-ini`, and not `loader-csv`");
    project.noorm("run build --with loader-ini").expect_code(2).expect_stderr("loader-x=");
    project.noorm("run build --with loader-ini=none.wasm").expect_code(1).expect_stderr("none.wasm");
    let linked = format!("loader-linked={}", noorm_artifacts::guest("linked").display());
    project.noorm_args(["run", "build", "--with", &linked]).expect_code(1).expect_stderr("was not granted");
}

#[test]
fn a_protected_config_refuses_it() {
    let (project, with) = project();
    project.noorm("config edit main --protected").expect_success();
    for line in [&["run", "build"][..], &["run", "build", "--dry-run"], &["change", "list"]] {
        let output = project.noorm_args([line, &["--with", &with, "--yes", "--json"]].concat()).expect_code(5);
        assert_eq!(error(&output, "code"), "unlocked-plugin", "{output}");
        assert!(error(&output, "message").contains("`main` is protected, and `loader-ini` is not locked"), "{output}");
    }
    assert!(!project.database.has_table("kept"));
}
