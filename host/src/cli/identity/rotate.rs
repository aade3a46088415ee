//! `identity rotate`.

use noorm_ops::{clock, identity};

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Gives the user's identity a new key pair.
pub(super) fn rotate(context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let done = identity::rotate(project.as_ref(), &context.home, &clock::now(&context.home)?)?;
    let mut lines = vec![
        format!("your public key is {} now", done.identity.public_key),
        format!("the former private key is kept in `{}`", done.former_path.display()),
    ];
    if done.resealed {
        lines.push("sealed the state of this project with the new key".to_owned());
    }
    lines.push("give colleagues the new one: `noorm identity export`".to_owned());
    Ok(Answer::new(lines).with(&done))
}
