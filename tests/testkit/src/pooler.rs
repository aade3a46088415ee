//! PgBouncer between a test and its PostgreSQL: the program from the distribution, with a configuration of the test's own.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Address;

const NEEDS_PROGRAM: &str = "pgbouncer is missing: run `tests/all`, or install the distribution's package";

/// A running pooler; ended when dropped.
pub struct Pooler {
    child: Child,
    port: u16,
    /// Holds the configuration.
    _folder: TempDir,
}

impl Pooler {
    /// Starts one in front of the server of a database. `mode` is `session` or `transaction`.
    pub fn start(database: &Address, mode: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("noorm-pooler-").tempdir().unwrap();
        // A port that was free a moment ago; PgBouncer takes none of its own choice.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let Address { host, port: server_port, user, password, .. } = database;
        let ini = format!(
            "[databases]\n* = host={host} port={server_port} user={user} password={password}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = {mode}\nignore_startup_parameters = extra_float_digits,options\n"
        );
        let path = folder.path().join("pgbouncer.ini");
        std::fs::write(&path, ini).unwrap();
        let mut command = Command::new(program());
        command.arg("-q");
        if is_root() {
            // It refuses to run as root, and has to read its file as somebody else.
            readable_by_all(&folder, &path);
            command.args(["-u", "nobody"]);
        }
        let child = command.arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let pooler = Self { child: child.expect(NEEDS_PROGRAM), port, _folder: folder };
        pooler.wait();
        pooler
    }

    /// Returns the port that it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> PathBuf {
    let system = PathBuf::from("/usr/sbin/pgbouncer");
    if system.exists() { system } else { PathBuf::from("pgbouncer") }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

fn readable_by_all(folder: &TempDir, path: &PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
}
