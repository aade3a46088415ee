//! Vectors of the cipher and of the format, and what happens to a file that changed.

use proptest::prelude::*;

use super::*;

const PRIVATE: &str = "b99b3902e1d1e901c61444e328f8596e78032be91a54f89bed44b4c2bad2b4ac";
const OTHER_PRIVATE: &str = "b790b7e5caa7ec9bec9651fc79fda8c569ed9f390d4ae84860397b7916691a36";
const PLAINTEXT: &[u8] = br#"{"version":"0.1.0"}"#;

/// Made by an independent implementation (Python's `hashlib`, `hmac` and `cryptography`) from the
/// text of `derivation.rs` and `payload.rs`: format version 1, machine `agent-7`, no passphrase.
const VECTOR: &str = r#"{"version":1,"algorithm":"aes-256-gcm","kdf":"hkdf-sha256","rounds":0,"salt":"000102030405060708090a0b0c0d0e0f","identityCheck":"e473525f37d54797d8006e5eb976b67c","machineCheck":"60930823c65ae91cc26ff50c9c9e3f2c","keyCheck":"6158c9f6d3e8470095dd5f2dddf35bc3","iv":"202122232425262728292a2b","authTag":"2acf4675e49de9e8d02e472fa0d29282","checksum":"c120edb5b6a48f570c8c44965d67f685b60096992794b5be28853b8614fb46a3","ciphertext":"da75784576e6482c5655823ec78b459953d6d4"}
"#;

/// The same with the passphrase `correct horse`; no machine check, because the id was given.
const PASSPHRASE_VECTOR: &str = r#"{"version":1,"algorithm":"aes-256-gcm","kdf":"pbkdf2-hmac-sha256+hkdf-sha256","rounds":600000,"salt":"000102030405060708090a0b0c0d0e0f","identityCheck":"e473525f37d54797d8006e5eb976b67c","keyCheck":"c92da469335308468ac8134f5fff69c4","iv":"202122232425262728292a2b","authTag":"e66552289caa7927ec5b666e8c82fd1c","checksum":"93d5e7d5b612920305f2e824e193781bcd56a6e1a9a95d61c9887156572d67c0","ciphertext":"d7a9c745ffcd43ce95a2e8ce32cb8821a46bfb"}
"#;

fn seal_key(private: &str, machine: &str, passphrase: Option<&str>) -> SealKey {
    let private = PrivateKey::from_hex(private).unwrap();
    SealKey::new(private, MachineId::given(machine).unwrap(), passphrase)
}

fn open_text(text: &[u8], with: &SealKey) -> Result<Vec<u8>, SealError> {
    let payload = EncryptedPayload::parse(text)?;
    open(&payload, with).map(|plaintext| plaintext.to_vec())
}

/// Test case 16 of the GCM specification that NIST SP 800-38D standardised.
#[test]
fn gcm_test_case_16() {
    let bytes = |text: &str| hex::decode(text).unwrap();
    let key: [u8; 32] = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308").try_into().unwrap();
    let iv: [u8; 12] = bytes("cafebabefacedbaddecaf888").try_into().unwrap();
    let header = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plaintext = bytes(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    let mut buffer = plaintext.clone();
    let tag = encrypt(&key, &iv, &header, &mut buffer).unwrap();
    assert_eq!(
        hex::encode(&buffer),
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
         8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    );
    assert_eq!(hex::encode(tag), "76fc6ece0f4e1768cddf8853bb2d551b");
    decrypt(&key, &iv, &header, &mut buffer, &tag).unwrap();
    assert_eq!(buffer, plaintext);
}

#[test]
fn the_format_is_pinned() {
    let salt = std::array::from_fn(|index| u8::try_from(index).unwrap());
    let iv = std::array::from_fn(|index| u8::try_from(32 + index).unwrap());
    let check = |passphrase: Option<&str>, vector: &str| {
        let key = seal_key(PRIVATE, "agent-7", passphrase);
        assert_eq!(seal_under(PLAINTEXT, &key, salt, iv).unwrap().to_text(), vector);
        assert_eq!(open_text(vector.as_bytes(), &key).unwrap(), PLAINTEXT);
    };
    check(None, VECTOR);
    check(Some("correct horse"), PASSPHRASE_VECTOR);
}

#[test]
fn each_wrong_input_has_its_own_error() {
    let check = |vector: &str, key: SealKey| open_text(vector.as_bytes(), &key).unwrap_err();
    let plain = |private, machine, passphrase| check(VECTOR, seal_key(private, machine, passphrase));
    assert!(matches!(plain(OTHER_PRIVATE, "agent-7", None), SealError::WrongIdentity));
    assert!(matches!(plain(PRIVATE, "agent-8", None), SealError::WrongMachine));
    assert!(matches!(plain(PRIVATE, "agent-7", Some("x")), SealError::PassphraseUnexpected));

    let locked = |private, machine, passphrase| check(PASSPHRASE_VECTOR, seal_key(private, machine, passphrase));
    let phrase = Some("correct horse");
    assert!(matches!(locked(OTHER_PRIVATE, "agent-7", phrase), SealError::WrongIdentity));
    assert!(matches!(locked(PRIVATE, "agent-7", None), SealError::PassphraseNeeded));
    // An empty variable is an unset one.
    assert!(matches!(locked(PRIVATE, "agent-7", Some("")), SealError::PassphraseNeeded));
    for (machine, phrase) in [("agent-7", "Correct horse"), ("agent-8", "correct horse")] {
        let error = locked(PRIVATE, machine, Some(phrase));
        assert!(matches!(error, SealError::WrongPassphrase { machine_checked: false }));
        assert!(error.to_string().contains("another machine"));
        assert!(error.hint().is_some());
    }
}

/// The table of "Optional Passphrase" with an id that the machine chose itself.
#[test]
fn the_table_of_the_optional_passphrase() {
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [here, there] = homes.each_ref().map(|home| {
        // Kept below two homes, so that this does not depend on the machine of the test.
        crate::machine::kept_id(home.path()).unwrap()
    });
    let private = PrivateKey::from_hex(PRIVATE).unwrap();
    let key = |machine: &MachineId, phrase| SealKey::new(private.clone(), machine.clone(), Some(phrase));
    let sealed = seal(PLAINTEXT, &key(&here, "right")).unwrap();
    assert_eq!(*open(&sealed, &key(&here, "right")).unwrap(), PLAINTEXT);
    let error = open(&sealed, &key(&here, "wrong")).unwrap_err();
    assert!(matches!(error, SealError::WrongPassphrase { machine_checked: true }));
    let error = open(&sealed, &key(&there, "right")).unwrap_err();
    assert!(matches!(error, SealError::WrongMachine));
}

#[test]
fn nothing_is_used_twice() {
    let key = seal_key(PRIVATE, "agent-7", None);
    let first = seal(PLAINTEXT, &key).unwrap();
    let second = seal(PLAINTEXT, &key).unwrap();
    assert_ne!(first.salt, second.salt);
    assert_ne!(first.iv, second.iv);
    assert_ne!(first.ciphertext, second.ciphertext);
    assert_ne!(first.identity_check, second.identity_check);
}

#[test]
fn files_of_another_kind_are_told_apart() {
    let parse = |text: &str| EncryptedPayload::parse(text.as_bytes()).unwrap_err();
    assert!(matches!(parse(""), SealError::Truncated));
    assert!(matches!(parse("\n"), SealError::Truncated));
    assert!(matches!(parse("not json"), SealError::NotJson { .. }));
    assert!(matches!(parse("\0\0\0\0"), SealError::NotJson { .. }));
    assert!(matches!(parse("[]"), SealError::Malformed { .. }));
    assert!(matches!(parse("{}"), SealError::Malformed { .. }));
    assert!(matches!(parse(&VECTOR.replace("\"version\":1", "\"version\":0")), SealError::Malformed { .. }));
    // The original's file has no version and base64 fields.
    let original = r#"{"algorithm":"aes-256-gcm","iv":"AAEC","authTag":"CDbb","ciphertext":"MQ0="}"#;
    assert!(matches!(parse(original), SealError::Malformed { .. }));
}

#[test]
fn a_newer_format_is_recognised_whatever_else_it_has() {
    for text in [VECTOR.replace("\"version\":1", "\"version\":2"), r#"{"version":7,"recipients":[]}"#.to_owned()] {
        let error = EncryptedPayload::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, SealError::Newer { supported: 1, .. }), "{error:?}");
        assert!(error.hint().unwrap().contains("update noorm"));
    }
}

#[test]
fn other_parameters_are_not_accepted() {
    let check = |from: &str, to: &str| {
        let text = PASSPHRASE_VECTOR.replace(from, to);
        assert_ne!(text, PASSPHRASE_VECTOR);
        let error = EncryptedPayload::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, SealError::Unsupported { .. }), "{to}: {error:?}");
    };
    check("aes-256-gcm", "aes-128-gcm");
    check("pbkdf2-hmac-sha256+hkdf-sha256", "hkdf-sha256");
    check("pbkdf2-hmac-sha256+hkdf-sha256", "scrypt");
    check("600000", "0");
    check("600000", "1");
    check("600000", "4294967295");
}

#[test]
fn every_truncation_is_recognised() {
    for length in 0..VECTOR.len() - 2 {
        let error = EncryptedPayload::parse(&VECTOR.as_bytes()[..length]).unwrap_err();
        assert!(matches!(error, SealError::Truncated), "{length}: {error:?}");
    }
    // The last line end alone is missing: the JSON is whole, the file is not.
    let error = EncryptedPayload::parse(VECTOR.trim_end().as_bytes()).unwrap_err();
    assert!(matches!(error, SealError::Damaged));
}

/// Each bit of the file, one at a time: no panic, no success.
#[test]
fn every_flipped_bit_is_an_error() {
    let key = seal_key(PRIVATE, "agent-7", None);
    for index in 0..VECTOR.len() {
        for bit in 0..8 {
            let mut bytes = VECTOR.as_bytes().to_vec();
            bytes[index] ^= 1 << bit;
            assert!(open_text(&bytes, &key).is_err(), "byte {index}, bit {bit}");
        }
    }
}

/// An attacker repairs the plain checksum; the authentication still says no.
#[test]
fn every_altered_field_fails_authentication() {
    let key = seal_key(PRIVATE, "agent-7", None);
    let original = EncryptedPayload::parse(VECTOR.as_bytes()).unwrap();
    let check = |alter: fn(&mut EncryptedPayload), expected: fn(&SealError) -> bool| {
        let mut payload = original.clone();
        alter(&mut payload);
        let error = open_text(payload.to_text().as_bytes(), &key).unwrap_err();
        assert!(expected(&error), "{error:?}");
    };
    let altered = |error: &SealError| matches!(error, SealError::Altered);
    check(|payload| payload.ciphertext[0] ^= 1, altered);
    check(|payload| payload.ciphertext.truncate(3), altered);
    check(|payload| payload.ciphertext.push(0), altered);
    check(|payload| payload.auth_tag[15] ^= 1, altered);
    check(|payload| payload.iv[0] ^= 1, altered);
    check(|payload| payload.key_check[0] ^= 1, altered);
    check(|payload| payload.machine_check = None, altered);
    // These two decide which check fails first; either way nothing opens.
    check(|payload| payload.machine_check = Some([0; 16]), |error| matches!(error, SealError::WrongMachine));
    check(|payload| payload.salt[0] ^= 1, |error| matches!(error, SealError::WrongIdentity));
    check(|payload| payload.rounds = 600_000, |error| matches!(error, SealError::PassphraseNeeded));
}

#[test]
fn a_seal_key_does_not_print() {
    let shown = format!("{:?}", seal_key(PRIVATE, "agent-7", Some("hunter2")));
    assert!(!shown.contains("hunter2") && !shown.contains("agent-7") && !shown.contains("b99b"));
}

proptest! {
    #[test]
    fn what_is_sealed_is_opened(plaintext in prop::collection::vec(any::<u8>(), 0..4096), machine in "[!-~]{1,64}") {
        let key = seal_key(PRIVATE, &machine, None);
        let text = seal(&plaintext, &key).unwrap().to_text();
        prop_assert_eq!(open_text(text.as_bytes(), &key).unwrap(), plaintext);
    }

    #[test]
    fn a_changed_file_never_opens_and_never_panics(
        plaintext in prop::collection::vec(any::<u8>(), 0..200),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        tail in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let key = seal_key(PRIVATE, "agent-7", None);
        let original = seal(&plaintext, &key).unwrap().to_text().into_bytes();
        let mut bytes = original.clone();
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes.extend(tail);
        prop_assume!(bytes != original);
        prop_assert!(open_text(&bytes, &key).is_err());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(EncryptedPayload::parse(&bytes).is_err());
    }
}
