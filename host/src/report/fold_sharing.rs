//! Folds the errors of sharing and of trust into failures.

use noorm_core::excerpt;
use noorm_ops::config::{ShareError, SharingError};
use noorm_ops::trust::TrustError;

use super::{Failure, Place, exit};

impl From<TrustError> for Failure {
    fn from(error: TrustError) -> Self {
        let error = match error {
            TrustError::State(error) => return error.into(),
            error => error,
        };
        let (hint, message) = (error.hint(), error.to_string());
        let mut failure = match &error {
            TrustError::State(_) => Self::user("state", message).and_causes_of(&error),
            TrustError::TeamFile { .. } => Self::user("unreadable-team", message).and_causes_of(&error),
            TrustError::Team { .. } => Self::user("wrong-team", message).and_causes_of(&error),
            TrustError::Nobody { .. } => Self::wrong_usage("unknown-person", message),
            TrustError::Several { .. } => Self::wrong_usage("several-people", message),
            TrustError::KeyFile { .. } => Self::wrong_usage("no-key", message),
            TrustError::NotPinned { .. } => Self::wrong_usage("not-pinned", message),
            TrustError::Changed { .. } => Self::user("changed-key", message),
            TrustError::Fingerprint { .. } => Self::user("wrong-fingerprint", message),
            TrustError::LowOrder { .. } => Self::user("low-order-key", message),
        };
        failure.hint = hint;
        if let TrustError::Team { path, text, source } = &error {
            let file = path.display().to_string();
            if let Some(line) = source.line {
                let at = excerpt::offset(text, line, source.column.unwrap_or(1));
                failure.excerpt = Some(excerpt::render(&file, text, at, at, "here"));
            }
            failure.place = Some(Place { file, line: source.line, column: source.column });
        }
        failure
    }
}

impl From<SharingError> for Failure {
    fn from(error: SharingError) -> Self {
        let (hint, message) = (error.hint(), error.to_string());
        let mut failure = match error {
            SharingError::Config(error) => Self::from(error),
            SharingError::Trust(error) => return error.into(),
            SharingError::Share(error) => Self::user(share_code(&error), message).and_causes_of(&error),
            SharingError::Untrusted { .. } => {
                let mut failure = Self::user("untrusted-key", message);
                failure.exit_code = exit::CONFIRMATION;
                failure
            }
            SharingError::NoSecret { .. } => Self::wrong_usage("unknown-secret", message),
            SharingError::Read { .. } => Self::wrong_usage("unreadable", message).and_causes_of(&error),
            SharingError::PrivateKey { .. } => Self::wrong_usage("no-key", message),
            SharingError::InPlace { .. } => Self::wrong_usage("own-state", message),
            SharingError::Write { .. } => Self::user("unwritable", message).and_causes_of(&error),
            SharingError::Legacy(_) => Self::user("former-state", message),
            SharingError::Identity(error) => return error.into(),
            SharingError::Exists { .. } => Self::user("file-exists", message),
            SharingError::Contents { .. } | SharingError::Unprintable => Self::user("unknown-contents", message),
            SharingError::Replayed { .. } => Self::user("replayed", message),
            SharingError::Protected { .. } => Self::confirmation(message),
            SharingError::Conflicts { .. } => Self::user("conflicts", message),
        };
        failure.hint = hint;
        failure
    }
}

/// Each way in which a file can be wrong has a word of its own.
fn share_code(error: &ShareError) -> &'static str {
    match error {
        ShareError::TooLarge | ShareError::NotJson { .. } | ShareError::Malformed { .. } => "no-shared-config",
        ShareError::Truncated => "truncated",
        ShareError::UnknownVersion { .. } => "unknown-version",
        ShareError::NotForMe { .. } | ShareError::Unopened { .. } => "not-for-you",
        ShareError::Altered => "altered",
        ShareError::LowOrder { .. } => "low-order-key",
        ShareError::Label { .. } | ShareError::Recipients => "wrong-recipients",
        ShareError::Seal(_) => "not-sealed",
    }
}
