//! A password that is a secret: kept once, and changed in one place.
//!
//! It is looked up when something is about to connect. Whoever lists, shows or edits a config does without it.

use noorm_core::secret::Secret;

use super::{Active, ConfigError, store};
use crate::home::Home;
use crate::project::Project;

/// Puts the password in that the config only names, and notes it as one that must not be seen. The config's own secrets come
/// before those of all configs; a password that the environment says, or that is stored, comes before both.
pub(crate) fn take_password(active: &mut Active, home: &Home) -> Result<(), ConfigError> {
    let connection = &mut active.config.connection;
    if let (None, Some(key)) = (&connection.password, &connection.password_secret) {
        let Some(secret) = active.secrets.get(key).or_else(|| active.global_secrets.get(key)) else {
            return Err(ConfigError::NoPassword { config: active.config.name.clone(), key: key.clone() });
        };
        connection.password = Some(secret.expose().to_owned());
    }
    let secrets = active.secrets.values().chain(active.global_secrets.values()).map(Secret::clone);
    home.seen.add_of(secrets, [&active.config]);
    Ok(())
}

/// Whether a config that is stored has a secret, or all configs have it.
pub fn has_secret(project: &Project, home: &Home, config: &str, key: &str) -> Result<bool, ConfigError> {
    let state = store::load(project, home)?.unwrap_or_default();
    let is_own = state.secrets.get(config).is_some_and(|own| own.contains_key(key));
    Ok(is_own || state.global_secrets.contains_key(key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use noorm_core::config::Config;
    use noorm_core::redact::Seen;

    use super::super::Origin;
    use super::*;

    fn secrets(pairs: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), Secret::new((*value).to_owned()))).collect()
    }

    /// `connection` are fields besides the dialect's; `expected` is the password, or nothing where it is missing.
    fn check(connection: serde_json::Value, own: &[(&str, &str)], global: &[(&str, &str)], expected: Option<&str>) {
        let mut config = serde_json::json!({ "name": "dev", "connection": { "dialect": "x", "database": "d" } });
        let fields = config["connection"].as_object_mut().expect("an object");
        fields.extend(connection.as_object().cloned().expect("an object"));
        let config: Config = serde_json::from_value(config).expect("a config");
        let (secrets, global_secrets) = (secrets(own), secrets(global));
        let mut active = Active {
            config,
            secrets,
            global_secrets,
            origin: Origin::Stored,
            origins: BTreeMap::new(),
            names: Vec::new(),
            vaults: BTreeMap::new(),
        };
        let home = Home { working_dir: "/".into(), home_dir: None, variables: BTreeMap::new(), seen: Seen::default() };
        let taken = take_password(&mut active, &home);
        assert_eq!(taken.is_ok().then_some(active.config.connection.password).flatten().as_deref(), expected);
        if let Some(password) = expected {
            assert_eq!(home.seen.redact(password), "[redacted]");
        }
    }

    #[test]
    fn a_password_is_found_where_it_is_kept() {
        let by_name = || serde_json::json!({ "passwordSecret": "PW" });
        check(by_name(), &[("PW", "own-pw")], &[("PW", "global-pw")], Some("own-pw"));
        check(by_name(), &[("OTHER", "own-pw")], &[("PW", "global-pw")], Some("global-pw"));
        check(by_name(), &[], &[], None);
        let both = serde_json::json!({ "passwordSecret": "PW", "password": "stored-pw" });
        check(both, &[("PW", "own-pw")], &[], Some("stored-pw"));
    }

    #[test]
    fn a_missing_one_says_how_to_set_it() {
        let error = ConfigError::NoPassword { config: "live".to_owned(), key: "PW".to_owned() };
        assert!(error.hint().is_some_and(|hint| hint.contains("`noorm secret set PW`")));
    }
}
