//! `identity init`, `identity edit`.

use clap::Args;
use noorm_core::event::Event;
use noorm_ops::clock;
use noorm_ops::identity::{self, Named};
use serde_json::json;

use super::show::rows;
use crate::cli::Context;
use crate::output::{Answer, progress, table};
use crate::report::Failure;

/// Arguments of `identity init` and `identity edit`.
#[derive(Debug, Args)]
pub(crate) struct PersonArgs {
    /// Your name; otherwise what git knows, otherwise your name on this machine
    #[arg(long)]
    name: Option<String>,
    /// Your email address; otherwise what git knows, otherwise your address on this machine
    #[arg(long)]
    email: Option<String>,
}

impl PersonArgs {
    fn named(&self) -> Named {
        Named { name: self.name.clone(), email: self.email.clone() }
    }
}

/// Makes the user's identity.
pub(super) fn init(args: &PersonArgs, context: &Context) -> Result<Answer, Failure> {
    let made = identity::create(&context.home, args.named(), &clock::now(&context.home)?)?;
    let line = match made.is_new_key {
        true => "made your identity; only you can read its key, `~/.noorm/identity.key`: keep a copy in a safe place",
        false => "named your identity; its key is the one that was there",
    };
    let mut lines = vec![line.to_owned()];
    lines.extend(table(&rows(&made.identity)));
    Ok(Answer::new(lines).with(&made))
}

/// Changes the user's name or address.
pub(super) fn edit(args: &PersonArgs, context: &Context) -> Result<Answer, Failure> {
    if args.name.is_none() && args.email.is_none() {
        return Err(Failure::wrong_usage("nothing-to-change", "neither `--name` nor `--email` is given"));
    }
    let now = clock::now(&context.home)?;
    let former = identity::current(&context.home, &now)?.identity;
    let identity = identity::edit(&context.home, &args.named(), &now)?;
    if identity.identity_hash != former.identity_hash {
        let text = format!(
            "values of team vaults are sealed to your former identity, {} <{}>, and `vault sync` drops them: have them granted \
             to you anew, or change the name back first",
            former.name, former.email
        );
        progress(context.json)(Event::Warning(text));
    }
    let mut lines = vec!["changed your identity; colleagues know you by a new identity hash".to_owned()];
    lines.extend(table(&rows(&identity)));
    Ok(Answer::new(lines).with(&json!({ "identity": identity })))
}
