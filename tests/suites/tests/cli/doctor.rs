//! `noorm doctor`: what it finds, what it says to do, and its exit code.

use std::os::unix::fs::PermissionsExt as _;

use noorm_testkit::{Engine, Output, Project, Sandbox, for_each_database};
use serde_json::Value;

/// Returns `severity area: message` of each finding that is not ok.
fn findings(output: &Output) -> Vec<String> {
    let json = output.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = json["findings"].as_array().expect("findings");
    let bad: Vec<&Value> = found.iter().filter(|finding| finding["severity"] != "ok").collect();
    assert!(bad.iter().all(|finding| !text(&finding["hint"]).is_empty()), "a finding without a hint\n{output}");
    let count = |severity: &str| bad.iter().filter(|finding| finding["severity"] == severity).count();
    assert_eq!(
        (json["errors"].as_u64(), json["warnings"].as_u64()),
        (u64::try_from(count("error")).ok(), u64::try_from(count("warning")).ok())
    );
    bad.iter().map(|it| format!("{} {}: {}", text(&it["severity"]), text(&it["area"]), text(&it["message"]))).collect()
}

#[track_caller]
fn finds(sandbox: &Sandbox, code: i32, part: &str) {
    let output = sandbox.noorm("doctor --json").expect_code(code);
    let found = findings(&output);
    assert!(found.iter().any(|line| line.contains(part)), "`{part}` is not in {found:#?}");
}

fn chmod(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_healthy_project_has_no_findings() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY);\n");
        project.noorm("doctor --strict").expect_success();
        project.noorm("run build").expect_success();
        let output = project.noorm("doctor --strict --json").expect_success();
        assert_eq!(findings(&output), [""; 0], "{output}");
        let areas: Vec<Value> =
            output.json()["findings"].as_array().unwrap().iter().map(|it| it["area"].clone()).collect();
        assert_eq!(areas, ["settings", "files", "git", "identity", "state", "plugins", "database"]);
        let before = project.files();
        project.noorm("doctor").expect_success().expect_stdout("ok       database");
        assert_eq!(project.files(), before, "looking changes nothing");
    });
}

#[test]
fn outside_a_project_there_is_nothing_to_look_at() {
    Sandbox::new().noorm("doctor").expect_code(1).expect_stderr("noorm init");
}

#[test]
fn warnings_fail_only_when_strict() {
    let project = Project::new(Engine::Sqlite);
    project.write(".noorm/settings.yml", "stagse: {}\n");
    project.noorm("doctor").expect_success().expect_stdout("warning  settings  ").expect_stdout("stagse");
    let output = project.noorm("doctor --strict").expect_code(1);
    output.expect_stdout("stagse").expect_stderr("0 errors and 1 warning");
}

#[test]
fn permissions_that_are_too_wide_are_errors() {
    let project = Project::new(Engine::Sqlite);
    let state = project.project().join(".noorm/state.enc");
    chmod(&state, 0o644);
    let output = project.noorm("doctor").expect_code(1);
    output.expect_stdout("error    files").expect_stdout(&format!("chmod 600 {}", state.display()));
    chmod(&state, 0o600);
    chmod(&project.home().join(".noorm/identity.key"), 0o640);
    finds(&project, 1, "error files: other users can read");
    chmod(&project.home().join(".noorm/identity.key"), 0o600);
    chmod(&project.project().join(".noorm"), 0o777);
    finds(&project, 0, "warning files: other users can write");
    chmod(&project.project().join(".noorm"), 0o755);
    project.write(".noorm/.state.enc.1.tmp", "");
    finds(&project, 0, "left behind");
}

#[test]
fn git_must_not_see_the_state_and_must_see_the_settings() {
    let project = Project::new(Engine::Sqlite);
    let shell = |script: &str| project.finish(project.shell(script), "").expect_success();
    shell("git init -q . && git add -A");
    assert_eq!(findings(&project.noorm("doctor --json").expect_success()), [""; 0]);
    shell("git add -f .noorm/state.enc");
    finds(&project, 1, "`.noorm/state.enc` is committed");
    shell("git rm -q --cached .noorm/state.enc .noorm/settings.yml && echo .noorm/ > .gitignore");
    finds(&project, 0, "git ignores `.noorm/settings.yml`");
    project.write(".gitignore", "");
    finds(&project, 0, "git does not ignore `.noorm/state.enc`");
}

#[test]
fn a_log_is_for_nobody_else_and_not_for_git() {
    let project = Project::new(Engine::Sqlite);
    project.write(".noorm/settings.yml", "logging: {}\n");
    project.finish(project.shell("git init -q . && git add -A"), "").expect_success();
    assert_eq!(findings(&project.noorm("doctor --json").expect_success()), [""; 0]);
    let log = project.project().join(".noorm/state/noorm.log");
    chmod(&log, 0o644);
    finds(&project, 0, "warning files: other users can read");
    chmod(&log, 0o600);
    project.write(".noorm/settings.yml", "logging: {file: logs/noorm.log}\n");
    finds(&project, 0, "warning git: git does not ignore the log `logs/noorm.log`");
}

#[test]
fn a_weak_or_foreign_key_is_an_error() {
    let project = Project::new(Engine::Sqlite);
    let (key, public) = (project.home().join(".noorm/identity.key"), project.home().join(".noorm/identity.pub"));
    let (good, shown) = (std::fs::read(&key).unwrap(), std::fs::read(&public).unwrap());
    std::fs::write(&key, "07".repeat(32)).unwrap();
    finds(&project, 1, "error identity: your private key has a pattern");
    std::fs::write(&key, "07").unwrap();
    finds(&project, 1, "error identity: ");
    std::fs::write(&key, good).unwrap();
    std::fs::write(&public, "ab".repeat(32)).unwrap();
    finds(&project, 0, "is not the public half of your key");
    std::fs::write(&public, shown).unwrap();
    let named = project.home().join(".noorm/identity.json");
    let text = std::fs::read_to_string(&named).unwrap();
    std::fs::write(&named, text.replace("Ada", "Eve").replace("root", "eve").replace("unknown", "eve")).unwrap();
    finds(&project, 1, "error identity: the identity hash");
}

#[test]
fn a_damaged_state_or_backup_is_found_and_the_rest_looked_at() {
    let project = Project::new(Engine::Sqlite);
    let good = project.read(".noorm/state.enc");
    project.write(".noorm/state.enc.bak", &good[..good.len() / 2]);
    chmod(&project.project().join(".noorm/state.enc.bak"), 0o600);
    finds(&project, 0, "warning state: cannot open");
    project.write(".noorm/state.enc", &good[..good.len() / 2]);
    let output = project.noorm("doctor --json").expect_code(1);
    let found = findings(&output);
    assert!(found.iter().any(|line| line.starts_with("error state: cannot open")), "{found:#?}");
    assert!(output.stdout.contains("the project has no plugins of its own"), "{output}");
    project.write(".noorm/settings.yml", "paths: [\n");
    finds(&project, 1, "error settings: ");
}

#[test]
fn a_database_that_cannot_be_reached_is_an_error() {
    let project = Project::new(Engine::Sqlite);
    project
        .noorm("config add gone --dialect postgres --host 127.0.0.1 --port 1 --database x --user x")
        .expect_success();
    let output = project.noorm("-c gone doctor --json").expect_code(1);
    assert!(findings(&output).iter().any(|line| line.starts_with("error database: the connection")), "{output}");
}

#[test]
fn a_changeset_that_failed_and_a_lock_that_is_held_are_warnings() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "SELECT * FROM nowhere;\n", "SELECT 1;\n");
        project.noorm("change ff").expect_code(1);
        finds(project, 0, "warning database: the changeset `2026-01-01_a` is failed");
        project.noorm("lock acquire").expect_success();
        finds(project, 0, "holds the lock since");
    });
}

#[test]
fn a_plugin_that_was_changed_or_is_not_locked_is_found() {
    let project = Project::new(Engine::Sqlite);
    let component = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", component.to_str().unwrap()]).expect_success();
    assert_eq!(findings(&project.noorm("doctor --json").expect_success()), [""; 0]);
    let path = project.project().join(".noorm/plugins/loader-ini.wasm");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.push(0);
    std::fs::write(&path, bytes).unwrap();
    let digests = project.noorm("doctor").expect_code(1);
    digests.expect_stdout("error    plugins").expect_stdout("loader-ini");
    std::fs::rename(&path, path.with_file_name("stray.wasm")).unwrap();
    finds(&project, 1, "`.noorm/plugins/stray.wasm` is not in");
}
