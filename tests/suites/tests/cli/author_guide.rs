//! The guide of plugin authors is real: the sessions of `sdk-guest/README.md` are run as they stand, for each language in a
//! machine of its own. `README=write` in the environment writes what was printed into the guide instead, one language at a
//! time: `README=write cargo test -p noorm-suites --test cli -- author_guide::in_rust`.

use std::path::PathBuf;

use noorm_testkit::{Address, Database, Engine, Registry, Sandbox};

use super::guest_languages::{be_patient, find_programs, repository, toolchain};
use super::plugin_build::author;
use super::readme::tell;

/// A machine on which an author works: the binary and the language's tools are on its path, and `$REGISTRY` is a registry
/// that takes what is published.
fn machine(registry: &Registry, programs: Option<PathBuf>) -> Sandbox {
    let mut sandbox = author();
    sandbox.set_env("REGISTRY", registry.host());
    let Some(programs) = programs else { return sandbox };
    find_programs(&mut sandbox, &programs);
    be_patient(&sandbox);
    // Nobody waits for the same packages twice.
    sandbox.set_env("npm_config_cache", repository().join("target/toolchains/npm-cache"));
    sandbox.set_env("npm_config_prefer_offline", "true");
    sandbox.set_env("npm_config_update_notifier", "false");
    sandbox.set_env("PIP_FIND_LINKS", programs.with_file_name("wheels"));
    sandbox.set_env("PIP_NO_INDEX", "1");
    sandbox.set_env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    sandbox
}

/// Runs the sessions of a section about a language, with the programs that it takes.
#[track_caller]
fn check(heading: &str, programs: Option<PathBuf>) {
    let registry = Registry::open();
    check_on(heading, &machine(&registry, programs));
}

/// Runs the sessions of one section, which begins with its heading and ends before the next.
#[track_caller]
fn check_on(heading: &str, machine: &Sandbox) {
    let path = repository().join("sdk-guest/README.md");
    let guide = std::fs::read_to_string(&path).unwrap();
    let start = guide.find(&format!("\n## {heading}\n")).expect("the guide has this section") + 1;
    let end = guide[start..].find("\n## ").map_or(guide.len(), |at| start + at + 1);
    let told = tell(&guide[start..end], machine);
    if std::env::var_os("README").is_some_and(|value| value == "write") {
        std::fs::write(&path, format!("{}{}{}", &guide[..start], told.text, &guide[end..])).unwrap();
    } else {
        assert!(told.wrong.is_empty(), "the guide says something else:\n{}", told.wrong.join("\n\n"));
        assert_eq!(told.text, guide[start..end]);
    }
}

#[test]
fn in_rust() {
    check("In Rust", None);
}

#[test]
fn in_javascript() {
    check("In JavaScript", Some(toolchain("javascript")));
}

#[test]
fn in_python() {
    check("In Python", Some(toolchain("python")));
}

#[test]
fn a_quirk() {
    let mut sandbox = author();
    let database = Database::create(Engine::Postgres, sandbox.project());
    let Some(Address { host, port, database: name, user, password, .. }) = database.address() else {
        panic!("a server has an address")
    };
    sandbox.set_env("DATABASE_URL", format!("postgres://{user}:{password}@{host}:{port}/{name}"));
    check_on("A quirk", &sandbox);
    assert!(!database.query("SELECT FROM pg_namespace WHERE nspname = 'house_ops'").is_empty(), "its schema is there");
}
