//! `plugins` of the settings: which plugin serves a file, with which options, and what is disabled.

use noorm_testkit::{Engine, Output, Project};

use crate::answers::error;

fn add(project: &Project, guest: &str) -> Output {
    let file = noorm_artifacts::guest(guest);
    project.noorm_args(["plugin", "add", file.to_str().unwrap()])
}

/// A project whose template writes the rows of a file.
fn project(file: &str, content: &str, settings: &str) -> Project {
    let project = Project::new(Engine::Sqlite);
    project.write(".noorm/settings.yml", format!("plugins:\n{settings}"));
    project.write("schema/001.sql", "CREATE TABLE kept (a TEXT, b TEXT);");
    let template = "DELETE FROM kept;\n{% for row in rows %}INSERT INTO kept VALUES ({{ quote(row.a) }}, {{ quote(row.b) }});\n{% endfor %}";
    project.write("schema/002.sql.j2", template);
    project.write(&format!("schema/{file}"), content);
    project
}

fn kept(project: &Project) -> Vec<Vec<String>> {
    project.query("SELECT a, b FROM kept ORDER BY a")
}

#[test]
fn options_reach_the_loader_and_changing_one_runs_the_file_again() {
    let settings = |delimiter: &str| format!("  extensions: {{csv: {{options: {{delimiter: '{delimiter}'}}}}}}\n");
    let project = project("rows.csv", "a;b\n1,5;2\n", &settings(";"));
    project.noorm("run build").expect_success();
    assert_eq!(kept(&project), [["1,5", "2"]]);
    project.noorm("run build").expect_success().expect_stdout("nothing to do");
    project.write(".noorm/settings.yml", format!("plugins:\n{}", settings(",")));
    // With another delimiter the columns are others.
    project.noorm("run build").expect_code(1).expect_stderr("this row has 2 cells and the first line names 1");
    project.write("schema/rows.csv", "a,b\n1,2\n");
    project.noorm("run build").expect_success();
    // An option that changes nothing about the data is another input all the same.
    let with_trim = "  extensions: {csv: {options: {delimiter: ',', trim: true}}}\n";
    project.write(".noorm/settings.yml", format!("plugins:\n{with_trim}"));
    project.noorm("run build").expect_success().expect_stdout("1 file ran, 1 file unchanged");
}

#[test]
fn a_glob_wins_over_an_extension_key_by_key() {
    let settings = "  extensions: {csv: {plugin: loader-csv, options: {delimiter: ';', trim: true}}}\n  files: {'schema/*.dat': {plugin: loader-csv, options: {delimiter: '|'}}, 'schema/rows.csv': {options: {delimiter: '|'}}}\n";
    let project = project("rows.csv", "a|b\n 1 | 2 \n", settings);
    project.noorm("run build").expect_success();
    assert_eq!(kept(&project), [["1", "2"]]);
    project.remove("schema/rows.csv");
    // An extension that no loader knows: the glob names one, whose options of `.csv` are not this file's.
    project.write("schema/rows.dat", "a|b\n 3 | 4 \n");
    project.noorm("run build").expect_success();
    assert_eq!(kept(&project), [[" 3 ", " 4 "]]);
}

#[test]
fn an_option_that_the_loader_does_not_take_is_told_by_its_setting() {
    for (options, expected) in [
        ("{delimter: ';'}", "`plugins.extensions.csv.options.delimter` is not what `loader-csv` takes"),
        ("{delimiter: ';;'}", "`plugins.extensions.csv.options.delimiter` is not what `loader-csv` takes"),
        ("{header: maybe}", "\"maybe\" is not of type \"boolean\" (for `schema/rows.csv`)"),
    ] {
        let project = project("rows.csv", "a,b\n", &format!("  extensions: {{csv: {{options: {options}}}}}\n"));
        let output = project.noorm("run build --json").expect_code(1);
        assert!(error(&output, "message").contains(expected), "{output}");
        assert_eq!(error(&output, "blame"), "user", "{output}");
        assert!(error(&output, "hint").contains("noorm plugin show loader-csv"), "{output}");
        assert!(!project.database.has_table("kept"), "it is told before anything runs");
    }
}

#[test]
fn a_setting_that_is_wrong_is_told_with_its_place() {
    let project = project("rows.csv", "a,b\n", "  extensions: {.csv: {plugin: loader-csv}}\n  disabled: [csv]\n");
    let output = project.noorm("run build").expect_code(1);
    output.expect_stderr(".noorm/settings.yml:2:").expect_stderr("written without their dot").expect_stderr("disabled");
}

#[test]
fn a_disabled_plugin_serves_nothing() {
    let project = project("rows.csv", "a,b\n1,2\n", "  disabled: [loader-csv]\n");
    let output = project.noorm("run build").expect_code(1);
    output.expect_stderr("`loader-csv` is disabled").expect_stderr("plugins.disabled");
    // What else has the name is used.
    project.write("schema/rows.json", r#"[{"a": "x", "b": "y"}]"#);
    project.noorm("run build").expect_success();
    assert_eq!(kept(&project), [["x", "y"]]);
    let dialect = Project::new(Engine::Sqlite);
    dialect.write(".noorm/settings.yml", "plugins: {disabled: [dialect-sqlite]}\n");
    dialect.noorm("run build").expect_code(1).expect_stderr("`dialect-sqlite` is disabled");
}

#[test]
fn two_plugins_of_the_project_need_a_word_of_the_settings() {
    let project = project("rows.ini", "[x]\na = 1\nb = 2\n", "  limits: {}\n");
    project.write("schema/002.sql.j2", "INSERT INTO kept VALUES ({{ quote(rows.x.a) }}, {{ quote(rows.x.b) }});");
    add(&project, "loader-ini").expect_success();
    // As a merge of two branches leaves it.
    let lock = project.read(".noorm/plugins.lock");
    let entry = lock[lock.find("    {").unwrap()..=lock.rfind("    }").unwrap() + 4].to_owned();
    let other = entry.replace("loader-ini", "loader-other");
    project.write(".noorm/plugins.lock", lock.replacen(&entry, &format!("{entry},\n{other}"), 1));
    let component = std::fs::read(project.project().join(".noorm/plugins/loader-ini.wasm")).unwrap();
    project.write(".noorm/plugins/loader-other.wasm", component);
    let output = project.noorm("run build").expect_code(1);
    let output = output.expect_stderr("`loader-ini`").expect_stderr("`loader-other`");
    output.expect_stderr("`plugins.extensions.ini.plugin`");
    project.write(".noorm/settings.yml", "plugins:\n  extensions: {ini: {plugin: loader-other}}\n");
    project.noorm("run build").expect_success();
    assert_eq!(kept(&project), [["1", "2"]]);
    project.noorm("plugin list").expect_stdout("ini is served by loader-other");
}

#[test]
fn limits_of_one_plugin_are_its_own() {
    let project = Project::new(Engine::Sqlite);
    project.write(
        ".noorm/settings.yml",
        "plugins:\n  limits: {timeMs: 60000}\n  limitsFor: {loader-spins: {timeMs: 50}}\n",
    );
    add(&project, "spins").expect_success();
    project.write("schema/items.spins", "odd");
    project.write("schema/002.sql.j2", "{{ items | length }}");
    project.noorm("run build").expect_code(6).expect_stderr("50 ms allowed");
    let shown = project.noorm("plugin show loader-spins --json").expect_success().json();
    assert_eq!(shown["limits"]["timeMs"], 50);
}

#[test]
fn limits_of_memory_and_output_reach_the_plugin() {
    for (guest, limits, said, setting) in [
        ("hoards", "limits: {memoryMb: 9}", "its memory limit in `document.load`: 9 MiB allowed", "memoryMb"),
        ("floods", "limits: {outputMb: 3}", "its output limit in `rows.reader.next`: 3 MiB allowed", "outputMb"),
        ("hoards", "limitsFor: {loader-hoards: {memoryMb: 7}}", "7 MiB allowed", "memoryMb"),
        ("floods", "limitsFor: {loader-floods: {outputMb: 5}}", "5 MiB allowed", "outputMb"),
    ] {
        let project = Project::new(Engine::Sqlite);
        project.write(".noorm/settings.yml", format!("plugins: {{{limits}}}\n"));
        add(&project, guest).expect_success();
        project.write(&format!("schema/items.{guest}"), "x");
        project.write("schema/001.sql.j2", "SELECT {{ items | length }};");
        let output = project.noorm("run build --json").expect_code(6);
        assert!(error(&output, "message").contains(said), "{limits}: {output}");
        let setting = format!("raise `plugins.limitsFor.loader-{guest}.{setting}`");
        assert!(error(&output, "hint").contains(&setting), "{limits}: {output}");
    }
}
