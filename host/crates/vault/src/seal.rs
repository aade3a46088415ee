//! Sealing and opening of the state: AES-256-GCM (NIST SP 800-38D) under a derived key.
//!
//! A seal key is the identity's private key, the machine id and, if one is set, a passphrase. All
//! that were used to seal are needed to open. Salt and IV are new at each call, from the operating
//! system. Nothing is handed out before its tag was checked.
//!
//! It does not touch files ([`crate::store`] does) and does not keep derived keys: a passphrase
//! costs its 600,000 rounds at each opening and each sealing.

use std::fmt;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};
use zeroize::Zeroizing;

use crate::derivation::{PASSPHRASE_ROUNDS, SALT_BYTES, derive, identity_check, machine_check, may_check_machine};
use crate::keys::PrivateKey;
use crate::machine::MachineId;
use crate::payload::{EncryptedPayload, IV_BYTES, TAG_BYTES};

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file ends before its JSON does, or is empty.
    #[error("the sealed state is cut off")]
    Truncated,
    /// The file is not JSON at all.
    #[error("the sealed state is not JSON")]
    NotJson {
        /// Where it stops being JSON.
        #[source]
        source: serde_json::Error,
    },
    /// JSON, but not a sealed state.
    #[error("the sealed state is malformed: {what}")]
    Malformed {
        /// What is missing or wrong.
        what: String,
    },
    /// A newer program wrote it.
    #[error("the sealed state has format version {found}; this noorm reads up to {supported}")]
    Newer {
        /// The version of the file.
        found: u64,
        /// The newest that this program reads.
        supported: u32,
    },
    /// An algorithm, derivation or number of rounds that this program does not accept.
    #[error("the sealed state has the {field} `{found}`, which this noorm does not accept")]
    Unsupported {
        /// The field of the header.
        field: &'static str,
        /// Its value.
        found: String,
    },
    /// The bytes changed since they were written.
    #[error("the sealed state is damaged: its checksum does not match")]
    Damaged,
    /// Sealed by another private key.
    #[error("the state was sealed by another identity")]
    WrongIdentity,
    /// Sealed on another machine.
    #[error("the state was sealed on another machine")]
    WrongMachine,
    /// Sealed with a passphrase, and none was given.
    #[error("the state was sealed with a passphrase")]
    PassphraseNeeded,
    /// Sealed without a passphrase, and one was given.
    #[error("the state was sealed without a passphrase, but one was given")]
    PassphraseUnexpected,
    /// The passphrase does not fit.
    #[error(
        "the passphrase is wrong{}",
        if *.machine_checked { "" } else { ", or the state was sealed on another machine" }
    )]
    WrongPassphrase {
        /// Whether the machine is known to be the right one.
        machine_checked: bool,
    },
    /// The key fits, and yet the contents or the header are not what was sealed.
    #[error("the sealed state was altered: authentication failed")]
    Altered,
    /// More than AES-GCM takes under one IV (64 GiB).
    #[error("the state is too large to seal")]
    TooLarge,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl SealError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Truncated | Self::Damaged | Self::Altered => {
                Some("restore it from `state.enc.bak` beside it, or from a backup; noorm has not changed it")
            }
            Self::NotJson { .. } | Self::Malformed { .. } => {
                Some("this is not a file that noorm wrote; move it away, or restore it from `state.enc.bak`")
            }
            Self::Newer { .. } => Some("update noorm; the file was left as it is"),
            Self::Unsupported { .. } => Some("update noorm, or restore the file from a backup"),
            Self::WrongIdentity => Some(
                "put the `identity.key` that sealed it back into `~/.noorm`, or move the state away and add its configs again",
            ),
            Self::WrongMachine => Some(
                "open it on the machine that sealed it; where the machine id changes, set `NOORM_MACHINE_ID` to the one used then",
            ),
            Self::PassphraseNeeded => Some("set `NOORM_PASSPHRASE`"),
            Self::PassphraseUnexpected => Some("unset `NOORM_PASSPHRASE`"),
            Self::WrongPassphrase { machine_checked: true } => Some("check `NOORM_PASSPHRASE`"),
            Self::WrongPassphrase { machine_checked: false } => Some("check `NOORM_PASSPHRASE` and `NOORM_MACHINE_ID`"),
            Self::TooLarge | Self::Random(_) => None,
        }
    }
}

/// All that is needed to seal and to open: who, where, and optionally a passphrase.
#[derive(Clone)]
pub struct SealKey {
    private_key: PrivateKey,
    machine: MachineId,
    passphrase: Option<Zeroizing<String>>,
}

impl SealKey {
    /// Puts a seal key together.
    ///
    /// The passphrase is used byte for byte, without Unicode normalisation. An empty one counts
    /// as none: that is what an environment variable that was "unset" with `=` means.
    #[must_use]
    pub fn new(private_key: PrivateKey, machine: MachineId, passphrase: Option<&str>) -> Self {
        let passphrase = passphrase.filter(|text| !text.is_empty()).map(|text| Zeroizing::new(text.to_owned()));
        Self { private_key, machine, passphrase }
    }

    /// Whether a passphrase takes part.
    #[must_use]
    pub fn has_passphrase(&self) -> bool {
        self.passphrase.is_some()
    }

    pub(crate) fn private_key(&self) -> &PrivateKey {
        &self.private_key
    }

    pub(crate) fn machine(&self) -> &MachineId {
        &self.machine
    }

    pub(crate) fn passphrase(&self) -> Option<&str> {
        self.passphrase.as_deref().map(String::as_str)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey([redacted])")
    }
}

/// Seals a plaintext under a fresh salt and IV.
///
/// # Errors
/// No random bytes, or more than 64 GiB.
pub fn seal(plaintext: &[u8], with: &SealKey) -> Result<EncryptedPayload, SealError> {
    let mut salt = [0u8; SALT_BYTES];
    let mut iv = [0u8; IV_BYTES];
    getrandom::fill(&mut salt).map_err(SealError::Random)?;
    getrandom::fill(&mut iv).map_err(SealError::Random)?;
    seal_under(plaintext, with, salt, iv)
}

/// Seals under a given salt and IV, so that a test can pin the format.
fn seal_under(
    plaintext: &[u8],
    with: &SealKey,
    salt: [u8; SALT_BYTES],
    iv: [u8; IV_BYTES],
) -> Result<EncryptedPayload, SealError> {
    let rounds = if with.has_passphrase() { PASSPHRASE_ROUNDS } else { 0 };
    let derived = derive(with, &salt, rounds);
    let mut payload = EncryptedPayload {
        rounds,
        salt,
        identity_check: identity_check(with, &salt),
        machine_check: may_check_machine(with).then(|| machine_check(with, &salt)),
        key_check: derived.check,
        iv,
        auth_tag: [0; TAG_BYTES],
        // The one buffer that holds the plaintext here is overwritten by the ciphertext.
        ciphertext: plaintext.to_vec(),
    };
    let header = payload.header_bytes();
    payload.auth_tag = encrypt(&derived.key, &iv, &header, &mut payload.ciphertext)?;
    Ok(payload)
}

/// Opens a sealed state, or says which of its inputs does not fit.
///
/// The cheap checks come first, so that a wrong machine is not told after 600,000 rounds.
///
/// # Errors
/// [`SealError::WrongIdentity`], [`SealError::WrongMachine`], the passphrase errors, or
/// [`SealError::Altered`] when the key is right and the contents are not.
pub fn open(payload: &EncryptedPayload, with: &SealKey) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if payload.identity_check != identity_check(with, &payload.salt) {
        return Err(SealError::WrongIdentity);
    }
    if payload.machine_check.is_some_and(|check| check != machine_check(with, &payload.salt)) {
        return Err(SealError::WrongMachine);
    }
    match (payload.rounds, with.has_passphrase()) {
        (0, true) => return Err(SealError::PassphraseUnexpected),
        (0, false) => {}
        (_, false) => return Err(SealError::PassphraseNeeded),
        (_, true) => {}
    }
    let derived = derive(with, &payload.salt, payload.rounds);
    if payload.key_check != derived.check {
        // Without a passphrase all inputs are known to be right: then the header was altered.
        return Err(if with.has_passphrase() {
            SealError::WrongPassphrase { machine_checked: payload.machine_check.is_some() }
        } else {
            SealError::Altered
        });
    }
    let mut buffer = Zeroizing::new(payload.ciphertext.clone());
    decrypt(&derived.key, &payload.iv, &payload.header_bytes(), &mut buffer, &payload.auth_tag)?;
    Ok(buffer)
}

fn encrypt(
    key: &[u8; 32],
    iv: &[u8; IV_BYTES],
    header: &[u8],
    buffer: &mut [u8],
) -> Result<[u8; TAG_BYTES], SealError> {
    Aes256Gcm::new(key.into())
        .encrypt_inout_detached(iv.into(), header, buffer.into())
        .map(Into::into)
        .map_err(|_| SealError::TooLarge)
}

fn decrypt(
    key: &[u8; 32],
    iv: &[u8; IV_BYTES],
    header: &[u8],
    buffer: &mut [u8],
    tag: &[u8; TAG_BYTES],
) -> Result<(), SealError> {
    Aes256Gcm::new(key.into())
        .decrypt_inout_detached(iv.into(), header, buffer.into(), tag.into())
        .map_err(|_| SealError::Altered)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
