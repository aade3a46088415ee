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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use noorm_core::secret::Secret;
    use noorm_core::settings::Settings;

    use super::*;
    use crate::config::Origin;

    /// What is said where a config of the name has these secrets of its own, and these of all.
    fn check_with(config: &str, own: &[&str], global: &[&str]) -> String {
        let settings = "secrets: [{key: A, type: string}, {key: B, type: string, required: false}]\nstages: {prod: {secrets: [{key: C, type: password}]}}\n";
        let settings = Settings::parse(settings).expect("good settings");
        let project = Project::new("/p".into(), settings);
        let config = format!(r#"{{ "name": "{config}", "connection": {{ "dialect": "x", "database": "x" }} }}"#);
        let values = |keys: &[&str]| {
            keys.iter().map(|key| ((*key).to_owned(), Secret::new("value".to_owned()))).collect::<BTreeMap<_, _>>()
        };
        let active = Active {
            config: serde_json::from_str(&config).expect("a config"),
            secrets: values(own),
            global_secrets: values(global),
            origin: Origin::Stored,
            vaults: BTreeMap::new(),
            origins: BTreeMap::new(),
            names: Vec::new(),
        };
        check(&project, &active).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn required_secrets_may_be_the_config_s_or_everybody_s() {
        assert_eq!(check_with("dev", &["A"], &[]), "");
        assert_eq!(check_with("dev", &[], &["A"]), "");
        assert_eq!(check_with("dev", &["B"], &[]), "the config `dev` lacks the secret `A`");
        assert_eq!(check_with("prod", &[], &[]), "the config `prod` lacks the secrets `A`, `C`");
        assert_eq!(check_with("prod", &["C"], &["A"]), "");
    }
}
