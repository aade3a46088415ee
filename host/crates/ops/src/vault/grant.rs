//! `vault grant`: lets somebody else read what the user can read.

use noorm_core::event::Listener;
use serde::Serialize;

use super::change::{Decided, Edit, Situation, change};
use super::people::{Recipient, Who};
use super::{VaultError, Workbench};
use crate::cancel::Cancel;

/// What somebody can read now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// Who.
    pub recipients: Vec<Who>,
    /// The keys that they can read and could not before.
    pub granted: Vec<String>,
    /// The keys that they could read already.
    pub unchanged: Vec<String>,
    /// The keys that the user cannot read, and cannot let anybody read.
    pub left_out: Vec<String>,
    /// The vault's version.
    pub version: u64,
}

/// Lets somebody read values: those that are named, or all that the user can read.
pub async fn grant(
    bench: &Workbench,
    who: &str,
    keys: &[String],
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Granted, VaultError> {
    let decide = |situation: &mut Situation<'_>| decide(situation, who, keys, listener);
    let (version, granted) = change(bench, &format!("vault grant {who}"), cancel, listener, decide).await?;
    Ok(Granted { version, ..granted })
}

fn decide(situation: &mut Situation<'_>, who: &str, keys: &[String], listener: Listener<'_>) -> Decided<Granted> {
    let recipients = situation.desk.people.recipients(who, &situation.bench.home, listener)?;
    let mut granted = Granted {
        recipients: recipients.iter().map(Recipient::who).collect(),
        granted: Vec::new(),
        unchanged: Vec::new(),
        left_out: Vec::new(),
        version: 0,
    };
    let newest = situation.seen.newest();
    let mut edits = Vec::new();
    for key in situation.keys(keys)? {
        let key_version = newest.get(&key).copied().unwrap_or(0);
        let has = |recipient: &&Recipient| {
            let is_row = |row: &super::rows::Listed| {
                row.recipient_hash == recipient.hash
                    && row.recipient_key == recipient.key.to_hex()
                    && row.key_version == key_version
            };
            !situation.seen.of_key(&key).any(is_row)
        };
        let missing: Vec<Recipient> = recipients.iter().filter(has).cloned().collect();
        if missing.is_empty() {
            granted.unchanged.push(key);
            continue;
        }
        let Some(value) = situation.value(&key)? else {
            granted.left_out.push(key);
            continue;
        };
        for recipient in missing {
            edits.push(Edit::RemoveOf { key: key.clone(), hash: recipient.hash.clone() });
            edits.push(Edit::Insert { key: key.clone(), recipient, value: value.clone(), key_version });
        }
        granted.granted.push(key);
    }
    if !keys.is_empty() && !granted.left_out.is_empty() {
        return Err(VaultError::NotReadable { keys: granted.left_out });
    }
    Ok((edits, granted))
}
