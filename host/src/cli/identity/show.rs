//! `identity show`.

use noorm_ops::clock;
use noorm_ops::identity::{self, Identity, KeyPlace};
use noorm_ops::trust;
use serde_json::json;

use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

/// Shows the user's identity; the private key is never shown.
pub(super) fn show(context: &Context) -> Result<Answer, Failure> {
    let current = identity::current(&context.home, &clock::now(&context.home)?)?;
    let place = match current.key_place {
        KeyPlace::Environment => "the environment: NOORM_IDENTITY_PRIVATE_KEY",
        KeyPlace::File => "~/.noorm/identity.key",
        KeyPlace::Keychain => "the operating system's keychain",
    };
    let mut rows = rows(&current.identity);
    rows.push(["private key", place].map(str::to_owned));
    let former = current.former_keys.iter().map(|key| ["former key".to_owned(), key.clone()]);
    rows.extend(former);
    let words = json!({ "fingerprint": trust::words(&current.identity.public_key) });
    Ok(Answer::new(table(&rows)).with(&current).with(&words))
}

/// An identity for people.
pub(super) fn rows(identity: &Identity) -> Vec<[String; 2]> {
    let fields = [
        ("name", identity.name.clone()),
        ("email", identity.email.clone()),
        ("machine", format!("{} ({})", identity.machine, identity.os)),
        ("public key", identity.public_key.to_hex()),
        ("fingerprint", trust::words(&identity.public_key)),
        ("identity hash", identity.identity_hash.clone()),
        ("created", identity.created_at.clone()),
    ];
    fields.map(|(name, value)| [name.to_owned(), value]).into()
}
