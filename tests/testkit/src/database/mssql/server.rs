//! A SQL Server, as its URL names it, and what it answers.

use std::time::Duration;

use tiberius::{AuthMethod, Client, ColumnData, Config, EncryptionLevel};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};

const FORM: &str = "mssql://user:password@host:port/database?encrypt=false|true|trust";

/// Where it is, and who logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) database: String,
    pub(super) encryption: Encryption,
}

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Not at all.
    Off,
    /// By a server that proves who it is.
    On,
    /// By whoever answers.
    Trusting,
}

impl Encryption {
    /// Returns the flag of `config add`.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Self::Off => "",
            Self::On => "--ssl",
            Self::Trusting => "--ssl-no-verify",
        }
    }
}

impl Server {
    /// Reads a URL.
    #[track_caller]
    pub(super) fn of(url: &str) -> Self {
        // The URL holds a password, and is not shown.
        Self::parse(url).unwrap_or_else(|| panic!("the URL of SQL Server is not {FORM}"))
    }

    fn parse(url: &str) -> Option<Self> {
        // A password may hold an `@`; what is behind the last one holds none.
        let (login, place) = url.strip_prefix("mssql://")?.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        let (address, rest) = place.split_once('/')?;
        let (host, port) = address.rsplit_once(':')?;
        let (database, options) = rest.split_once('?').unwrap_or((rest, ""));
        let encryption = match options {
            "encrypt=false" | "" => Encryption::Off,
            "encrypt=true" => Encryption::On,
            "encrypt=trust" => Encryption::Trusting,
            _ => return None,
        };
        Some(Self {
            host: host.to_owned(),
            port: port.parse().ok()?,
            user: decoded(user)?,
            password: decoded(password)?,
            database: database.to_owned(),
            encryption,
        })
    }

    /// Returns the same server with another database.
    pub(super) fn in_database(&self, name: &str) -> Self {
        Self { database: name.to_owned(), ..self.clone() }
    }

    /// Returns the rows of all batches as text; NULL is `NULL`.
    #[track_caller]
    pub(super) fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        self.try_rows(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Returns the rows of all batches, or what the server says against the first that fails.
    pub(super) fn try_rows(&self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer: tiberius::Result<Vec<tiberius::Row>> = runtime.block_on(async {
            let mut client = self.connect().await?;
            let mut rows = Vec::new();
            for batch in batches(sql) {
                // An error comes at the end of an answer, which is read to there.
                rows.extend(client.simple_query(batch).await?.into_results().await?.into_iter().flatten());
            }
            client.close().await?;
            Ok(rows)
        });
        let rows = answer.map_err(|error| error.to_string())?;
        Ok(rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect())
    }

    /// Runs a batch, and goes away without a word after a while.
    pub(super) fn abandon(&self, batch: &str, after: Duration) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer: tiberius::Result<()> = runtime.block_on(async {
            let mut client = self.connect().await?;
            let run = async { client.simple_query(batch).await?.into_results().await.map(drop) };
            match tokio::time::timeout(after, run).await {
                Ok(ended) => ended,
                Err(_) => Ok(()),
            }
        });
        answer.map_err(|error| error.to_string())
    }

    async fn connect(&self) -> tiberius::Result<Client<Compat<TcpStream>>> {
        let config = self.config();
        let socket = TcpStream::connect(config.get_addr()).await?;
        socket.set_nodelay(true)?;
        Client::connect(config, socket.compat_write()).await
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.host(&self.host);
        config.port(self.port);
        config.authentication(AuthMethod::sql_server(&self.user, &self.password));
        if !self.database.is_empty() {
            config.database(&self.database);
        }
        match self.encryption {
            Encryption::Off => config.encryption(EncryptionLevel::NotSupported),
            Encryption::On => config.encryption(EncryptionLevel::Required),
            Encryption::Trusting => {
                config.encryption(EncryptionLevel::Required);
                config.trust_cert();
            }
        }
        // Making a database takes its time.
        config.command_timeout(None);
        config
    }
}

/// Cuts a script where a line says `GO`, as the server's own client does; the test kit's scripts have no other.
fn batches(sql: &str) -> Vec<String> {
    let mut batches = vec![String::new()];
    for line in sql.lines() {
        if line.trim().eq_ignore_ascii_case("GO") {
            batches.push(String::new());
        } else if let Some(last) = batches.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    batches.retain(|batch| !batch.trim().is_empty());
    batches
}

fn text(value: ColumnData<'_>) -> String {
    let or_null = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
    or_null(match value {
        ColumnData::U8(value) => value.map(|value| value.to_string()),
        ColumnData::I16(value) => value.map(|value| value.to_string()),
        ColumnData::I32(value) => value.map(|value| value.to_string()),
        ColumnData::I64(value) => value.map(|value| value.to_string()),
        ColumnData::F32(value) => value.map(|value| value.to_string()),
        ColumnData::F64(value) => value.map(|value| value.to_string()),
        ColumnData::Bit(value) => value.map(|value| u8::from(value).to_string()),
        ColumnData::String(value) => value.map(|value| value.into_owned()),
        ColumnData::Numeric(value) => value.map(|value| value.to_string()),
        ColumnData::Binary(value) => value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        // Instants and the rarer types are only compared with themselves.
        other => Some(format!("{other:?}")),
    })
}

fn decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        let server = Server::parse("mssql://sa:p%40ss@db:1433/shop?encrypt=trust").unwrap();
        let expected = Server {
            host: "db".to_owned(),
            port: 1433,
            user: "sa".to_owned(),
            password: "p@ss".to_owned(),
            database: "shop".to_owned(),
            encryption: Encryption::Trusting,
        };
        assert_eq!(server, expected);
        for url in ["postgres://a:b@c:1/d", "mssql://c:1/d", "mssql://a:b@c/d", "mssql://a:b@c:1/d?encrypt=strict"] {
            assert_eq!(Server::parse(url), None, "{url}");
        }
    }

    #[test]
    fn a_line_go_ends_a_batch() {
        assert_eq!(batches("SELECT 1\nGO\n\n go \nSELECT 2"), ["SELECT 1\n", "SELECT 2\n"]);
        assert!(batches("GO\n").is_empty());
    }

    #[test]
    fn values_are_text() {
        let check = |value: ColumnData<'_>, expected: &str| assert_eq!(text(value), expected);
        check(ColumnData::I32(Some(-7)), "-7");
        check(ColumnData::I64(None), "NULL");
        check(ColumnData::Bit(Some(true)), "1");
        check(ColumnData::String(Some("é".into())), "é");
    }
}
