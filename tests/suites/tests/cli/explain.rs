//! `noorm explain`: which plugins and which bytes made what ran, and whether they are still the same.

use noorm_testkit::{Engine, Project};

fn project() -> Project {
    let project = Project::new(Engine::Sqlite);
    project.write(".noorm/settings.yml", "plugins:\n  extensions: {csv: {options: {delimiter: ';'}}}\n");
    project.write("schema/001.sql.j2", "CREATE TABLE t{{ rows | length }} (a TEXT);\n{{ include('part.sql') }}");
    project.write("schema/part.sql", "SELECT 1;\n");
    project.write("schema/rows.csv", "a;b\n1;2\n");
    project
}

#[test]
fn what_a_file_was_made_of_is_told_and_compared() {
    let project = project();
    project.noorm("run file schema/001.sql.j2").expect_success();
    let same = project.noorm("explain schema/001.sql.j2").expect_success();
    for part in
        ["schema/001.sql.j2: success", "dialect-sqlite 0.1.0", "loader-csv 0.1.0", "delimiter=\";\"  same", "run:"]
    {
        assert!(same.stdout.contains(part), "{part}: {same}");
    }
    assert!(!same.stdout.contains("changed"), "{same}");
    let json = project.noorm("explain schema/001.sql.j2 --json").expect_success().json();
    let file = &json["files"][0];
    assert_eq!((&file["checksum"]["same"], &file["dialect"]["same"]), (&true.into(), &true.into()), "{json}");
    let inputs = file["inputs"].as_array().unwrap();
    assert_eq!(
        inputs.iter().map(|input| input["path"].as_str().unwrap()).collect::<Vec<_>>(),
        ["schema/rows.csv", "schema/part.sql"]
    );
    assert!(inputs.iter().all(|input| input["checksum"]["same"] == true), "{json}");

    project.write("schema/rows.csv", "a,b\n1,2\n3,4\n");
    project.write(".noorm/settings.yml", "plugins:\n  extensions: {csv: {options: {delimiter: ','}}}\n");
    project.write("schema/part.sql", "SELECT {{ more }};\n");
    let other = project.noorm("explain schema/001.sql.j2 --json").expect_success().json();
    let inputs = &other["files"][0]["inputs"];
    assert_eq!(other["files"][0]["checksum"]["same"], false, "{other}");
    assert_eq!(
        (&inputs[0]["checksum"]["same"], &inputs[0]["plugin"]["same"]),
        (&false.into(), &true.into()),
        "{other}"
    );
    assert_eq!(
        inputs[0]["options"],
        serde_json::json!({ "ran": { "delimiter": ";" }, "now": { "delimiter": "," }, "same": false })
    );
    project
        .noorm("explain schema/001.sql.j2")
        .expect_success()
        .expect_stdout("delimiter=\";\"  changed: is delimiter=\",\"");
    project.remove("schema/rows.csv");
    let gone = project.noorm("explain schema/001.sql.j2").expect_success();
    gone.expect_stdout("gone").expect_stdout("unknown now");
}

#[test]
fn a_changeset_is_explained_file_by_file() {
    let project = project();
    project.write("changesets/2026-01-01_a/change/001.sql.j2", "{{ include('/schema/part.sql') }}");
    project.write("changesets/2026-01-01_a/change/002.sql", "SELECT 2;\n");
    project.write("changesets/2026-01-01_a/revert/001.sql", "SELECT 3;\n");
    project.noorm("change ff").expect_success();
    for name in ["2026-01-01_a", "changesets/2026-01-01_a"] {
        let json = project.noorm(&format!("explain {name} --json")).expect_success().json();
        assert_eq!((&json["name"], &json["operation"]["status"]), (&"2026-01-01_a".into(), &"success".into()));
        let files = json["files"].as_array().unwrap();
        assert_eq!(files.len(), 2, "{json}");
        assert_eq!(files[0]["inputs"][0]["path"], "schema/part.sql", "{json}");
    }
    let output = project.noorm("explain 2026-01-01_b").expect_code(2);
    output.expect_stderr("did you mean `2026-01-01_a`?");
    Project::new(Engine::Sqlite).noorm("explain x.sql").expect_code(2).expect_stderr("there is no changeset or file");
}

#[test]
fn a_data_file_is_explained_by_what_read_it() {
    let project = project();
    project.noorm("run build").expect_success();
    let json = project.noorm("explain schema/rows.csv --json").expect_success().json();
    assert_eq!((&json["isInput"], &json["name"]), (&true.into(), &"schema/rows.csv".into()), "{json}");
    assert!(json["files"].as_array().is_some_and(|files| files.len() == 1), "{json}");
}
