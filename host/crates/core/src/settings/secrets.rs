//! `secrets`: which secrets a config has to have before something runs. Their values are never in the settings.

use serde::Serialize;

use super::reader::Section;
use crate::secret_kind::SecretKind;

/// One of `secrets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretRule {
    /// Its name, as in `noorm secret set KEY`.
    pub key: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SecretKind,
    /// What it is for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether a run needs it: yes, unless this says otherwise.
    pub required: bool,
}

impl SecretRule {
    /// Reads a list. A key twice is one too many.
    pub(super) fn read_all(section: &mut Section<'_>) -> Vec<Self> {
        let mut secrets: Vec<Self> = Vec::new();
        for mut entry in section.sections("secrets") {
            if let Some(secret) = Self::read(&mut entry) {
                if secrets.iter().any(|other| other.key == secret.key) {
                    entry.error(entry.place, "", format!("the secret `{}` is named twice", secret.key));
                }
                secrets.push(secret);
            }
            entry.finish();
        }
        secrets
    }

    fn read(section: &mut Section<'_>) -> Option<Self> {
        for key in ["key", "type"] {
            if !section.has(key) {
                section.error(section.place, key, format!("a secret needs a `{key}`"));
            }
        }
        let key = section.text("key").filter(|key| !key.is_empty());
        let kind = section.word("type", &SecretKind::ALL.map(|kind| (kind.as_str(), kind)));
        let description = section.text("description");
        let required = section.flag("required").unwrap_or(true);
        Some(Self { key: key?, kind: kind?, description, required })
    }
}
