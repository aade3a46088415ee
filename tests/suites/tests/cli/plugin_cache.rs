//! Compiled plugins are kept for the user, and what is wrong with them only costs time.

use std::fs;
use std::path::PathBuf;

use noorm_testkit::{Engine, Output, Project};
use serde_json::Value;

/// A project whose build needs a plugin that was added.
fn project() -> Project {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/a.ini", "[one]\nname = Ada\n");
    project.write("schema/001.sql.j2", "SELECT {{ quote(a.one.name) }};");
    add(&project).expect_success();
    project
}

fn add(project: &Project) -> Output {
    let file = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", file.to_str().unwrap(), "--json"])
}

fn build(project: &Project) -> Output {
    project.noorm("run build --force --json").expect_success()
}

/// Where a command had the code of the plugin from, and how often it compiled it.
#[track_caller]
fn code(output: &Output) -> (String, u64) {
    let json = output.json();
    let usage = json["pluginUsage"].as_array().unwrap_or_else(|| panic!("{output}"));
    let it = usage.iter().find(|one| one["name"] == "loader-ini").unwrap_or_else(|| panic!("{output}"));
    (it["code"].as_str().unwrap().to_owned(), it["compilations"].as_u64().unwrap())
}

fn entry(project: &Project) -> PathBuf {
    let folder = project.home().join(".cache/noorm/compiled");
    let entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

const CACHE: (&str, u64) = ("cache", 0);
const COMPILER: (&str, u64) = ("compiler", 1);

#[track_caller]
fn expect(output: &Output, (origin, compilations): (&str, u64)) {
    assert_eq!(code(output), (origin.to_owned(), compilations), "{output}");
}

#[test]
fn what_was_added_is_not_compiled_again() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/a.ini", "[one]\nname = Ada\n");
    project.write("schema/001.sql.j2", "SELECT {{ quote(a.one.name) }};");
    let none = project.noorm("plugin list --json").expect_success().json();
    assert_eq!(none.get("pluginUsage"), None, "nothing was loaded, and so nothing used");
    expect(&add(&project).expect_success(), COMPILER);
    expect(&build(&project), CACHE);
    expect(&build(&project), CACHE);
    // Another project of the same user has it, too.
    fs::remove_dir_all(project.project().join(".noorm/plugins")).unwrap();
    fs::remove_file(project.project().join(".noorm/plugins.lock")).unwrap();
    expect(&add(&project).expect_success(), CACHE);
}

#[test]
fn an_entry_that_was_altered_or_is_foreign_is_compiled_again() {
    let project = project();
    let entry = entry(&project);
    let good = fs::read(&entry).unwrap();
    let mut altered = good.clone();
    altered[good.len() - 100] ^= 1;
    for bytes in [altered, good[..good.len() / 2].to_vec(), Vec::new()] {
        fs::write(&entry, bytes).unwrap();
        expect(&build(&project), COMPILER);
        expect(&build(&project), CACHE);
    }
    // Made under another key: somebody else's, or from before the key was lost.
    fs::remove_file(project.home().join(".noorm/cache.key")).unwrap();
    expect(&build(&project), COMPILER);
    expect(&build(&project), CACHE);
}

#[cfg(unix)]
#[test]
fn a_key_or_folder_that_is_open_to_others_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    project.write(".noorm/settings.yml", "logging: { enabled: true }\n");
    let set = |path: PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let key = project.home().join(".noorm/cache.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    set(key.clone(), 0o644);
    expect(&build(&project), COMPILER);
    assert!(log(&project).contains("is open to other users"), "{}", log(&project));
    project.noorm("doctor").expect_stdout("cache.key");
    set(key, 0o600);
    expect(&build(&project), CACHE);
    fs::remove_file(entry(&project)).unwrap();
    set(project.home().join(".cache/noorm/compiled"), 0o777);
    expect(&build(&project), COMPILER);
    expect(&build(&project), COMPILER);
    assert!(log(&project).contains("can be written to by other users"), "{}", log(&project));
}

#[cfg(unix)]
fn log(project: &Project) -> String {
    let log = project.files().into_iter().find(|file| file.ends_with(".log")).expect("a log");
    project.read(&log)
}

#[test]
fn the_place_of_the_cache_can_be_chosen_and_need_not_work() {
    let mut project = Project::new(Engine::Sqlite);
    let folder = project.project().join("kept");
    project.set_env("NOORM_CACHE_DIR", folder);
    add(&project).expect_success();
    assert!(project.files().iter().any(|file| file.starts_with("kept/compiled/") && file.ends_with(".cwasm")));
    project.write("blocked", "a file where the folder should be");
    let folder = project.project().join("blocked");
    project.set_env("NOORM_CACHE_DIR", folder);
    let output = add(&project).expect_success();
    expect(&output, COMPILER);
    assert_eq!(output.stderr, "", "it costs time, and is told in the log");
}

#[test]
fn processes_at_once_agree() {
    let project = project();
    fs::remove_file(entry(&project)).unwrap();
    let builds: Vec<_> = (0..3)
        .map(|_| {
            let mut command = project.command(["plugin", "stats", "--json"]);
            command.stdout(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for build in builds {
        let output = build.wait_with_output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["success"], true, "{json}");
    }
    expect(&build(&project), CACHE);
    entry(&project);
}
