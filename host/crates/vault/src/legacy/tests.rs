//! The vectors that running the original gave.

use serde_json::{Value, json};

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/state-crypto.json")).unwrap()
}

fn key(label: &str) -> PrivateKey {
    let vectors = vectors();
    let found = vectors["stateKeys"].as_array().unwrap().iter().find(|key| key["label"] == label).unwrap();
    PrivateKey::from_hex(found["privateKey"].as_str().unwrap()).unwrap()
}

#[test]
fn keys_are_derived_as_the_original_does() {
    for vector in vectors()["stateKeys"].as_array().unwrap() {
        let key = PrivateKey::from_hex(vector["privateKey"].as_str().unwrap()).unwrap();
        let mut derived = [0u8; 32];
        Hkdf::<Sha256>::new(None, &key.to_der()).expand(INFO, &mut derived).unwrap();
        assert_eq!(hex::encode(derived), vector["stateKeyHex"].as_str().unwrap());
    }
}

#[test]
fn what_the_original_sealed_opens() {
    for vector in vectors()["fixedIv"].as_array().unwrap() {
        let file = vector["payload"].to_string();
        let opened = open_file(file.as_bytes(), &key("alice")).unwrap();
        assert_eq!(std::str::from_utf8(&opened).unwrap(), vector["plaintext"].as_str().unwrap(), "{}", vector["name"]);
    }
}

#[test]
fn its_state_becomes_a_state() {
    let vectors = vectors();
    let payload = vectors["fixedIv"].as_array().unwrap().iter().find(|vector| vector["name"] == "ascii").unwrap();
    let state = open_state(payload["payload"].to_string().as_bytes(), &key("alice")).unwrap();
    assert_eq!(state.version, "1.0.0-alpha.8");
    assert!(state.configs.is_empty());
    // `{}` opens too, and is no state: it has no version.
    let empty = &vectors["fixedIv"].as_array().unwrap()[0]["payload"];
    let error = open_state(empty.to_string().as_bytes(), &key("alice")).unwrap_err();
    assert!(matches!(error, LegacyError::Contents { .. }), "{error:?}");
}

#[test]
fn what_does_not_fit_has_an_error_of_its_own() {
    let payload = vectors()["fixedIv"][1]["payload"].clone();
    let open = |payload: &Value, label: &str| open_state(payload.to_string().as_bytes(), &key(label)).unwrap_err();
    let with = |field: &str, value: Value| {
        let mut altered = payload.clone();
        altered[field] = value;
        open(&altered, "alice")
    };
    assert!(matches!(open(&payload, "bob"), LegacyError::Unopened));
    assert!(matches!(with("authTag", json!("AAAAAAAAAAAAAAAAAAAAAA==")), LegacyError::Unopened));
    assert!(matches!(with("algorithm", json!("aes-128-gcm")), LegacyError::Algorithm { .. }));
    assert!(matches!(with("iv", json!("AAECAwQF")), LegacyError::Malformed { .. }));
    assert!(matches!(with("ciphertext", json!("no base64!")), LegacyError::Malformed { .. }));
    assert!(matches!(with("version", json!(1)), LegacyError::OwnFormat));
    let text = payload.to_string();
    for end in 0..text.len() {
        let error = open_state(&text.as_bytes()[..end], &key("alice")).unwrap_err();
        assert!(matches!(error, LegacyError::Truncated), "{end}: {error:?}");
    }
}

#[test]
fn every_flipped_byte_is_noticed() {
    let text = vectors()["fixedIv"][1]["payload"].to_string();
    for at in 0..text.len() {
        let mut altered = text.clone().into_bytes();
        altered[at] ^= 1;
        assert!(open_state(&altered, &key("alice")).is_err(), "byte {at}: {}", String::from_utf8_lossy(&altered));
    }
}
