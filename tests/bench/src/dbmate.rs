//! dbmate in a sandbox of its own. `DBMATE` names its program.

use std::process::Command;

use noorm_testkit::{Database, Engine, PostgresDatabase, Sandbox, SqliteFile};

/// An empty database and the folder that holds the migrations for it.
pub(crate) struct Dbmate {
    pub(crate) sandbox: Sandbox,
    pub(crate) database: Database,
}

impl Dbmate {
    /// Makes the database and the folder.
    pub(crate) fn new(engine: Engine) -> Self {
        let sandbox = Sandbox::new();
        let database = match engine {
            Engine::Sqlite => Database::Sqlite(SqliteFile::new(sandbox.project().join("app.db"))),
            Engine::Postgres => Database::Postgres(PostgresDatabase::create()),
        };
        Self { sandbox, database }
    }

    /// Returns the command that applies everything, without the dump of the schema, which noorm does not make either.
    pub(crate) fn up(&self) -> Command {
        let url = match &self.database {
            Database::Sqlite(_) => "sqlite:app.db".to_owned(),
            Database::Postgres(postgres) => format!(
                "postgres://{}:{}@{}:{}/{}?sslmode=disable",
                postgres.user(),
                postgres.password(),
                postgres.host(),
                postgres.port(),
                postgres.name(),
            ),
        };
        let program = std::env::var_os("DBMATE").expect("DBMATE names dbmate's program; tests/bench/run sets it");
        let mut command = Command::new(program);
        command.args(["--no-dump-schema", "--url", &url, "up"]);
        command.current_dir(self.sandbox.project()).env_clear().env("HOME", self.sandbox.home());
        command
    }
}
