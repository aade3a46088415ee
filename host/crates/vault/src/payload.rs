//! The file format of `.noorm/state.enc`: one line of JSON with hex fields, version 1.
//!
//! The fields of `EncryptedPayload` in the data model, and the derivation's parameters that ruling 3
//! adds. Everything but the ciphertext, the tag and the checksum is the *header*; it is
//! authenticated as associated data in a fixed binary form ([`EncryptedPayload::header_bytes`]),
//! so that no property of JSON (order, spaces, escapes) matters to the cryptography.
//!
//! Reading is strict: the file has to be byte for byte what this version writes. That leaves no
//! byte that can be changed without notice. The `checksum` is plain SHA-256 and no protection
//! against anyone: it tells a damaged file (bad disk, an editor, a merge) from a wrong key, which
//! calls for a backup in one case and for another key in the other.
//!
//! It does not decrypt; [`mod@crate::seal`] does.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::derivation::{CHECK_BYTES, PASSPHRASE_ROUNDS, SALT_BYTES};
use crate::seal::SealError;

/// Version of the format that this program writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The only algorithm of version 1.
pub const ALGORITHM: &str = "aes-256-gcm";

/// Name of the derivation without a passphrase.
pub const KDF_PLAIN: &str = "hkdf-sha256";

/// Name of the derivation with a passphrase.
pub const KDF_PASSPHRASE: &str = "pbkdf2-hmac-sha256+hkdf-sha256";

/// Most rounds that are accepted from a file: a forged header must not stall the reader for hours.
const ROUNDS_MAX: u32 = 10_000_000;

/// Bytes of the initialisation vector: 96 bits, the case that NIST SP 800-38D §5.2.1.1 recommends.
pub const IV_BYTES: usize = 12;

/// Bytes of the tag: 128 bits, the longest of NIST SP 800-38D §5.2.1.2.
pub const TAG_BYTES: usize = 16;

/// A sealed state with all fields decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedPayload {
    /// Rounds of PBKDF2, 0 when no passphrase was set.
    pub rounds: u32,
    /// Salt of the derivation, fresh for each write.
    pub salt: [u8; SALT_BYTES],
    /// Check of the identity.
    pub identity_check: [u8; CHECK_BYTES],
    /// Check of the machine, where writing one is safe.
    pub machine_check: Option<[u8; CHECK_BYTES]>,
    /// Check of the derived key.
    pub key_check: [u8; CHECK_BYTES],
    /// Initialisation vector.
    pub iv: [u8; IV_BYTES],
    /// Tag of AES-256-GCM over header and ciphertext.
    pub auth_tag: [u8; TAG_BYTES],
    /// The encrypted state.
    pub ciphertext: Vec<u8>,
}

/// The JSON form. The order of the fields is the order in the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PayloadText<'a> {
    version: u32,
    algorithm: String,
    kdf: String,
    rounds: u32,
    salt: String,
    identity_check: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    machine_check: Option<String>,
    key_check: String,
    iv: String,
    auth_tag: String,
    checksum: String,
    #[serde(borrow)]
    ciphertext: std::borrow::Cow<'a, str>,
}

/// All that can be relied on in a file of any version.
#[derive(Deserialize)]
struct AnyVersion {
    version: u64,
}

impl EncryptedPayload {
    /// Returns the header in the form in which it is authenticated.
    ///
    /// A name, the version and the rounds, then each field with its length as 32-bit big-endian.
    #[must_use]
    pub fn header_bytes(&self) -> Vec<u8> {
        let machine_check = self.machine_check.as_ref().map_or(&[][..], |check| &check[..]);
        let fields: [&[u8]; 7] = [
            ALGORITHM.as_bytes(),
            self.kdf().as_bytes(),
            &self.salt,
            &self.identity_check,
            machine_check,
            &self.key_check,
            &self.iv,
        ];
        let mut bytes = b"noorm state\0".to_vec();
        bytes.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
        bytes.extend_from_slice(&self.rounds.to_be_bytes());
        for field in fields {
            let length = u32::try_from(field.len()).expect("header fields are short");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    /// Returns the file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = PayloadText {
            version: FORMAT_VERSION,
            algorithm: ALGORITHM.into(),
            kdf: self.kdf().into(),
            rounds: self.rounds,
            salt: hex::encode(self.salt),
            identity_check: hex::encode(self.identity_check),
            machine_check: self.machine_check.map(hex::encode),
            key_check: hex::encode(self.key_check),
            iv: hex::encode(self.iv),
            auth_tag: hex::encode(self.auth_tag),
            checksum: self.checksum(),
            ciphertext: hex::encode(&self.ciphertext).into(),
        };
        let mut text = serde_json::to_string(&text).expect("the fields are numbers and strings");
        text.push('\n');
        text
    }

    /// Reads a file's bytes, down to the fields; nothing is decrypted or believed yet.
    ///
    /// # Errors
    /// A file that is truncated, not JSON, of a newer version, of another kind, or damaged.
    pub fn parse(bytes: &[u8]) -> Result<Self, SealError> {
        let version = serde_json::from_slice::<AnyVersion>(bytes).map_err(json_error)?.version;
        if version > u64::from(FORMAT_VERSION) {
            return Err(SealError::Newer { found: version, supported: FORMAT_VERSION });
        }
        let text: PayloadText<'_> = serde_json::from_slice(bytes).map_err(json_error)?;
        if text.version != FORMAT_VERSION {
            return Err(malformed("there is no such version"));
        }
        let payload = Self {
            rounds: text.rounds,
            salt: field("salt", &text.salt)?,
            identity_check: field("identityCheck", &text.identity_check)?,
            machine_check: match &text.machine_check {
                Some(check) => Some(field("machineCheck", check)?),
                None => None,
            },
            key_check: field("keyCheck", &text.key_check)?,
            iv: field("iv", &text.iv)?,
            auth_tag: field("authTag", &text.auth_tag)?,
            ciphertext: hex::decode(text.ciphertext.as_ref())
                .map_err(|_| malformed("`ciphertext` is not hexadecimal"))?,
        };
        payload.check_derivation(&text)?;
        // Checksum first and spelling second say the same thing to the user: damaged.
        if text.checksum != payload.checksum() || payload.to_text().as_bytes() != bytes {
            return Err(SealError::Damaged);
        }
        Ok(payload)
    }

    fn check_derivation(&self, text: &PayloadText<'_>) -> Result<(), SealError> {
        if text.algorithm != ALGORITHM {
            return Err(SealError::Unsupported { field: "algorithm", found: text.algorithm.clone() });
        }
        if text.kdf != self.kdf() {
            return Err(SealError::Unsupported { field: "kdf", found: text.kdf.clone() });
        }
        // Fewer rounds than ruling 3 asks for are refused too, although nobody could make this
        // program write them.
        if self.rounds != 0 && !(PASSPHRASE_ROUNDS..=ROUNDS_MAX).contains(&self.rounds) {
            return Err(SealError::Unsupported { field: "rounds", found: self.rounds.to_string() });
        }
        Ok(())
    }

    fn kdf(&self) -> &'static str {
        if self.rounds == 0 { KDF_PLAIN } else { KDF_PASSPHRASE }
    }

    fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.header_bytes());
        hash.update(self.auth_tag);
        hash.update(&self.ciphertext);
        hex::encode(hash.finalize())
    }
}

/// Tells a file that ends too early from one that is something else.
fn json_error(error: serde_json::Error) -> SealError {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => SealError::Truncated,
        Category::Data => SealError::Malformed { what: error.to_string() },
        Category::Syntax | Category::Io => SealError::NotJson { source: error },
    }
}

fn malformed(what: &str) -> SealError {
    SealError::Malformed { what: what.into() }
}

/// Decodes a field of known length.
fn field<const N: usize>(name: &str, text: &str) -> Result<[u8; N], SealError> {
    let mut bytes = [0u8; N];
    hex::decode_to_slice(text, &mut bytes)
        .map_err(|_| SealError::Malformed { what: format!("`{name}` is not {N} bytes in hexadecimal") })?;
    Ok(bytes)
}
