//! What the host asks a dialect by name, and what it is told: the actions of `wit/README.md`, errors, tables that stand
//! elsewhere.

/// The actions of `tracking`.
pub const TRACKING: &[&str] = &[
    "exists",
    "version",
    "version-insert",
    "version-update",
    "changeset-insert",
    "changeset-finish",
    "changeset-mark-reverted",
    "changeset-interrupt",
    "changeset-latest",
    "changeset-history",
    "execution-insert",
    "execution-finish",
    "execution-progress",
    "execution-latest",
    "execution-of",
    "execution-paths",
    "execution-rename",
    "counts",
    "identity-upsert",
    "identity-list",
    "elsewhere",
    "turn",
    "vault-version",
    "vault",
    "vault-insert",
    "vault-advance",
    "secret-list",
    "secret-of",
    "secret-insert",
    "secret-delete",
    "secret-delete-of",
];

/// The actions of `lock`.
pub const LOCK: &[&str] = &[
    "acquire",
    "renew",
    "release",
    "force-release",
    "status",
    "status-former",
    "session-try",
    "session-release",
    "session-end",
];

/// Codes of servers' errors: SQLSTATEs, numbers, result codes.
pub const CODES: &[&str] = &[
    "42601", "23505", "23503", "42P01", "42P07", "42501", "55P03", "40001", "40003", "40P01", "57P01", "08006",
    "53100", "25001", "57014", "1064", "1062", "1146", "1205", "1213", "2627", "208", "1222", "5", "6", "19", "1555",
    "2067",
];

/// Wishes of a config.
pub const WISHES: &[&[(&str, &str)]] =
    &[&[], &[("lock-timeout-ms", "5000")], &[("lock-timeout-ms", "5000"), ("statement-timeout-ms", "60000")]];

/// Columns of noorm's tables, where they stand in a schema that is not theirs.
pub const FOUND: &[(&str, &str)] = &[
    ("__noorm_version__", "id"),
    ("__noorm_version__", "schema_version"),
    ("__noorm_changeset__", "id"),
    ("__noorm_changeset__", "change_type"),
    ("__noorm_executions__", "id"),
    ("__noorm_executions__", "changeset_id"),
    ("__noorm_lock__", "id"),
    ("__noorm_lock__", "token"),
    ("__noorm_identities__", "id"),
];

/// Names of databases.
pub const DATABASES: &[&str] = &["app", "App", "a\"b`c]", "app; DROP DATABASE other", ""];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_actions_are_those_of_the_interface() {
        let readme = include_str!("../../../../../wit/README.md");
        let rows = |heading: &str| -> Vec<String> {
            let (_, section) = readme.split_once(&format!("\n### {heading}\n")).unwrap();
            let section = section.split("\n#").next().unwrap();
            let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
            cells.map(str::to_owned).collect()
        };
        assert_eq!(rows("tracking"), TRACKING);
        assert_eq!(rows("lock"), LOCK);
    }
}
