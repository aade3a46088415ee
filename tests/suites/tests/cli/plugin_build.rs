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

/// Builds a fresh project, tests it natively and as a component, and returns the report.
fn builds_and_passes(kind: &str) {
    let sandbox = author();
    let name = scaffold(&sandbox, kind);
    let built = build(&sandbox, &[&name, "--json"]).expect_success().json();
    let built = &built["built"];
    assert_eq!((&built["name"], &built["kind"]), (&name.as_str().into(), &kind.into()), "{built}");
    assert_eq!(built["imports"], serde_json::json!(["noorm:host/log@1.0.0"]));
    assert_eq!(built["digest"].as_str().unwrap().len(), 64);
    let component = std::fs::read(sandbox.project().join(&name).join(format!("dist/{name}.wasm"))).unwrap();
    assert_eq!(component.len() as u64, built["sizeBytes"].as_u64().unwrap());
    // A component, and no module: the version's second half (component-model, Binary.md).
    assert_eq!(component[..8], [0, b'a', b's', b'm', 0x0d, 0, 1, 0]);
    let mut cargo = sandbox.shell("cargo test --quiet");
    cargo.current_dir(sandbox.project().join(&name));
    compile(cargo).expect_success();
    let component = format!("{name}/dist/{name}.wasm");
    sandbox.noorm(&format!("plugin test {component} --time 1")).expect_success();
    if kind == "quirk" {
        let diff = sandbox.noorm(&format!("dialect diff postgres {component}")).expect_success();
        diff.expect_stdout("+setup: SET statement_timeout = '60s'");
    }
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

#[test]
fn the_examples_of_quirks_pass() {
    let sandbox = Sandbox::new();
    for name in ["quirk-acme", "quirk-cockroachdb"] {
        let module = noorm_artifacts::plugin(name);
        let words = ["plugin", "test", module.to_str().unwrap(), "--over", "postgres", "--time", "1"];
        sandbox.noorm_args(words).expect_success().expect_stdout(&format!("{name} 0.1.0"));
    }
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
