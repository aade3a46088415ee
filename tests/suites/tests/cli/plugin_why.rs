//! `noorm plugin why`, `list`, `show` and `rm`: what serves what, and what is known of it.

use noorm_testkit::{Engine, Output, Project};

use crate::answers::error;

fn add(project: &Project, guest: &str) -> Output {
    let file = noorm_artifacts::guest(guest);
    project.noorm_args(["plugin", "add", file.to_str().unwrap()])
}

#[test]
fn every_rule_on_the_way_is_told() {
    let project = Project::new(Engine::Sqlite);
    project.write(".noorm/settings.yml", "plugins:\n  extensions: {csv: {options: {delimiter: ';'}}}\n  files: {'seeds/*': {plugin: loader-csv, options: {header: false}}}\n");
    project.write("schema/a.csv", "a\n");
    let output = project.noorm("plugin why schema/a.csv").expect_success();
    let output = output.expect_stdout("schema/a.csv is served by loader-csv 0.1.0 (bundled)");
    let output = output.expect_stdout("plugins.files[\"seeds/*\"]").expect_stdout("does not match");
    output.expect_stdout("plugins.extensions.csv.options.delimiter").expect_stdout("decides");
    let json = project.noorm("plugin why seeds/x.txt --json").expect_success().json();
    assert_eq!((&json["path"], &json["exists"]), (&"seeds/x.txt".into(), &false.into()));
    assert_eq!(json["plugin"]["name"], "loader-csv");
    assert_eq!(
        json["rules"],
        serde_json::json!([
            { "rule": "plugins.files[\"seeds/*\"]", "finding": "matches, and names `loader-csv`", "decides": true },
        ])
    );
    assert_eq!(
        json["options"],
        serde_json::json!([
            { "name": "header", "value": false, "setting": "plugins.files[\"seeds/*\"].options.header" },
        ])
    );
    let none = project.noorm("plugin why a.none --json").expect_code(1);
    assert!(error(&none, "message").contains("no plugin reads `.none` files"), "{none}");
    project.noorm("plugin why ../../x.csv").expect_code(2).expect_stderr("is not a file of the project");
}

#[test]
fn a_plugin_of_the_project_comes_before_a_bundled_one() {
    let project = Project::new(Engine::Sqlite);
    add(&project, "loader-ini").expect_success();
    let output = project.noorm("plugin why a.ini").expect_success();
    output.expect_stdout("served by loader-ini").expect_stdout("plugins of the project");
    let shown = project.noorm("plugin show loader-ini").expect_success();
    let shown = shown.expect_stdout("project, from path:").expect_stdout("to say things in noorm's log");
    shown.expect_stdout("10000 ms a call, 512 MiB of memory, 512 MiB of output").expect_stdout("sha256:");
}

#[test]
fn the_options_of_a_loader_are_shown_as_a_table() {
    let project = Project::new(Engine::Sqlite);
    let output = project.noorm("plugin show loader-csv").expect_success();
    output.expect_stdout("OPTION").expect_stdout("delimiter  string").expect_stdout("bundled");
    let json = project.noorm("plugin show loader-csv --json").expect_success().json();
    let options = json["options"].as_array().unwrap();
    assert!(options.iter().any(|option| option["name"] == "delimiter" && option["default"] == ","), "{json}");
    project.noorm("plugin show loader-none").expect_code(2).expect_stderr("no plugin is called `loader-none`");
}

#[test]
fn a_plugin_that_is_removed_leaves_nothing_behind() {
    let project = Project::new(Engine::Sqlite);
    add(&project, "loader-ini").expect_success();
    project.write(".noorm/settings.yml", "plugins:\n  extensions: {ini: {plugin: loader-ini}}\n");
    let output = project.noorm("plugin rm loader-ini").expect_code(1);
    output.expect_stderr("`loader-ini` is named by `plugins.extensions.ini`");
    assert!(project.exists(".noorm/plugins/loader-ini.wasm"));
    project.write(".noorm/settings.yml", "");
    project.noorm("plugin rm loader-ini --locked").expect_code(1).expect_stderr("plugins.lock");
    project.noorm("plugin rm loader-ini").expect_success().expect_stdout("removed loader-ini 0.1.0");
    assert!(!project.exists(".noorm/plugins/loader-ini.wasm"));
    assert!(!project.read(".noorm/plugins.lock").contains("loader-ini"));
    project.noorm("plugin rm loader-ini").expect_code(2);
    let bundled = project.noorm("plugin rm loader-csv").expect_code(1);
    bundled.expect_stderr("`loader-csv` is part of noorm").expect_stderr("plugins.disabled");
}
