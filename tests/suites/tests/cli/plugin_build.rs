//! `noorm plugin build`: a fresh project builds, passes its own tests and those of its kind, as it stands.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use noorm_testkit::{Output, Sandbox};

use super::guest_languages;

/// A sandbox whose cargo has the machine's crates and toolchain, and one target folder for all tests.
pub(crate) fn author() -> Sandbox {
    let mut sandbox = Sandbox::new();
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        sandbox.set_env(variable, std::env::var_os(variable).unwrap_or_else(|| home.join(folder).into()));
    }
    // A test runs as <target>/<profile>/deps/<name>.
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("scaffolds");
    sandbox.set_env("CARGO_TARGET_DIR", target);
    sandbox
}

/// Makes a project in Rust.
pub(crate) fn scaffold(sandbox: &Sandbox, kind: &str) -> String {
    let name = format!("{kind}-mine");
    sandbox.noorm(&format!("plugin new {name} --kind {kind} --lang rust")).expect_success();
    name
}

/// Runs a command that compiles, for as long as that takes.
fn compile(mut command: Command) -> Output {
    let ended = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let code = ended.status.code().expect("no signal ends it");
    Output { command: format!("{command:?}"), stdout: text(ended.stdout), stderr: text(ended.stderr), code }
}

/// Builds a project.
fn build(sandbox: &Sandbox, words: &[&str]) -> Output {
    compile(sandbox.command(["plugin", "build"].iter().chain(words)))
}

/// Builds a fresh project, and tests it natively and as a component.
fn builds_and_passes(kind: &str) {
    let sandbox = author();
    let name = scaffold(&sandbox, kind);
    let component = passes(&sandbox, &name, kind);
    if kind == "quirk" {
        let diff = sandbox.noorm(&format!("dialect diff postgres {component}")).expect_success();
        diff.expect_stdout("+setup: SET statement_timeout = '60s'");
    }
}

/// Builds a project, tests it natively and as a component, and returns the component's path.
fn passes(sandbox: &Sandbox, name: &str, kind: &str) -> String {
    let built = build(sandbox, &[name, "--json"]).expect_success().json();
    let built = &built["built"];
    assert_eq!((&built["name"], &built["kind"]), (&name.into(), &kind.into()), "{built}");
    assert_eq!(built["imports"], serde_json::json!(["noorm:host/log@1.0.0"]));
    assert_eq!(built["digest"].as_str().unwrap().len(), 64);
    let component = std::fs::read(sandbox.project().join(name).join(format!("dist/{name}.wasm"))).unwrap();
    assert_eq!(component.len() as u64, built["sizeBytes"].as_u64().unwrap());
    // A component, and no module: the version's second half (component-model, Binary.md).
    assert_eq!(component[..8], [0, b'a', b's', b'm', 0x0d, 0, 1, 0]);
    let mut cargo = sandbox.shell("cargo test --quiet");
    cargo.current_dir(sandbox.project().join(name));
    compile(cargo).expect_success();
    let component = format!("{name}/dist/{name}.wasm");
    sandbox.noorm(&format!("plugin test {component} --time 1")).expect_success();
    component
}

#[test]
fn a_loader_builds_and_passes_as_it_stands() {
    builds_and_passes("loader");
}

#[test]
fn a_dialect_builds_and_passes_as_it_stands() {
    builds_and_passes("dialect");
}

#[test]
fn a_quirk_builds_and_passes_as_it_stands() {
    builds_and_passes("quirk");
}

/// Does the same with a quirk in another language, and shows that it changes what it says, and what `more` allows.
#[track_caller]
fn a_quirk_passes(language: &str, lang: &str, more: &[&str]) {
    let mut sandbox = Sandbox::new();
    let folder = format!("quirk-mine-{language}");
    sandbox.noorm(&format!("plugin new quirk-mine --kind quirk --lang {lang} --dir {folder}")).expect_success();
    let author = sandbox.project().join(folder);
    guest_languages::pass_own_tests(&author);
    let component = guest_languages::build(&mut sandbox, &author);
    let component = component.to_str().unwrap();
    let tested = sandbox.noorm_args(["plugin", "test", component, "--time", "0"]);
    tested.expect_success().expect_stdout("throughput over postgres");
    let diff = sandbox.noorm_args(["dialect", "diff", "postgres", component]).expect_success();
    let diff = diff.expect_stdout("+++ quirk-mine 0.1.0 over dialect-postgres 0.1.0");
    let diff = diff.expect_stdout("+setup: SET statement_timeout = '60s'");
    let mut changed = diff.stdout.lines().filter_map(|line| line.strip_prefix("@@ "));
    let may_change = |line: &str| ["transaction.control"].iter().chain(more).any(|start| line.starts_with(start));
    assert!(changed.all(may_change), "{diff}");
}

#[test]
fn a_quirk_in_javascript_passes_as_it_stands() {
    a_quirk_passes("javascript", "js", &["literals.literal Integer(-9223372036854775808)"]);
}

#[test]
fn a_quirk_in_python_passes_as_it_stands() {
    a_quirk_passes("python", "python", &[]);
}

/// Does the same with a dialect in another language, and runs scripts and changesets through it, over the driver of SQLite.
#[track_caller]
fn a_dialect_passes(language: &str, lang: &str, noted: &str) {
    let mut sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    guest_languages::be_patient(&sandbox);
    let folder = format!("dialect-mine-{language}");
    sandbox.noorm(&format!("plugin new dialect-mine --kind dialect --lang {lang} --dir {folder}")).expect_success();
    let author = sandbox.project().join(folder);
    guest_languages::pass_own_tests(&author);
    let component = guest_languages::build(&mut sandbox, &author);
    let component = component.to_str().unwrap();
    let tested = sandbox.noorm_args(["plugin", "test", component, "--time", "0"]).expect_success();
    tested.expect_stdout(noted).expect_stdout("0 failed");
    says_what_sqlites_does(&sandbox, component);
    sandbox.noorm_args(["plugin", "add", component]).expect_success().expect_stdout("which serves mine");
    runs_a_project(&sandbox, "mine");
}

/// What it is a translation of has the same tables, lock, transactions and errors.
#[track_caller]
fn says_what_sqlites_does(sandbox: &Sandbox, component: &str) {
    let diff = sandbox.noorm_args(["dialect", "diff", "sqlite", component]).expect_success();
    let mut differing = diff.stdout.lines().filter_map(|line| line.strip_prefix("@@ "));
    // Others have words of the SDK's own, and scripts are cut by its splitter, which tells lines of blanks otherwise.
    let may_differ = |line: &str| {
        let parts = ["naming.quote", "literals.", "database.", "script.split", "effect.look SELECT"];
        parts.iter().any(|part| line.starts_with(part))
    };
    assert!(differing.all(may_differ), "{diff}");
}

/// A build with a trigger, a changeset there and back, and the lock.
#[track_caller]
fn runs_a_project(sandbox: &Sandbox, dialect: &str) {
    sandbox.noorm(&format!("config add dev --dialect {dialect} --filename dev.db")).expect_success();
    let trigger = "CREATE TRIGGER seen AFTER INSERT ON a BEGIN INSERT INTO log VALUES (new.id || ';'); SELECT 1; END;";
    let tables = "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE log (text text);";
    sandbox.write("schema/001_a.sql", format!("{tables}\n{trigger}\nINSERT INTO a VALUES (7);"));
    sandbox.write("changesets/2026-01-02_b/change/001.sql", "CREATE TABLE b (id integer);\nDELETE FROM b;");
    sandbox.write("changesets/2026-01-02_b/revert/001.sql", "DROP TABLE b;");
    sandbox.noorm("run build").expect_success().expect_stdout("1 file ran");
    sandbox.noorm("run build").expect_success().expect_stdout("1 file unchanged");
    sandbox.noorm("change ff").expect_success().expect_stdout("applied 1 changeset");
    sandbox.noorm("change list").expect_success().expect_stdout("success");
    sandbox.noorm("change revert 2026-01-02_b").expect_success().expect_stdout("reverted 1 changeset");
    sandbox.noorm("lock status").expect_success().expect_stdout("not locked");
    // The changeset's table is gone, and what the trigger wrote is there.
    sandbox.write("schema/002_b.sql", "CREATE TABLE b AS SELECT * FROM log WHERE text = '7;';");
    sandbox.noorm("run build").expect_success().expect_stdout("1 file ran");
    sandbox.write("schema/003_c.sql", "INSERT INTO a SELECT 7 FROM b;");
    sandbox.noorm("run build").expect_code(1).expect_stderr("UNIQUE constraint failed: a.id");
}

#[test]
fn a_dialect_in_javascript_passes_as_it_stands() {
    a_dialect_passes("javascript", "js", "3 of 3 integers beyond 2^53 are refused");
}

#[test]
fn a_dialect_in_python_passes_as_it_stands() {
    a_dialect_passes("python", "python", "23 statements to version 4");
}

#[test]
fn the_examples_of_quirks_pass() {
    let sandbox = Sandbox::new();
    for name in ["quirk-acme", "quirk-cockroachdb"] {
        let module = noorm_artifacts::plugin(name);
        let words = ["plugin", "test", module.to_str().unwrap(), "--over", "postgres", "--time", "1"];
        sandbox.noorm_args(words).expect_success().expect_stdout(&format!("{name} 0.1.0"));
    }
}

/// As its README has it: a fresh project, and the example's source.
#[test]
fn an_example_begins_a_project_of_ones_own() {
    let sandbox = author();
    sandbox.noorm("plugin new quirk-acme --kind quirk --lang rust").expect_success();
    let source = guest_languages::repository().join("sdk-guest/examples/quirk-acme/src");
    for entry in std::fs::read_dir(source).unwrap() {
        let file = entry.unwrap();
        let path = format!("quirk-acme/src/{}", file.file_name().to_str().unwrap());
        sandbox.write(&path, std::fs::read(file.path()).unwrap());
    }
    let component = passes(&sandbox, "quirk-acme", "quirk");
    let diff = sandbox.noorm(&format!("dialect diff postgres {component}")).expect_success();
    diff.expect_stdout("+setup: SET ROLE acme_migrator");
}

#[test]
fn what_the_compiler_says_is_shown() {
    let sandbox = author();
    let name = scaffold(&sandbox, "loader");
    let source = format!("{name}/src/lib.rs");
    sandbox.write(&source, format!("{}\nfn broken( {{}}\n", sandbox.read(&source)));
    let output = build(&sandbox, &[&name]).expect_code(1);
    output.expect_stderr("`cargo` failed").expect_stderr("src/lib.rs");
    assert!(!sandbox.exists(&format!("{name}/dist/{name}.wasm")));
}

#[test]
fn a_missing_tool_is_named() {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("PATH", sandbox.project());
    for (lang, tool, install) in
        [("js", "componentize-qjs", "npm install"), ("python", "componentize-py", "pip install")]
    {
        sandbox.noorm(&format!("plugin new loader-mine --kind loader --lang {lang} --dir {lang}")).expect_success();
        let output = sandbox.noorm(&format!("plugin build {lang}")).expect_code(1);
        output.expect_stderr(tool).expect_stderr("not installed").expect_stderr(install);
    }
    sandbox.noorm("plugin build").expect_code(2).expect_stderr("neither `Cargo.toml`");
}
