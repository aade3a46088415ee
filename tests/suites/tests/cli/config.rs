//! `noorm config add|list|use|rm`, and the sealed state they live in.

use noorm_testkit::Sandbox;

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox
}

fn names(sandbox: &Sandbox) -> Vec<String> {
    let json = sandbox.noorm("config list --json").expect_success().json();
    let line = |config: &serde_json::Value| {
        let active = if config["isActive"] == true { "*" } else { "" };
        format!("{}{active}", config["name"].as_str().unwrap())
    };
    json["configs"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn configs_are_added_used_and_removed() {
    let sandbox = project();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    sandbox.noorm("config add ci --dialect sqlite --filename ci.db --test").expect_success();
    sandbox.noorm("config use ci").expect_success();
    assert_eq!(names(&sandbox), ["ci*", "dev"]);
    sandbox.noorm("config rm dev --yes").expect_success();
    assert_eq!(names(&sandbox), ["ci*"]);
}

#[test]
fn a_name_that_is_taken_or_unknown_is_an_error() {
    let sandbox = project();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    let taken = sandbox.noorm("config add dev --dialect sqlite --filename other.db");
    assert_ne!(taken.code, 0, "{taken}");
    for line in ["config use nope", "config rm nope --yes", "-c nope run build"] {
        let output = sandbox.noorm(line).expect_code(2).expect_stderr("nope").expect_stderr("dev");
        assert!(output.stdout.is_empty(), "{output}");
    }
}

#[test]
fn an_unknown_dialect_lists_the_known_ones() {
    let output = project().noorm("config add dev --dialect oracle --database x").expect_code(2);
    output.expect_stderr("oracle").expect_stderr("postgres").expect_stderr("sqlite");
}

#[test]
fn a_password_is_in_no_file_and_in_no_output() {
    let mut sandbox = project();
    sandbox.set_env("DEPLOY_PASSWORD", "hunter2-hunter2");
    let line = "config add dev --dialect postgres --host 127.0.0.1 --port 1 --database app --user app";
    let mut outputs = vec![sandbox.noorm(&format!("{line} --password-env DEPLOY_PASSWORD")).expect_success()];
    outputs.push(sandbox.noorm_input(&line.replace("dev", "dev2"), "").expect_success());
    let stdin = format!("{} --password-stdin", line.replace("dev", "dev3"));
    outputs.push(sandbox.noorm_input(&stdin, "hunter2-hunter2\n").expect_success());
    sandbox.remove_env("DEPLOY_PASSWORD");
    outputs.extend(
        ["config list", "config list --json", "-c dev run build", "-c dev3 change list --json"]
            .map(|line| sandbox.noorm(line)),
    );
    for output in outputs {
        assert!(!output.to_string().contains("hunter2"), "{output}");
    }
    for file in sandbox.files() {
        let content = std::fs::read(sandbox.project().join(&file)).unwrap();
        assert!(!content.windows(7).any(|window| window == b"hunter2"), "{file}");
    }
}

#[cfg(unix)]
#[test]
fn the_state_is_sealed_private_and_keeps_a_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = project();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    let path = sandbox.project().join(".noorm/state.enc");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let payload: serde_json::Value = serde_json::from_str(&sandbox.read(".noorm/state.enc")).unwrap();
    assert_eq!(payload["algorithm"], "aes-256-gcm");
    for field in ["iv", "authTag", "ciphertext", "salt"] {
        let hex = payload[field].as_str().unwrap();
        assert!(!hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()), "{field}");
    }
    let before = sandbox.read(".noorm/state.enc");
    sandbox.noorm("config list").expect_success();
    assert_eq!(sandbox.read(".noorm/state.enc"), before, "reading writes nothing");
}

#[test]
fn a_state_of_another_machine_is_refused_and_left_alone() {
    let mut sandbox = project();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    let before = sandbox.read(".noorm/state.enc");
    sandbox.set_env("NOORM_MACHINE_ID", "ffffffffffffffffffffffffffffffff");
    let output = sandbox.noorm("config add other --dialect sqlite --filename other.db").expect_code(1);
    output.expect_stderr("state.enc");
    assert_eq!(sandbox.read(".noorm/state.enc"), before);
}
