//! Signatures of plugins: who vouches for a component, in the format of minisign.
//!
//! Keys are public and have the names that the project's settings give them. It verifies and never signs, and reads no
//! file: whoever has the bytes and the signature asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign_verify::{PublicKey, Signature};

#[cfg(test)]
mod tests;

/// Bytes of the algorithm before the key's identifier, in keys and in signatures.
const ALGORITHM_BYTES: usize = 2;

/// Longest text of a signature: four lines, of which two are comments.
pub const SIGNATURE_BYTES_MAX: usize = 16 << 10;

/// Why a signature does not vouch for what it is with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// What the settings have as a key is none.
    #[error("the key `{name}` is not a public key of minisign")]
    Key {
        /// Its name in the settings.
        name: String,
    },
    /// The text is no signature.
    #[error("it is not a signature of minisign")]
    Malformed,
    /// The signature is of the kind that minisign made before 2020, or was asked for with `-l`.
    #[error("it is a signature in minisign's old format")]
    OldFormat,
    /// Another key made the signature.
    #[error("it was signed with the key {id}, which is none of the settings' keys: {}", listed(.known))]
    UnknownKey {
        /// The identifier of the key that signed, as minisign writes it.
        id: String,
        /// Names and identifiers of the keys that are known.
        known: Vec<(String, String)>,
    },
    /// The signature names a known key and is not for these bytes.
    #[error("the signature names the key `{name}`, and is not for this content")]
    Wrong {
        /// The key's name in the settings.
        name: String,
    },
}

impl SignatureError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Key { .. } => "write the second line of the author's `minisign.pub`, which begins with `RW`",
            Self::Malformed => "let its author sign again with `minisign -S`",
            Self::OldFormat => "let its author sign again with `minisign -S`, without `-l`",
            Self::UnknownKey { .. } => "if its author is to be trusted, add the public key to `plugins.keys`",
            Self::Wrong { .. } => "do not use it: it, or its signature, was changed after it was signed",
        }
    }
}

fn listed(known: &[(String, String)]) -> String {
    let known: Vec<String> = known.iter().map(|(name, id)| format!("`{name}` is {id}")).collect();
    known.join(", ")
}

/// The keys that a project trusts, by name.
#[derive(Debug, Clone, Default)]
pub struct SigningKeys(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    name: String,
    id: String,
    key: PublicKey,
}

impl SigningKeys {
    /// Reads keys as the settings have them: name, and the key or the whole text of its file.
    pub fn read<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, SignatureError> {
        keys.into_iter().map(|(name, text)| Key::read(name, text)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is one of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|key| key.name == name)
    }

    /// Returns the name of the key whose signature this is of these bytes.
    pub fn verify(&self, content: &[u8], signature: &str) -> Result<&str, SignatureError> {
        let id = signer(signature).ok_or(SignatureError::Malformed)?;
        let read = Signature::decode(signature.trim()).map_err(|_| SignatureError::Malformed)?;
        // The identifier is eight random bytes that anybody may copy: it says which keys to try, and nothing else.
        let named: Vec<&Key> = self.0.iter().filter(|key| key.id == id).collect();
        let Some(first) = named.first() else {
            let known = self.0.iter().map(|key| (key.name.clone(), key.id.clone())).collect();
            return Err(SignatureError::UnknownKey { id, known });
        };
        for key in &named {
            match key.key.verify(content, &read, false) {
                Ok(()) => return Ok(&key.name),
                Err(minisign_verify::Error::UnexpectedAlgorithm) => return Err(SignatureError::OldFormat),
                Err(_) => {}
            }
        }
        Err(SignatureError::Wrong { name: first.name.clone() })
    }
}

impl Key {
    fn read(name: &str, text: &str) -> Result<Self, SignatureError> {
        let wrong = || SignatureError::Key { name: name.to_owned() };
        // A file of minisign's has a comment above the key.
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).ok_or_else(wrong)?;
        let key = PublicKey::from_base64(line).map_err(|_| wrong())?;
        let id = id_of(line).ok_or_else(wrong)?;
        Ok(Self { name: name.to_owned(), id, key })
    }
}

/// Returns the identifier of the key that made a signature, as minisign writes it.
fn signer(signature: &str) -> Option<String> {
    id_of(signature.trim().lines().nth(1)?.trim())
}

/// The identifier is a number whose lowest byte comes first; minisign writes it without leading zeros.
fn id_of(line: &str) -> Option<String> {
    let bytes = STANDARD.decode(line).ok()?;
    let id = bytes.get(ALGORITHM_BYTES..)?.first_chunk()?;
    Some(format!("{:X}", u64::from_le_bytes(*id)))
}
