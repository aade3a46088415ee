//! Published vectors of the functions used, and that every input counts.

use super::*;
use crate::keys::PrivateKey;
use crate::machine::MachineId;

const SALT: [u8; SALT_BYTES] = [7; SALT_BYTES];

fn seal_key(private: u8, machine: &str, passphrase: Option<&str>) -> SealKey {
    let private = PrivateKey::from_hex(&hex::encode([private; 32])).unwrap();
    SealKey::new(private, MachineId::given(machine).unwrap(), passphrase)
}

/// RFC 5869 appendix A.1.
#[test]
fn rfc_5869_appendix_a_1() {
    let salt: Vec<u8> = (0x00..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let (prk, hkdf) = Hkdf::<Sha256>::extract(Some(&salt), &[0x0b; 22]);
    assert_eq!(hex::encode(prk), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    let mut output = [0u8; 42];
    expand(&hkdf, &info, &mut output);
    assert_eq!(
        hex::encode(output),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

/// RFC 7914 §11 has the vectors of PBKDF2-HMAC-SHA256 that RFC 8018 lacks.
#[test]
fn rfc_7914_section_11() {
    let mut output = [0u8; 64];
    pbkdf2::pbkdf2_hmac::<Sha256>(b"passwd", b"salt", 1, &mut output);
    assert_eq!(
        hex::encode(output),
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
         49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
    );
    pbkdf2::pbkdf2_hmac::<Sha256>(b"Password", b"NaCl", 80_000, &mut output);
    assert_eq!(
        hex::encode(output),
        "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56\
         a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"
    );
}

#[test]
fn every_input_changes_the_key() {
    let keys: Vec<Vec<u8>> = [
        derive(&seal_key(1, "m", None), &SALT, 0),
        derive(&seal_key(2, "m", None), &SALT, 0),
        derive(&seal_key(1, "n", None), &SALT, 0),
        derive(&seal_key(1, "m", None), &[8; SALT_BYTES], 0),
        derive(&seal_key(1, "m", Some("p")), &SALT, 1),
        derive(&seal_key(1, "m", Some("q")), &SALT, 1),
        derive(&seal_key(1, "m", Some("p")), &SALT, 2),
    ]
    .iter()
    .flat_map(|derived| [derived.key[..16].to_vec(), derived.check.to_vec()])
    .collect();
    for (index, key) in keys.iter().enumerate() {
        assert!(!keys[index + 1..].contains(key), "{index}");
    }
}

#[test]
fn the_same_inputs_give_the_same_key() {
    let first = derive(&seal_key(1, "m", Some("p")), &SALT, 3);
    let second = derive(&seal_key(1, "m", Some("p")), &SALT, 3);
    assert_eq!(*first.key, *second.key);
    assert_eq!(first.check, second.check);
}

#[test]
fn the_checks_differ_from_each_other_and_from_salt_to_salt() {
    let key = seal_key(1, "m", None);
    let checks = [
        identity_check(&key, &SALT),
        machine_check(&key, &SALT),
        derive(&key, &SALT, 0).check,
        identity_check(&key, &[8; SALT_BYTES]),
        machine_check(&key, &[8; SALT_BYTES]),
        machine_check(&seal_key(2, "m", None), &SALT),
    ];
    for (index, check) in checks.iter().enumerate() {
        assert!(!checks[index + 1..].contains(check), "{index}");
    }
}

/// The rule of the module's text: no check that is cheaper to attack than what it stands beside.
#[test]
fn a_guessable_machine_id_under_a_passphrase_has_no_check() {
    let home = tempfile::tempdir().unwrap();
    assert!(may_check_machine(&seal_key(1, "ci", None)));
    assert!(!may_check_machine(&seal_key(1, "ci", Some("p"))));
    let kept = crate::machine::kept_id(home.path()).unwrap();
    let private = PrivateKey::generate().unwrap();
    assert!(may_check_machine(&SealKey::new(private, kept, Some("p"))));
}
