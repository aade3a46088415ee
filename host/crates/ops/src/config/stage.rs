//! What the team's stages say about a config as a whole. A config belongs to the stage that has its name.

use noorm_core::config::Config;
use noorm_core::config::environment::Environment;
use noorm_core::config::fields::{Field, Values};
use noorm_core::config::layers::Layers;
use serde_json::Value;

use super::{Active, Origin, list_of};
use crate::project::Project;

/// Why the team's stages do not allow something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    /// Its stage keeps the config.
    #[error("the stage `{name}` is locked: its config is not removed")]
    Locked {
        /// The stage.
        name: String,
    },
    /// Its stage keeps the config's protection.
    #[error("the stage `{name}` is locked: its config does not lose its protection")]
    LockedProtection {
        /// The stage.
        name: String,
    },
    /// Strict mode, and the config belongs to no stage.
    #[error("strict mode: the config `{name}` belongs to no stage of `.noorm/settings.yml`")]
    Undeclared {
        /// The config.
        name: String,
        /// The stages that there are.
        stages: Vec<String>,
    },
    /// Strict mode, and a stage that everybody has to have a config of has none.
    #[error("strict mode: there is no config of {}", if .0.len() == 1 { format!("the stage {}", list_of(.0)) } else { format!("the stages {}", list_of(.0)) })]
    Missing(Vec<String>),
}

impl StageError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Locked { .. } | Self::LockedProtection { .. } => {
                Some("to do it anyway, take `locked` out of `.noorm/settings.yml` first".to_owned())
            }
            Self::Undeclared { stages, .. } if stages.is_empty() => {
                Some("declare it under `stages`, or turn `strict.enabled` off".to_owned())
            }
            Self::Undeclared { stages, .. } => {
                Some(format!("use a config of one of {}, or declare it under `stages`", list_of(stages)))
            }
            Self::Missing(stages) => {
                let name = stages.first().map_or("NAME", String::as_str);
                Some(format!(
                    "`noorm config add {name} …` makes one; `strict.stages` in `.noorm/settings.yml` asks for it"
                ))
            }
        }
    }
}

/// Returns a stored config with what its stage says, but without flags and environment. Where that does not go together it is
/// as it is stored, and protected if the stage says so: what is wrong elsewhere takes no protection away.
pub fn with_defaults(project: &Project, mut config: Config) -> Config {
    let (flags, environment) = (Values::default(), Environment::default());
    let stage = project.settings.stages.get_key_value(&config.name).map(|(name, stage)| (name.as_str(), stage));
    let layers = Layers { flags: &flags, environment: &environment, stored: Some(&config), stage };
    if let Ok(resolved) = layers.resolve() {
        return resolved.config;
    }
    let says = |values: &Values| values.get(Field::Protected).and_then(Value::as_bool);
    let of_stage = stage.and_then(|(_, stage)| says(&stage.enforced).or_else(|| says(&stage.defaults)));
    config.protected |= of_stage.unwrap_or(false);
    config
}

/// Keeps the protection that a config has from its stage, before it gets a name that is of another one or goes elsewhere.
pub fn keep_protection(project: &Project, config: &mut Config) {
    config.protected |= with_defaults(project, config.clone()).protected;
}

/// Refuses what would remove the config of a locked stage.
pub fn refuse_locked(project: &Project, name: &str) -> Result<(), StageError> {
    match project.settings.stages.get(name) {
        Some(stage) if stage.locked => Err(StageError::Locked { name: name.to_owned() }),
        _ => Ok(()),
    }
}

/// Refuses an edit that takes the protection from the config of a locked stage.
pub fn refuse_unprotected(project: &Project, before: &Config, after: &Config) -> Result<(), StageError> {
    match project.settings.stages.get(&before.name) {
        Some(stage) if stage.locked => {
            let is_protected = |config: &Config| with_defaults(project, config.clone()).protected;
            match is_protected(before) && !is_protected(after) {
                true => Err(StageError::LockedProtection { name: before.name.clone() }),
                false => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Refuses to use or to make a config that strict mode does not know.
pub fn refuse_undeclared(project: &Project, name: &str) -> Result<(), StageError> {
    if project.settings.allows(name) {
        return Ok(());
    }
    let strict = &project.settings.strict;
    let mut stages: Vec<String> = project.settings.stages.keys().chain(&strict.stages).cloned().collect();
    stages.sort();
    stages.dedup();
    Err(StageError::Undeclared { name: name.to_owned(), stages })
}

/// Refuses to run anything while strict mode misses a config. Who is described by the environment has none.
pub fn refuse_incomplete(project: &Project, active: &Active) -> Result<(), StageError> {
    let strict = &project.settings.strict;
    if !strict.enabled || active.origin == Origin::Environment {
        return Ok(());
    }
    let missing: Vec<String> = strict.stages.iter().filter(|stage| !active.names.contains(stage)).cloned().collect();
    if missing.is_empty() { Ok(()) } else { Err(StageError::Missing(missing)) }
}

#[cfg(test)]
mod tests {
    use noorm_core::settings::Settings;

    use super::*;

    fn project(settings: &str) -> Project {
        Project::new("/p".into(), Settings::parse(settings).expect("good settings"))
    }

    fn config(name: &str, protected: bool) -> Config {
        let text = format!(
            r#"{{ "name": "{name}", "protected": {protected}, "connection": {{ "dialect": "x", "database": "x" }} }}"#
        );
        serde_json::from_str(&text).expect("a config")
    }

    #[test]
    fn a_locked_stage_keeps_its_config_and_its_protection() {
        let project = project("stages: {prod: {locked: true}, dev: {}}");
        assert_eq!(refuse_locked(&project, "dev"), Ok(()));
        assert!(refuse_locked(&project, "prod").is_err());
        let edit =
            |name: &str, before, after| refuse_unprotected(&project, &config(name, before), &config(name, after));
        assert_eq!((edit("prod", false, true), edit("prod", false, false)), (Ok(()), Ok(())));
        assert_eq!(edit("dev", true, false), Ok(()));
        assert!(edit("prod", true, false).is_err());
    }

    #[test]
    fn a_stored_config_is_what_its_stage_makes_of_it() {
        let project = project("stages: {prod: {defaults: {protected: true}}, test: {enforced: {protected: false}}}");
        let is_protected = |name, stored| with_defaults(&project, config(name, stored)).protected;
        assert!(is_protected("prod", false) && is_protected("other", true) && !is_protected("other", false));
        assert!(is_protected("test", true), "a contradiction is not mended here");
        let project = self::project("stages: {live: {enforced: {protected: true, type: remote, database: other}}}");
        assert!(with_defaults(&project, config("live", false)).protected, "a contradiction takes no protection away");
    }

    #[test]
    fn strict_mode_knows_the_stages_only() {
        let strict = project("stages: {prod: {}}\nstrict: {enabled: true, stages: [dev]}");
        assert_eq!((refuse_undeclared(&strict, "prod"), refuse_undeclared(&strict, "dev")), (Ok(()), Ok(())));
        let error = refuse_undeclared(&strict, "mine").expect_err("no stage");
        assert_eq!(error.hint().as_deref(), Some("use a config of one of `dev`, `prod`, or declare it under `stages`"));
        let lax = project("stages: {prod: {}}\nstrict: {enabled: false, stages: [dev]}");
        assert_eq!(refuse_undeclared(&lax, "mine"), Ok(()));
    }
}
