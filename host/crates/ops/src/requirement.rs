//! What has to be there before something runs: the secrets that the settings require, and in strict mode the team's
//! configs. Asked for at once, so that nobody finds out one by one.

use noorm_core::settings::SecretRule;

use crate::config::Active;
use crate::config::stage::{self, StageError};
use crate::project::Project;

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// Secrets.
    #[error("the config `{config}` lacks {}", secrets(.missing))]
    Secrets {
        /// The config.
        config: String,
        /// The secrets.
        missing: Vec<SecretRule>,
    },
    /// Configs of stages.
    #[error(transparent)]
    Stage(#[from] StageError),
}

impl RequirementError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Secrets { missing, .. } => {
                let keys = || missing.iter().map(|secret| secret.key.as_str());
                let commands = keys().map(|key| format!("`noorm secret set {key}`")).collect::<Vec<_>>().join(", ");
                let key = keys().next().unwrap_or("KEY");
                Some(format!("{commands}; or set NOORM_SECRET_{key} and its like in the environment"))
            }
            Self::Stage(error) => error.hint(),
        }
    }
}

/// Checks what the settings require of the config that is about to be used.
pub(crate) fn check(project: &Project, active: &Active) -> Result<(), RequirementError> {
    stage::refuse_incomplete(project, active)?;
    let config = &active.config.name;
    let has = |key: &String| active.secrets.contains_key(key) || active.global_secrets.contains_key(key);
    let required = project.settings.secrets_of(config).into_iter().filter(|secret| secret.required);
    let missing: Vec<SecretRule> = required.filter(|secret| !has(&secret.key)).cloned().collect();
    if missing.is_empty() { Ok(()) } else { Err(RequirementError::Secrets { config: config.clone(), missing }) }
}

fn secrets(missing: &[SecretRule]) -> String {
    let named = missing.iter().map(|secret| match &secret.description {
        Some(description) => format!("`{}` ({description})", secret.key),
        None => format!("`{}`", secret.key),
    });
    let noun = if missing.len() == 1 { "the secret" } else { "the secrets" };
    format!("{noun} {}", named.collect::<Vec<_>>().join(", "))
}
