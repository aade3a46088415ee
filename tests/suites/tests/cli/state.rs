//! The sealed state from outside: what opens it, what does not and says why, that nothing is rewritten that does not open,
//! that processes at once lose nothing, and that no secret of a process's memory ends in a file.

use std::process::Stdio;
#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};

use noorm_testkit::Sandbox;
use serde_json::Value;

const PASSPHRASE: &str = "correct horse battery staple";

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    sandbox
}

fn with_passphrase() -> Sandbox {
    let sandbox = project();
    sandbox.noorm_input("identity passphrase set --stdin", &format!("{PASSPHRASE}\n")).expect_success();
    sandbox
}

/// Reading and writing both fail, say why, and leave every file as it was.
#[track_caller]
fn refused(sandbox: &Sandbox, why: &str) {
    let files =
        || [".noorm/state.enc", ".noorm/state.enc.bak"].map(|file| std::fs::read(sandbox.project().join(file)).ok());
    let before = files();
    for line in [
        "config list",
        "config add other --dialect sqlite --filename other.db",
        "config use dev",
        "identity rotate",
        "identity passphrase remove",
    ] {
        let output = sandbox.noorm(line).expect_code(1).expect_stderr("state.enc").expect_stderr(why);
        assert!(output.stderr.contains("hint: "), "{output}");
        assert_eq!(files(), before, "{line}");
    }
    let json = sandbox.noorm("config list --json").expect_code(1).json();
    assert_eq!(json["error"]["code"], "state");
    assert!(json["error"]["cause"].as_str().unwrap().contains(why), "{json}");
}

#[test]
fn a_wrong_key_is_told_and_nothing_is_rewritten() {
    let sandbox = project();
    std::fs::remove_dir_all(sandbox.home().join(".noorm")).unwrap();
    sandbox.noorm("identity init").expect_success();
    refused(&sandbox, "sealed by another identity");
}

#[test]
fn a_wrong_machine_is_told_and_nothing_is_rewritten() {
    let mut sandbox = project();
    sandbox.set_env("NOORM_MACHINE_ID", "ffffffffffffffffffffffffffffffff");
    refused(&sandbox, "sealed on another machine");
}

#[test]
fn a_damaged_file_is_told_and_nothing_is_rewritten() {
    let sandbox = project();
    let good = sandbox.read(".noorm/state.enc");
    let check = |text: &str, why: &str| {
        sandbox.write(".noorm/state.enc", text);
        refused(&sandbox, why);
    };
    check(&good[..good.len() / 2], "cut off");
    check("", "cut off");
    check("not a state", "not JSON");
    check("{\"version\":1}", "malformed");
    let last = good.rfind(|character: char| character.is_ascii_hexdigit()).unwrap();
    let flipped = if good.as_bytes()[last] == b'0' { "1" } else { "0" };
    check(&format!("{}{flipped}{}", &good[..last], &good[last + 1..]), "damaged");
    // Somebody who repairs the plain checksum does not get further.
    let mut payload: Value = serde_json::from_str(&good).unwrap();
    let text = payload["ciphertext"].as_str().unwrap();
    payload["ciphertext"] = format!("{}{}", if text.starts_with('0') { "1" } else { "0" }, &text[1..]).into();
    check(&format!("{payload}\n"), "damaged");
    sandbox.write(".noorm/state.enc", &good);
    sandbox.noorm("config list").expect_success();
}

#[test]
fn another_version_is_told_and_nothing_is_rewritten() {
    let sandbox = project();
    let good = sandbox.read(".noorm/state.enc");
    let check = |version: &str, why: &str| {
        sandbox.write(".noorm/state.enc", good.replace("\"version\":1,", &format!("\"version\":{version},")));
        refused(&sandbox, why);
    };
    check("2", "format version 2; this noorm reads up to 1");
    check("0", "there is no such version");
}

#[test]
fn the_table_of_the_optional_passphrase() {
    let mut sandbox = with_passphrase();
    refused(&sandbox, "sealed with a passphrase");
    sandbox.set_env("NOORM_PASSPHRASE", PASSPHRASE);
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
    sandbox.noorm("config add more --dialect sqlite --filename more.db").expect_success();
    sandbox.set_env("NOORM_PASSPHRASE", "wrong horse battery staple");
    let wrong = sandbox.noorm("config list").expect_code(1).expect_stderr("the passphrase is wrong");
    assert!(!wrong.to_string().contains("horse"), "{wrong}");
    sandbox.set_env("NOORM_PASSPHRASE", PASSPHRASE);
    sandbox.set_env("NOORM_MACHINE_ID", "ffffffffffffffffffffffffffffffff");
    sandbox.noorm("config list").expect_code(1).expect_stderr("another machine");
}

#[test]
fn a_passphrase_is_set_changed_and_removed() {
    let mut sandbox = project();
    sandbox.noorm("identity passphrase set").expect_code(2).expect_stderr("NOORM_PASSPHRASE_NEW");
    sandbox.noorm_input("identity passphrase set --stdin", "short\n").expect_code(1).expect_stderr("8 or more");
    sandbox.noorm("config list").expect_success();

    sandbox.set_env("NOORM_PASSPHRASE_NEW", PASSPHRASE);
    let set = sandbox.noorm("identity passphrase set --json").expect_success();
    assert_eq!(set.json()["passphrase"], true);
    sandbox.set_env("NOORM_PASSPHRASE", PASSPHRASE);
    sandbox.set_env("NOORM_PASSPHRASE_NEW", "another one, and longer");
    sandbox.noorm("identity passphrase set").expect_success();
    sandbox.noorm("config list").expect_code(1).expect_stderr("the passphrase is wrong");

    // A rotation keeps it.
    sandbox.set_env("NOORM_PASSPHRASE", "another one, and longer");
    sandbox.noorm("identity rotate").expect_success();
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
    // No backup is left that opens without it, or with the former one.
    let backup: Value = serde_json::from_str(&sandbox.read(".noorm/state.enc.bak")).unwrap();
    assert_eq!(backup["rounds"], 600_000);
    sandbox.write(".noorm/state.enc", sandbox.read(".noorm/state.enc.bak"));
    sandbox.noorm("config list").expect_success().expect_stdout("dev");

    sandbox.noorm("identity passphrase remove").expect_success();
    sandbox.noorm("config list").expect_code(1).expect_stderr("without a passphrase").expect_stderr("unset");
    sandbox.remove_env("NOORM_PASSPHRASE");
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
}

#[test]
fn a_project_without_a_state_has_nothing_to_protect() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    let refused = sandbox.noorm_input("identity passphrase set --stdin", &format!("{PASSPHRASE}\n")).expect_code(1);
    refused.expect_stderr("no state yet");
    assert!(!sandbox.exists(".noorm/state.enc"));
}

#[test]
fn a_person_is_asked_for_the_passphrase_and_it_is_not_shown() {
    let sandbox = project();
    let mut terminal = sandbox.terminal("identity passphrase set");
    terminal.answer("new passphrase", PASSPHRASE);
    terminal.answer("once more", PASSPHRASE);
    let (screen, code) = terminal.end();
    assert!(code == 0 && !screen.contains("horse"), "{screen}");
    let mut terminal = sandbox.terminal("config list");
    terminal.answer("passphrase of this project's state", PASSPHRASE);
    let (screen, code) = terminal.end();
    assert!(code == 0 && screen.contains("dev.db") && !screen.contains("horse"), "{screen}");
    // What needs no state asks nobody, and neither does what has been told not to.
    assert_eq!(sandbox.terminal("identity").end().1, 0);
    assert_eq!(sandbox.terminal("-H config list").end().1, 1);
    let mut terminal = sandbox.terminal("identity passphrase set");
    terminal.answer("passphrase of this project's state", PASSPHRASE);
    terminal.answer("new passphrase", "another one, and longer");
    terminal.answer("once more", "another one, or longer");
    let (screen, code) = terminal.end();
    assert!(code == 2 && screen.contains("differ"), "{screen}");
}

#[test]
fn many_processes_at_once_lose_nothing() {
    const PROCESSES: usize = 16;
    let sandbox = project();
    let spawn = |number: usize| {
        let filename = format!("{number}.db");
        let mut command =
            sandbox.command(["config", "add", &format!("c{number}"), "--dialect", "sqlite", "--filename"]);
        command.arg(filename).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(spawn).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let listed = sandbox.noorm("config list --json").expect_success().json();
    assert_eq!(listed["configs"].as_array().unwrap().len(), PROCESSES + 1);
    // The one generation before is whole too.
    sandbox.write(".noorm/state.enc", sandbox.read(".noorm/state.enc.bak"));
    let before = sandbox.noorm("config list --json").expect_success().json();
    assert_eq!(before["configs"].as_array().unwrap().len(), PROCESSES);
}

/// A process that waits for a private key on its standard input, started with core dumps as large as they may be.
#[cfg(target_os = "linux")]
fn waiting(sandbox: &Sandbox) -> std::process::Child {
    let mut command = sandbox.shell("ulimit -c \"$(ulimit -H -c)\"; exec noorm identity import --private-key -");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let is_noorm = || {
        let name = std::fs::read_to_string(format!("/proc/{}/comm", child.id())).unwrap_or_default();
        name.trim() == "noorm"
    };
    while !(is_noorm() && limit(child.id()) == "0") {
        assert!(Instant::now() < deadline, "core dumps are not disabled: the limit is {}", limit(child.id()));
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

/// The limit of core dumps of a process, as proc(5) tells it: soft and hard.
#[cfg(target_os = "linux")]
fn limit(pid: u32) -> String {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    line["Max core file size".len()..].split_whitespace().next().unwrap().to_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_memory_in_a_file() {
    use std::os::unix::process::ExitStatusExt as _;
    let sandbox = Sandbox::new();
    let mut child = waiting(&sandbox);
    let killed = std::process::Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped());
}
