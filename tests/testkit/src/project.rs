//! A sandbox with an initialised project and a config that points at a database of its own.

use std::ops::{Deref, DerefMut};

use crate::{Address, Database, Engine, Output, Sandbox};

/// The variable that hands the server's password to `config add`.
const PASSWORD: &str = "TEST_DATABASE_PASSWORD";

/// An initialised project whose active config, `main`, is an empty database.
pub struct Project {
    sandbox: Sandbox,
    /// The database that `main` points at.
    pub database: Database,
}

impl Project {
    /// Makes the project the way a user does: `init`, then `config add`.
    pub fn new(engine: Engine) -> Self {
        let mut sandbox = Sandbox::new();
        let database = Database::create(engine, sandbox.project().join("app.db"));
        if let Some(address) = database.address() {
            sandbox.set_env(PASSWORD, address.password);
            sandbox.hide(address.database, "[database]");
            sandbox.hide(address.port.to_string(), "[port]");
        }
        sandbox.noorm("init").expect_success();
        let project = Self { sandbox, database };
        project.add_config("main", "").expect_success();
        project
    }

    /// Adds one more config for the same database, with further flags.
    pub fn add_config(&self, name: &str, flags: &str) -> Output {
        self.noorm(&format!("config add {name} {} {flags}", self.connection("")))
    }

    /// Adds a config for a database that does not exist, on the same server or in the same folder.
    pub fn add_config_of_missing(&self, name: &str) -> Output {
        self.noorm(&format!("config add {name} {}", self.connection("_missing")))
    }

    /// The flags that name this project's database, or another one whose name has `suffix` behind it.
    fn connection(&self, suffix: &str) -> String {
        match self.database.address() {
            None => format!("--dialect sqlite --filename app.db{suffix}"),
            Some(Address { dialect, host, port, database, user, ssl, .. }) => format!(
                "--dialect {dialect} --host {host} --port {port} --database {database}{suffix} --user {user} \
                 --password-env {PASSWORD} {ssl}"
            ),
        }
    }

    /// Returns the rows of a query as text.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        self.database.query(sql)
    }

    /// Returns the one value of a query as text.
    #[track_caller]
    pub fn value(&self, sql: &str) -> String {
        let rows = self.query(sql);
        assert!(rows.len() == 1 && rows[0].len() == 1, "{sql}: not one value but {rows:?}");
        rows[0][0].clone()
    }

    /// Writes a changeset with one file to apply and one to revert it.
    pub fn write_changeset(&self, name: &str, change: &str, revert: &str) {
        self.write(&format!("changesets/{name}/change/001.sql"), change);
        self.write(&format!("changesets/{name}/revert/001.sql"), revert);
    }
}

impl Deref for Project {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl DerefMut for Project {
    fn deref_mut(&mut self) -> &mut Sandbox {
        &mut self.sandbox
    }
}
