//! Questions on the terminal. They go to standard error, so that standard output stays the answer's.

use std::io::{IsTerminal, Write};

use noorm_core::secret::Secret;

use super::Context;
use crate::report::Failure;

/// Whether there is somebody to ask.
pub(crate) fn can_ask(context: &Context) -> bool {
    !context.headless && !context.json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line. Nothing but blank space means the default, where there is one.
pub(crate) fn line(question: &str, default: Option<&str>) -> Result<String, Failure> {
    let mut stderr = std::io::stderr().lock();
    let shown = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    write!(stderr, "{question}{shown}: ").and_then(|()| stderr.flush()).map_err(|error| failed(&error))?;
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).map_err(|error| failed(&error))? == 0 {
        return Err(Failure::wrong_usage("no-answer", "the input ended before the question was answered"));
    }
    match (line.trim(), default) {
        ("", Some(default)) => Ok(default.to_owned()),
        (line, _) => Ok(line.to_owned()),
    }
}

/// Asks for a line that is not shown while it is typed.
pub(crate) fn hidden(question: &str) -> Result<Secret, Failure> {
    rpassword::prompt_password(format!("{question}: ")).map(Secret::new).map_err(|error| failed(&error))
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::host("no-terminal", "cannot ask").because(error)
}
