//! What the server is: SQL Server, one of its kin in Azure, or a product that speaks their protocol.

use noorm_guest::dialect::exports::noorm::dialect::server::Guest;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;

/// The products whose differences matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    SqlServer,
    ManagedInstance,
    AzureSql,
    Babelfish,
    /// Something else that speaks the protocol: nothing is taken for granted.
    Other,
}

impl Product {
    pub(crate) const ALL: [Self; 5] =
        [Self::SqlServer, Self::ManagedInstance, Self::AzureSql, Self::Babelfish, Self::Other];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SqlServer => "SQL Server",
            Self::ManagedInstance => "Azure SQL Managed Instance",
            Self::AzureSql => "Azure SQL Database",
            Self::Babelfish => "Babelfish for PostgreSQL",
            Self::Other => "a product compatible with SQL Server",
        }
    }

    /// Whether it is known what the product can do: that the locks of a session hold against all others, that DDL takes part
    /// in transactions, that texts can be told to compare exactly. An unknown one may have the words and do nothing.
    pub(crate) fn is_known(self) -> bool {
        self != Self::Other
    }

    /// Whether the product is Microsoft's own, with every setting that a session has there.
    pub(crate) fn is_microsofts(self) -> bool {
        matches!(self, Self::SqlServer | Self::ManagedInstance | Self::AzureSql)
    }

    /// Whether a name may begin with any database. Where none may, a session stays in its database anyway, or a script that
    /// leaves it with `USE` and does not come back fails.
    pub(crate) fn has_database_names(self) -> bool {
        matches!(self, Self::SqlServer | Self::ManagedInstance)
    }

    /// Tells it from the banner and the number that the server gives to its kind
    /// (learn.microsoft.com/sql/t-sql/functions/serverproperty-transact-sql, `EngineEdition`).
    fn of(answer: &[(String, String)]) -> Result<Self, Failure> {
        let get = |name| fact(answer, name).unwrap_or_default();
        let (banner, kind) = (get("banner"), get("kind"));
        if !get("babelfish").is_empty() || banner.contains("Babelfish") {
            return Ok(Self::Babelfish);
        }
        if banner.contains("Data Warehouse") || matches!(kind, "6" | "11") {
            return Err(Failure::Unsupported(WAREHOUSE.to_owned()));
        }
        Ok(match kind {
            _ if !banner.starts_with("Microsoft ") => Self::Other,
            "1" | "2" | "3" | "4" | "9" => Self::SqlServer,
            "5" | "12" => Self::AzureSql,
            "8" => Self::ManagedInstance,
            _ => Self::Other,
        })
    }
}

/// Azure Synapse Analytics and the warehouses of Microsoft Fabric
/// (learn.microsoft.com/azure/synapse-analytics/sql-data-warehouse/sql-data-warehouse-table-constraints).
const WAREHOUSE: &str =
    "a data warehouse in Azure, whose keys let a row be there twice: two runs could not be kept apart";

/// Tells the product from the facts; without any it is SQL Server.
pub(crate) fn product(options: &[(String, String)]) -> Product {
    let named = fact(options, "product");
    Product::ALL.into_iter().find(|product| Some(product.name()) == named).unwrap_or(Product::SqlServer)
}

/// Returns a fact, or a wish.
pub(crate) fn fact<'a>(options: &'a [(String, String)], name: &str) -> Option<&'a str> {
    options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// What the server is asked, by the names of the answers. A property that a server does not know is null.
const QUESTIONS: &[(&str, &str)] = &[
    ("banner", "@@VERSION"),
    ("version", "SERVERPROPERTY('ProductVersion')"),
    ("kind", "SERVERPROPERTY('EngineEdition')"),
    ("babelfish", "SERVERPROPERTY('babelfishversion')"),
    ("session", "@@SPID"),
    ("database", "DB_NAME()"),
];

impl Guest for Dialect {
    fn login(_wishes: Vec<(String, String)>) -> Vec<(String, String)> {
        // The login takes no settings: they are part of `control`.
        Vec::new()
    }

    fn probe() -> String {
        let rows = QUESTIONS.iter().map(|(name, value)| format!("SELECT N'{name}', CAST({value} AS NVARCHAR(4000))"));
        rows.collect::<Vec<_>>().join(" UNION ALL ")
    }

    fn facts(answer: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
        let product = Product::of(&answer)?;
        let mut facts = vec![("product".to_owned(), product.name().to_owned())];
        let told = |name| fact(&answer, name).filter(|value| !value.is_empty());
        let version = if product == Product::Babelfish { told("babelfish") } else { told("version") };
        facts.extend(version.map(|version| ("version".to_owned(), version.to_owned())));
        facts.extend(told("database").map(|name| ("database".to_owned(), name.to_owned())));
        // The others may make the number up.
        if let Some(session) = told("session").filter(|_| product.is_microsofts()) {
            facts.push(("session".to_owned(), session.to_owned()));
        }
        facts.push(("ignores".to_owned(), "statement-timeout-ms".to_owned()));
        Ok(facts)
    }
}
