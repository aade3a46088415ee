//! Takes somebody's public key from a file: an exported identity, or the key alone.

use std::path::Path;

use noorm_vault::{KnownUser, PublicKey, identity_hash};
use serde::Deserialize;

use super::{Acquaintance, TrustError};

/// More than any such file has.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// What an exported identity has, and `identity.json` too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    email: String,
    name: String,
    public_key: PublicKey,
    identity_hash: String,
    machine: String,
    os: String,
}

/// Reads a file. A key alone is called after its file.
pub(super) fn read(path: &Path) -> Result<Acquaintance, TrustError> {
    let fail = |why: String| TrustError::KeyFile { path: path.to_owned(), why };
    let length = std::fs::metadata(path).map_err(|error| fail(error.to_string()))?.len();
    if length > FILE_BYTES_MAX {
        return Err(fail(format!("it has more than {FILE_BYTES_MAX} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    if text.trim_start().starts_with('{') {
        let exported: Exported = serde_json::from_str(&text).map_err(|error| fail(error.to_string()))?;
        let expected = identity_hash(&exported.email, &exported.name, &exported.machine, &exported.os);
        if exported.identity_hash != expected {
            return Err(fail("its identity hash does not belong to its fields".to_owned()));
        }
        let (name, hash) = (Some(exported.name.as_str()), Some(exported.identity_hash.as_str()));
        return Ok(Acquaintance::new(&exported.email, name, hash, exported.public_key));
    }
    let key = PublicKey::from_hex(&text).map_err(|error| fail(error.to_string()))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Acquaintance::new(&stem, None, None, key))
}

/// Takes somebody that a database told of; `None` where the row has no key that is one.
pub(super) fn known(user: &KnownUser) -> Option<Acquaintance> {
    let key = PublicKey::from_hex(&user.public_key).ok()?;
    Some(Acquaintance::new(&user.email, Some(&user.name), Some(&user.identity_hash), key))
}
