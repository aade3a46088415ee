//! What the server is: MySQL, MariaDB, or a product that speaks their protocol; and what its sessions begin with.

use noorm_guest::dialect::exports::noorm::dialect::server::Guest;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;

/// The products whose differences matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    MySql,
    MySqlGroup,
    MySqlGalera,
    MariaDb,
    MariaDbGalera,
    TiDb,
}

impl Product {
    pub(crate) const ALL: [Self; 6] =
        [Self::MySql, Self::MySqlGroup, Self::MySqlGalera, Self::MariaDb, Self::MariaDbGalera, Self::TiDb];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MySql => "MySQL",
            Self::MySqlGroup => "MySQL Group Replication",
            Self::MySqlGalera => "MySQL Galera",
            Self::MariaDb => "MariaDB",
            Self::MariaDbGalera => "MariaDB Galera",
            Self::TiDb => "TiDB",
        }
    }

    /// Whether a lock that a session takes holds against every other session, whichever node they speak to. The nodes of
    /// Galera and of a replicating group know their own only (mariadb.com/docs/galera-cluster, "Known limitations"); older
    /// TiDB has the functions and they do nothing.
    pub(crate) fn has_session_locks(self) -> bool {
        matches!(self, Self::MySql | Self::MariaDb)
    }

    /// Whether it is a node of a cluster whose nodes certify each other's writes.
    pub(crate) fn is_galera(self) -> bool {
        matches!(self, Self::MySqlGalera | Self::MariaDbGalera)
    }

    /// Whether the number of a session is the one that the login told.
    fn has_session_numbers(self) -> bool {
        self != Self::TiDb
    }

    /// The name of the limit on the time of a statement, if there is one on every kind of statement. MySQL's and TiDB's is
    /// for queries only.
    pub(crate) fn limits_statements(self) -> bool {
        matches!(self, Self::MariaDb | Self::MariaDbGalera)
    }

    fn of(answer: &Answer<'_>) -> Self {
        let (version, comment) = (answer.get("version"), answer.get("comment").to_ascii_lowercase());
        if version.contains("TiDB") {
            Self::TiDb
        } else if version.contains("MariaDB") {
            if matches!(answer.get("galera"), "ON" | "1") { Self::MariaDbGalera } else { Self::MariaDb }
        } else if comment.contains("wsrep") || comment.contains("xtradb cluster") {
            Self::MySqlGalera
        } else if !matches!(answer.get("group"), "" | "0") {
            Self::MySqlGroup
        } else {
            Self::MySql
        }
    }
}

/// Tells the product from the facts; without any it is MySQL.
pub(crate) fn product(options: &[(String, String)]) -> Product {
    let named = fact(options, "product");
    Product::ALL.into_iter().find(|product| Some(product.name()) == named).unwrap_or(Product::MySql)
}

/// Returns a fact, or a wish.
pub(crate) fn fact<'a>(options: &'a [(String, String)], name: &str) -> Option<&'a str> {
    options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// What stands before the name of a setting in the names of the facts that tell what sessions begin with.
pub(crate) const SETTING: &str = "set.";

/// Session settings that scripts change, dumps above all. Every product has them.
const SETTINGS: &[&str] = &[
    "sql_mode",
    "time_zone",
    "character_set_client",
    "character_set_results",
    "collation_connection",
    "foreign_key_checks",
    "unique_checks",
    "sql_notes",
    "sql_safe_updates",
    "sql_select_limit",
    "group_concat_max_len",
    "default_storage_engine",
    "innodb_lock_wait_timeout",
    "lock_wait_timeout",
];

/// Settings that MySQL has since version 8; it reads the comment, and so does TiDB.
const SETTINGS_MYSQL: &[&str] = &["transaction_isolation", "transaction_read_only", "max_execution_time"];

/// Settings that MariaDB has.
const SETTINGS_MARIADB: &[&str] = &["tx_isolation", "tx_read_only", "max_statement_time"];

impl Guest for Dialect {
    fn login(_wishes: Vec<(String, String)>) -> Vec<(String, String)> {
        // The login takes no settings: they are part of `control`.
        Vec::new()
    }

    /// One round trip. What only one of the products has is in a comment that only that one reads: an unknown name would
    /// fail everything. Naming a variable also makes ProxySQL give its session to nobody else.
    fn probe() -> String {
        let about = [
            ("version", "VERSION()"),
            ("comment", "@@version_comment"),
            ("session", "CONNECTION_ID()"),
            ("database", "DATABASE()"),
            ("lower-case-table-names", "@@lower_case_table_names"),
        ];
        let about = about.map(|(name, value)| row(name, value)).into_iter();
        let both: Vec<String> = about.chain(settings(SETTINGS)).collect();
        let mysql: Vec<String> = settings(SETTINGS_MYSQL)
            .chain([row("group", "COUNT(*)")
                + " FROM information_schema.PLUGINS \
                   WHERE PLUGIN_NAME = 'group_replication' AND PLUGIN_STATUS = 'ACTIVE'"])
            .collect();
        let mariadb: Vec<String> = settings(SETTINGS_MARIADB)
            .chain([row("galera", "VARIABLE_VALUE")
                + " FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'WSREP_ON'"])
            .collect();
        format!(
            "{} /*!80000 UNION ALL {} */ /*M!100000 UNION ALL {} */",
            both.join(" UNION ALL "),
            mysql.join(" UNION ALL "),
            mariadb.join(" UNION ALL ")
        )
    }

    fn facts(answer: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
        let answer = Answer(&answer);
        let product = Product::of(&answer);
        let mut facts = vec![("product".to_owned(), product.name().to_owned())];
        let mut tell = |name: &str, value: &str| facts.push((name.to_owned(), value.to_owned()));
        if let Some(version) = version(product, answer.get("version")) {
            tell("version", version);
        }
        for name in ["database", "lower-case-table-names"] {
            if !answer.get(name).is_empty() {
                tell(name, answer.get(name));
            }
        }
        if product.has_session_numbers() && !answer.get("session").is_empty() {
            tell("session", answer.get("session"));
        }
        tell("sql-mode", answer.get("set.sql_mode"));
        if !product.limits_statements() {
            tell("ignores", "statement-timeout-ms");
        }
        for (name, value) in answer.0.iter().filter(|(name, _)| name.starts_with(SETTING)) {
            tell(name, value);
        }
        Ok(facts)
    }
}

/// What the probe brought back.
struct Answer<'a>(&'a [(String, String)]);

impl Answer<'_> {
    fn get(&self, name: &str) -> &str {
        fact(self.0, name).unwrap_or_default()
    }
}

/// The cast makes all values text of one collation, whatever each of them is.
fn row(name: &str, value: &str) -> String {
    format!("SELECT '{name}', CAST({value} AS CHAR)")
}

fn settings(names: &[&'static str]) -> impl Iterator<Item = String> {
    names.iter().map(|name| row(&format!("{SETTING}{name}"), &format!("@@SESSION.{name}")))
}

/// Returns the number in `8.0.36-log`, `10.11.19-MariaDB-0+deb12u1`, and the last one in `8.0.11-TiDB-v7.5.0`.
fn version(product: Product, banner: &str) -> Option<&str> {
    let banner = match product {
        Product::TiDb => banner.rsplit("-v").next()?,
        _ => banner,
    };
    let version = banner.split('-').next()?;
    version.starts_with(|c: char| c.is_ascii_digit()).then_some(version)
}
