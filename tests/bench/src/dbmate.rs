//! dbmate in a sandbox of its own. `DBMATE` names its program.

use std::process::Command;

use noorm_testkit::{Address, Database, Engine, Sandbox};

/// An empty database and the folder that holds the migrations for it.
pub(crate) struct Dbmate {
    pub(crate) sandbox: Sandbox,
    pub(crate) database: Database,
}

impl Dbmate {
    /// Makes the database and the folder.
    pub(crate) fn new(engine: Engine) -> Self {
        let sandbox = Sandbox::new();
        let database = Database::create(engine, sandbox.project().join("app.db"));
        Self { sandbox, database }
    }

    /// Returns the command that applies everything, without the dump of the schema, which noorm does not make either.
    pub(crate) fn up(&self) -> Command {
        let url = match self.database.address() {
            None => "sqlite:app.db".to_owned(),
            Some(Address { dialect, host, port, database, user, password, .. }) => {
                let options = if dialect == "postgres" { "?sslmode=disable" } else { "" };
                format!("{dialect}://{user}:{password}@{host}:{port}/{database}{options}")
            }
        };
        let program = std::env::var_os("DBMATE").expect("DBMATE names dbmate's program; tests/bench/run sets it");
        let mut command = Command::new(program);
        command.args(["--no-dump-schema", "--url", &url, "up"]);
        command.current_dir(self.sandbox.project()).env_clear().env("HOME", self.sandbox.home());
        command
    }
}
