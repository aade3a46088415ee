//! Asks for the passphrase of a state on the terminal, without showing what is typed.

use noorm_core::secret::Secret;
use noorm_ops::home::PASSPHRASE;
use noorm_ops::identity::passphrase;

use super::{Context, ask};
use crate::report::Failure;

/// Asks for the passphrase where the state needs one, nobody gave it, and somebody is there to be asked.
pub(crate) fn ask_if_needed(context: &mut Context) -> Result<(), Failure> {
    if context.home.set_variable(PASSPHRASE).is_some() || !ask::can_ask(context) {
        return Ok(());
    }
    // A project that cannot be read is told by whoever needs it.
    let Ok(Some(project)) = context.project_optional() else { return Ok(()) };
    if passphrase::is_needed(&project) {
        let given = ask::hidden("passphrase of this project's state")?;
        context.home.seen.add([given.clone()]);
        context.home.variables.insert(PASSPHRASE.to_owned(), given.expose().to_owned());
    }
    Ok(())
}

/// Asks for a new passphrase, twice.
pub(crate) fn ask_new() -> Result<Secret, Failure> {
    let (one, other) = (ask::hidden("new passphrase")?, ask::hidden("once more")?);
    if one != other {
        return Err(Failure::wrong_usage("passphrases-differ", "the passphrases differ").hint("try again"));
    }
    Ok(one)
}
