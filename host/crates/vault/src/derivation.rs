//! Derivation of the state's key, and of the three checks that tell apart why a key does not fit.
//!
//! # The key (ruling 3 of the project)
//! ```text
//! stretched = PBKDF2-HMAC-SHA256(passphrase, "noorm state v1 passphrase" ‖ salt, rounds)   32 bytes
//! ikm       = field(private key) ‖ field(machine id) ‖ field(stretched, or nothing)
//! prk       = HKDF-Extract(salt, ikm)                                                      RFC 5869 §2.2
//! key       = HKDF-Expand(prk, "noorm state v1 key", 32)                                   RFC 5869 §2.3
//! field(x)  = length of x as 32-bit big-endian ‖ x
//! ```
//! The lengths keep the inputs apart: no choice of one can look like the end of another. The salt
//! is 16 random bytes and new at every write, so no two writes share a key, and the 96-bit random
//! IV never meets the bound of NIST SP 800-38D §8.3 on messages under one key. PBKDF2 is that of
//! RFC 8018 §5.2; its salt carries a purpose, as §4.1 there advises, so that nothing else that
//! might ever stretch the same passphrase with the same salt gets the same bytes.
//!
//! # The checks
//! AES-GCM only says "no". A person needs to know whether to look for a key file, a machine or a
//! passphrase. So the header has three checks of 16 bytes each, all of them salted:
//!
//! * **identity**: HKDF over the *public* key. The public key is published anyway; the private one
//!   is no easier to find than from the public key itself. Whoever has the file and the public
//!   key can confirm that they belong together, and no more; the salt keeps two files of one
//!   identity from being linked without it.
//! * **machine**: HKDF over the *private key and* the machine id. Without the private key it cannot
//!   be tested at all, so the file alone gives no way to guess a machine id. With the private key
//!   and no passphrase, a guess at the machine id is as cheap against the ciphertext as against this
//!   check. With the private key and a passphrase, the check would let someone guess the machine
//!   id apart from the passphrase and without the rounds: harmless for 128 random bits, not for
//!   an id such as `ci`. Hence the rule: **no machine check is written when a passphrase is set
//!   and the id was given by a person**; a wrong machine then cannot be told from a wrong
//!   passphrase, and the error says both.
//! * **key**: a second HKDF-Expand from the `prk` of the key, under another label. RFC 5869 makes
//!   outputs of different labels independent, so it says nothing about the key. Testing a
//!   passphrase against it costs all 600,000 rounds, exactly what testing against the ciphertext
//!   costs: deciphering one block, which is known to begin with `{"version"`, shows a right
//!   guess, and is nothing beside the rounds. The check also ties the file to one
//!   key: AES-GCM alone does not commit to its key, so without it a file could be made that opens
//!   under two passphrases.
//!
//! There is no check of the passphrase by itself: it would have to be stretched separately to be
//! as dear, and would tell nothing that the key check does not.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::seal::SealKey;

/// Bytes of the salt, fresh for each write.
pub const SALT_BYTES: usize = 16;

/// Bytes of a check: enough that no two inputs collide by accident.
pub const CHECK_BYTES: usize = 16;

/// Rounds of PBKDF2 for a passphrase (ruling 3).
pub const PASSPHRASE_ROUNDS: u32 = 600_000;

const PASSPHRASE_PURPOSE: &[u8] = b"noorm state v1 passphrase";
const KEY_LABEL: &[u8] = b"noorm state v1 key";
const KEY_CHECK_LABEL: &[u8] = b"noorm state v1 key check";
const MACHINE_CHECK_LABEL: &[u8] = b"noorm state v1 machine check";
const IDENTITY_CHECK_LABEL: &[u8] = b"noorm state v1 identity check";

/// The key of one write, with the check that it is the right one.
pub(crate) struct Derived {
    /// Key of AES-256-GCM.
    pub(crate) key: Zeroizing<[u8; 32]>,
    /// What the header records of it.
    pub(crate) check: [u8; CHECK_BYTES],
}

/// Derives the key; `rounds` is 0 exactly when the seal key has no passphrase.
pub(crate) fn derive(with: &SealKey, salt: &[u8; SALT_BYTES], rounds: u32) -> Derived {
    let stretched = with.passphrase().map(|text| stretch(text, salt, rounds));
    let mut input = Zeroizing::new(Vec::with_capacity(512));
    push_field(&mut input, with.private_key().as_bytes());
    push_field(&mut input, with.machine().as_bytes());
    push_field(&mut input, stretched.as_ref().map_or(&[][..], |bytes| &bytes[..]));

    let hkdf = Hkdf::<Sha256>::new(Some(salt), &input);
    let mut key = Zeroizing::new([0u8; 32]);
    expand(&hkdf, KEY_LABEL, key.as_mut_slice());
    let mut check = [0u8; CHECK_BYTES];
    expand(&hkdf, KEY_CHECK_LABEL, &mut check);
    Derived { key, check }
}

/// Returns the check of the identity that the seal key has.
pub(crate) fn identity_check(with: &SealKey, salt: &[u8; SALT_BYTES]) -> [u8; CHECK_BYTES] {
    let hkdf = Hkdf::<Sha256>::new(Some(salt), with.private_key().public_key().as_bytes());
    let mut check = [0u8; CHECK_BYTES];
    expand(&hkdf, IDENTITY_CHECK_LABEL, &mut check);
    check
}

/// Returns the check of the machine that the seal key has.
pub(crate) fn machine_check(with: &SealKey, salt: &[u8; SALT_BYTES]) -> [u8; CHECK_BYTES] {
    let mut input = Zeroizing::new(Vec::with_capacity(512));
    push_field(&mut input, with.private_key().as_bytes());
    push_field(&mut input, with.machine().as_bytes());
    let hkdf = Hkdf::<Sha256>::new(Some(salt), &input);
    let mut check = [0u8; CHECK_BYTES];
    expand(&hkdf, MACHINE_CHECK_LABEL, &mut check);
    check
}

/// Whether a machine check may be written; see the module's text for the reason.
pub(crate) fn may_check_machine(with: &SealKey) -> bool {
    with.passphrase().is_none() || with.machine().is_unguessable()
}

fn stretch(passphrase: &str, salt: &[u8; SALT_BYTES], rounds: u32) -> Zeroizing<[u8; 32]> {
    let salt = [PASSPHRASE_PURPOSE, salt].concat();
    let mut bytes = Zeroizing::new([0u8; 32]);
    pbkdf2::pbkdf2_hmac::<Sha256>(passphrase.as_bytes(), &salt, rounds, bytes.as_mut_slice());
    bytes
}

/// Appends a field with its length. `input` has room for everything it is used for, so it does not
/// move and leaves no copy behind.
fn push_field(input: &mut Vec<u8>, field: &[u8]) {
    let length = u32::try_from(field.len()).expect("keys and machine ids are short");
    input.extend_from_slice(&length.to_be_bytes());
    input.extend_from_slice(field);
}

fn expand(hkdf: &Hkdf<Sha256>, label: &[u8], output: &mut [u8]) {
    hkdf.expand(label, output).expect("HKDF-SHA256 gives up to 8160 bytes, and 32 are asked for");
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
