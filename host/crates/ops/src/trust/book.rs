//! Everybody who is known to a project, and how their keys stand.

use noorm_core::similar;
use noorm_vault::hpke::is_low_order;
use noorm_vault::{PublicKey, State};

use super::{Acquaintance, Standing, TrustError, file, team};
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// The keys of others: pinned, of the team, and those that are only known.
#[derive(Debug)]
pub struct KeyBook {
    pinned: Vec<Acquaintance>,
    team: Vec<Acquaintance>,
    known: Vec<Acquaintance>,
    /// Keys of the team's file that mean nothing.
    pub unknown_team_keys: Vec<String>,
}

/// Whom a name stands for.
#[derive(Debug)]
pub struct Found {
    /// Those who are meant: the trusted ones, where there are any.
    pub people: Vec<Acquaintance>,
    /// Others of the same name whose keys are not trusted, and who are left out.
    pub left_out: Vec<Acquaintance>,
}

impl KeyBook {
    /// Reads the state, where there is one, and the team's file.
    pub fn open(project: &Project, home: &Home) -> Result<Self, TrustError> {
        let state = store::load(project, home)?.unwrap_or_default();
        Self::of(project, &state)
    }

    pub(crate) fn of(project: &Project, state: &State) -> Result<Self, TrustError> {
        let (mut team, unknown_team_keys) = team::read(project)?;
        let pinned = state.pins.iter().map(|pin| {
            let standing = if pin.verified { Standing::Verified } else { Standing::Pinned };
            let hash = pin.identity_hash.as_deref();
            Acquaintance { standing, ..Acquaintance::new(&pin.email, pin.name.as_deref(), hash, pin.public_key) }
        });
        let pinned: Vec<Acquaintance> = pinned.collect();
        for member in &mut team {
            member.standing = Standing::Team;
        }
        let known = state.known_users.values().filter_map(file::known).collect();
        let mut book = Self { pinned, team, known, unknown_team_keys };
        // A member whose key contradicts a pin is not trusted because a file says so.
        let standings: Vec<Standing> = book.team.iter().map(|member| book.standing(member)).collect();
        for (member, standing) in book.team.iter_mut().zip(standings) {
            member.standing = standing;
        }
        let standings: Vec<Standing> = book.known.iter().map(|user| book.standing(user)).collect();
        for (user, standing) in book.known.iter_mut().zip(standings) {
            user.standing = standing;
        }
        Ok(book)
    }

    /// Returns how somebody's key stands.
    ///
    /// A pin counts most. The team's file counts where no pin is against it: a person has a pin, and the file has none of
    /// the person's pinned keys any more.
    pub fn standing(&self, person: &Acquaintance) -> Standing {
        let is_key = |other: &&Acquaintance| other.public_key == person.public_key && other.has_email(&person.email);
        if let Some(pin) = self.pinned.iter().find(is_key) {
            return pin.standing;
        }
        let is_same_identity =
            |pin: &Acquaintance| person.identity_hash.is_some() && pin.identity_hash == person.identity_hash;
        let is_person = |other: &&Acquaintance| other.has_email(&person.email) || is_same_identity(other);
        let pins: Vec<&Acquaintance> = self.pinned.iter().filter(is_person).collect();
        let members: Vec<&Acquaintance> = self.team.iter().filter(is_person).collect();
        let is_member = members.iter().any(|member| member.public_key == person.public_key);
        let agrees = pins.iter().any(|pin| members.iter().any(|member| member.public_key == pin.public_key));
        match (is_member, pins.is_empty(), members.is_empty()) {
            (true, true, _) => Standing::Team,
            (true, false, _) if agrees => Standing::Team,
            (false, true, true) => Standing::Unknown,
            _ => Standing::Changed,
        }
    }

    /// Returns somebody who is not in the book, such as the sender of a file, with the standing of the key.
    pub(crate) fn judged(&self, mut person: Acquaintance) -> Acquaintance {
        let is_key = |other: &&Acquaintance| other.public_key == person.public_key && other.has_email(&person.email);
        if let Some(known) = self.everybody().find(is_key) {
            person.name = person.name.or_else(|| known.name.clone());
            person.identity_hash = person.identity_hash.or_else(|| known.identity_hash.clone());
        }
        person.standing = self.standing(&person);
        person
    }

    /// Returns whom a name stands for: an email address, a name, an identity hash, a public key, or a file with one.
    fn find(&self, query: &str, home: &Home) -> Result<Found, TrustError> {
        let mut people = self.called(query);
        if people.is_empty() {
            people.push(self.in_file(query, home)?.ok_or_else(|| self.nobody(query))?);
        }
        let (trusted, others): (Vec<_>, Vec<_>) = people.into_iter().partition(|person| person.standing.is_trusted());
        if let Some(changed) = others.iter().find(|other| self.is_changed(other, &trusted)) {
            return Err(self.changed(changed));
        }
        // A row of a database that nobody trusts must not stand in the way of a key that somebody does.
        let chosen = if trusted.is_empty() { &others } else { &trusted };
        if let Some(person) = chosen.iter().find(|person| is_low_order(&person.public_key)) {
            return Err(TrustError::LowOrder { email: person.email.clone() });
        }
        match trusted.is_empty() {
            true => Ok(Found { people: others, left_out: Vec::new() }),
            false => Ok(Found { people: trusted, left_out: others }),
        }
    }

    /// The same, of one person: several email addresses by one name are an error.
    pub fn find_person(&self, query: &str, home: &Home) -> Result<Found, TrustError> {
        let found = self.find(query, home)?;
        let Some(first) = found.people.first() else { return Err(self.nobody(query)) };
        if found.people.iter().any(|person| !person.has_email(&first.email)) {
            return Err(self.several(query, &found.people));
        }
        Ok(found)
    }

    /// Returns everybody that goes by a name, also those whose key has changed.
    pub(super) fn called(&self, query: &str) -> Vec<Acquaintance> {
        let mut people: Vec<Acquaintance> = Vec::new();
        for person in self.everybody().filter(|person| person.is_called(query)) {
            let is_same =
                |other: &&mut Acquaintance| other.public_key == person.public_key && other.has_email(&person.email);
            match people.iter_mut().find(is_same) {
                Some(other) => {
                    other.name = other.name.take().or_else(|| person.name.clone());
                    other.identity_hash = other.identity_hash.take().or_else(|| person.identity_hash.clone());
                }
                None => people.push(person.clone()),
            }
        }
        people
    }

    /// Reads somebody's key from a file, with the standing that it has.
    pub(super) fn in_file(&self, query: &str, home: &Home) -> Result<Option<Acquaintance>, TrustError> {
        let path = home.working_dir.join(query);
        if !path.is_file() {
            return Ok(None);
        }
        Ok(Some(self.judged(self.named(file::read(&path)?))))
    }

    /// Returns those whose keys are pinned, and then those of the team's file.
    pub fn trusted(&self) -> impl Iterator<Item = &Acquaintance> {
        self.pinned.iter().chain(&self.team)
    }

    /// Returns the error that somebody's key has changed.
    pub fn changed(&self, person: &Acquaintance) -> TrustError {
        let is_other = |other: &&Acquaintance| {
            let is_same_identity = person.identity_hash.is_some() && other.identity_hash == person.identity_hash;
            other.public_key != person.public_key && (other.has_email(&person.email) || is_same_identity)
        };
        let mut trusted: Vec<String> = self.pinned.iter().filter(is_other).map(|pin| pin.fingerprint.clone()).collect();
        if trusted.is_empty() {
            trusted = self.team.iter().filter(is_other).map(|member| member.fingerprint.clone()).collect();
        }
        TrustError::Changed { email: person.email.clone(), trusted, found: person.fingerprint.clone() }
    }

    pub(super) fn several(&self, query: &str, people: &[Acquaintance]) -> TrustError {
        TrustError::Several { query: query.to_owned(), list: people.iter().map(Acquaintance::line).collect() }
    }

    pub(super) fn nobody(&self, query: &str) -> TrustError {
        let mut known: Vec<String> = self.everybody().map(|person| person.email.clone()).collect();
        known.sort();
        known.dedup();
        let names = self.everybody().flat_map(|person| [Some(person.email.as_str()), person.name.as_deref()]);
        let close = similar::closest(query, names.flatten()).map(str::to_owned);
        TrustError::Nobody { query: query.to_owned(), known, close }
    }

    /// One identity with two keys is a change, and so is a key that stands alone against a trusted one. A second machine
    /// of somebody with a trusted key is left out and told, for that happens.
    fn is_changed(&self, person: &Acquaintance, trusted: &[Acquaintance]) -> bool {
        let is_same_identity =
            |pin: &&Acquaintance| pin.identity_hash.is_some() && pin.identity_hash == person.identity_hash;
        person.standing == Standing::Changed
            && (trusted.is_empty() || self.pinned.iter().any(|pin| is_same_identity(&pin)))
    }

    /// A key alone gets the name that it is known by.
    fn named(&self, person: Acquaintance) -> Acquaintance {
        let is_key = |other: &&Acquaintance| other.public_key == person.public_key;
        match (&person.name, self.trusted().find(is_key)) {
            (None, Some(known)) => known.clone(),
            _ => person,
        }
    }

    fn everybody(&self) -> impl Iterator<Item = &Acquaintance> {
        self.pinned.iter().chain(&self.team).chain(&self.known)
    }

    /// Returns the pins of a key or a name, for their removal.
    pub(super) fn pins_called(&self, query: &str) -> Vec<PublicKey> {
        self.pinned.iter().filter(|pin| pin.is_called(query)).map(|pin| pin.public_key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 3] = [
        "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c",
        "20eb50267e2fe5fb11126e4da03ce5c2c1f8bad3f9e44e1590a7d7d261b33e4d",
        "0c362138fdf097dcb8acefe99fd8756a6637bbb6a7c6bd605da0be0fdc1a2f2c",
    ];

    /// Bob with one of the keys, and an identity hash if `hash` is not empty.
    fn bob(key: usize, hash: &str) -> Acquaintance {
        let key = PublicKey::from_hex(KEYS[key]).expect("a key");
        Acquaintance::new("bob@example.com", Some("Bob"), Some(hash).filter(|hash| !hash.is_empty()), key)
    }

    fn book(pinned: &[Acquaintance], team: &[Acquaintance]) -> KeyBook {
        let with = |people: &[Acquaintance], standing| {
            people.iter().map(|person| Acquaintance { standing, ..person.clone() }).collect()
        };
        let (pinned, team) = (with(pinned, Standing::Pinned), with(team, Standing::Team));
        KeyBook { pinned, team, known: Vec::new(), unknown_team_keys: Vec::new() }
    }

    #[test]
    fn a_pin_counts_most_and_the_team_where_no_pin_is_against_it() {
        let check = |pinned: &[Acquaintance], team: &[Acquaintance], expected| {
            assert_eq!(book(pinned, team).standing(&bob(0, "")), expected, "{pinned:?} {team:?}");
        };
        check(&[], &[], Standing::Unknown);
        check(&[bob(0, "")], &[], Standing::Pinned);
        check(&[bob(0, "")], &[bob(1, "")], Standing::Pinned);
        check(&[], &[bob(0, "")], Standing::Team);
        check(&[], &[bob(1, ""), bob(0, "")], Standing::Team);
        // A second machine that the team's file has beside the pinned one.
        check(&[bob(1, "")], &[bob(1, ""), bob(0, "")], Standing::Team);
        check(&[bob(1, "")], &[bob(0, "")], Standing::Changed);
        check(&[bob(1, "")], &[], Standing::Changed);
        check(&[], &[bob(1, "")], Standing::Changed);
    }

    #[test]
    fn one_identity_under_another_address_with_another_key_has_changed() {
        let moved = Acquaintance { email: "bob@elsewhere.example".to_owned(), ..bob(1, "aaaaaaaaaa") };
        assert_eq!(book(&[bob(0, "aaaaaaaaaa")], &[]).standing(&moved), Standing::Changed);
        let other = Acquaintance { identity_hash: Some("bbbbbbbbbb".to_owned()), ..moved };
        assert_eq!(book(&[bob(0, "aaaaaaaaaa")], &[]).standing(&other), Standing::Unknown);
    }

    #[test]
    fn a_key_that_is_pinned_for_somebody_is_nobody_elses() {
        let eve = Acquaintance { email: "eve@example.com".to_owned(), ..bob(0, "") };
        assert_eq!(book(&[bob(0, "")], &[]).standing(&eve), Standing::Unknown);
    }

    #[test]
    fn a_second_key_is_left_out_and_a_second_key_of_one_identity_stops() {
        let home = Home {
            working_dir: "/".into(),
            home_dir: None,
            variables: std::collections::BTreeMap::new(),
            seen: noorm_core::redact::Seen::default(),
        };
        let find = |hash: &str| {
            let mut book = book(&[bob(0, "aaaaaaaaaa")], &[]);
            book.known.push(Acquaintance { standing: Standing::Changed, ..bob(1, hash) });
            book.find("bob@example.com", &home)
        };
        let found = find("bbbbbbbbbb").expect("the pinned one");
        assert_eq!((found.people, found.left_out.len()), (book(&[bob(0, "aaaaaaaaaa")], &[]).pinned, 1));
        assert!(matches!(find("aaaaaaaaaa"), Err(TrustError::Changed { .. })));
    }
}
