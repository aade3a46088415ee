//! Asks before a key is used that nobody has vouched for.

use noorm_ops::trust::Acquaintance;

use super::{Context, ask};
use crate::output::tame;
use crate::report::Failure;

/// Whether the user agrees to something. Where nobody can be asked, only the flag `--yes` does: a variable that was set for
/// protected configs says nothing about a stranger's key.
pub(crate) fn consent(context: &Context, people: &[Acquaintance], question: &str) -> Result<bool, Failure> {
    if !context.agrees && !ask::can_ask(context) {
        return Ok(false);
    }
    for person in people {
        show_words(person)?;
    }
    if context.agrees {
        return Ok(true);
    }
    Ok(ask::line(&format!("{question} type yes to go on"), Some("no"))? == "yes")
}

/// Shows whose words are to be compared.
pub(crate) fn show_words(person: &Acquaintance) -> Result<(), Failure> {
    use std::io::Write as _;
    let line = format!("the key of `{}` has the words\n\n    {}\n", tame(&person.email), person.fingerprint);
    writeln!(std::io::stderr().lock(), "{line}")
        .map_err(|error| Failure::host("no-terminal", "cannot ask").because(&error))
}
