//! Transaction control. What a script sets for its session is reset before the next one.
//!
//! MySQL has no statement that resets a session. What the probe saw is set again, name by name; what has no name stays:
//! user variables, temporary tables, prepared statements, roles.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{AroundText, ControlText, Guest};

use crate::Dialect;
use crate::literals::string;
use crate::naming::quoted;
use crate::server::{Product, SETTING, fact, product};

impl Guest for Dialect {
    fn control(options: Vec<(String, String)>) -> ControlText {
        let settings = settings(&options);
        let back = fact(&options, "database").and_then(|database| quoted(database).ok());
        let back = back.map(|database| format!("USE {database}"));
        ControlText {
            setup: vec![settings.clone()],
            reset: back.into_iter().chain([settings]).collect(),
            begin: "START TRANSACTION".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: false,
            attrs: Vec::new(),
        }
    }

    fn around(_marks: Vec<(String, String)>) -> AroundText {
        AroundText { before: Vec::new(), check: String::new(), after: Vec::new() }
    }
}

/// One statement for all settings: it changes all of them or none.
fn settings(options: &[(String, String)]) -> String {
    // Whatever the server makes of it: without a transaction of its own, a statement is done when it has run.
    let mut settings = vec![("autocommit".to_owned(), "1".to_owned())];
    let begun = options.iter().filter_map(|(name, value)| Some((name.strip_prefix(SETTING)?, value)));
    settings.extend(begun.map(|(name, value)| (name.to_owned(), written(name, value))));
    for (name, value) in wished(options) {
        settings.retain(|(known, _)| known != name);
        settings.push((name.to_owned(), value));
    }
    let settings: Vec<String> = settings.iter().map(|(name, value)| format!("SESSION {name} = {value}")).collect();
    format!("SET {}", settings.join(", "))
}

/// Numbers are not taken as strings.
fn written(name: &str, value: &str) -> String {
    match name {
        "character_set_results" if value.is_empty() => "NULL".to_owned(),
        _ if value.starts_with(|c: char| c.is_ascii_digit()) && value.parse::<f64>().is_ok() => value.to_owned(),
        _ => string(value),
    }
}

/// What the config wishes, as settings. MySQL and TiDB limit the time of queries only, which is not what is wished, and
/// still better than nothing.
fn wished(options: &[(String, String)]) -> Vec<(&'static str, String)> {
    let wish = |name| fact(options, name)?.parse::<u64>().ok();
    let mut settings = Vec::new();
    if let Some(limit_ms) = wish("lock-timeout-ms") {
        // Whole seconds, and at least one.
        let limit = limit_ms.div_ceil(1000).max(1).to_string();
        settings.extend([("innodb_lock_wait_timeout", limit.clone()), ("lock_wait_timeout", limit)]);
    }
    if let Some(limit_ms) = wish("statement-timeout-ms") {
        settings.push(match product(options) {
            Product::MariaDb | Product::MariaDbGalera => {
                ("max_statement_time", format!("{}.{:03}", limit_ms / 1000, limit_ms % 1000))
            }
            _ => ("max_execution_time", limit_ms.to_string()),
        });
    }
    settings
}
