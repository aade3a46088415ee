//! `vault revoke`: what is sealed to somebody goes. What they read before they know: it is to be rotated at its source. Whose
//! keys are trusted is not changed here.

use std::collections::BTreeSet;

use noorm_core::event::Listener;
use serde::Serialize;

use super::change::{Decided, Edit, Situation, change};
use super::people::Who;
use super::{VaultError, Workbench};
use crate::cancel::Cancel;

/// What somebody could read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// Who.
    pub who: Vec<Who>,
    /// The values that they could read, and may have kept: each is to be changed where it is used.
    pub rotate_at_source: Vec<String>,
    /// Email addresses of those whose keys are still trusted: a value that nobody else is named for is for them too.
    pub still_trusted: Vec<String>,
    /// The vault's version.
    pub version: u64,
}

/// Removes the rows of somebody.
pub async fn revoke(
    bench: &Workbench,
    who: &str,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Revoked, VaultError> {
    let decide = |situation: &mut Situation<'_>| decide(situation, who);
    let (version, revoked) = change(bench, &format!("vault revoke {who}"), cancel, listener, decide).await?;
    Ok(Revoked { version, ..revoked })
}

fn decide(situation: &mut Situation<'_>, who: &str) -> Decided<Revoked> {
    let people = &situation.desk.people;
    let is_theirs = |row: &&super::rows::Listed| people.is_called(&row.recipient_hash, who);
    let rows: Vec<_> = situation.seen.listed.iter().filter(is_theirs).collect();
    if rows.is_empty() {
        return Err(VaultError::NoReader { who: who.to_owned() });
    }
    let keys: BTreeSet<String> = rows.iter().map(|row| row.key.clone()).collect();
    let is_alone = |key: &&String| situation.seen.of_key(key).all(|row| is_theirs(&row));
    let alone: Vec<String> = keys.iter().filter(is_alone).cloned().collect();
    if !alone.is_empty() {
        return Err(VaultError::LastReader { keys: alone });
    }
    let mut found: Vec<Who> = Vec::new();
    for row in &rows {
        if !found.iter().any(|who| who.identity_hash == row.recipient_hash) {
            found.push(people.who(&row.recipient_hash, &row.recipient_key));
        }
    }
    let others = found.iter().filter(|who| who.identity_hash != people.own.hash);
    let has_trust = |who: &&Who| who.is_trusted || matches!(people.current(&who.identity_hash), Ok(Some(_)));
    let still_trusted: BTreeSet<String> = others.filter(has_trust).filter_map(|who| who.email.clone()).collect();
    let still_trusted = still_trusted.into_iter().collect();
    let edit = |row: &&super::rows::Listed| Edit::RemoveOf { key: row.key.clone(), hash: row.recipient_hash.clone() };
    let edits = rows.iter().map(edit).collect();
    Ok((edits, Revoked { who: found, rotate_at_source: keys.into_iter().collect(), still_trusted, version: 0 }))
}
