//! The README's sessions are real: each `$` line of its `console` blocks is run, and what it prints is what stands there.
//!
//! A command may go on in lines that begin with `> `. A line `…` stands for any lines. A command of which nothing else is
//! shown has to succeed. `README=write` in the environment writes what was printed into the README instead.

use std::path::Path;

use noorm_testkit::Sandbox;

const ANY: &str = "…";

/// One `$` line and what follows it.
#[derive(Debug, Default)]
struct Step {
    line: String,
    output: Vec<String>,
}

/// A part of the README: a block to run, or text that is left alone.
enum Part {
    Text(String),
    Session(Vec<Step>),
}

fn parts(readme: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut session: Option<Vec<Step>> = None;
    for line in readme.lines() {
        match &mut session {
            Some(steps) if line == "```" => {
                parts.push(Part::Session(std::mem::take(steps)));
                session = None;
            }
            Some(steps) => match line.strip_prefix("$ ") {
                Some(command) => steps.push(Step { line: command.to_owned(), output: Vec::new() }),
                None if line.starts_with("> ") && steps.last().is_some_and(|step| step.output.is_empty()) => {
                    let step = steps.last_mut().expect("there is one");
                    step.line = format!("{}\n{}", step.line, &line[2..]);
                }
                None => steps.last_mut().expect("a session starts with a command").output.push(line.to_owned()),
            },
            None if line == "```console" => session = Some(Vec::new()),
            None => parts.push(Part::Text(line.to_owned())),
        }
    }
    assert!(session.is_none(), "a session without an end");
    parts
}

/// Whether `actual` is what stands there.
fn matches(expected: &[String], actual: &[String]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first == ANY => (1..=actual.len()).any(|taken| matches(rest, &actual[taken..])),
        Some((first, rest)) => actual.split_first().is_some_and(|(line, after)| line == first && matches(rest, after)),
    }
}

/// Runs a line where the one before it ended, and returns what it prints. One that has to succeed, and does not, prints its
/// exit code as well.
fn run(sandbox: &Sandbox, folder: &mut String, line: &str, has_to_succeed: bool) -> Vec<String> {
    let script =
        format!("cd '{folder}' || exit 199\n{{ {line}\n}} 2>&1\ncode=$?\npwd > \"$TMPDIR/folder\"\nexit $code");
    let output = sandbox.finish(sandbox.shell(&script), "");
    assert_ne!(output.code, 199, "{output}");
    *folder =
        std::fs::read_to_string(sandbox.project().with_file_name("tmp").join("folder")).unwrap().trim().to_owned();
    let failed = (has_to_succeed && output.code != 0).then(|| format!("(exit code {})", output.code));
    let lines = output.stdout.lines().chain(failed.as_deref());
    lines.map(|line| line.replace(sandbox.project().to_str().unwrap(), "~").trim_end().to_owned()).collect()
}

fn redacted(sandbox: &Sandbox, lines: &[String]) -> Vec<String> {
    lines
        .iter()
        .map(|line| noorm_testkit::redact(line, &[]).replace(sandbox.project().to_str().unwrap(), "~"))
        .collect()
}

/// What a text would say if it told what its sessions print, and the sessions that print something else.
pub(crate) struct Told {
    pub(crate) text: String,
    pub(crate) wrong: Vec<String>,
}

/// Runs the sessions of a text one after the other, each where the one before it ended.
pub(crate) fn tell(text: &str, sandbox: &Sandbox) -> Told {
    let mut folder = sandbox.project().to_str().unwrap().to_owned();
    let mut told = Told { text: String::new(), wrong: Vec::new() };
    for part in parts(text) {
        let steps = match part {
            Part::Text(line) => {
                told.text += &format!("{line}\n");
                continue;
            }
            Part::Session(steps) => steps,
        };
        told.text += "```console\n";
        for step in steps {
            // The scripts that build everything are not run from within.
            let is_script = step.line.starts_with("tests/");
            let has_to_succeed = step.output.iter().all(|line| line == ANY);
            let actual = match is_script {
                true => Vec::new(),
                false => run(sandbox, &mut folder, &step.line, has_to_succeed),
            };
            let has_failed = has_to_succeed && actual.last().is_some_and(|line| line.starts_with("(exit code "));
            let is_same = !has_failed && matches(&redacted(sandbox, &step.output), &redacted(sandbox, &actual));
            let output = if is_same { &step.output } else { &actual };
            told.text += &format!("$ {}\n", step.line.replace('\n', "\n> "));
            output.iter().for_each(|line| told.text += &format!("{line}\n"));
            if !is_same {
                told.wrong.push(format!("$ {}\n{}", step.line, actual.join("\n")));
            }
        }
        told.text += "```\n";
    }
    told
}

#[test]
fn every_session_is_real() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let told = tell(&readme, &Sandbox::new());
    if std::env::var_os("README").is_some_and(|value| value == "write") {
        std::fs::write(&path, told.text).unwrap();
    } else {
        assert!(told.wrong.is_empty(), "the README says something else:\n{}", told.wrong.join("\n\n"));
        assert_eq!(told.text, readme);
    }
}

#[test]
fn dots_stand_for_any_lines() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&lines("a\n…\nd"), &lines("a\nb\nc\nd")));
    assert!(matches(&lines("a\n…"), &lines("a\nb")));
    assert!(!matches(&lines("a\n…"), &lines("a")));
    assert!(!matches(&lines("a\n…\nd"), &lines("a\nb")));
    assert!(!matches(&lines(""), &lines("a")));
}
