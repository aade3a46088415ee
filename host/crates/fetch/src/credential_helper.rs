//! Programs that keep logins for docker, called `docker-credential-NAME` (`credsStore` and `credHelpers` of its
//! `config.json`): the operating system's keychain, mostly. docker-credential-helpers describes what they are asked and
//! answer: <https://github.com/docker/docker-credential-helpers>.
//!
//! The user's own file names the program; nothing of a project does. It is asked for the one registry that is called.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// How long it may take. It may ask the user whether noorm may have the login.
const TIME: Duration = Duration::from_secs(60);

/// Bytes of an answer.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// What it calls the user where it keeps a token in place of a password.
const TOKEN_USER: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// Why a program has no answer. What it said is not quoted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// No program has such a name.
    #[error("a program that is to keep logins has a name that none has")]
    Name,
    /// It is not there, or cannot be run.
    #[error("`{program}`, which is to keep logins, cannot be started: {source}")]
    NotStarted {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// It has something that is no password: docker trades it for one, at the registry.
    #[error("`{program}`, which is to keep logins, has a token for it and no password, which noorm does not use")]
    Token {
        /// The program.
        program: String,
    },
    /// It fails, takes too long, or says something else.
    #[error("`{program}`, which is to keep logins, {reason}")]
    NoAnswer {
        /// The program.
        program: String,
        /// What it did.
        reason: String,
    },
}

/// Asks a program for the user and the password of a registry. `None` where it has none.
pub(crate) async fn ask(name: &str, registry: &str) -> Result<Option<(String, String)>, Fault> {
    let is_name = !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric() || "._-".contains(one));
    if !is_name {
        return Err(Fault::Name);
    }
    ask_program(&format!("docker-credential-{name}"), registry, TIME).await
}

/// The same of a program that is looked for by its name, or its path.
async fn ask_program(program: &str, registry: &str, time: Duration) -> Result<Option<(String, String)>, Fault> {
    let fail = |reason: String| Fault::NoAnswer { program: program.to_owned(), reason };
    let child = match command(program).spawn() {
        Ok(child) => child,
        Err(source) => return Err(Fault::NotStarted { program: program.to_owned(), source }),
    };
    let (is_success, answer) = match tokio::time::timeout(time, answer(child, registry)).await {
        Err(_) => return Err(fail(format!("gave no answer in {time:?}"))),
        Ok(Err(error)) => return Err(fail(format!("cannot be asked: {error}"))),
        Ok(Ok(answer)) => answer,
    };
    if answer.len() > ANSWER_BYTES_MAX {
        return Err(fail(format!("answered more than {ANSWER_BYTES_MAX} bytes")));
    }
    if !is_success {
        // That is how it says that it has none.
        let is_none = String::from_utf8_lossy(&answer).contains("credentials not found");
        return if is_none { Ok(None) } else { Err(fail("failed".to_owned())) };
    }
    let answer: Answer =
        serde_json::from_slice(&answer).map_err(|_| fail("answered something else than a login".to_owned()))?;
    match answer.username.as_str() {
        TOKEN_USER => Err(Fault::Token { program: program.to_owned() }),
        // Some answer so for a registry that they do not know.
        "" => Ok(None),
        _ => Ok(Some((answer.username, answer.secret))),
    }
}

fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    // What noorm was given for itself is none of its business.
    let own = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("NOORM_"));
    own.for_each(|name| {
        command.env_remove(name);
    });
    command
}

/// Tells the program the registry, and returns whether it succeeded and what it wrote: no more than a byte too many, after
/// which it is not waited for.
async fn answer(mut child: Child, registry: &str) -> io::Result<(bool, Vec<u8>)> {
    let mut input = child.stdin.take().expect("it is piped");
    match input.write_all(format!("{registry}\n").as_bytes()).await {
        // It may know its answer without having read the question.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
        _ => drop(input),
    }
    let mut output = Vec::new();
    let mut from = child.stdout.take().expect("it is piped").take(ANSWER_BYTES_MAX as u64 + 1);
    from.read_to_end(&mut output).await?;
    let is_success = output.len() <= ANSWER_BYTES_MAX && child.wait().await?.success();
    Ok((is_success, output))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// What no error may show.
    const SECRET: &str = "hunter2";

    /// Asks a shell script, without its path in what is wrong.
    fn asked(script: &str, time: Duration) -> Result<Option<(String, String)>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("docker-credential-test");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a file");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("its own file");
        let program = program.to_str().expect("a path of letters");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let answer = loop {
            match runtime.block_on(ask_program(program, "ghcr.io", time)) {
                // Another test's child that is about to begin still holds the file open (golang/go#22315).
                Err(Fault::NotStarted { source, .. }) if source.kind() == io::ErrorKind::ExecutableFileBusy => {}
                answer => break answer,
            }
        };
        answer.map_err(|fault| {
            let shown = format!("{fault} {fault:?}");
            assert!(!shown.contains(SECRET), "{shown}");
            fault.to_string().replace(program, "test")
        })
    }

    #[track_caller]
    fn check(script: &str, expected: Result<Option<(&str, &str)>, &str>) {
        let answer = asked(script, TIME);
        let expected = expected
            .map(|login| login.map(|(user, password)| (user.to_owned(), password.to_owned())))
            .map_err(|reason| format!("`test`, which is to keep logins, {reason}"));
        assert_eq!(answer, expected, "{script}");
    }

    #[test]
    fn a_login_is_taken() {
        let login = Ok(Some(("ada", SECRET)));
        check(r#"echo '{"ServerURL": "ghcr.io", "Username": "ada", "Secret": "hunter2"}'"#, login);
        // It is asked for one registry, in a line.
        check(
            r#"read -r host && [ "$1 $host" = "get ghcr.io" ] && echo '{"Username": "ada", "Secret": "hunter2"}'"#,
            login,
        );
        check(r#"exec <&-; echo '{"Username": "ada", "Secret": "hunter2"}'"#, login);
    }

    #[test]
    fn a_program_may_have_none() {
        check("echo 'credentials not found in native keychain'; exit 1", Ok(None));
        check(r#"echo '{"Username": "", "Secret": "hunter2"}'"#, Ok(None));
    }

    #[test]
    fn what_else_it_does_is_told_without_its_words() {
        check("echo hunter2; echo hunter2 >&2; exit 3", Err("failed"));
        check("exit 1", Err("failed"));
        check("kill -9 $$", Err("failed"));
        let token = "has a token for it and no password, which noorm does not use";
        check(r#"echo '{"Username": "<token>", "Secret": "hunter2"}'"#, Err(token));
        for said in ["", "hunter2", "[]", r#"{"Username": "hunter2"}"#, r#"{"Username": "ada", "Secret": ["hunter2"]}"#]
        {
            check(&format!("echo '{said}'"), Err("answered something else than a login"));
        }
    }

    #[test]
    fn an_answer_has_a_bound() {
        let login = r#"{"Username": "ada", "Secret": "hunter2"}"#;
        let filled =
            |length: usize| format!("echo '{login}'; head -c {} /dev/zero | tr '\\0' ' '", length - login.len() - 1);
        check(&filled(65536), Ok(Some(("ada", SECRET))));
        check(&filled(65537), Err("answered more than 65536 bytes"));
        // Nobody waits for the end of one that has none.
        check("while :; do echo hunter2; done", Err("answered more than 65536 bytes"));
        check("trap '' PIPE; head -c 70000 /dev/zero; exec sleep 600", Err("answered more than 65536 bytes"));
    }

    #[test]
    fn an_answer_has_a_time() {
        for script in ["exec sleep 600", "echo hunter2; exec sleep 600", "exec >&-; exec sleep 600"] {
            let fault = asked(script, Duration::from_millis(50)).expect_err(script);
            assert_eq!(fault, "`test`, which is to keep logins, gave no answer in 50ms");
        }
    }

    #[test]
    fn one_that_is_not_there_is_told_from_one_that_fails() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let fault = runtime.block_on(ask_program("/nowhere/docker-credential-test", "ghcr.io", TIME));
        assert!(matches!(fault, Err(Fault::NotStarted { .. })), "{fault:?}");
        for name in ["", "../sh", "a b", "a/b", "é"] {
            assert!(matches!(runtime.block_on(ask(name, "ghcr.io")), Err(Fault::Name)), "{name}");
        }
    }
}
