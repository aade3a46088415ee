//! Whom values are sealed to, and who sealed them: identities, by their hashes, with the keys that are trusted to be theirs.

use std::collections::BTreeMap;

use noorm_core::event::{Event, Listener};
use noorm_vault::fingerprint::fingerprint;
use noorm_vault::{PrivateKey, PublicKey, State};
use serde::Serialize;

use super::VaultError;
use crate::home::Home;
use crate::identity;
use crate::trust::{Acquaintance, KeyBook};
use crate::workbench::Workbench;

/// Somebody as a list shows them. Names come from databases, and prove nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    /// SHA-256 over email, name, machine and system.
    pub identity_hash: String,
    /// Email address, where somebody is known by that hash.
    pub email: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Whether the key in question is trusted to be theirs.
    pub is_trusted: bool,
}

impl Who {
    /// Returns the best name there is, for people.
    pub fn label(&self) -> String {
        match (&self.email, self.identity_hash.get(..12)) {
            (Some(email), _) => email.clone(),
            (None, Some(start)) => start.to_owned(),
            (None, None) => self.identity_hash.clone(),
        }
    }
}

/// The user.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) hash: String,
    pub(super) email: String,
    pub(super) name: String,
    /// The current key, then those before it.
    pub(super) keys: Vec<PrivateKey>,
}

impl Own {
    fn read(home: &Home, now: &str) -> Result<Self, VaultError> {
        let own = identity::current(home, now)?.identity;
        let keys = identity::keys(home).map_err(identity::IdentityError::from)?;
        let keys = std::iter::once(keys.current).chain(keys.former).collect();
        Ok(Self { hash: own.identity_hash, email: own.email, name: own.name, keys })
    }

    /// Returns the key that everything new is sealed with.
    pub(super) fn key(&self) -> &PrivateKey {
        &self.keys[0]
    }

    fn recipient(&self) -> Recipient {
        let key = self.key().public_key();
        Recipient { hash: self.hash.clone(), key, email: self.email.clone(), name: Some(self.name.clone()) }
    }

    fn is_called(&self, query: &str) -> bool {
        let is_start = query.len() >= HASH_DIGITS_MIN && self.hash.starts_with(&query.to_lowercase());
        is_start || query == "me" || self.email.eq_ignore_ascii_case(query) || self.name.eq_ignore_ascii_case(query)
    }
}

/// The fewest digits of an identity hash that name it.
const HASH_DIGITS_MIN: usize = 8;

/// Somebody whom values may be sealed to.
#[derive(Debug, Clone)]
pub(super) struct Recipient {
    pub(super) hash: String,
    pub(super) key: PublicKey,
    email: String,
    name: Option<String>,
}

impl Recipient {
    pub(super) fn who(&self) -> Who {
        Who {
            identity_hash: self.hash.clone(),
            email: Some(self.email.clone()),
            name: self.name.clone(),
            is_trusted: true,
        }
    }
}

/// The user, and everybody who is known.
pub(super) struct People {
    pub(super) own: Own,
    book: KeyBook,
    /// Those whom databases told of, and whose keys are pinned, by identity hash.
    known: BTreeMap<String, Acquaintance>,
}

impl People {
    pub(super) fn open(bench: &Workbench, state: &State) -> Result<Self, VaultError> {
        let book = KeyBook::of(&bench.project, state)?;
        let mut known = BTreeMap::new();
        for user in state.known_users.values() {
            if let Ok(key) = PublicKey::from_hex(&user.public_key) {
                let person = Acquaintance::new(&user.email, Some(&user.name), Some(&user.identity_hash), key);
                known.insert(user.identity_hash.clone(), book.judged(person));
            }
        }
        for person in book.trusted() {
            if let Some(hash) = &person.identity_hash {
                known.entry(hash.clone()).or_insert_with(|| person.clone());
            }
        }
        Ok(Self { own: Own::read(&bench.home, &bench.now)?, book, known })
    }

    /// Whether a public key is trusted to be that of the identity with a hash. Who is in the team's file is known by the key
    /// alone: the identity is then the one that has registered with that key, and one that nobody else has.
    pub(super) fn is_trusted(&self, hash: &str, key: &PublicKey) -> bool {
        if hash == self.own.hash {
            return self.own.keys.iter().any(|own| own.public_key() == *key);
        }
        // Somebody who has another name since has another hash, with the same key and the same address.
        let is_known =
            self.known.get(hash).is_some_and(|person| person.public_key == *key && person.standing.is_trusted());
        if is_known {
            return true;
        }
        let is_theirs = |person: &Acquaintance| match self.hash_of(person) {
            Some(theirs) => theirs == hash,
            None => !self.known.contains_key(hash),
        };
        let mut trusted = self.book.trusted().filter(|person| person.standing.is_trusted());
        trusted.any(|person| person.public_key == *key && is_theirs(person))
    }

    /// Returns the identities of the one person whom a name stands for; all their keys are trusted. Other keys of that
    /// person's are told.
    pub(super) fn recipients(
        &self,
        query: &str,
        home: &Home,
        listener: Listener<'_>,
    ) -> Result<Vec<Recipient>, VaultError> {
        if self.own.is_called(query) {
            return Ok(vec![self.own.recipient()]);
        }
        let found = self.book.find_person(query, home)?;
        let recipients: Result<Vec<_>, _> = found.people.iter().map(|person| self.identities(person)).collect();
        let mut recipients: Vec<Recipient> = recipients?.into_iter().flatten().collect();
        recipients.sort_by(|one, other| one.hash.cmp(&other.hash));
        recipients.dedup_by(|one, other| one.hash == other.hash);
        for other in &found.left_out {
            let (email, words) = (&other.email, &other.fingerprint);
            let text = format!("`{email}` has another key, \"{words}\", which is not trusted: nothing is sealed to it");
            listener(Event::Warning(text));
        }
        Ok(recipients)
    }

    /// Returns the user and everybody else whose key is trusted, and the names of those who have no identity here.
    pub(super) fn everybody(&self) -> (Vec<Recipient>, Vec<String>) {
        let mut people = BTreeMap::from([(self.own.hash.clone(), self.own.recipient())]);
        let mut left_out = Vec::new();
        for person in self.book.trusted().filter(|person| person.standing.is_trusted()) {
            let Ok(identities) = self.identities(person) else {
                left_out.push(person.email.clone());
                continue;
            };
            for recipient in identities {
                people.entry(recipient.hash.clone()).or_insert(recipient);
            }
        }
        left_out.retain(|email| !people.values().any(|recipient| recipient.email.eq_ignore_ascii_case(email)));
        left_out.dedup();
        (people.into_values().collect(), left_out)
    }

    /// Returns the identity with a hash, with the key that is trusted to be its by now; `None` where nothing is known of it.
    pub(super) fn current(&self, hash: &str) -> Result<Option<Recipient>, VaultError> {
        if hash == self.own.hash {
            return Ok(Some(self.own.recipient()));
        }
        self.known.get(hash).map(|person| self.recipient(person)).transpose()
    }

    /// Returns every identity of a person with that key: who changes their name has a new one, and rows of the one before.
    fn identities(&self, person: &Acquaintance) -> Result<Vec<Recipient>, VaultError> {
        let first = self.recipient(person)?;
        let is_same = |(hash, known): &(&String, &Acquaintance)| {
            **hash != first.hash
                && **hash != self.own.hash
                && known.public_key == person.public_key
                && known.email.eq_ignore_ascii_case(&person.email)
                && known.standing.is_trusted()
        };
        let others: Result<Vec<_>, _> =
            self.known.iter().filter(is_same).map(|(_, known)| self.recipient(known)).collect();
        Ok(std::iter::once(first).chain(others?).collect())
    }

    fn recipient(&self, person: &Acquaintance) -> Result<Recipient, VaultError> {
        let who = || person.email.clone();
        if !person.standing.is_trusted() {
            if person.standing == crate::trust::Standing::Changed {
                return Err(self.book.changed(person).into());
            }
            return Err(VaultError::Untrusted { who: who(), fingerprint: fingerprint(&person.public_key).to_string() });
        }
        let hash = self.hash_of(person).ok_or_else(|| VaultError::NoHash { who: who() })?;
        Ok(Recipient { hash, key: person.public_key, email: who(), name: person.name.clone() })
    }

    /// Returns the identity hash of somebody, which may be known by the key alone.
    fn hash_of(&self, person: &Acquaintance) -> Option<String> {
        let by_key = |known: &&Acquaintance| known.public_key == person.public_key && known.identity_hash.is_some();
        person.identity_hash.clone().or_else(|| self.known.values().find(by_key)?.identity_hash.clone())
    }

    /// Returns who has a hash, in rows that name the public key `key`.
    pub(super) fn who(&self, hash: &str, key: &str) -> Who {
        let is_trusted = PublicKey::from_hex(key).is_ok_and(|key| self.is_trusted(hash, &key));
        let (email, name) = match self.known.get(hash) {
            _ if hash == self.own.hash => (Some(self.own.email.clone()), Some(self.own.name.clone())),
            Some(person) => (Some(person.email.clone()), person.name.clone()),
            None => (None, None),
        };
        Who { identity_hash: hash.to_owned(), email, name, is_trusted }
    }

    /// Whether somebody may mean the identity with a hash by a name, whether its key is trusted or not.
    pub(super) fn is_called(&self, hash: &str, query: &str) -> bool {
        if hash == self.own.hash && self.own.is_called(query) {
            return true;
        }
        let is_start = query.len() >= HASH_DIGITS_MIN && hash.starts_with(&query.to_lowercase());
        is_start || self.known.get(hash).is_some_and(|person| person.is_called(query))
    }
}
