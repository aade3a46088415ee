//! Takes the contents of an older state to the form that this version reads: pure steps from one version to the next.
//!
//! A state says by which version of noorm it was written. Whoever changes the form of the state adds a step here, with the
//! version that has the new form, and a test with the old one. Reading a state migrates it in memory only; the next write
//! that changes something stores the new form, and the old file stays as its backup.
//!
//! It does not read what a newer noorm wrote ([`crate::state::State::is_newer`] refuses that), and it opens no file.

use serde_json::{Map, Value};

use crate::keys::PublicKey;
use crate::state::numbers;

/// A step: what a state has to go through that was written by a version before `before`.
struct Step {
    before: (u64, u64, u64),
    apply: fn(&mut Map<String, Value>),
}

/// The steps, oldest first.
const STEPS: &[Step] = &[Step { before: (0, 1, 0), apply: keys_in_raw_form }];

/// Whether a state of this version has to be migrated. What is no version is nothing that can be.
#[must_use]
pub fn is_needed(version: &str) -> bool {
    numbers(version).is_some_and(|found| STEPS.iter().any(|step| found < step.before))
}

/// Takes the contents of a state of this noorm to the form of this version; those that have it stay as they are.
pub fn migrate(state: &mut Map<String, Value>) {
    let Some(found) = state.get("version").and_then(Value::as_str).and_then(numbers) else { return };
    for step in STEPS.iter().filter(|step| found < step.before) {
        (step.apply)(state);
    }
}

/// Public keys were in DER form. Those of known users are compared as texts, so that there must be one form of each.
fn keys_in_raw_form(state: &mut Map<String, Value>) {
    let users = state.get_mut("knownUsers").and_then(Value::as_object_mut);
    let users = users.into_iter().flat_map(|users| users.values_mut());
    for user in users {
        // A text that is no key stays what it is: it is a hint of somebody's, and harms nobody.
        let key = user.get("publicKey").and_then(Value::as_str).and_then(|text| PublicKey::from_hex(text).ok());
        if let Some(key) = key {
            user["publicKey"] = key.to_hex().into();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::{STATE_VERSION, State};

    const KEY: &str = "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c";

    fn old(version: &str) -> Map<String, Value> {
        let user = |key: &str| {
            json!({
                "identityHash": "h", "email": "e", "name": "n", "publicKey": key, "machine": "m", "os": "o",
                "lastSeen": "2026-01-24T00:00:00.000Z", "source": "dev", "later": [1],
            })
        };
        let state = json!({
            "version": version,
            "knownUsers": { "a": user(&format!("302a300506032b656e032100{KEY}")), "b": user(KEY), "c": user("no key") },
            "activeConfig": "dev",
            "configs": { "dev": { "name": "dev" } },
            "secrets": { "dev": { "KEY": "value" } },
            "globalSecrets": { "G": "value" },
            "later": true,
        });
        state.as_object().unwrap().clone()
    }

    fn keys(state: &Map<String, Value>) -> Vec<&str> {
        state["knownUsers"].as_object().unwrap().values().map(|user| user["publicKey"].as_str().unwrap()).collect()
    }

    #[test]
    fn an_older_state_gets_the_form_of_today_and_loses_nothing() {
        let mut state = old("0.0.9");
        assert!(is_needed("0.0.9"));
        migrate(&mut state);
        assert_eq!(keys(&state), [KEY, KEY, "no key"]);
        let mut expected = old("0.0.9");
        expected["knownUsers"]["a"]["publicKey"] = KEY.into();
        assert_eq!(state, expected);
        let read: State = serde_json::from_value(Value::Object(state.clone())).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap()["later"], true);
        // A second time it changes nothing.
        migrate(&mut state);
        assert_eq!(state, expected);
    }

    #[test]
    fn a_state_of_today_and_what_is_none_stay_as_they_are() {
        for version in [STATE_VERSION, "0.1.0", "9.0.0", "next", ""] {
            let mut state = old(version);
            assert!(!is_needed(version), "{version}");
            migrate(&mut state);
            assert_eq!(state, old(version));
        }
        for odd in [json!({}), json!({"version": 7}), json!({"version": "0.0.1", "knownUsers": 7})] {
            let mut state = odd.as_object().unwrap().clone();
            migrate(&mut state);
            assert_eq!(Value::Object(state), odd);
        }
    }

    #[test]
    fn the_steps_are_in_order_and_none_is_for_the_future() {
        assert!(STEPS.windows(2).all(|pair| pair[0].before < pair[1].before));
        assert!(STEPS.iter().all(|step| step.before <= crate::state::own_numbers()));
    }
}
