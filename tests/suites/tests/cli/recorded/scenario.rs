//! What is done with noorm while it is recorded, and when that is played: the same, with the same outcome.

use noorm_testkit::Sandbox;

/// The database that scenarios make and drop: its name is part of what noorm sends.
pub(super) const DATABASE: &str = "noorm_recorded";

/// Commands, and what has to come of them.
pub(super) struct Scenario {
    /// What its recording is called.
    pub(super) name: &'static str,
    /// Runs the commands in a project whose active config points at the recorder or the player.
    pub(super) run: fn(&Sandbox),
}

/// Every scenario.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario { name: "build", run: build },
    Scenario { name: "changes", run: changes },
    Scenario { name: "failures", run: failures },
    Scenario { name: "lock", run: lock },
];

/// Makes a project whose active config is a database behind a port of this machine.
pub(super) fn sandbox(port: u16, user: &str, password: &str, database: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("SERVER_PASSWORD", password);
    sandbox.noorm("init").expect_success();
    let server = format!("--dialect mssql --host 127.0.0.1 --port {port}");
    let login = format!("--database {database} --user {user} --password-env SERVER_PASSWORD");
    sandbox.noorm(&format!("config add main {server} {login}")).expect_success();
    sandbox.noorm("config use main").expect_success();
    sandbox
}

fn in_database(sandbox: &Sandbox, work: impl Fn(&Sandbox)) {
    sandbox.noorm("db create").expect_success();
    work(sandbox);
    sandbox.noorm("db destroy").expect_success();
}

fn build(sandbox: &Sandbox) {
    in_database(sandbox, |sandbox| {
        sandbox.write("schema/001_users.sql", "CREATE TABLE users (id INT PRIMARY KEY, name NVARCHAR(50));\nGO\n");
        sandbox.write(
            "schema/002_seed.sql.j2",
            "{% for user in users %}INSERT INTO users VALUES ({{ quote(user.id) }}, {{ quote(user.name) }});\n{% endfor %}",
        );
        sandbox.write("schema/users.yaml", "- {id: 1, name: O'Neil}\n- {id: 2, name: Zoë}\n");
        sandbox.write(
            "schema/003_view.sql",
            "CREATE VIEW names AS SELECT name FROM users;\nGO\nCREATE PROCEDURE greet AS PRINT N'hello';\nGO\nEXEC greet\nGO 2\n",
        );
        sandbox.noorm("run build --dry-run").expect_success().expect_stdout("schema/002_seed.sql.j2");
        sandbox.noorm("run build").expect_success().expect_stdout("3 files ran");
        sandbox.noorm("run build").expect_success().expect_stdout("nothing to do: 3 files unchanged");
        sandbox.write("schema/002_seed.sql.j2", "INSERT INTO users VALUES (3, {{ quote('Ann') }});\n");
        sandbox.noorm("run build").expect_success().expect_stdout("1 file ran, 2 files unchanged");
    });
}

fn write_changeset(sandbox: &Sandbox, name: &str, change: &str, revert: &str) {
    sandbox.write(&format!("changesets/{name}/change/001.sql"), change);
    sandbox.write(&format!("changesets/{name}/revert/001.sql"), revert);
}

fn changes(sandbox: &Sandbox) {
    in_database(sandbox, |sandbox| {
        write_changeset(sandbox, "2026-01-01_a", "CREATE TABLE a (id INT);\n", "DROP TABLE a;\n");
        let column = "ALTER TABLE a ADD name NVARCHAR(20) NULL;\nGO\nINSERT INTO a VALUES (1, N'x');\n";
        write_changeset(sandbox, "2026-01-02_b", column, "ALTER TABLE a DROP COLUMN name;\n");
        sandbox.noorm("change list").expect_success().expect_stdout("pending");
        sandbox.noorm("change ff").expect_success().expect_stdout("applied 2 changesets");
        sandbox.noorm("change ff").expect_success().expect_stdout("nothing to do");
        sandbox.noorm("change revert 2026-01-02_b").expect_success().expect_stdout("reverted 1 changeset");
        sandbox.noorm("change list --json").expect_success().expect_stdout("reverted");
        sandbox.noorm("change next").expect_success().expect_stdout("applied 1 changeset");
        sandbox.noorm("change history").expect_success().expect_stdout("2026-01-02_b");
    });
}

fn failures(sandbox: &Sandbox) {
    in_database(sandbox, |sandbox| {
        sandbox.write("schema/001.sql", "CREATE TABLE a (id INT PRIMARY KEY);\nGO\n");
        sandbox.write("schema/002.sql", "INSERT INTO a VALUES (1);\nGO\n\nINSERT INTO a VALUES (1);\n");
        sandbox.noorm("run build").expect_code(3).expect_stderr("schema/002.sql:4");
        sandbox.write("schema/002.sql", "INSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);\n");
        sandbox.noorm("run build").expect_code(1).expect_stderr("schema/002.sql:2").expect_stderr("nowhere");
        sandbox.write("schema/002.sql", "-- noorm: no-transaction\nINSERT INTO a VALUES (1);\nGO\nSELECT 1 / 0;\n");
        sandbox.noorm("run build").expect_code(3).expect_stderr("schema/002.sql:4");
        sandbox.write("schema/002.sql", "-- noorm: no-transaction\nINSERT INTO a VALUES (1);\nGO\nSELECT 1 / 1;\n");
        sandbox.noorm("run build").expect_success();
    });
}

fn lock(sandbox: &Sandbox) {
    in_database(sandbox, |sandbox| {
        sandbox.write("schema/001.sql", "CREATE TABLE a (id INT);\n");
        sandbox.noorm("lock status").expect_success().expect_stdout("not locked");
        sandbox.noorm("lock acquire --reason lunch").expect_success();
        sandbox.noorm("lock status").expect_success().expect_stdout("lunch");
        sandbox.noorm("run build").expect_code(4).expect_stderr("Ada Lovelace");
        sandbox.noorm("lock release --yes").expect_success();
        sandbox.noorm("run build").expect_success();
    });
}
