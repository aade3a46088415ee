//! `vault rotate`: seals what the user can read anew, to the keys that its recipients have now.

use noorm_core::event::Listener;
use serde::Serialize;

use super::change::{Decided, Edit, Situation, change};
use super::people::Who;
use super::{VaultError, Workbench};
use crate::cancel::Cancel;

/// What was sealed anew.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotated {
    /// Keys that were sealed anew.
    pub rotated: Vec<String>,
    /// Keys that the user cannot read.
    pub left_out: Vec<String>,
    /// Recipients of whom nothing is known: their rows stay as they are.
    pub unknown: Vec<Who>,
    /// The vault's version.
    pub version: u64,
}

/// Seals everything anew that the user can read. A recipient whose key has changed, or is not trusted, stops it.
pub async fn rotate(bench: &Workbench, cancel: &Cancel, listener: Listener<'_>) -> Result<Rotated, VaultError> {
    let (version, rotated) = change(bench, "vault rotate", cancel, listener, decide).await?;
    Ok(Rotated { version, ..rotated })
}

fn decide(situation: &mut Situation<'_>) -> Decided<Rotated> {
    let mut rotated = Rotated { rotated: Vec::new(), left_out: Vec::new(), unknown: Vec::new(), version: 0 };
    let mut edits = Vec::new();
    for (key, key_version) in situation.seen.newest() {
        let Some(value) = situation.value(&key)? else {
            rotated.left_out.push(key);
            continue;
        };
        for row in situation.seen.of_key(&key) {
            let hash = &row.recipient_hash;
            let Some(recipient) = situation.desk.people.current(hash)? else {
                if !rotated.unknown.iter().any(|who| who.identity_hash == *hash) {
                    rotated.unknown.push(situation.desk.people.who(hash, &row.recipient_key));
                }
                continue;
            };
            edits.push(Edit::RemoveOf { key: key.clone(), hash: hash.clone() });
            edits.push(Edit::Insert { key: key.clone(), recipient, value: value.clone(), key_version });
        }
        rotated.rotated.push(key);
    }
    Ok((edits, rotated))
}
