//! The user's key: whether it can be used, whether it is one that nobody can guess, and whether the files around it belong
//! to it.

use noorm_vault::{IdentityFile, KeyFiles, PrivateKey, PublicKey};

use super::{Area, Findings};
use crate::home::Home;
use crate::identity::{KeyPlace, KeysError, keys};

pub(super) fn examine(home: &Home, findings: &mut Findings) {
    let keys = match keys(home) {
        Ok(keys) => keys,
        Err(error @ (KeysError::NoHome | KeysError::NoIdentity)) => {
            let hint = error.hint().unwrap_or_default();
            return findings.warning(Area::Identity, error.to_string(), hint);
        }
        Err(error) => return findings.failed(Area::Identity, &error, error.hint()),
    };
    let before = findings.findings.len();
    strength(&keys.current, findings);
    if let (KeyPlace::File, Some(home_dir)) = (keys.place, &home.home_dir) {
        public(&KeyFiles::in_home(home_dir), &keys.current, findings);
        named(&IdentityFile::in_home(home_dir), &keys.current, findings);
    }
    findings.ok_since(before, Area::Identity, "your key can be used, and its files belong together");
}

fn strength(key: &PrivateKey, findings: &mut Findings) {
    if !key.looks_random() {
        let hint = "somebody may guess it: `noorm identity rotate` makes a new one";
        findings.error(Area::Identity, "your private key has a pattern, and was not made by chance", hint);
    }
}

fn public(files: &KeyFiles, key: &PrivateKey, findings: &mut Findings) {
    let path = files.public_path();
    let found = std::fs::read_to_string(&path).ok().and_then(|text| PublicKey::from_hex(&text).ok());
    if found != Some(key.public_key()) {
        let hint = format!("write `{}` into it: others would seal to a key that you do not have", key.public_key());
        let message = format!("`{}` is not the public half of your key", path.display());
        findings.warning(Area::Identity, message, hint);
    }
}

fn named(file: &IdentityFile, key: &PrivateKey, findings: &mut Findings) {
    match file.load() {
        Ok(Some(identity)) if identity.public_key == key.public_key() => {}
        Ok(Some(_)) => {
            let hint = "set its `publicKey` to the one in `identity.pub`";
            let message = format!("`{}` names another public key than yours", file.path().display());
            findings.error(Area::Identity, message, hint);
        }
        Ok(None) => {
            let message = format!("`{}` is missing: nobody can tell whose key yours is", file.path().display());
            findings.warning(Area::Identity, message, "`noorm identity edit` writes it anew");
        }
        Err(error) => findings.failed(Area::Identity, &error, error.hint()),
    }
}
