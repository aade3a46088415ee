//! The last gate: no secret that this process has come across leaves it, whoever put it into a text.
//!
//! Standard output and standard error are the process's, and so is this: everything in `output` and every failure goes through
//! it. The one way around it is [`super::Answer::revealing`].

use std::sync::OnceLock;

use noorm_core::redact::Seen;
use serde_json::Value;

static SEEN: OnceLock<Seen> = OnceLock::new();

/// Says which secrets are to be taken out: those that were seen, and those that will be.
pub(crate) fn redact_with(seen: &Seen) {
    SEEN.get_or_init(|| seen.clone());
}

/// Returns a text without secrets.
pub(crate) fn redact(text: &str) -> String {
    SEEN.get_or_init(Seen::default).redact(text)
}

/// Takes secrets out of the texts of a JSON value.
pub(crate) fn redact_json(value: &mut Value) {
    SEEN.get_or_init(Seen::default).redact_json(value);
}
