//! A connection as a URL, such as `postgres://deploy@db.example.com:5432/shop?sslmode=verify-full`.
//!
//! The scheme is the name of a dialect, or begins with it (`postgresql`). Nothing here quotes the URL in an error: it may have
//! a password. Parameters are those that the databases' own tools have and a config has a field for; another one is an error,
//! because whoever wrote it would believe in it.

use percent_encoding::percent_decode_str;
use url::Url;

use super::{ConfigError, ConnectionConfig, Ssl, SslConfig};

/// Reads a URL. `is_file` tells whether the databases of a dialect are files: then the rest of the URL is the file's name.
pub fn read(text: &str, dialects: &[String], is_file: impl Fn(&str) -> bool) -> Result<ConnectionConfig, ConfigError> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once(':') else {
        return Err(wrong("it is none: it begins with a dialect, such as `postgres://host/database`"));
    };
    let dialect = dialect(&scheme.to_ascii_lowercase(), dialects)?;
    let mut connection = ConnectionConfig { dialect, ..ConnectionConfig::default() };
    if is_file(&connection.dialect) {
        let file = rest.strip_prefix("//").unwrap_or(rest);
        if file.is_empty() || file.contains('?') {
            return Err(wrong("a database that is a file is written `dialect:file`, without parameters"));
        }
        connection.filename = Some(decoded(file)?);
        return Ok(connection);
    }
    let escaped =
        "special characters in a user or password have to be escaped, such as `%40` for `@` and `%2F` for `/`";
    let url = Url::parse(text).map_err(|error| wrong(format!("{error}; {escaped}")))?;
    if !rest.starts_with("//") {
        return Err(wrong("it has no `//` before the host"));
    }
    let text = |part: &str| if part.is_empty() { Ok(None) } else { decoded(part).map(Some) };
    connection.host = text(url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']'))?;
    connection.port = url.port();
    connection.user = text(url.username())?;
    connection.password = text(url.password().unwrap_or_default())?;
    connection.database = text(url.path().trim_start_matches('/'))?.unwrap_or_default();
    for (name, value) in url.query_pairs() {
        parameter(&mut connection, &name, &value)?;
    }
    Ok(connection)
}

/// Whether a URL has a password in it.
pub fn has_password(text: &str) -> bool {
    Url::parse(text.trim()).is_ok_and(|url| url.password().is_some())
}

fn dialect(scheme: &str, dialects: &[String]) -> Result<String, ConfigError> {
    if let Some(known) = dialects.iter().find(|known| *known == scheme) {
        return Ok(known.clone());
    }
    let mut alike = dialects.iter().filter(|known| scheme.starts_with(known.as_str()));
    match (alike.next(), alike.next()) {
        (Some(known), None) => Ok(known.clone()),
        _ => Err(wrong(format!("`{scheme}` is not a dialect; there are {}", dialects.join(", ")))),
    }
}

fn parameter(connection: &mut ConnectionConfig, name: &str, value: &str) -> Result<(), ConfigError> {
    let text = || Some(value.to_owned());
    match name {
        "sslmode" | "ssl-mode" | "ssl" | "tls" => mode(connection, name, value)?,
        "sslrootcert" | "ssl-ca" => details(connection).ca = text(),
        "sslcert" | "ssl-cert" => details(connection).cert = text(),
        "sslkey" | "ssl-key" => details(connection).key = text(),
        "host" => connection.host = text(),
        "user" => connection.user = text(),
        "password" => connection.password = text(),
        "port" => {
            let port = value.parse().ok().filter(|port| *port > 0);
            let wrong =
                || ConfigError::new("connection.port", format!("`{value}` is not a port: a number from 1 to 65535"));
            connection.port = Some(port.ok_or_else(wrong)?);
        }
        "connect_timeout" => {
            let seconds = value.parse::<u64>().ok().filter(|seconds| *seconds > 0);
            let wrong =
                || ConfigError::new("connection.connectTimeoutMs", format!("`{value}` is not a number of seconds"));
            connection.connect_timeout_ms = Some(seconds.ok_or_else(wrong)?.saturating_mul(1000));
        }
        _ => {
            let known = "ssl, sslmode, sslrootcert, sslcert, sslkey, host, port, user, connect_timeout";
            return Err(wrong(format!("no field is set by the parameter `{name}`; known are {known}")));
        }
    }
    Ok(())
}

/// How the transport is encrypted, in the words of the databases' own tools. What may be encrypted and may be not is neither:
/// somebody in between could choose.
fn mode(connection: &mut ConnectionConfig, name: &str, value: &str) -> Result<(), ConfigError> {
    match value.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" | "false" | "0" => connection.ssl = Some(Ssl::Flag(false)),
        "require" | "required" => details(connection).reject_unauthorized = Some(false),
        "verify-ca" | "verify-full" | "verify-identity" | "true" | "1" => {
            if connection.ssl.is_none() {
                connection.ssl = Some(Ssl::Flag(true));
            }
        }
        "allow" | "prefer" | "preferred" => {
            let message = format!(
                "`{name}={value}` would let whoever is in between decide; choose `require`, `verify-full` or `disable`"
            );
            return Err(ConfigError::new("connection.ssl", message));
        }
        _ => return Err(ConfigError::new("connection.ssl", format!("`{name}` cannot be `{value}`"))),
    }
    Ok(())
}

fn details(connection: &mut ConnectionConfig) -> &mut SslConfig {
    if !matches!(connection.ssl, Some(Ssl::Custom(_))) {
        connection.ssl = Some(Ssl::Custom(SslConfig::default()));
    }
    match &mut connection.ssl {
        Some(Ssl::Custom(details)) => details,
        _ => unreachable!("it was just made one"),
    }
}

fn decoded(part: &str) -> Result<String, ConfigError> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| wrong("what is escaped in it is not UTF-8"))?;
    Ok(text.into_owned())
}

fn wrong(message: impl Into<String>) -> ConfigError {
    ConfigError::new("connection", format!("the URL cannot be used: {}", message.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<ConnectionConfig, ConfigError> {
        let dialects = ["file", "postgres"].map(str::to_owned);
        read(text, &dialects, |dialect| dialect == "file")
    }

    /// `expected` is the connection as JSON, or a part of the error.
    fn check(text: &str, expected: &str) {
        let found = match parsed(text) {
            Ok(connection) => serde_json::to_string(&connection).expect("JSON"),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{text}: {found}");
    }

    #[test]
    fn a_url_becomes_a_connection() {
        check(
            "postgresql://ann:p%40ss@db.example.com:5433/my%20shop?connect_timeout=2",
            r#"{"dialect":"postgres","host":"db.example.com","port":5433,"database":"my shop","user":"ann","password":"p@ss","connectTimeoutMs":2000}"#,
        );
        check("postgres://%2Frun%2Fpg/shop", r#""host":"/run/pg","database":"shop""#);
        check("postgres:///shop?host=/run/pg&port=6", r#""host":"/run/pg","port":6,"database":"shop""#);
        check("postgres://[::1]/shop", r#""host":"::1""#);
        check("file:app.db", r#"{"dialect":"file","database":"","filename":"app.db"}"#);
        check("file:///data/app.db", r#""filename":"/data/app.db""#);
    }

    #[test]
    fn encryption_is_said_in_the_words_of_the_databases() {
        check("postgres://h/d?sslmode=disable", r#""ssl":false"#);
        check("postgres://h/d?sslmode=require", r#""ssl":{"rejectUnauthorized":false}"#);
        check("postgres://h/d?ssl-mode=VERIFY_IDENTITY", r#""ssl":true"#);
        check("postgres://h/d?sslrootcert=ca.pem&sslmode=verify-full", r#""ssl":{"ca":"ca.pem"}"#);
        check("postgres://h/d?sslmode=prefer", "connection.ssl");
        check("postgres://h/d?sslmode=maybe", "connection.ssl");
    }

    #[test]
    fn what_cannot_be_used_is_said_without_the_password() {
        check("nothing", "begins with a dialect");
        check("oracle://h/d", "`oracle` is not a dialect; there are file, postgres");
        check("postgres://h/d?application_name=x", "`application_name`");
        check("postgres://h/d?port=x", "connection.port");
        check("postgres:h", "no `//`");
        check("file:", "dialect:file");
        for text in
            ["postgres://ann:hunter2@h:port/d", "postgres://ann:hunter2/x@h/d", "postgres://ann:hunter2@h/d?a=b"]
        {
            let error = parsed(text).expect_err("no connection").to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_noticed() {
        assert!(has_password("postgres://ann:pw@h/d") && has_password("postgres://:pw@h/d"));
        assert!(!has_password("postgres://ann@h/d") && !has_password("file:a"));
    }
}
