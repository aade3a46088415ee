//! Where a config's database is, and what the config wishes of its sessions. It connects to nothing.

use std::path::Path;

use noorm_core::config::{self, ConnectionConfig};
use noorm_core::secret::Secret;
use noorm_driver::{Ssl, Target};
use noorm_plugin_host::Facts;

use crate::workbench::Workbench;

/// A database to connect to.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    /// Where it is.
    pub(crate) target: Target,
    /// What its sessions should respect, in the words of `wit/README.md`.
    pub(crate) wishes: Facts,
    /// How many connections may be open at a time.
    connections: u32,
}

impl Destination {
    /// Returns the database of the active config.
    pub(crate) fn of(bench: &Workbench) -> Self {
        let connection = &bench.active.config.connection;
        let wish = |name: &str, value: Option<u64>| value.map(|value| (name.to_owned(), value.to_string()));
        let wishes = [
            wish("lock-timeout-ms", connection.lock_timeout_ms),
            wish("statement-timeout-ms", connection.statement_timeout_ms),
        ];
        let connections = connection.pool.as_ref().and_then(|pool| pool.max).unwrap_or(u32::MAX);
        Self { target: target(bench), wishes: wishes.into_iter().flatten().collect(), connections }
    }

    /// Another database of the same server.
    pub(crate) fn sibling(mut self, database: &str) -> Self {
        database.clone_into(&mut self.target.database);
        self
    }

    /// Whether one connection is all that there may be.
    pub(crate) fn is_single(&self) -> bool {
        self.connections < 2
    }

    /// The same, if it exists: a database that is a file is not made.
    pub(crate) fn existing(mut self) -> Self {
        self.target.create = false;
        self
    }
}

fn target(bench: &Workbench) -> Target {
    let connection = &bench.active.config.connection;
    let root = bench.files.root();
    let mut target = Target::new(bench.dialect.driver());
    target.host.clone_from(&connection.host);
    target.port = connection.port;
    target.database.clone_from(&connection.database);
    let file = connection.filename.as_ref().unwrap_or(&connection.database);
    target.filename = (!file.is_empty()).then(|| root.join(file));
    target.user.clone_from(&connection.user);
    target.password = connection.password.clone().map(Secret::new);
    target.ssl = ssl(connection, root);
    if let Some(limit) = connection.connect_timeout_ms {
        target.connect_timeout_ms = limit;
    }
    target
}

fn ssl(connection: &ConnectionConfig, root: &Path) -> Ssl {
    match &connection.ssl {
        None | Some(config::Ssl::Flag(false)) => Ssl::Off,
        Some(config::Ssl::Flag(true)) => Ssl::On,
        Some(config::Ssl::Custom(custom)) => {
            let file = |name: &Option<String>| name.as_ref().map(|name| root.join(name));
            Ssl::Custom {
                ca: file(&custom.ca),
                cert: file(&custom.cert),
                key: file(&custom.key),
                reject_unauthorized: custom.reject_unauthorized.unwrap_or(true),
            }
        }
    }
}
