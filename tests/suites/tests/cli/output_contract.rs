//! The contract of output that holds for every command: where things are printed, exit codes, JSON.

use noorm_testkit::{Engine, Project, for_each_database};

#[test]
fn json_is_one_object_whatever_the_command() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.write_changeset("2026-01-01_a", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        for line in [
            "config list",
            "run build --dry-run",
            "run build --preview",
            "run build",
            "run build",
            "run file schema/001.sql",
            "run dir schema",
            "change list",
            "change ff --dry-run",
            "change ff",
            "change history",
            "change rewind",
            "change add more",
            "lock status",
            "lock acquire",
            "lock release --yes",
            "plugin list",
            "split schema/001.sql",
            "config use main",
            "config validate",
            "config cp main copy",
            "config edit copy --test",
            "secret set KEY --from-file schema/001.sql",
            "secret list",
            "secret get KEY",
            "secret rm KEY",
        ] {
            project.noorm(&format!("{line} --json")).expect_success().json();
        }
        for (line, code) in [
            ("change run nope", 2),
            ("run file nope.sql", 2),
            ("-c nope run build", 2),
            ("run nope", 2),
            ("run build --nope", 2),
            ("config add", 2),
            ("config edit main", 2),
            ("config validate nope", 2),
            ("secret set KEY value", 2),
            ("secret get NOPE", 2),
        ] {
            project.noorm(&format!("{line} --json")).expect_code(code).json();
        }
    });
}

#[test]
fn the_environment_asks_for_json_too() {
    let mut project = Project::new(Engine::Sqlite);
    project.set_env("NOORM_JSON", "1");
    project.noorm("change list").expect_success().json();
}

#[test]
fn unknown_flags_and_commands_are_usage_errors_with_a_suggestion() {
    let project = Project::new(Engine::Sqlite);
    for (line, suggestion) in [("run build --dryrun", "--dry-run"), ("chnge list", "change"), ("change lst", "list")] {
        let output = project.noorm(line).expect_code(2).expect_stderr(suggestion);
        assert!(output.stdout.is_empty(), "{output}");
    }
    // Known elsewhere, without meaning here.
    project.noorm("config list --dry-run").expect_code(2);
}

#[test]
fn errors_go_to_standard_error() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "INSERT INTO nowhere VALUES (1);");
    let output = project.noorm("run build").expect_code(1).expect_stderr("error:");
    assert!(!output.stdout.contains("error:"), "{output}");
    assert!(!output.stdout.contains("success"), "{output}");
}

#[test]
fn help_and_version_need_nothing() {
    let project = Project::new(Engine::Sqlite);
    project.noorm("--version").expect_success().expect_stdout("noorm ");
    for line in ["--help", "change --help", "change ff --help", "help run build"] {
        let output = project.noorm(line).expect_success();
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{output}");
    }
}
