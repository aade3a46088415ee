//! Which config counts: the one that is named, the environment's, or the active one of the state.
//!
//! A named config is never replaced by another one. Without a name, an environment that names a dialect describes a
//! config of its own, for which neither state nor key is needed; it is put over the active config only if that one has
//! the same dialect.

use std::collections::BTreeMap;

use noorm_core::config::environment::Environment;
use noorm_core::secret::Secret;
use noorm_vault::{SecretText, State};

use super::{Active, ConfigError, Origin, store};
use crate::home::Home;
use crate::project::Project;

/// Finds the config that counts. `name` is what the command line says; `NOORM_CONFIG` comes after it.
pub fn resolve(project: &Project, home: &Home, name: Option<&str>) -> Result<Active, ConfigError> {
    let environment = Environment::read(&home.variables)?;
    let variable = home.variables.get("NOORM_CONFIG").map(String::as_str).filter(|name| !name.is_empty());
    let active = match (name.or(variable), environment.dialect()) {
        (Some(name), _) => {
            let state = store::load(project, home)?.unwrap_or_default();
            stored(&state, name)?
        }
        (None, Some(dialect)) => {
            // What cannot be opened is not needed here.
            let state = store::load(project, home).ok().flatten();
            let of_state = state.and_then(|state| stored(&state, state.active_config.as_deref()?).ok());
            match of_state.filter(|active| active.config.connection.dialect == dialect) {
                Some(active) => active,
                None => of_environment(&environment)?,
            }
        }
        (None, None) => {
            let state = store::load(project, home)?.unwrap_or_default();
            let known = store::names(&state);
            let name = state.active_config.clone().ok_or(ConfigError::NoneActive { known })?;
            stored(&state, &name)?
        }
    };
    finish(active, &environment)
}

fn finish(mut active: Active, environment: &Environment) -> Result<Active, ConfigError> {
    environment.overlay(&mut active.config);
    active.config.validate()?;
    Ok(active)
}

fn of_environment(environment: &Environment) -> Result<Active, ConfigError> {
    let config = environment.to_config().ok_or(ConfigError::NoneActive { known: Vec::new() })?;
    let (secrets, global_secrets) = (BTreeMap::new(), BTreeMap::new());
    Ok(Active { config, secrets, global_secrets, origin: Origin::Environment })
}

fn stored(state: &State, name: &str) -> Result<Active, ConfigError> {
    let config = store::config(state, name)?;
    let read = |secrets: &BTreeMap<String, SecretText>| {
        secrets.iter().map(|(name, value)| (name.clone(), Secret::new(value.expose().to_owned()))).collect()
    };
    let secrets = state.secrets.get(name).map(read).unwrap_or_default();
    Ok(Active { config, secrets, global_secrets: read(&state.global_secrets), origin: Origin::Stored })
}

#[cfg(test)]
mod tests {
    use noorm_core::config::{ConfigKind, PathConfig};
    use noorm_core::redact::Seen;
    use noorm_core::settings::Settings;

    use super::super::{NewConfig, add, list, remove, select};
    use super::*;

    struct Place {
        folder: tempfile::TempDir,
        project: Project,
        home: Home,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let root = folder.path().join("project");
            let home_dir = folder.path().join("home");
            std::fs::create_dir_all(root.join(".noorm")).expect("a folder");
            std::fs::create_dir_all(&home_dir).expect("a folder");
            let variables = [("NOORM_MACHINE_ID".to_owned(), "00000000000000000000000000c0ffee".to_owned())];
            let (variables, seen) = (variables.into(), Seen::default());
            let home = Home { working_dir: root.clone(), home_dir: Some(home_dir), variables, seen };
            crate::init::init(&root, &home, "2026-01-31T12:00:00.000Z").expect("a project");
            Self { folder, project: Project { root, settings: Settings::default() }, home }
        }

        fn set(&mut self, name: &str, value: &str) {
            self.home.variables.insert(name.to_owned(), value.to_owned());
        }

        fn add(&self, name: &str, dialect: &str) {
            let new = NewConfig {
                name: name.to_owned(),
                dialect: dialect.to_owned(),
                database: Some("stored".to_owned()),
                kind: ConfigKind::Local,
                paths: PathConfig::default(),
                ..NewConfig::default()
            };
            add(&self.project, &self.home, &new.into()).expect("a config");
        }

        fn resolved(&self, name: Option<&str>) -> Result<(String, String), ConfigError> {
            resolve(&self.project, &self.home, name)
                .map(|active| (active.config.name, active.config.connection.database))
        }
    }

    fn pair(name: &str, database: &str) -> (String, String) {
        (name.to_owned(), database.to_owned())
    }

    #[test]
    fn the_first_config_is_active_and_a_named_one_wins() {
        let mut place = Place::new();
        assert!(matches!(place.resolved(None), Err(ConfigError::NoneActive { .. })));
        place.add("dev", "sqlite");
        place.add("prod", "postgres");
        assert_eq!(place.resolved(None).expect("a config"), pair("dev", "stored"));
        assert_eq!(place.resolved(Some("prod")).expect("a config"), pair("prod", "stored"));
        place.set("NOORM_CONFIG", "prod");
        assert_eq!(place.resolved(None).expect("a config"), pair("prod", "stored"));
        assert_eq!(place.resolved(Some("dev")).expect("a config"), pair("dev", "stored"));
        let error = place.resolved(Some("nope")).expect_err("no such config");
        assert_eq!(error.hint().as_deref(), Some("the configs here are `dev`, `prod`"));
    }

    #[test]
    fn the_environment_covers_a_config_of_its_own_dialect_only() {
        let mut place = Place::new();
        place.add("dev", "sqlite");
        place.set("NOORM_DATABASE", "other");
        assert_eq!(place.resolved(None).expect("a config"), pair("dev", "other"));
        place.set("NOORM_DIALECT", "sqlite");
        assert_eq!(place.resolved(None).expect("a config"), pair("dev", "other"));
        place.set("NOORM_DIALECT", "postgres");
        assert_eq!(place.resolved(None).expect("a config"), pair("env", "other"));
    }

    #[test]
    fn a_whole_environment_needs_neither_state_nor_key_nor_home() {
        let mut place = Place::new();
        place.add("dev", "sqlite");
        place.set("NOORM_DIALECT", "sqlite");
        place.set("NOORM_DATABASE", "app.db");
        std::fs::write(place.project.folder().join("state.enc"), "damaged").expect("a file");
        assert_eq!(place.resolved(None).expect("a config"), pair("env", "app.db"));
        assert!(place.resolved(Some("dev")).is_err(), "a named config is not replaced");
        place.home.home_dir = None;
        assert_eq!(place.resolved(None).expect("a config"), pair("env", "app.db"));
        drop(place.folder);
    }

    #[test]
    fn configs_are_listed_chosen_and_removed() {
        let place = Place::new();
        place.add("dev", "sqlite");
        place.add("prod", "postgres");
        let names = || {
            let listed = list(&place.project, &place.home).expect("a list");
            let name =
                |view: &super::super::ConfigView| format!("{}{}", view.name, if view.is_active { "*" } else { "" });
            listed.configs.iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(), ["dev*", "prod"]);
        select(&place.project, &place.home, "prod").expect("a config");
        assert_eq!(names(), ["dev", "prod*"]);
        assert!(matches!(select(&place.project, &place.home, "nope"), Err(ConfigError::Unknown { .. })));
        remove(&place.project, &place.home, "prod").expect("a config");
        assert_eq!(names(), ["dev"]);
        assert!(matches!(place.resolved(None), Err(ConfigError::NoneActive { .. })));
    }
}
