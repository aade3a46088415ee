//! What a copy of a vault contributes to a config: its values are secrets, behind the config's own and before those of all
//! configs.

use std::collections::BTreeMap;
use std::path::Path;

use noorm_core::config::Config;
use noorm_core::secret::Secret;
use noorm_vault::team::LocalVault;

/// Returns what a database is known by among the copies: where it is, whatever the config is called.
pub fn place(config: &Config, root: &Path) -> String {
    let connection = &config.connection;
    let dialect = &connection.dialect;
    match (&connection.host, &connection.filename) {
        (None, Some(file)) => format!("{dialect}:{}", root.join(file).display()),
        (host, _) => {
            let host = host.as_deref().unwrap_or("localhost").to_lowercase();
            let port = connection.port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("{dialect}://{host}{port}/{}", connection.database)
        }
    }
}

/// Adds the values of a copy to a config's secrets, which win.
pub(crate) fn under(secrets: &mut BTreeMap<String, Secret>, vault: Option<&LocalVault>) {
    for (key, secret) in vault.iter().flat_map(|vault| &vault.secrets) {
        secrets.entry(key.clone()).or_insert_with(|| Secret::new(secret.value.expose().to_owned()));
    }
}

/// Returns what templates see as `secrets`: the config's and the vault's, and behind them those of all configs.
pub(crate) fn over(globals: &BTreeMap<String, Secret>, secrets: &BTreeMap<String, Secret>) -> BTreeMap<String, Secret> {
    let mut all = globals.clone();
    all.extend(secrets.clone());
    all
}

#[cfg(test)]
mod tests {
    use noorm_vault::team::LocalSecret;
    use serde_json::Map;

    use super::*;

    fn secrets(pairs: &[(&str, &str)]) -> BTreeMap<String, Secret> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), Secret::new((*value).to_owned()))).collect()
    }

    #[test]
    fn the_configs_own_come_first_then_the_vaults_then_those_of_all_configs() {
        let entry = |value: &str| LocalSecret {
            value: value.into(),
            key_version: 1,
            vault_version: 1,
            sender_hash: String::new(),
            other: Map::new(),
        };
        let vault = LocalVault {
            vault_id: String::new(),
            version: 1,
            synced_at: String::new(),
            secrets: ["A", "B"].map(|key| (key.to_owned(), entry("vault"))).into(),
            refused: BTreeMap::new(),
            other: Map::new(),
        };
        let mut own = secrets(&[("A", "own")]);
        under(&mut own, Some(&vault));
        let all = over(&secrets(&[("A", "global"), ("B", "global"), ("C", "global")]), &own);
        assert_eq!(all, secrets(&[("A", "own"), ("B", "vault"), ("C", "global")]));
    }

    #[test]
    fn a_database_is_known_by_where_it_is() {
        let config = |connection: serde_json::Value| -> Config {
            let value = serde_json::json!({
                "name": "any", "type": "local", "isTest": false, "protected": false, "connection": connection, "paths": {}
            });
            serde_json::from_value(value).expect("a config")
        };
        let check = |connection, expected: &str| assert_eq!(place(&config(connection), Path::new("/shop")), expected);
        check(serde_json::json!({ "dialect": "sqlite", "database": "", "filename": "a.db" }), "sqlite:/shop/a.db");
        check(
            serde_json::json!({ "dialect": "postgres", "host": "DB", "port": 5, "database": "a" }),
            "postgres://db:5/a",
        );
        check(serde_json::json!({ "dialect": "mysql", "database": "a" }), "mysql://localhost/a");
    }
}
