//! A database's own client: it runs the script that noorm runs, and tells what is in a database afterwards. What the two
//! make of one script has to be the same.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Address, Database, SqliteFile};

const NO_CLIENT: &str = "no distribution has a client of SQL Server";

impl Database {
    /// Makes another empty database beside this one.
    pub fn sibling(&self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(_) => Self::Sqlite(SqliteFile::new(folder.join("native.db"))),
            _ => Self::create(self.engine(), PathBuf::new()),
        }
    }

    /// Runs a script with the database's own client, which stops at the first error.
    #[track_caller]
    pub fn run_native(&self, script: &[u8]) {
        let mut command = match self {
            Self::Sqlite(file) => {
                let mut command = Command::new("sqlite3");
                command.args(["-bail", "-batch"]).arg(file.path());
                command
            }
            Self::Postgres(_) => {
                let mut command = postgres("psql", &self.server());
                command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
                command
            }
            Self::Mysql(_) => {
                let mut command = mariadb("mariadb", &self.server());
                // It would leave comments out of routines.
                command.arg("--comments");
                command
            }
            Self::Mssql(_) => panic!("{NO_CLIENT}"),
        };
        run(&mut command, script);
    }

    /// Returns everything that is in the database but noorm's own tables, as text that is the same for the same content.
    #[track_caller]
    pub fn dump(&self) -> String {
        match self {
            Self::Sqlite(file) => dump_sqlite(file),
            Self::Postgres(_) => {
                let mut command = postgres("pg_dump", &self.server());
                let text = run(command.args(["--no-owner", "--exclude-schema=noorm"]), b"");
                // Random keys of newer versions, and the versions themselves.
                let is_content = |line: &&str| !line.starts_with('\\') && !line.starts_with("--");
                text.lines().filter(is_content).collect::<Vec<_>>().join("\n")
            }
            Self::Mysql(_) => {
                let server = self.server();
                let mut command = mariadb("mariadb-dump", &server);
                for table in ["version", "changeset", "executions", "lock", "identities", "secrets", "vault"] {
                    command.arg(format!("--ignore-table={}.__noorm_{table}__", server.database));
                }
                command.args(["--skip-comments", "--routines", "--triggers", "--events", "--skip-extended-insert"]);
                run(&mut command, b"").replace(&server.database, "[database]")
            }
            Self::Mssql(_) => panic!("{NO_CLIENT}"),
        }
    }

    fn server(&self) -> Address {
        self.address().expect("it is on a server")
    }
}

/// SQLite keeps the text of a definition up to its terminator; noorm does not send the blank space before that.
fn dump_sqlite(file: &SqliteFile) -> String {
    let objects = file.query(
        "SELECT type, name, tbl_name, rtrim(coalesce(sql, ''), ' ' || char(9, 10, 13)) FROM sqlite_schema \
         WHERE name NOT LIKE '\\_\\_noorm%' ESCAPE '\\' AND tbl_name NOT LIKE '\\_\\_noorm%' ESCAPE '\\' \
         AND name <> 'sqlite_sequence' ORDER BY type, name",
    );
    let mut lines: Vec<String> = objects.iter().map(|row| row.join(" ")).collect();
    for table in objects.iter().filter(|row| row[0] == "table") {
        let rows = file.query(&format!("SELECT * FROM \"{}\" ORDER BY 1", table[1].replace('"', "\"\"")));
        lines.push(format!("-- {}: {} rows", table[1], rows.len()));
        lines.extend(rows.iter().map(|row| row.join("\t")));
    }
    lines.join("\n")
}

fn postgres(program: &str, server: &Address) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("PGPASSWORD", &server.password).env("PGCLIENTENCODING", "UTF8");
    command.args(["-h", &server.host, "-p", &server.port.to_string(), "-U", &server.user, "-d", &server.database]);
    command
}

fn mariadb(program: &str, server: &Address) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("MYSQL_PWD", &server.password).arg("--no-defaults").arg("--default-character-set=utf8mb4");
    command.args(["-h", &server.host, "-P", &server.port.to_string(), "-u", &server.user, "--protocol=TCP"]);
    command.arg(&server.database);
    command
}

#[track_caller]
fn run(command: &mut Command, input: &[u8]) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}; `tests/all` installs it"));
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // A client that stops at an error has closed the pipe already.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().unwrap()
    });
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} failed:\n{stderr}");
    String::from_utf8(output.stdout).expect("a dump is UTF-8")
}
