//! What the server is: PostgreSQL, or a product that speaks its protocol.

use noorm_guest::dialect::exports::noorm::dialect::server::Guest;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;

/// The products whose differences matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Postgres,
    Cockroach,
    Yugabyte,
}

impl Product {
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Cockroach => "CockroachDB",
            Self::Yugabyte => "YugabyteDB",
        }
    }

    /// Whether a lock that a session takes holds against every other session, whichever node they speak to. CockroachDB
    /// has the functions and they do nothing; YugabyteDB refuses them before version 2.25, and has them per node behind
    /// a flag after it.
    pub(crate) fn has_session_locks(self) -> bool {
        self == Self::Postgres
    }

    /// Whether what a transaction changes of the schema goes when it is rolled back. CockroachDB commits before such a
    /// statement (`autocommit_before_ddl`), and before version 25 did a part of it at the commit; to YugabyteDB it is a
    /// transaction of its own, unless a flag of the server says otherwise.
    pub(crate) fn has_transactional_ddl(self) -> bool {
        self == Self::Postgres
    }
}

/// Tells the product from the facts; without any it is PostgreSQL.
pub(crate) fn product(options: &[(String, String)]) -> Product {
    let named = options.iter().find(|(name, _)| name == "product").map(|(_, value)| value.as_str());
    let all = [Product::Cockroach, Product::Yugabyte];
    all.into_iter().find(|product| Some(product.name()) == named).unwrap_or(Product::Postgres)
}

impl Guest for Dialect {
    /// Given at the login, the limits are what `RESET` goes back to.
    fn login(wishes: Vec<(String, String)>) -> Vec<(String, String)> {
        let settings = wishes.iter().filter_map(|(name, value)| {
            let setting = match name.as_str() {
                "lock-timeout-ms" => "lock_timeout",
                "statement-timeout-ms" => "statement_timeout",
                _ => return None,
            };
            // Without a unit the server reads milliseconds.
            Some(format!("-c {setting}={value}"))
        });
        let settings: Vec<String> = settings.collect();
        if settings.is_empty() { Vec::new() } else { vec![("options".to_owned(), settings.join(" "))] }
    }

    fn probe() -> String {
        "SELECT 'banner', version() UNION ALL SELECT 'session', pg_backend_pid()::text".to_owned()
    }

    fn facts(answer: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
        let value = |name: &str| answer.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let banner = value("banner").unwrap_or_default();
        if banner.contains("Redshift") {
            let what = "Amazon Redshift, whose unique keys keep nobody out: noorm's lock would hold nobody";
            return Err(Failure::Unsupported(what.to_owned()));
        }
        let product = if banner.contains("CockroachDB") {
            Product::Cockroach
        } else if banner.contains("-YB-") || banner.contains("YugabyteDB") {
            Product::Yugabyte
        } else {
            Product::Postgres
        };
        let mut facts = vec![("product".to_owned(), product.name().to_owned())];
        facts.extend(number(banner).map(|number| ("version".to_owned(), number.to_owned())));
        if banner.contains("linux") {
            facts.push(("system".to_owned(), "linux".to_owned()));
        }
        // The others make the number up, or give it to every session of a node.
        if let Some(session) = value("session").filter(|_| product == Product::Postgres) {
            facts.push(("session".to_owned(), session.to_owned()));
        }
        Ok(facts)
    }
}

/// Returns the server's major version.
pub(crate) fn version(options: &[(String, String)]) -> Option<u32> {
    let (_, version) = options.iter().find(|(name, _)| name == "version")?;
    version.split('.').next()?.parse().ok()
}

/// Returns the first word of a banner that begins like a number: `PostgreSQL 15.4 (Debian …)`, `CockroachDB CCL v23.1.11`.
fn number(banner: &str) -> Option<&str> {
    let is_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let words = banner.split_whitespace().map(|word| word.strip_prefix('v').unwrap_or(word).trim_end_matches(','));
    words.into_iter().find(|word| is_digit(word))
}
