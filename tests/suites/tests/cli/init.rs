//! `noorm init`.

use noorm_testkit::Sandbox;

#[test]
fn makes_a_project() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    assert!(sandbox.exists("schema") && sandbox.exists("changesets"));
    assert!(sandbox.read(".noorm/settings.yml").contains("paths:"));
    // The settings are committed, what is secret or a machine's own is not.
    let ignored = sandbox.read(".gitignore");
    assert!(ignored.contains("state.enc"), "{ignored}");
    assert!(!ignored.lines().any(|line| line.trim_matches('/') == ".noorm"), "{ignored}");
}

#[test]
fn is_repeatable_and_overwrites_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "/target\n");
    sandbox.noorm("init").expect_success();
    sandbox.write(".noorm/settings.yml", "paths:\n  schema: ./sql\n");
    let ignored = sandbox.read(".gitignore");
    assert!(ignored.starts_with("/target\n"), "{ignored}");
    sandbox.noorm("init").expect_success();
    assert_eq!(sandbox.read(".noorm/settings.yml"), "paths:\n  schema: ./sql\n");
    assert_eq!(sandbox.read(".gitignore"), ignored);
}

#[test]
fn a_project_is_found_from_a_folder_inside_it() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.noorm("config add main --dialect sqlite --filename app.db").expect_success();
    sandbox.write("schema/deep/001.sql", "CREATE TABLE a (id INTEGER);");
    let mut command = sandbox.command(["--config", "main", "run", "build"]);
    command.current_dir(sandbox.project().join("schema/deep"));
    sandbox.finish(command, "").expect_success();
    assert!(sandbox.exists("app.db"), "a file name in a config is relative to the project");
}

#[test]
fn a_command_in_an_empty_folder_explains_and_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    for line in ["config list", "run build", "change list", "lock status"] {
        let output = sandbox.noorm(line);
        assert_ne!(output.code, 0, "{output}");
        assert!(output.stderr.contains("noorm init"), "no hint at what to do\n{output}");
    }
    for line in ["--help", "--version", "help change", "plugin list"] {
        sandbox.noorm(line).expect_success();
    }
    assert_eq!(sandbox.files(), Vec::<String>::new());
    assert!(!sandbox.home().join(".noorm").exists());
}
