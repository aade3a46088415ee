//! Tells the team who works with a database, and learns who else does: the user's row in `__noorm_identities__`, and everybody
//! else's in the state's known users.
//!
//! It is a help to a run and not a part of it: whatever fails here is a warning. What it learns is a hint and not trust
//! (ruling 13): a key that was imported from a file is never replaced by a row.

use std::collections::BTreeMap;
use std::error::Error;

use noorm_core::event::{Event, Listener};
use noorm_vault::{IdentityRow, KnownUser, RowError};

use super::current::current;
use super::import::SOURCE;
use crate::config::{ConfigError, Origin, store};
use crate::session::{Session, SessionError};
use crate::tracker;
use crate::workbench::Workbench;

/// Characters of what a stranger wrote that are shown.
const SHOWN: usize = 60;

/// Registers the user, and remembers the others. The tables have to be there.
pub(crate) async fn register(bench: &Workbench, session: &mut Session, listener: Listener<'_>) {
    // Whoever has no identity is nobody to register; whoever has a broken one is told where it is needed.
    let Ok(own) = current(&bench.home, &bench.now) else { return };
    let warn = |text: String| listener(Event::Warning(text));
    if let Err(error) = tracker::upsert_identity(session, &own.identity).await {
        warn(format!("your identity is not registered in this database{}", because(&error)));
    }
    let rows = match tracker::identities(session).await {
        Ok(rows) => rows,
        Err(error) => return warn(format!("the identities in this database are not known{}", because(&error))),
    };
    let config = &bench.active.config.name;
    let others = rows.into_iter().filter(|row| row.identity_hash != own.identity.identity_hash);
    let (users, refused): (Vec<_>, Vec<_>) = others.map(|row| read(row, config)).partition(Result::is_ok);
    if let Some(Err((name, error))) = refused.first() {
        let more = match refused.len() - 1 {
            0 => String::new(),
            more => format!(", and so are {more} more"),
        };
        warn(format!("a row of `__noorm_identities__` is not an identity and is ignored ({name}: {error}){more}"));
    }
    if bench.active.origin != Origin::Stored {
        return;
    }
    let users: Vec<KnownUser> = users.into_iter().flatten().collect();
    let remembered = store::open(&bench.project, &bench.home)
        .and_then(|state| state.update(|state| Ok::<_, ConfigError>(remember(&mut state.known_users, users))));
    match remembered {
        Ok(changed) => changed.into_iter().for_each(warn),
        Err(error) => warn(format!("the identities in this database are not remembered: {error}")),
    }
}

fn because(error: &SessionError) -> String {
    error.source().map(|cause| format!(": {cause}")).unwrap_or_default()
}

/// A row as a user, or whose it says it is and why it is not.
fn read(row: IdentityRow, config: &str) -> Result<KnownUser, (String, RowError)> {
    let name: String = row.name.chars().take(SHOWN).collect();
    KnownUser::from_row(row, config).map_err(|error| (format!("`{}`", name.escape_debug()), error))
}

/// Puts users among the known ones, and returns what a person should look at.
fn remember(known: &mut BTreeMap<String, KnownUser>, users: Vec<KnownUser>) -> Vec<String> {
    let mut changed = Vec::new();
    for user in users {
        let Some(before) = known.get_mut(&user.identity_hash) else {
            known.insert(user.identity_hash.clone(), user);
            continue;
        };
        let is_imported = before.source == SOURCE;
        if before.public_key != user.public_key {
            let kept = if is_imported { "; the one that you imported stays" } else { "" };
            changed.push(format!(
                "{} <{}> on {} has another key in this database than before{kept}: ask them whether it is theirs before you \
                 share anything with them",
                user.name.escape_debug(),
                user.email.escape_debug(),
                user.machine.escape_debug()
            ));
        }
        if is_imported {
            before.last_seen = user.last_seen;
        } else {
            let other = std::mem::take(&mut before.other);
            *before = KnownUser { other, ..user };
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c";
    const OTHER_KEY: &str = "20eb50267e2fe5fb11126e4da03ce5c2c1f8bad3f9e44e1590a7d7d261b33e4d";

    fn row(name: &str, key: &str) -> IdentityRow {
        let (email, machine, os) = (format!("{name}@example.com"), "laptop", "linux 6.1");
        IdentityRow {
            identity_hash: noorm_vault::identity_hash(&email, name, machine, os),
            email,
            name: name.to_owned(),
            machine: machine.to_owned(),
            os: os.to_owned(),
            public_key: key.to_owned(),
            last_seen_at: "2026-01-31T12:00:00.000Z".to_owned(),
        }
    }

    fn user(name: &str, key: &str) -> KnownUser {
        read(row(name, key), "dev").expect("an identity")
    }

    #[test]
    fn a_row_that_does_not_fit_is_no_user_and_its_name_does_no_harm() {
        let forged = IdentityRow { email: "mallory@example.com".to_owned(), ..row("ada", KEY) };
        assert!(matches!(read(forged, "dev"), Err((_, RowError::Identity(_)))));
        let (name, error) = read(row("\u{1b}[2Jada", "no key"), "dev").expect_err("no identity");
        assert!(matches!(error, RowError::Key(_)));
        assert_eq!(name, r"`\u{1b}[2Jada`");
        // The form of the TypeScript original is read.
        assert_eq!(user("ada", &format!("302a300506032b656e032100{KEY}")).public_key, KEY);
    }

    #[test]
    fn a_changed_key_is_told_once_and_an_imported_one_stays() {
        let mut known = BTreeMap::new();
        assert!(remember(&mut known, vec![user("ada", KEY), user("bob", KEY)]).is_empty());
        assert!(remember(&mut known, vec![user("ada", KEY)]).is_empty());
        let hash = user("ada", KEY).identity_hash;
        let told = remember(&mut known, vec![user("ada", OTHER_KEY)]);
        assert!(told.len() == 1 && told[0].contains("ada@example.com"), "{told:?}");
        assert_eq!(known[&hash].public_key, OTHER_KEY);
        assert!(remember(&mut known, vec![user("ada", OTHER_KEY)]).is_empty());

        known.get_mut(&hash).expect("ada").source = SOURCE.to_owned();
        assert_eq!(remember(&mut known, vec![user("ada", KEY)]).len(), 1);
        assert_eq!(known[&hash].public_key, OTHER_KEY);
        assert_eq!(known.len(), 2);
    }
}
