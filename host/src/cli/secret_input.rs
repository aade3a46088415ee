//! Where a secret value comes from: standard input, a file, an environment variable, a prompt. Never from an argument, which
//! other users of the machine could read in the list of processes.

use std::io::Read;
use std::path::Path;

use noorm_core::secret::Secret;

use super::Context;
use crate::report::Failure;

/// The most that a secret may have. Whoever needs more has a file and not a secret.
const BYTES_MAX: u64 = 1024 * 1024;

/// Takes the value of an environment variable.
pub(crate) fn from_variable(name: &str, context: &Context) -> Result<Secret, Failure> {
    match context.home.variables.get(name) {
        Some(value) if !value.is_empty() => Ok(Secret::new(value.clone())),
        Some(_) => Err(Failure::wrong_usage("no-value", format!("the environment variable `{name}` is empty"))),
        None => Err(Failure::wrong_usage("no-value", format!("the environment variable `{name}` is not set"))),
    }
}

/// Takes the first line of standard input.
pub(crate) fn first_line() -> Result<Secret, Failure> {
    let text = read(std::io::stdin().lock(), "standard input")?;
    let line = text.expose().lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::wrong_usage("no-value", "standard input has no value on its first line"));
    }
    Ok(Secret::new(line.to_owned()))
}

/// Takes the one line of standard input; several are an error, for nobody can tell whether the others were meant too.
pub(crate) fn only_line() -> Result<Secret, Failure> {
    let text = read(std::io::stdin().lock(), "standard input")?;
    let mut lines = text.expose().lines();
    match (lines.next(), lines.next()) {
        (None | Some(""), _) => Err(Failure::wrong_usage("no-value", "standard input has no value on its first line")),
        (Some(_), Some(_)) => Err(Failure::wrong_usage("several-lines", "standard input has more than one line")
            .hint("`--from-file FILE` takes a value of several lines; `-` means standard input")),
        (Some(line), None) => Ok(Secret::new(line.to_owned())),
    }
}

/// Takes a whole file, without the line end behind the last line; `-` is standard input.
pub(crate) fn from_file(file: &Path, context: &Context) -> Result<Secret, Failure> {
    let name = format!("`{}`", file.display());
    let text = if file == Path::new("-") {
        read(std::io::stdin().lock(), "standard input")?
    } else {
        let opened = std::fs::File::open(context.home.working_dir.join(file));
        read(opened.map_err(|error| unreadable(&name, &error))?, &name)?
    };
    let value = text.expose();
    let value = value.strip_suffix('\n').map_or(value, |line| line.strip_suffix('\r').unwrap_or(line));
    if value.is_empty() {
        return Err(Failure::wrong_usage("no-value", format!("{name} is empty")));
    }
    Ok(Secret::new(value.to_owned()))
}

fn read(from: impl Read, name: &str) -> Result<Secret, Failure> {
    // One allocation that is wiped: growing would leave copies behind.
    let mut text = String::with_capacity(64 * 1024);
    from.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|error| unreadable(name, &error))?;
    let text = Secret::new(text);
    if text.expose().len() as u64 > BYTES_MAX {
        return Err(Failure::wrong_usage("too-long", format!("{name} has more than {BYTES_MAX} bytes")));
    }
    Ok(text)
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::wrong_usage("no-value", format!("cannot read {name}")).because(error)
}
