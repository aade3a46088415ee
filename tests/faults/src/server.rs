//! A private server of the harness's own, which it may stop and start: `tests/databases` makes it. The servers that other
//! tests use are never touched.

use std::path::{Path, PathBuf};
use std::process::Command;

use noorm_testkit::Engine;

/// A running server; stopped and deleted when the value is dropped.
pub struct Server {
    script: PathBuf,
    /// Its URL.
    pub url: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Server {
    /// Starts one; `None` where the tests use a server that is not of this machine, and its programs may not be here.
    pub fn start(engine: Engine) -> Option<Self> {
        let name = match engine {
            Engine::Sqlite | Engine::Mysql | Engine::Mssql => return None,
            Engine::Postgres => "postgres",
            Engine::Mariadb => "mariadb",
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../databases").join(name);
        // Only a private server has a folder of certificates: then what it takes to start another one is here.
        said(Command::new(&script).arg("tls"))?;
        let mut server = Self { script, url: String::new(), folder: PathBuf::new() };
        let settings: &[&str] = match engine {
            // What was committed is with the operating system, which goes on: only the server is stopped.
            Engine::Mariadb => &["--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0"],
            _ => &["-c", "fsync=off"],
        };
        server.url = said(server.command("up").args(settings)).expect("the server starts");
        let tls = said(&mut server.command("tls")).expect("a private server has certificates");
        server.folder = Path::new(&tls).parent().expect("a folder in the server's").to_owned();
        Some(server)
    }

    /// Stops it at once, as a power cut would stop the process, and starts it again where it was.
    pub fn restart(&self) {
        said(&mut self.command("restart")).expect("the server starts again");
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.script);
        command.arg(verb).env("NOORM_TEST_INSTANCE", "faults");
        command.env_remove("NOORM_TEST_POSTGRES_URL").env_remove("NOORM_TEST_MARIADB_URL");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is left over is found and taken down by the next one.
        let _ = self.command("down").status();
    }
}

/// The first line that a command prints, if it succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8(output.stdout).unwrap();
    output.status.success().then(|| text.trim().to_owned())
}
