//! Folds what keeps the vault from being read or changed into failures.

use noorm_ops::vault::VaultError;

use super::Failure;

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let failure = match &error {
            VaultError::Rollback(_) => Self::user("vault-rollback", message),
            VaultError::Refused { source, .. } if source.is_tampering() => Self::user("vault-tampered", message),
            VaultError::Refused { .. } => Self::user("vault-refused", message),
            VaultError::Name { .. } => Self::wrong_usage("wrong-key", message),
            VaultError::Unknown { .. } => Self::wrong_usage("unknown-key", message),
            VaultError::NoReader { .. } => Self::wrong_usage("unknown-person", message),
            VaultError::NotReadable { .. } | VaultError::NotLocal { .. } => Self::user("not-readable", message),
            VaultError::Untrusted { .. } | VaultError::NoHash { .. } | VaultError::Stranger { .. } => {
                Self::user("untrusted-key", message)
            }
            VaultError::LastReader { .. } => Self::user("last-reader", message),
            VaultError::Seal { .. } => Self::user("unsealable", message),
            VaultError::TooHigh { .. } => Self::user("vault-tampered", message),
            VaultError::Raced => Self::user("vault-changed", message),
            _ => return Self::of_others(error),
        };
        let mut failure = failure.and_causes_of(&error);
        failure.hint = hint;
        failure
    }
}

impl Failure {
    /// What is not the vault's own.
    fn of_others(error: VaultError) -> Self {
        match error {
            VaultError::Config(error) => error.into(),
            VaultError::Trust(error) => error.into(),
            VaultError::Identity(error) => error.into(),
            VaultError::Session(error) => error.into(),
            VaultError::Lock(error) => error.into(),
            VaultError::Run(error) => super::stopped(error, false, None),
            other => Self::user("vault", other.to_string()).and_causes_of(&other),
        }
    }
}
