//! Pins a key and takes a pin back. Both change the state, and nothing else.

use noorm_vault::fingerprint::fingerprint;
use noorm_vault::hpke::is_low_order;
use noorm_vault::{Pin, State};
use serde_json::Map;

use super::{Acquaintance, KeyBook, Standing, TrustError};
use crate::config::{ConfigError, store};
use crate::home::Home;
use crate::project::Project;

/// What is pinned, and how.
#[derive(Debug, Clone, Copy)]
pub struct PinRequest<'a> {
    /// Whom: a name of [`KeyBook::find_person`], or a file.
    pub query: &'a str,
    /// The words that its owner gave.
    pub words: Option<&'a str>,
    /// Whoever asks has compared the words.
    pub verified: bool,
    /// The instant, RFC 3339.
    pub now: &'a str,
}

/// Returns the one key that a request is about, with its standing; nothing is pinned.
pub fn candidate(book: &KeyBook, home: &Home, request: &PinRequest<'_>) -> Result<Acquaintance, TrustError> {
    let mut people = match book.in_file(request.query, home)? {
        Some(person) => vec![person],
        None => book.called(request.query),
    };
    if people.is_empty() {
        return Err(book.nobody(request.query));
    }
    if let Some(words) = request.words {
        let fits = |person: &Acquaintance| fingerprint(&person.public_key).matches(words);
        let Some(at) = people.iter().position(fits) else {
            let first = &people[0];
            return Err(TrustError::Fingerprint { email: first.email.clone(), found: first.fingerprint.clone() });
        };
        people = vec![people.swap_remove(at)];
    }
    // Those that are pinned already are not what somebody wants to pin, unless there is nothing else.
    let is_new = |person: &&Acquaintance| !matches!(person.standing, Standing::Verified | Standing::Pinned);
    let new: Vec<Acquaintance> = people.iter().filter(is_new).cloned().collect();
    let people = if new.is_empty() { people } else { new };
    match people.as_slice() {
        [person] if is_low_order(&person.public_key) => Err(TrustError::LowOrder { email: person.email.clone() }),
        [person] => Ok(person.clone()),
        several => Err(book.several(request.query, several)),
    }
}

/// Pins a key. One that takes the place of another needs its words.
pub fn pin(project: &Project, home: &Home, request: &PinRequest<'_>) -> Result<Acquaintance, TrustError> {
    let book = KeyBook::open(project, home)?;
    let mut person = candidate(&book, home, request)?;
    let verified = request.verified || request.words.is_some();
    if person.standing == Standing::Changed && !verified {
        return Err(book.changed(&person));
    }
    store::open(project, home)?.update(|state| {
        put(state, &person, verified, request.now);
        Ok::<_, ConfigError>(())
    })?;
    person.standing = if verified { Standing::Verified } else { Standing::Pinned };
    Ok(person)
}

/// Puts a pin into a state: in the place of the same identity's former one, else beside the others.
pub(crate) fn put(state: &mut State, person: &Acquaintance, verified: bool, now: &str) {
    let is_same_key = |pin: &&mut Pin| pin.public_key == person.public_key && person.has_email(&pin.email);
    if let Some(pin) = state.pins.iter_mut().find(is_same_key) {
        pin.name = person.name.clone().or_else(|| pin.name.take());
        pin.identity_hash = person.identity_hash.clone().or_else(|| pin.identity_hash.take());
        if verified && !pin.verified {
            pin.verified = true;
            now.clone_into(&mut pin.pinned_at);
        }
        return;
    }
    state.pins.retain(|pin| person.identity_hash.is_none() || pin.identity_hash != person.identity_hash);
    state.pins.push(Pin {
        email: person.email.clone(),
        name: person.name.clone(),
        identity_hash: person.identity_hash.clone(),
        public_key: person.public_key,
        verified,
        pinned_at: now.to_owned(),
        other: Map::new(),
    });
}

/// Takes back the pins of a name, and returns whose they were.
pub fn unpin(project: &Project, home: &Home, query: &str) -> Result<Vec<Acquaintance>, TrustError> {
    let book = KeyBook::open(project, home)?;
    let keys = book.pins_called(query);
    if keys.is_empty() {
        return Err(TrustError::NotPinned { query: query.to_owned() });
    }
    let gone = book.called(query).into_iter().filter(|person| keys.contains(&person.public_key)).collect();
    store::open(project, home)?.update(|state| {
        state.pins.retain(|pin| !keys.contains(&pin.public_key));
        Ok::<_, ConfigError>(())
    })?;
    Ok(gone)
}
