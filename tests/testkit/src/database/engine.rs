//! The engines that the suites run on, and where their servers are.

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// A file in the project folder.
    Sqlite,
    /// A server that `tests/databases/postgres` brings up.
    Postgres,
    /// A server that `tests/databases/mariadb` brings up.
    Mariadb,
    /// A server that somebody else has brought up: MySQL 8, or an engine that is compatible with it.
    Mysql,
    /// A server that somebody else has brought up: SQL Server, or an engine that is compatible with it.
    Mssql,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Self; 5] = [Self::Sqlite, Self::Postgres, Self::Mariadb, Self::Mysql, Self::Mssql];

    /// Returns its name for machines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
            Self::Mysql => "mysql",
            Self::Mssql => "mssql",
        }
    }

    /// Returns its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mariadb => "MariaDB",
            Self::Mysql => "MySQL",
            Self::Mssql => "SQL Server",
        }
    }

    /// Returns the dialect's name in a config.
    pub fn dialect(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb | Self::Mysql => "mysql",
            Self::Mssql => "mssql",
        }
    }

    /// Returns the variable that names its server.
    pub fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("NOORM_TEST_POSTGRES_URL"),
            Self::Mariadb => Some("NOORM_TEST_MARIADB_URL"),
            Self::Mysql => Some("NOORM_TEST_MYSQL_URL"),
            Self::Mssql => Some("NOORM_TEST_MSSQL_URL"),
        }
    }

    /// Whether tests do without it where no variable names one: it cannot be installed everywhere.
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Mysql | Self::Mssql)
    }

    /// Returns the URL of the server, if a variable names one.
    pub fn url(self) -> Option<String> {
        std::env::var(self.variable()?).ok().filter(|url| !url.is_empty())
    }

    /// Returns the URL of the server, which has to be there.
    pub(crate) fn server(self) -> String {
        let variable = self.variable().expect("a file is on no server");
        let script = match self {
            Self::Postgres => "tests/databases/postgres up -c fsync=off",
            Self::Mariadb => "tests/databases/mariadb up --sync-binlog=0",
            _ => "tests/tds/README.md tells how to name one",
        };
        self.url().unwrap_or_else(|| {
            panic!("{variable} is not set: run `tests/all`, or name a server before `cargo test`: {script}")
        })
    }
}
