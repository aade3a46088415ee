//! `vault set`: a new value, sealed to each of its recipients.

use noorm_core::event::{Event, Listener};
use noorm_core::secret::Secret;
use serde::Serialize;

use super::change::{Decided, Edit, Situation, change, text};
use super::people::{Recipient, Who};
use super::{VaultError, Workbench};
use crate::cancel::Cancel;

/// The most characters of a key: the width of its column.
const KEY_CHARACTERS_MAX: usize = 128;

/// A value and who is to read it.
#[derive(Debug)]
pub struct NewValue<'a> {
    /// Its key.
    pub key: &'a str,
    /// The value.
    pub value: &'a Secret,
    /// Who is to read it.
    pub readers: Readers<'a>,
}

/// Who is to read a value.
#[derive(Debug, Clone, Copy)]
pub enum Readers<'a> {
    /// Those of the value before; of a new key, everybody.
    AsBefore,
    /// These, and nobody else.
    Named(&'a [String]),
    /// The user and everybody else whose key is trusted.
    Everybody,
}

/// What was set.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetReport {
    /// The key.
    pub key: String,
    /// Which value of the key it is, counted from 1.
    pub key_version: u64,
    /// The vault's version.
    pub version: u64,
    /// Who can read it.
    pub recipients: Vec<Who>,
    /// Who could read the value before, and cannot read this one.
    pub no_longer: Vec<Who>,
    /// Whether the user can read it.
    pub can_read: bool,
}

/// Sets a value.
pub async fn set(
    bench: &Workbench,
    new: &NewValue<'_>,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<SetReport, VaultError> {
    check_key(new.key)?;
    let reason = format!("vault set {}", new.key);
    let decide = |situation: &mut Situation<'_>| decide(situation, new, listener);
    let (version, mut report) = change(bench, &reason, cancel, listener, decide).await?;
    report.version = version;
    Ok(report)
}

fn decide(situation: &mut Situation<'_>, new: &NewValue<'_>, listener: Listener<'_>) -> Decided<SetReport> {
    let people = &situation.desk.people;
    let recipients = recipients(situation, new, listener)?;
    let key = new.key.to_owned();
    let key_version = next(situation.seen.newest().get(&key).copied());
    let mut edits = vec![Edit::Remove { key: key.clone() }];
    edits.extend(recipients.iter().map(|recipient| Edit::Insert {
        key: key.clone(),
        recipient: recipient.clone(),
        value: text(new.value),
        key_version,
    }));
    let is_recipient = |hash: &String| recipients.iter().any(|recipient| recipient.hash == *hash);
    let former = situation.seen.of_key(&key).filter(|row| !is_recipient(&row.recipient_hash));
    let report = SetReport {
        key_version,
        version: 0,
        no_longer: former.map(|row| people.who(&row.recipient_hash, &row.recipient_key)).collect(),
        can_read: is_recipient(&people.own.hash),
        recipients: recipients.iter().map(Recipient::who).collect(),
        key,
    };
    Ok((edits, report))
}

/// Returns which value of its key comes next. Nobody vouches for the rows' numbers: one that cannot grow was written by hand,
/// and the count begins anew. It may, for every row of the key is replaced together.
fn next(newest: Option<u64>) -> u64 {
    let next = newest.unwrap_or(0).checked_add(1);
    next.filter(|next| i64::try_from(*next).is_ok()).unwrap_or(1)
}

/// Returns who is to read it, each once.
fn recipients(
    situation: &Situation<'_>,
    new: &NewValue<'_>,
    listener: Listener<'_>,
) -> Result<Vec<Recipient>, VaultError> {
    let people = &situation.desk.people;
    let before: Vec<&str> = situation.seen.of_key(new.key).map(|row| row.recipient_hash.as_str()).collect();
    let mut found = match new.readers {
        Readers::Named(names) => {
            let found: Result<Vec<_>, _> =
                names.iter().map(|name| people.recipients(name, &situation.bench.home, listener)).collect();
            found?.into_iter().flatten().collect()
        }
        Readers::AsBefore if !before.is_empty() => {
            let stranger = |hash: &str| VaultError::Stranger { hash: hash.to_owned(), key: new.key.to_owned() };
            let current = |hash: &&str| people.current(hash)?.ok_or_else(|| stranger(hash));
            before.iter().map(current).collect::<Result<Vec<_>, _>>()?
        }
        Readers::AsBefore | Readers::Everybody => {
            let (everybody, left_out) = people.everybody();
            for email in left_out {
                let text = format!("`{email}` is left out: the key is known, and not which identity has it");
                listener(Event::Warning(text));
            }
            everybody
        }
    };
    found.sort_by(|one, other| one.hash.cmp(&other.hash));
    found.dedup_by(|one, other| one.hash == other.hash);
    Ok(found)
}

/// Checks a key, which is written `secrets.KEY` in templates.
pub fn check_key(key: &str) -> Result<(), VaultError> {
    let is_start = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match key.starts_with(is_start) && key.chars().all(is_part) && key.len() <= KEY_CHARACTERS_MAX {
        true => Ok(()),
        false => Err(VaultError::Name { key: key.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_cannot_grow_begins_anew() {
        let highest = i64::MAX.unsigned_abs();
        let cases = [(None, 1), (Some(1), 2), (Some(highest - 1), highest), (Some(highest), 1), (Some(u64::MAX), 1)];
        for (newest, expected) in cases {
            assert_eq!(next(newest), expected, "{newest:?}");
        }
    }

    #[test]
    fn a_key_is_a_name_of_templates() {
        for key in ["A", "_a", "API_KEY_2", &"K".repeat(128)] {
            assert!(check_key(key).is_ok(), "{key}");
        }
        for key in ["", "2A", "API-KEY", "a b", "größe", "a.b", "a\0", &"K".repeat(129)] {
            assert!(check_key(key).is_err(), "{key}");
        }
    }
}
