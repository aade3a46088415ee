//! Which config counts: the one that is named, the environment's, or the active one of the state; and what counts for each
//! of its fields.
//!
//! A named config is never replaced by another one. Without a name, an environment that names a dialect describes a
//! config of its own, for which neither state nor key is needed; it is put over the active config only if that one has
//! the same dialect.

use std::collections::BTreeMap;

use noorm_core::config::environment::{self, Environment};
use noorm_core::config::fields::Values;
use noorm_core::config::layers::Layers;
use noorm_core::config::{Config, Variables};
use noorm_core::secret::Secret;
use noorm_vault::team::LocalVault;
use noorm_vault::{SecretText, State};

use super::{Active, ConfigError, Origin, stage, store};
use crate::home::Home;
use crate::project::Project;

/// What stands before the name of a secret that the environment says.
const SECRET: &str = "NOORM_SECRET_";

/// What the command line says about the config.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Its name; `NOORM_CONFIG` comes after it.
    pub name: Option<String>,
    /// Values for its fields.
    pub flags: Values,
}

/// Finds the config that counts, by a name that the command line may say.
pub fn resolve(project: &Project, home: &Home, name: Option<&str>) -> Result<Active, ConfigError> {
    let name = name.map(str::to_owned);
    resolve_with(project, home, &Choice { name, flags: Values::default() })
}

/// Finds the config that counts, by what the command line says.
pub fn resolve_with(project: &Project, home: &Home, choice: &Choice) -> Result<Active, ConfigError> {
    let environment = Environment::read(&home.variables)?;
    let variable = home.variables.get("NOORM_CONFIG").map(String::as_str).filter(|name| !name.is_empty());
    let found = match (choice.name.as_deref().or(variable), environment.dialect()) {
        (Some(name), _) => {
            let state = store::load(project, home)?.unwrap_or_default();
            stored(&state, name)?
        }
        (None, Some(dialect)) => {
            // What cannot be opened is not needed here.
            let state = store::load(project, home).ok().flatten();
            let vaults = state.as_ref().map(|state| state.vaults.clone()).unwrap_or_default();
            let of_state = state.and_then(|state| stored(&state, state.active_config.as_deref()?).ok());
            let of_state = of_state.filter(|found| found.has_dialect(project, dialect));
            of_state.unwrap_or_else(|| Found { vaults, ..Found::default() })
        }
        (None, None) => {
            let state = store::load(project, home)?.unwrap_or_default();
            let known = store::names(&state);
            let name = state.active_config.clone().ok_or(ConfigError::NoneActive { known })?;
            stored(&state, &name)?
        }
    };
    found.finish(project, home, &environment, &choice.flags)
}

/// What is known of a config before the layers are put together; the default is one of the environment.
#[derive(Default)]
struct Found {
    config: Option<Config>,
    secrets: BTreeMap<String, Secret>,
    global_secrets: BTreeMap<String, Secret>,
    /// The copies of team vaults in the state.
    vaults: BTreeMap<String, LocalVault>,
    /// All names of configs that are stored.
    names: Vec<String>,
}

impl Found {
    fn has_dialect(&self, project: &Project, dialect: &str) -> bool {
        let Some(config) = &self.config else { return false };
        stage::with_defaults(project, config.clone()).connection.dialect == dialect
    }

    fn finish(
        self,
        project: &Project,
        home: &Home,
        environment: &Environment,
        flags: &Values,
    ) -> Result<Active, ConfigError> {
        let name = self.config.as_ref().map_or(environment::NAME, |config| &config.name);
        let stage = project.settings.stages.get_key_value(name);
        let stage = stage.map(|(name, stage)| (name.as_str(), stage));
        let resolved = Layers { flags, environment, stored: self.config.as_ref(), stage }.resolve()?;
        resolved.config.validate()?;
        let origin = if self.config.is_some() { Origin::Stored } else { Origin::Environment };
        let mut secrets = self.secrets;
        secrets.extend(secrets_of(&home.variables));
        let global_secrets = self.global_secrets;
        home.seen.add_of(secrets.values().cloned(), [&resolved.config]);
        let (config, origins) = (resolved.config, resolved.origins);
        Ok(Active { config, secrets, global_secrets, origin, origins, vaults: self.vaults, names: self.names })
    }
}

/// The secrets that the environment says: `NOORM_SECRET_KEY` is the secret `KEY`, and comes before a stored one.
fn secrets_of(variables: &Variables) -> impl Iterator<Item = (String, Secret)> {
    let said = variables.iter().filter(|(_, value)| !value.is_empty());
    said.filter_map(|(name, value)| Some((name.strip_prefix(SECRET)?.to_owned(), Secret::new(value.clone()))))
}

fn stored(state: &State, name: &str) -> Result<Found, ConfigError> {
    let config = store::config(state, name)?;
    let read = |secrets: &BTreeMap<String, SecretText>| {
        secrets.iter().map(|(name, value)| (name.clone(), Secret::new(value.expose().to_owned()))).collect()
    };
    let secrets = state.secrets.get(name).map(read).unwrap_or_default();
    let (global_secrets, names) = (read(&state.global_secrets), store::names(state));
    Ok(Found { config: Some(config), secrets, global_secrets, vaults: state.vaults.clone(), names })
}

#[cfg(test)]
mod tests {
    use noorm_core::config::fields::Field;
    use noorm_core::redact::Seen;
    use noorm_core::settings::Settings;

    use super::super::{add, find_any, list, remove, select};
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
            Self { folder, project: Project::new(root, Settings::default()), home }
        }

        fn set(&mut self, name: &str, value: &str) {
            self.home.variables.insert(name.to_owned(), value.to_owned());
        }

        fn add(&self, name: &str, dialect: &str) {
            let connection = serde_json::json!({ "dialect": dialect, "database": "stored" });
            let config = serde_json::json!({ "name": name, "connection": connection });
            let config: Config = serde_json::from_value(config).expect("a config");
            add(&self.project, &self.home, &config).expect("it can be added");
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
    fn a_stage_fills_in_what_is_not_said_and_flags_come_first() {
        let mut place = Place::new();
        place.add("dev", "sqlite");
        let settings = "stages: {dev: {defaults: {protected: true, host: stage}}, env: {defaults: {user: team}}}";
        place.project.settings = Settings::parse(settings).expect("good settings");
        let active = resolve(&place.project, &place.home, None).expect("a config");
        assert!(active.config.protected);
        assert_eq!(active.config.connection.host.as_deref(), Some("stage"));
        let mut flags = Values::default();
        flags.say(Field::Host, Some("flag"));
        let choice = Choice { name: None, flags };
        let active = resolve_with(&place.project, &place.home, &choice).expect("a config");
        assert_eq!(active.config.connection.host.as_deref(), Some("flag"));
        // What the environment describes alone is of the stage `env`.
        place.set("NOORM_DIALECT", "postgres");
        place.set("NOORM_DATABASE", "d");
        let active = resolve(&place.project, &place.home, None).expect("a config");
        assert_eq!((active.config.name.as_str(), active.config.connection.user.as_deref()), ("env", Some("team")));
    }

    #[test]
    fn a_secret_of_the_environment_comes_before_a_stored_one() {
        let mut place = Place::new();
        place.add("dev", "sqlite");
        let update = store::open(&place.project, &place.home).expect("a store").update(|state| {
            let secrets = state.secrets.entry("dev".to_owned()).or_default();
            secrets.insert("A".to_owned(), SecretText::from("stored"));
            secrets.insert("B".to_owned(), SecretText::from("stored"));
            Ok::<(), ConfigError>(())
        });
        update.expect("a state");
        place.set("NOORM_SECRET_A", "environment");
        place.set("NOORM_SECRET_B", "");
        let active = resolve(&place.project, &place.home, None).expect("a config");
        let secrets: Vec<_> = active.secrets.iter().map(|(key, value)| (key.as_str(), value.expose())).collect();
        assert_eq!(secrets, [("A", "environment"), ("B", "stored")]);
    }

    #[test]
    fn what_cannot_be_read_can_be_removed() {
        let place = Place::new();
        let store = || store::open(&place.project, &place.home).expect("a store");
        let update = store().update(|state| {
            state.configs.insert("old".to_owned(), serde_json::json!({ "name": "old", "connection": 1 }));
            state.configs.insert("live".to_owned(), serde_json::json!({ "name": "live", "protected": "yes" }));
            Ok::<(), ConfigError>(())
        });
        update.expect("a state");
        let found = |name: &str| find_any(&place.project, &place.home, name).map(|config| config.protected);
        assert!(matches!(place.resolved(Some("old")), Err(ConfigError::Stored { .. })));
        assert!(!found("old").expect("what is stored"));
        assert!(found("live").expect("what is stored"), "what may be protected is");
        assert!(matches!(found("nope"), Err(ConfigError::Unknown { .. })));
        remove(&place.project, &place.home, "old").expect("what is stored");
        assert!(matches!(found("old"), Err(ConfigError::Unknown { .. })));
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
