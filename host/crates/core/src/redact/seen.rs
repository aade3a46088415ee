//! The secrets that this process has come across, wherever: in the state, in the environment, typed by the user.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::Redactor;
use crate::config::Config;
use crate::secret::Secret;

/// The secrets that were seen. Clones share them: what one part adds, the others take out of their texts.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Mutex<Redactor>>);

impl Seen {
    /// Adds values.
    pub fn add(&self, secrets: impl IntoIterator<Item = Secret>) {
        let mut redactor = self.lock();
        secrets.into_iter().for_each(|secret| redactor.add(&secret));
    }

    /// Adds secrets and the passwords of configs.
    ///
    /// One that is also the name of a config, a user, a database, a host or a dialect is left out: these are shown, and a mark
    /// in the place of a name would say more than the name.
    pub fn add_of<'a>(
        &self,
        secrets: impl IntoIterator<Item = Secret>,
        configs: impl IntoIterator<Item = &'a Config> + Clone,
    ) {
        let shown: BTreeSet<&str> = configs.clone().into_iter().flat_map(names).collect();
        let passwords = configs.into_iter().filter_map(|config| config.connection.password.clone()).map(Secret::new);
        self.add(secrets.into_iter().chain(passwords).filter(|secret| !shown.contains(secret.expose())));
    }

    /// Returns the text without what was seen.
    pub fn redact(&self, text: &str) -> String {
        self.lock().redact(text).into_owned()
    }

    /// Takes what was seen out of every text of a JSON value.
    pub fn redact_json(&self, value: &mut Value) {
        self.lock().redact_json(value);
    }

    /// Returns what takes out all that was seen until now.
    pub fn redactor(&self) -> Redactor {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Redactor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is shown of a config.
fn names(config: &Config) -> impl Iterator<Item = &str> {
    let connection = &config.connection;
    let given = [&config.name, &connection.database, &connection.dialect].map(String::as_str);
    let optional = [connection.user.as_deref(), connection.host.as_deref()];
    given.into_iter().chain(optional.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_adds_the_others_take_out() {
        let seen = Seen::default();
        let other = seen.clone();
        seen.add([Secret::new("hunter2".to_owned())]);
        assert_eq!(other.redact("a hunter2"), "a [redacted]");
        assert_eq!(other.redactor().redact("hunter2"), "[redacted]");
    }

    #[test]
    fn a_password_that_is_a_name_is_left_in() {
        let check = |password: &str, expected: &str| {
            let connection =
                serde_json::json!({ "dialect": "x", "database": "shop", "user": "deploy", "password": password });
            let config = serde_json::json!({ "name": "dev", "connection": connection });
            let config: Config = serde_json::from_value(config).expect("a config");
            let seen = Seen::default();
            seen.add_of([Secret::new("shop".to_owned())], [&config]);
            assert_eq!(seen.redact("`deploy` at shop with hunter2"), expected);
        };
        check("deploy", "`deploy` at shop with hunter2");
        check("hunter2", "`deploy` at shop with [redacted]");
    }
}
