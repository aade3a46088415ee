//! Questions on the terminal. They go to standard error, so that standard output stays the answer's.

use std::io::{IsTerminal, Write};

use noorm_core::secret::Secret;

use super::Context;
use crate::output::tame;
use crate::report::Failure;

/// Whether there is somebody to ask.
pub(crate) fn can_ask(context: &Context) -> bool {
    !context.headless && !context.json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line. Nothing but blank space means the default, where there is one.
pub(crate) fn line(question: &str, default: Option<&str>) -> Result<String, Failure> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{}", prompt(question, default)).and_then(|()| stderr.flush()).map_err(|error| failed(&error))?;
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
    rpassword::prompt_password(prompt(question, None)).map(Secret::new).map_err(|error| failed(&error))
}

/// Returns a question as it is shown. Names in it may come from others, and what is asked must be what is read.
fn prompt(question: &str, default: Option<&str>) -> String {
    let shown = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    tame(&format!("{question}{shown}: "))
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::host("no-terminal", "cannot ask").because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_cannot_be_repainted() {
        let hostile = "x\u{1b}[2K\r imports nothing\u{202e}; type yes to grant that";
        let expected = "x\u{fffd}[2K\u{fffd} imports nothing\u{fffd}; type yes to grant that [no]: ";
        assert_eq!(prompt(hostile, Some("no")), expected);
        assert_eq!(prompt("failed\nedit it again", Some("\u{7}")), "failed\nedit it again [\u{fffd}]: ");
        assert_eq!(prompt("name", None), "name: ");
    }
}
