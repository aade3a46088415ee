//! What plugins used is shown: `--timings`, `plugin stats`, and every JSON answer.

use noorm_testkit::{Engine, Project};

fn project() -> Project {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/people.csv", format!("name,age\n{}", "Ada,36\n".repeat(1000)));
    project.write("schema/001.sql", "CREATE TABLE IF NOT EXISTS people (name TEXT, age TEXT);");
    project.write("schema/002.sql.j2", "INSERT INTO people VALUES ({{ quote(people[0].name) }}, '36');");
    project
}

#[test]
fn timings_are_a_table_on_standard_error() {
    let project = project();
    let plain = project.noorm("run build").expect_success();
    assert!(!plain.stderr.contains("PLUGIN"), "{plain}");
    let timed = project.noorm("run build --force --timings").expect_success();
    assert!(!timed.stdout.contains("PLUGIN"), "{timed}");
    let lines: Vec<&str> = timed.stderr.lines().collect();
    let of = |name: &str| {
        let line = lines.iter().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{timed}")).split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(of("PLUGIN")[..4], ["PLUGIN", "VERSION", "CODE", "COMPILE"]);
    assert_eq!(of("loader-csv")[2], "bundled");
    assert_eq!(of("dialect-sqlite")[2], "bundled");
}

#[test]
fn answers_in_json_say_what_plugins_used() {
    let project = project();
    let json = project.noorm("run build --json").expect_success().json();
    let usage = json["pluginUsage"].as_array().unwrap();
    let csv = usage.iter().find(|one| one["name"] == "loader-csv").unwrap();
    let bytes = project.read("schema/people.csv").len();
    assert_eq!((csv["code"].as_str(), csv["compilations"].as_u64()), (Some("bundled"), Some(0)), "{csv}");
    assert_eq!((csv["bytesIn"].as_u64(), csv["instances"].as_u64()), (Some(bytes as u64), Some(1)), "{csv}");
    assert!(csv["calls"].as_u64() > Some(2) && csv["bytesOut"].as_u64() >= Some(5000), "{csv}");
    assert!(csv["peakMemoryBytes"].as_u64() >= Some(65536) && csv["callMs"].as_f64() > Some(0.0), "{csv}");
    assert_eq!((csv["failures"].as_u64(), csv["digest"].as_str().unwrap().len()), (Some(0), 64), "{csv}");
}

#[test]
fn a_failure_counts_and_is_told_too() {
    let project = project();
    project.write("schema/people.csv", "name,age\nAda\n\"open");
    let json = project.noorm("run build --json");
    assert_ne!(json.code, 0, "{json}");
    let json = json.json();
    assert!(json["pluginUsage"].as_array().is_some_and(|usage| usage.iter().any(|one| one["name"] == "loader-csv")));
}

#[test]
fn stats_measure_the_projects_own_files() {
    let project = project();
    project.write("backup/dump.sql", "SELECT 1;");
    let before = project.files();
    let output = project.noorm("plugin stats").expect_success();
    output.expect_stdout("loader-csv").expect_stdout("schema/people.csv");
    let json = project.noorm("plugin stats --dialect sqlite --json").expect_success().json();
    let files = json["files"].as_array().unwrap();
    let names: Vec<_> = files.iter().map(|file| file["filepath"].as_str().unwrap()).collect();
    for file in ["schema/people.csv", "schema/001.sql"] {
        assert!(names.contains(&file), "{file}: {names:?}");
    }
    assert!(!names.contains(&"backup/dump.sql"), "no run takes scripts from there: {names:?}");
    assert!(files.iter().all(|file| file["error"].is_null()), "{files:?}");
    assert_eq!(project.files(), before, "looking changes nothing");
    project.write("schema/bad.json", "{");
    let json = project.noorm("plugin stats --json").expect_success().json();
    let bad = json["files"].as_array().unwrap().iter().find(|file| file["filepath"] == "schema/bad.json").unwrap();
    assert!(bad["error"].is_string(), "{bad}");
}

#[test]
fn without_data_files_there_is_nothing_to_measure() {
    Project::new(Engine::Sqlite).noorm("plugin stats").expect_success().expect_stdout("--dialect");
}
