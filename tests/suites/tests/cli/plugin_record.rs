//! A call that fails by a plugin's fault is stored for its author, who asks it again without project and database.

use std::path::PathBuf;

use noorm_testkit::{Engine, Output, Project, Sandbox};

use crate::answers::error;

const SECRET: &str = "canary-in-the-data-42";

fn add(sandbox: &Sandbox, guest: &str) {
    let file = noorm_artifacts::guest(guest);
    sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
}

/// A project whose data file makes its loader panic.
fn project(content: &str) -> Project {
    let project = Project::new(Engine::Sqlite);
    add(&project, "traps");
    project.write("schema/items.traps", content);
    project.write("schema/001.sql.j2", "SELECT {{ items | length }};");
    project
}

/// The folder of the one call that was stored.
#[track_caller]
fn stored(project: &Project, output: &Output) -> PathBuf {
    let folder = project.project().join("out");
    let places: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(places.len(), 1, "{places:?}: {output}");
    places[0].clone()
}

/// The hint of a run that fails by this plugin's fault.
#[track_caller]
fn says_what_to_do(project: &Project, name: &str) {
    let hint = error(&project.noorm("run build --json").expect_code(6), "hint");
    let fault = format!("a fault of the plugin `{name}`, not of your input");
    for said in
        [fault.as_str(), "`noorm plugin add SOURCE`", "oci://REGISTRY/NAME:TAG", "`plugins.disabled`", "`--record DIR`"]
    {
        assert!(hint.contains(said), "{said}: {hint}");
    }
}

fn replay(sandbox: &Sandbox, place: &std::path::Path, more: &[&str]) -> Output {
    sandbox.noorm_args([&["plugin", "replay", place.to_str().unwrap(), "--json"], more].concat())
}

#[test]
fn a_trap_says_who_where_why_and_what_to_do() {
    let project = project("odd");
    let output = project.noorm("run build").expect_code(6);
    for said in ["loader-traps", "0.1.0", "document.load", "cannot read files of odd length", "src/lib.rs:"] {
        assert!(output.stderr.contains(said), "{said}: {output}");
    }
    output.expect_stderr("in `");
    says_what_to_do(&project, "loader-traps");
    assert!(!project.exists("out"));
}

#[test]
fn what_is_stored_fails_again_elsewhere() {
    let project = project("odd");
    let output = project.noorm("run build --record out").expect_code(6);
    let place = stored(&project, &output);
    output.expect_stderr("HOLDS YOUR DATA").expect_stderr("plugin replay");
    assert_eq!(std::fs::read(place.join("input")).unwrap(), b"odd");
    // The same failure is stored once.
    let json = project.noorm("run build --record out --json").expect_code(6);
    assert_eq!(json.json()["recorded"][0].as_str().unwrap(), stored(&project, &json).to_str().unwrap());
    let elsewhere = Sandbox::new();
    let absent = replay(&elsewhere, &place, &[]).expect_code(1);
    assert!(error(&absent, "hint").contains("--plugin"), "{absent}");
    let guest = noorm_artifacts::guest("traps");
    let same = replay(&elsewhere, &place, &["--plugin", guest.to_str().unwrap()]).expect_success().json();
    let it = &same["replay"];
    assert_eq!(
        (&it["isSame"], &it["function"], &it["redacted"]),
        (&true.into(), &"document.load".into(), &false.into())
    );
    assert!(
        it["now"].as_str().unwrap().contains("odd length") && !it["backtrace"].as_array().unwrap().is_empty(),
        "{it}"
    );
    // In the project the plugin is found by its digest.
    assert_eq!(replay(&project, &place, &[]).expect_success().json()["replay"]["isSame"], true);
    std::fs::write(place.join("input"), "even").unwrap();
    replay(&project, &place, &[]).expect_code(1);
}

#[test]
fn secrets_are_taken_out_and_it_says_so() {
    // Of odd length, which the plugin does not stand.
    let content = format!("{SECRET}\nodd----");
    assert_eq!(content.len() % 2, 1);
    let project = project(&content);
    project.noorm_input("secret set TOKEN --stdin", SECRET).expect_success();
    let output = project.noorm("run build --record out").expect_code(6);
    let place = stored(&project, &output);
    let call = std::fs::read_to_string(place.join("call.json")).unwrap();
    let input = std::fs::read_to_string(place.join("input")).unwrap();
    assert!(!call.contains(SECRET) && !input.contains(SECRET), "{call}\n{input}");
    assert!(input.contains("[redacted]") && call.contains("\"redacted\": true"), "{call}\n{input}");
}

#[cfg(unix)]
#[test]
fn what_is_stored_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = project("odd");
    let output = project.noorm("run build --record out").expect_code(6);
    let place = stored(&project, &output);
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(place.clone()), mode(place.join("call.json")), mode(place.join("input"))), (0o700, 0o600, 0o600));
}

#[test]
fn limits_are_stored_and_say_which_setting_moves_them() {
    let project = Project::new(Engine::Sqlite);
    add(&project, "spins");
    project.write(".noorm/settings.yml", "plugins: { limitsFor: { loader-spins: { timeMs: 50 } } }\n");
    project.write("schema/items.spins", "x");
    project.write("schema/001.sql.j2", "SELECT {{ items | length }};");
    let output = project.noorm("run build --record out").expect_code(6);
    for said in ["50 ms allowed", "plugins.limitsFor.loader-spins.timeMs", "rows.reader.push"] {
        assert!(output.stderr.contains(said), "{said}: {output}");
    }
    says_what_to_do(&project, "loader-spins");
    let it = replay(&project, &stored(&project, &output), &[]).expect_success().json();
    assert_eq!(it["replay"]["isSame"], true, "it runs under the limits that were stored: {it}");
}

#[test]
fn what_is_the_inputs_fault_is_not_stored() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/items.json", "{");
    project.write("schema/001.sql.j2", "SELECT {{ items | length }};");
    let output = project.noorm("run build --record out");
    assert!(output.code != 0 && !project.exists("out"), "{output}");
}

#[test]
fn what_is_no_stored_call_is_refused() {
    let sandbox = Sandbox::new();
    replay(&sandbox, &sandbox.project().join("none"), &[]).expect_code(1);
    sandbox.write("bad/call.json", "{}");
    let output = replay(&sandbox, &sandbox.project().join("bad"), &[]).expect_code(1);
    assert!(error(&output, "message").contains("not a stored call"), "{output}");
}

#[test]
fn what_cannot_be_stored_is_told() {
    let project = project("odd");
    project.write("out", "a file");
    let output = project.noorm("run build --record out").expect_code(6);
    output.expect_stderr("warning: the failing call cannot be stored in").expect_stderr("odd length");
    let json = project.noorm("run build --record out --json").expect_code(6).json();
    assert!(json["notRecorded"][0].as_str().is_some_and(|why| why.contains("cannot be stored")), "{json}");
}

/// What its loader read besides goes with the call, and nothing else does.
#[test]
fn a_linked_loader_is_asked_again_with_the_files_that_it_read() {
    let project = Project::new(Engine::Sqlite);
    let file = noorm_artifacts::guest("linked");
    let words = ["plugin", "add", file.to_str().unwrap(), "--grant", "files", "--path", "schema/lib/**"];
    project.noorm_args(words).expect_success();
    project.write("schema/all.linked", "schema/lib/long.txt\n");
    project.write("schema/lib/long.txt", "x".repeat(300));
    project.write("schema/001.sql.j2", "SELECT {{ all | length }};");
    let output = project.noorm("run build --record out").expect_code(6);
    let place = stored(&project, &output);
    assert_eq!(std::fs::read(place.join("files/schema/lib/long.txt")).unwrap().len(), 300);
    let it = replay(&project, &place, &[]).expect_success().json();
    assert_eq!(it["replay"]["isSame"], true, "{it}");
    // A link in what somebody sent leads nowhere.
    let secret = project.home().join("secret.txt");
    std::fs::rename(place.join("files/schema/lib/long.txt"), &secret).unwrap();
    std::os::unix::fs::symlink(&secret, place.join("files/schema/lib/long.txt")).unwrap();
    let it = replay(&project, &place, &[]).json();
    assert_eq!(it["replay"]["isSame"], false, "{it}");
    assert!(it["replay"]["now"].as_str().is_some_and(|now| now.contains("leads out")), "{it}");
}

/// A composition has a digest of its own, and a quirk is nothing without a base.
#[test]
fn a_quirk_is_asked_again_in_its_composition() {
    let project = Project::new(Engine::Sqlite);
    add(&project, "quirk-brittle");
    let settings = "plugins:\n  dialects:\n    frail: { base: sqlite, quirks: [quirk-brittle] }\n";
    project.write(".noorm/settings.yml", settings);
    project.noorm("plugin lock").expect_success();
    project.noorm("config add frail --dialect frail --filename frail.db").expect_success();
    project.write("schema/001.sql.j2", "SELECT {{ ident('trap') }};");
    let output = project.noorm("-c frail run build --preview --record out").expect_code(6);
    let output = output.expect_stderr("the quirk cannot quote this");
    let place = stored(&project, &output);
    let it = replay(&project, &place, &[]).expect_success().json();
    assert_eq!(it["replay"]["isSame"], true, "{it}");
    let quirk = noorm_artifacts::guest("quirk-brittle");
    let it = replay(&project, &place, &["--plugin", quirk.to_str().unwrap()]).expect_success().json();
    assert_eq!(it["replay"]["isSame"], true, "{it}");
    let other = Sandbox::new();
    replay(&other, &place, &[]).expect_code(1).expect_stdout("is not here");
}
