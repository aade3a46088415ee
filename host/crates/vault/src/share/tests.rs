//! The vectors of the original, a pinned file of version 2, and everything that can be done to a file.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::v2::{Recipient, Sender, SharedConfigV2};
use super::*;
use crate::hpke::{seal_drawing, tests::Given};
use crate::keys::PublicKey;

const CONTENTS: &[u8] = br#"{"name":"production"}"#;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../vectors/share.json")).unwrap()
}

/// The recipient of the original's vectors.
fn bob() -> PrivateKey {
    PrivateKey::from_hex(vectors()["recipient"]["privateKey"].as_str().unwrap()).unwrap()
}

fn alice() -> PrivateKey {
    PrivateKey::from_hex("b99b3902e1d1e901c61444e328f8596e78032be91a54f89bed44b4c2bad2b4ac").unwrap()
}

fn carol() -> PrivateKey {
    PrivateKey::from_hex("1f56f937bcca522531b61740a2ddf3731441cc77b9d88e972d731a1d3e2062aa").unwrap()
}

fn recipient(label: &str, key: &PrivateKey) -> Recipient {
    Recipient { label: label.into(), public_key: key.public_key() }
}

fn sender(key: &PrivateKey) -> Sender<'_> {
    Sender { email: "alice@example.com", key, now: "2026-01-31T12:00:00.000Z" }
}

fn sealed_to(recipients: &[Recipient]) -> String {
    SharedConfigV2::seal(sender(&alice()), recipients, CONTENTS).unwrap().to_text()
}

fn open(text: &[u8], key: &PrivateKey) -> Result<Vec<u8>, ShareError> {
    Ok(SharedConfig::parse(text)?.open(std::slice::from_ref(key))?.contents.to_vec())
}

#[test]
fn what_the_original_sealed_opens() {
    for name in ["fixed", "random"] {
        let vector = &vectors()[name];
        for text in [vector["payload"].to_string(), serde_json::to_string_pretty(&vector["payload"]).unwrap()] {
            let shared = SharedConfig::parse(text.as_bytes()).unwrap();
            assert!(matches!(&shared, SharedConfig::V1(shared) if shared.recipient == "bob@example.com"));
            assert_eq!(shared.sender(), "alice@example.com");
            let opened = shared.open(&[carol(), bob()]).unwrap();
            assert_eq!(std::str::from_utf8(&opened.contents).unwrap(), vector["plaintext"].as_str().unwrap());
        }
    }
}

#[test]
fn version_1_tells_no_wrong_key_from_an_altered_file() {
    let text = vectors()["fixed"]["payload"].to_string();
    let error = open(text.as_bytes(), &carol()).unwrap_err();
    assert!(matches!(&error, ShareError::Unopened { recipient } if recipient == "bob@example.com"), "{error:?}");
}

#[test]
fn version_1_does_not_prove_its_sender() {
    // The vectors say so too: `senderTamperedStillDecrypts`. This is why its sender is never shown as verified.
    let mut payload = vectors()["fixed"]["payload"].clone();
    payload["sender"] = json!("mallory@example.com");
    open(payload.to_string().as_bytes(), &bob()).unwrap();
}

#[test]
fn version_1_with_other_spelling_is_the_same_file() {
    let text = vectors()["fixed"]["payload"].to_string();
    let digest = |text: &str| SharedConfig::parse(text.as_bytes()).unwrap().open(&[bob()]).unwrap().digest;
    let der = "302a300506032b656e0321000c362138fdf097dcb8acefe99fd8756a6637bbb6a7c6bd605da0be0fdc1a2f2c";
    let raw = "0c362138fdf097dcb8acefe99fd8756a6637bbb6a7c6bd605da0be0fdc1a2fac";
    assert!(text.contains(der));
    assert_eq!(digest(&text), digest(&text.replace(der, raw).replace("alice@", "eve@")));
    assert_ne!(digest(&text), digest(&vectors()["random"]["payload"].to_string()));
}

#[test]
fn every_flipped_byte_of_version_1_that_counts_is_noticed() {
    let payload = vectors()["fixed"]["payload"].clone();
    for field in ["iv", "authTag", "ciphertext"] {
        let hex = payload[field].as_str().unwrap();
        for at in 0..hex.len() {
            let digit = u8::from_str_radix(&hex[at..=at], 16).unwrap() ^ 1;
            let mut altered = payload.clone();
            altered[field] = json!(format!("{}{digit:x}{}", &hex[..at], &hex[at + 1..]));
            let error = open(altered.to_string().as_bytes(), &bob()).unwrap_err();
            assert!(matches!(error, ShareError::Unopened { .. }), "{field} {at}: {error:?}");
        }
    }
}

#[test]
fn low_order_keys_are_refused() {
    let low = "0100000000000000000000000000000000000000000000000000000000000000";
    let mut payload = vectors()["fixed"]["payload"].clone();
    payload["ephemeralPubKey"] = json!(low);
    let error = open(payload.to_string().as_bytes(), &bob()).unwrap_err();
    assert!(matches!(error, ShareError::LowOrder { role: "ephemeral" }), "{error:?}");

    let to = Recipient { label: "eve".into(), public_key: PublicKey::from_hex(low).unwrap() };
    let error = SharedConfigV2::seal(sender(&alice()), &[to], CONTENTS).unwrap_err();
    assert!(matches!(error, ShareError::LowOrder { role: "recipient" }), "{error:?}");

    let text = sealed_to(&[recipient("bob@example.com", &bob())]);
    let sealed: Value = serde_json::from_str(&text).unwrap();
    let planted = |from: &Value| open(text.replace(from.as_str().unwrap(), low).as_bytes(), &bob()).unwrap_err();
    let error = planted(&sealed["senderPubKey"]);
    assert!(matches!(error, ShareError::LowOrder { role: "sender" }), "{error:?}");
    let error = planted(&sealed["recipients"][0]["ephemeralPubKey"]);
    assert!(matches!(error, ShareError::LowOrder { role: "ephemeral" }), "{error:?}");
}

#[test]
fn the_format_of_version_2_is_pinned() {
    let alice = alice();
    let mut random = Given((0..64).collect());
    let shared = SharedConfigV2::seal_by(
        sender(&alice),
        &[recipient("bob@example.com", &bob()), recipient("carol@example.com", &carol())],
        |to, aad| seal_drawing(to, &alice, b"noorm-config-share 2", aad, CONTENTS, &mut random),
    )
    .unwrap();
    let pinned = include_str!("../../vectors/share-2.noorm.enc");
    assert_eq!(shared.to_text(), pinned);
    for key in [bob(), carol()] {
        assert_eq!(open(pinned.as_bytes(), &key).unwrap(), CONTENTS);
    }
}

#[test]
fn a_file_for_others_says_whom_it_is_for() {
    let text = sealed_to(&[recipient("bob@example.com", &bob()), recipient("eve@example.com", &alice())]);
    let error = open(text.as_bytes(), &carol()).unwrap_err();
    assert!(error.to_string().ends_with("it is for `bob@example.com`, `eve@example.com`"), "{error}");
    // A former key of the recipient's opens it as well.
    let shared = SharedConfig::parse(text.as_bytes()).unwrap();
    assert_eq!(shared.open(&[carol(), bob()]).unwrap().contents.as_slice(), CONTENTS);
}

#[test]
fn every_flipped_byte_of_version_2_is_noticed() {
    let text = sealed_to(&[recipient("bob@example.com", &bob())]);
    for at in 0..text.len() {
        for bit in [1, 0x20, 0x80] {
            let mut altered = text.clone().into_bytes();
            altered[at] ^= bit;
            let opened = open(&altered, &bob());
            assert!(opened.is_err(), "byte {at}, bit {bit}: {}", String::from_utf8_lossy(&altered));
        }
    }
}

#[test]
fn every_cut_of_version_2_is_noticed() {
    let text = sealed_to(&[recipient("bob@example.com", &bob())]);
    for end in 0..text.len() - 1 {
        let error = open(&text.as_bytes()[..end], &bob()).unwrap_err();
        // Without its last brace it is cut off; without its last line end it is spelt in another way.
        assert!(matches!(error, ShareError::Truncated), "{end}: {error:?}");
    }
    assert!(matches!(open(text.trim_end().as_bytes(), &bob()), Err(ShareError::Altered)));
}

#[test]
fn a_header_that_another_one_was_put_into_is_noticed() {
    let text = sealed_to(&[recipient("bob@example.com", &bob()), recipient("carol@example.com", &carol())]);
    let check = |alter: &dyn Fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(&text).unwrap();
        alter(&mut value);
        let altered = serde_json::to_string_pretty(&value).unwrap() + "\n";
        let error = open(altered.as_bytes(), &bob()).unwrap_err();
        assert!(matches!(error, ShareError::Altered), "{altered}: {error:?}");
    };
    check(&|value| value["sender"] = json!("mallory@example.com"));
    check(&|value| value["senderPubKey"] = json!(carol().public_key().to_hex()));
    check(&|value| value["createdAt"] = json!("2027-01-31T12:00:00.000Z"));
    check(&|value| value["recipients"][1]["recipient"] = json!("dave@example.com"));
    check(&|value| value["recipients"][1]["recipientPubKey"] = json!(alice().public_key().to_hex()));
    check(&|value| value["recipients"].as_array_mut().unwrap().truncate(1));
    check(&|value| value["recipients"].as_array_mut().unwrap().swap(0, 1));
    check(&|value| {
        // Carol's entry under Bob's name.
        let carols = value["recipients"][1].clone();
        for field in ["ephemeralPubKey", "authTag", "ciphertext"] {
            value["recipients"][0][field] = carols[field].clone();
        }
    });
}

#[test]
fn what_is_no_shared_config_has_an_error_of_its_own() {
    let parse = |text: &str| SharedConfig::parse(text.as_bytes()).unwrap_err();
    assert!(matches!(parse(""), ShareError::Truncated));
    assert!(matches!(parse("{"), ShareError::Truncated));
    assert!(matches!(parse("-----BEGIN"), ShareError::NotJson { .. }));
    assert!(matches!(parse("{}"), ShareError::Malformed { .. }));
    assert!(matches!(parse("[]"), ShareError::Malformed { .. }));
    assert!(matches!(parse(r#"{"version":3}"#), ShareError::UnknownVersion { found: 3 }));
    assert!(matches!(parse(r#"{"version":0}"#), ShareError::UnknownVersion { found: 0 }));
    assert!(matches!(parse(r#"{"version":1}"#), ShareError::Malformed { .. }));
    let large = vec![b' '; FILE_BYTES_MAX + 1];
    assert!(matches!(SharedConfig::parse(&large), Err(ShareError::TooLarge)));
    let mut payload = vectors()["fixed"]["payload"].clone();
    payload["note"] = json!("x");
    assert!(matches!(parse(&payload.to_string()), ShareError::Malformed { .. }));
}

#[test]
fn nobody_or_somebody_twice_is_no_list_of_recipients() {
    let seal = |recipients: &[Recipient]| SharedConfigV2::seal(sender(&alice()), recipients, CONTENTS).unwrap_err();
    assert!(matches!(seal(&[]), ShareError::Recipients));
    let twice = [recipient("bob@example.com", &bob()), recipient("bobby@example.com", &bob())];
    assert!(matches!(seal(&twice), ShareError::Recipients));
    let control = [recipient("bob\u{1b}[2J", &bob())];
    assert!(matches!(seal(&control), ShareError::Label { field: "recipient" }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_was_sealed_is_what_is_opened(
        contents in proptest::collection::vec(any::<u8>(), 0..2000),
        label in "[^\\p{C}]{1,40}",
    ) {
        prop_assume!(!label.trim().is_empty());
        let to = [recipient(&label, &bob()), recipient("carol", &carol())];
        let text = SharedConfigV2::seal(sender(&alice()), &to, &contents).unwrap().to_text();
        for key in [bob(), carol()] {
            prop_assert_eq!(open(text.as_bytes(), &key).unwrap(), contents.clone());
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in any::<Vec<u8>>(), text in ".{0,200}") {
        let _ = SharedConfig::parse(&bytes);
        let _ = SharedConfig::parse(text.as_bytes());
        let _ = SharedConfig::parse(format!(r#"{{"version":2,{text}"#).as_bytes());
    }
}
