//! `vault rm`: removes a value, for everybody.

use noorm_core::event::Listener;
use serde::Serialize;

use super::change::{Edit, Situation, change};
use super::people::Who;
use super::{VaultError, Workbench};
use crate::cancel::Cancel;

/// What was removed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Removed {
    /// The key.
    pub key: String,
    /// The vault's version.
    pub version: u64,
    /// Who could read it.
    pub recipients: Vec<Who>,
}

/// Removes a value.
pub async fn remove(
    bench: &Workbench,
    key: &str,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Removed, VaultError> {
    let asked = [key.to_owned()];
    let decide = |situation: &mut Situation<'_>| {
        situation.keys(&asked)?;
        let who = |row: &super::rows::Listed| situation.desk.people.who(&row.recipient_hash, &row.recipient_key);
        let recipients: Vec<Who> = situation.seen.of_key(key).map(who).collect();
        Ok((vec![Edit::Remove { key: key.to_owned() }], recipients))
    };
    let (version, recipients) = change(bench, &format!("vault rm {key}"), cancel, listener, decide).await?;
    Ok(Removed { key: key.to_owned(), version, recipients })
}
