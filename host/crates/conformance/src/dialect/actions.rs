//! What the host asks a dialect for by name: the table of `wit/README.md`, which a test compares this one with.

use noorm_plugin_host::{Dialect, PluginError, Query};

/// Which interface an action belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interface {
    Tracking,
    Lock,
}

/// Whether an action may be `unsupported`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Always,
    /// A product may lack it.
    Maybe,
    /// It comes with version 4 of noorm's tables.
    OfVault,
}

/// One action.
pub(super) struct Action {
    pub(super) interface: Interface,
    pub(super) name: &'static str,
    pub(super) need: Need,
    /// The values to bind.
    pub(super) values: &'static [&'static str],
    /// The columns that come back.
    pub(super) columns: &'static [&'static str],
}

impl Action {
    /// Asks a dialect for it.
    pub(super) fn ask(&self, dialect: &Dialect) -> Result<Query, PluginError> {
        match self.interface {
            Interface::Tracking => dialect.tracking(self.name),
            Interface::Lock => dialect.lock(self.name),
        }
    }
}

const fn tracking(name: &'static str, values: &'static [&'static str], columns: &'static [&'static str]) -> Action {
    Action { interface: Interface::Tracking, name, need: Need::Always, values, columns }
}

const fn vault(name: &'static str, values: &'static [&'static str], columns: &'static [&'static str]) -> Action {
    Action { interface: Interface::Tracking, name, need: Need::OfVault, values, columns }
}

const fn lock(name: &'static str, values: &'static [&'static str], columns: &'static [&'static str]) -> Action {
    Action { interface: Interface::Lock, name, need: Need::Always, values, columns }
}

const fn session(name: &'static str, values: &'static [&'static str], columns: &'static [&'static str]) -> Action {
    Action { interface: Interface::Lock, name, need: Need::Maybe, values, columns }
}

const CHANGESET: &[&str] = &[
    "id",
    "name",
    "change_type",
    "direction",
    "checksum",
    "executed_at",
    "executed_by",
    "config_name",
    "cli_version",
    "status",
    "error_message",
    "duration_ms",
    "origin",
];

const NEW_CHANGESET: &[&str] =
    &["name", "change_type", "direction", "checksum", "executed_by", "config_name", "cli_version", "status", "origin"];

const NEW_EXECUTION: &[&str] = &[
    "changeset_id",
    "filepath",
    "file_type",
    "checksum",
    "cli_version",
    "status",
    "error_message",
    "skip_reason",
    "duration_ms",
    "statements_done",
    "statement_started",
    "statements_total",
    "inputs",
];

const EXECUTION: &[&str] = &[
    "id",
    "filepath",
    "file_type",
    "checksum",
    "status",
    "error_message",
    "skip_reason",
    "duration_ms",
    "statements_done",
    "statement_started",
    "statements_total",
    "inputs",
];

const FINISHED: &[&str] = &["status", "error_message", "duration_ms", "statements_done", "statement_started", "id"];

const LATEST: &[&str] = &["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"];

const IDENTITY: &[&str] =
    &["identity_hash", "email", "name", "machine", "os", "public_key", "registered_at", "last_seen_at"];

const SECRET: &[&str] = &[
    "key",
    "recipient_hash",
    "recipient_key",
    "sender_hash",
    "sender_key",
    "key_version",
    "vault_version",
    "created_at",
];

const SECRET_WITH_VALUE: &[&str] = &[
    "key",
    "encrypted_value",
    "recipient_hash",
    "recipient_key",
    "sender_hash",
    "sender_key",
    "key_version",
    "vault_version",
    "created_at",
];

const NEW_SECRET: &[&str] = &[
    "key",
    "encrypted_value",
    "recipient_hash",
    "recipient_key",
    "sender_hash",
    "sender_key",
    "key_version",
    "vault_version",
];

const STATUS: &[&str] =
    &["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"];

const FORMER: &[&str] = &["config_name", "locked_by", "locked_at", "expires_at", "reason", "expired"];

/// All actions.
pub(super) const ACTIONS: &[Action] = &[
    tracking("exists", &[], &["present", "vault"]),
    tracking("version", &[], &["id", "schema_version", "cli_version"]),
    tracking("version-insert", &["cli_version", "schema_version"], &[]),
    tracking("version-update", &["cli_version", "schema_version"], &[]),
    tracking("changeset-insert", NEW_CHANGESET, &["id"]),
    tracking("changeset-finish", &["status", "checksum", "error_message", "duration_ms", "id"], &[]),
    tracking("changeset-mark-reverted", &["name"], &[]),
    tracking("changeset-interrupt", &["error_message"], &[]),
    tracking("changeset-latest", &[], CHANGESET),
    tracking("changeset-history", &["limit"], CHANGESET),
    tracking("execution-insert", NEW_EXECUTION, &["id"]),
    tracking("execution-finish", FINISHED, &[]),
    tracking("execution-progress", &["statements_done", "statement_started", "id"], &[]),
    tracking("execution-latest", &[], LATEST),
    tracking("execution-of", &["changeset_id"], EXECUTION),
    tracking("execution-paths", &[], &["filepath"]),
    tracking("execution-rename", &["filepath", "former"], &[]),
    tracking("counts", &[], &["operations", "files"]),
    tracking("identity-upsert", &["identity_hash", "email", "name", "machine", "os", "public_key"], &[]),
    tracking("identity-list", &["limit"], IDENTITY),
    tracking("elsewhere", &[], &["schema", "table", "column"]),
    Action { need: Need::Maybe, ..tracking("turn", &[], &[]) },
    vault("vault-version", &[], &["id", "schema_version", "cli_version", "vault_version"]),
    vault("vault", &[], &["vault_id", "version"]),
    vault("vault-insert", &["vault_id", "version"], &[]),
    vault("vault-advance", &["next", "version"], &[]),
    vault("secret-list", &[], SECRET),
    vault("secret-of", &["recipient_hash"], SECRET_WITH_VALUE),
    vault("secret-insert", NEW_SECRET, &[]),
    vault("secret-delete", &["key"], &[]),
    vault("secret-delete-of", &["key", "recipient_hash"], &[]),
    lock("acquire", &["config_name", "locked_by", "reason", "timeout_ms", "token", "holder"], &[]),
    lock("renew", &["timeout_ms", "token"], &[]),
    lock("release", &["token"], &[]),
    lock("force-release", &[], &[]),
    lock("status", &[], STATUS),
    lock("status-former", &[], FORMER),
    session("session-try", &[], &["held"]),
    session("session-release", &[], &["released"]),
    session("session-end", &["session"], &["ended"]),
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const DOCUMENT: &str = include_str!("../../../../../wit/README.md");

    /// Returns the rows of a section's table: name, values, the rest.
    fn rows(section: &str) -> Vec<(String, Vec<String>, String)> {
        let section = DOCUMENT.split_once(&format!("### {section}\n")).unwrap().1;
        let section = section.split("\n#").next().unwrap();
        let row = |line: &str| {
            let mut cells = line.trim_matches('|').split('|');
            let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
            let name = names(cells.next().unwrap()).remove(0);
            (name, names(cells.next().unwrap()), cells.collect::<String>())
        };
        section.lines().filter(|line| line.starts_with("| `")).map(row).collect()
    }

    fn check(interface: Interface, section: &str) {
        let actions: Vec<_> = ACTIONS.iter().filter(|action| action.interface == interface).collect();
        let rows = rows(section);
        let names: Vec<_> = rows.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(actions.iter().map(|action| action.name).collect::<Vec<_>>(), names);
        for (action, (name, values, rest)) in actions.iter().zip(&rows) {
            assert_eq!(action.values, values, "{name}");
            assert_eq!(action.need == Need::Maybe, rest.contains("`unsupported`"), "{name}");
            // `the columns of …` are those of another row.
            let others = ["changeset-history", "secret-of", "vault-version"];
            if !others.contains(&name.as_str()) {
                let column = |column: &&str| rest.contains(&format!("`{column}`"));
                assert!(action.columns.iter().all(column), "{name}: {:?} and {rest}", action.columns);
            }
        }
    }

    #[test]
    fn the_table_is_that_of_the_interfaces_documentation() {
        check(Interface::Tracking, "tracking");
        check(Interface::Lock, "lock");
    }

    #[test]
    fn no_name_stands_twice() {
        let names: BTreeSet<_> = ACTIONS.iter().map(|action| action.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
    }
}
