//! Folds what keeps a secret from being kept or found into failures.

use noorm_ops::secret::SecretError;

use super::Failure;

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        let hint = error.hint();
        let mut failure = match error {
            SecretError::Config(error) => return error.into(),
            SecretError::Name { .. } => Self::wrong_usage("wrong-name", error.to_string()),
            SecretError::Value { .. } => Self::wrong_usage("wrong-value", error.to_string()).and_causes_of(&error),
            SecretError::Unknown { .. } => Self::wrong_usage("unknown-secret", error.to_string()),
        };
        failure.hint = hint;
        failure
    }
}
