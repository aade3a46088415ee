//! The log of a project: who gets one, what is in it, and that many processes write it at once.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use noorm_testkit::{Engine, Project, Sandbox, for_each_database};
use serde_json::Value;

use crate::redaction::{SECRET, clean};
use crate::settings::project;

const LOG: &str = ".noorm/state/noorm.log";

/// Returns the lines of a log, each of which has to be a whole JSON object.
#[track_caller]
fn lines(sandbox: &Sandbox, path: &str) -> Vec<Value> {
    let text = sandbox.read(path);
    assert!(text.ends_with('\n'), "the last line is torn: {text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Returns the field of each line.
fn each<'a>(lines: &'a [Value], field: &str) -> Vec<&'a str> {
    lines.iter().map(|line| line[field].as_str().unwrap_or_default()).collect()
}

fn mode(sandbox: &Sandbox, path: &str) -> u32 {
    std::fs::metadata(sandbox.project().join(path)).unwrap().permissions().mode() & 0o777
}

#[test]
fn nobody_gets_a_log_who_did_not_ask_for_one() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.noorm("config list").expect_success();
    for settings in ["order: linear\n", "logging: {enabled: false}\n", "logging: {level: silent}\n"] {
        sandbox.write(".noorm/settings.yml", settings);
        sandbox.noorm("config list").expect_success();
        assert!(!sandbox.exists(".noorm/state"), "{settings}");
    }
    sandbox.write(".noorm/settings.yml", "logging: {}\n");
    sandbox.noorm("config list").expect_success();
    assert_eq!(each(&lines(&sandbox, LOG), "event"), ["command-started", "command-ended"]);
}

#[test]
fn a_command_is_noted_from_its_start_to_its_end() {
    let mut sandbox = project("logging: {file: logs/of/noorm.log}\n");
    sandbox.set_env("NOORM_NOW", "2026-01-31T12:00:00Z");
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    let failed = sandbox.noorm("-c nope run build --json").expect_code(2).json();
    let lines = lines(&sandbox, "logs/of/noorm.log");
    assert_eq!(each(&lines, "event"), ["command-started", "command-ended", "command-started", "command-ended"]);
    assert_eq!(each(&lines, "level"), ["info", "info", "info", "error"]);
    assert_eq!(each(&lines, "time"), ["2026-01-31T12:00:00.000Z"; 4]);
    assert!(lines[0]["run"] == lines[1]["run"] && lines[1]["run"] != lines[2]["run"], "{lines:#?}");
    // The names of options, and no value.
    assert_eq!(lines[0]["command"], "config add");
    assert_eq!(lines[0]["options"], serde_json::json!(["--dialect", "--filename"]));
    assert_eq!(lines[2]["options"], serde_json::json!(["--config", "--json"]));
    let of_command = |line: &Value| (line["exitCode"].as_u64(), line["durationMs"].is_u64());
    assert_eq!((of_command(&lines[1]), of_command(&lines[3])), ((Some(0), true), (Some(2), true)));
    assert_eq!(lines[3]["error"]["code"], failed["error"]["code"]);
    assert_eq!(lines[3]["error"]["message"], failed["error"]["message"]);
    assert!(lines[1].get("error").is_none(), "{lines:#?}");
}

#[test]
fn a_level_has_what_is_as_important_and_no_more() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE IF NOT EXISTS a (id INTEGER);");
    project.write("schema/002.sql", "INSERT INTO nowhere VALUES (1);");
    let events = |level: &str| {
        project.write(".noorm/settings.yml", format!("stagse: {{}}\nlogging: {{level: {level}}}\n"));
        project.noorm("run build --force").expect_code(3);
        let lines = lines(&project, LOG);
        project.remove(LOG);
        let name = |line: &Value| match line["status"].as_str() {
            Some(status) => format!("{} {status}", line["filepath"].as_str().unwrap()),
            None => line["event"].as_str().unwrap().to_owned(),
        };
        lines.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(events("error"), ["schema/002.sql failed", "command-ended"]);
    assert_eq!(events("warn"), ["warning", "schema/002.sql failed", "command-ended"]);
    let info = [
        "command-started",
        "warning",
        "config-used",
        "schema/001.sql success",
        "schema/002.sql failed",
        "command-ended",
    ];
    assert_eq!(events("info"), info);
    let verbose = [
        "command-started",
        "warning",
        "config-used",
        "planned",
        "schema/001.sql success",
        "schema/002.sql failed",
        "command-ended",
    ];
    assert_eq!(events("verbose"), verbose);
}

#[test]
fn no_secret_is_in_it() {
    for_each_database(|project| {
        project.write(".noorm/settings.yml", "logging: {level: verbose}\n");
        project.noorm_input("secret set KEY --stdin", SECRET).expect_success();
        // The database says the value in its error, as a literal, as a name and in another form.
        for script in [
            "INSERT INTO nowhere VALUES ({{ quote(secrets.KEY) }});\n",
            "SELECT {{ ident(secrets.KEY) }} FROM nowhere_else;\n",
            "SELECT CAST({{ quote(secrets.KEY) }} AS INTEGER) FROM missing_table;\n",
        ] {
            project.write("schema/001.sql.j2", script);
            project.noorm("run build");
        }
        project.write_changeset("2026-01-01_a", "SELECT * FROM nowhere;", "SELECT 1;");
        project.noorm("change ff").expect_code(1);
        project.noorm("secret get KEY").expect_success();
        project.noorm_args(["run", "file", SECRET]);
        project.noorm_args(["-c", SECRET, "run", "build"]);
        project.noorm("config add other --url postgres://ann:canary-4711@127.0.0.1:1/shop").expect_success();
        project.noorm("-c other change ff").expect_code(7);
        let log = project.read(LOG);
        clean(&log);
        assert!(!log.contains("canary-4711"), "{log}");
        assert!(log.contains("[redacted]"), "the database did not echo it\n{log}");
        assert!(log.contains("\"event\":\"change-finished\""), "{log}");
    });
}

#[test]
fn many_processes_write_and_rotate_without_a_torn_or_a_lost_line() {
    let sandbox = project("logging: {maxSize: 600b, maxFiles: 1000}\n");
    let (processes, scripts) = (8, 60);
    for number in 0..scripts {
        sandbox.write(&format!("schema/{number:03}.sql"), format!("CREATE TABLE t{number} (id INTEGER);"));
    }
    // Each has a database of its own, so that nothing but the log keeps them apart.
    let names: Vec<String> = (0..processes).map(|number| format!("c{number}")).collect();
    for name in &names {
        sandbox.noorm(&format!("config add {name} --dialect sqlite --filename {name}.db")).expect_success();
    }
    let start = |name: &String| {
        let mut command = sandbox.command(["-c", name, "run", "build"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = names.iter().map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }
    let mut runs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let files: Vec<String> = sandbox.files().into_iter().filter(|path| path.starts_with(LOG)).collect();
    // Oldest first, so that the lines of a run come in their order.
    let age = |path: &String| path.strip_prefix(&format!("{LOG}.")).and_then(|age| age.parse::<u64>().ok());
    let mut logs: Vec<&String> = files.iter().filter(|path| !path.ends_with(".lock")).collect();
    logs.sort_by_key(|path| std::cmp::Reverse(age(path)));
    assert!(logs.len() > 50, "{logs:?}");
    for path in logs {
        assert!(sandbox.read(path).len() <= 600, "{path} is too long");
        for line in lines(&sandbox, path) {
            let text = |field: &str| line[field].as_str().unwrap().to_owned();
            runs.entry(text("run")).or_default().push(text("event"));
        }
    }
    let mut whole = vec!["command-started", "config-used"];
    whole.extend(vec!["file-finished"; scripts]);
    whole.push("command-ended");
    runs.retain(|_, events| *events != ["command-started", "command-ended"]);
    assert!(runs.len() == processes && runs.values().all(|events| *events == whole), "{runs:#?}");
    assert!(files.iter().all(|path| mode(&sandbox, path) == 0o600), "{files:?}");
    assert_eq!(mode(&sandbox, ".noorm/state"), 0o700);
}

#[test]
fn no_more_files_are_kept_than_the_settings_say() {
    let sandbox = project("logging: {maxSize: 200b, maxFiles: 3}\n");
    for _ in 0..5 {
        sandbox.noorm("config list").expect_success();
    }
    let files: Vec<String> = sandbox.files().into_iter().filter(|path| path.starts_with(LOG)).collect();
    assert_eq!(files, [LOG, &format!("{LOG}.1"), &format!("{LOG}.2"), &format!("{LOG}.lock")]);
}

#[test]
fn a_log_that_cannot_be_written_is_a_warning_and_said_once() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.write(".noorm/settings.yml", "logging: {level: verbose}\n");
    project.write(".noorm/state", "a file where a folder should be");
    let output = project.noorm("run build --json").expect_success();
    output.json();
    let warnings = output.stderr.matches("warning: cannot write the log `.noorm/state/noorm.log`").count();
    assert_eq!(warnings, 1, "{output}");
    assert!(project.database.has_table("a"));
    assert_eq!(project.read(".noorm/state"), "a file where a folder should be");
}

#[test]
fn a_log_does_not_leave_the_project() {
    let sandbox = project("logging: {}\n");
    std::os::unix::fs::symlink(sandbox.home(), sandbox.project().join(".noorm/state")).unwrap();
    sandbox.noorm("config list").expect_success().expect_stderr("a link leads out of the project");
    assert!(!sandbox.home().join("noorm.log").exists());
    for file in ["/tmp/noorm.log", "../noorm.log", "schema/001.sql"] {
        sandbox.write(".noorm/settings.yml", format!("logging: {{file: {file}}}\n"));
        sandbox.noorm("config list").expect_code(1).expect_stderr("`logging.file`");
    }
}
