//! What a database's own client sends of a script, statement by statement, noted by an endpoint that speaks just enough of
//! the protocol and answers that all went well. No server is asked, so that a script may be any nonsense.

mod mysql;
mod postgres;
mod sqlite;

pub use mysql::sent_by_mariadb;
pub use postgres::sent_by_psql;
pub use sqlite::run_by_sqlite3;

use std::io::{self, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Longer than any client waits before it says its next word.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a client against an endpoint; `client` makes its command from the port, `serve` notes what arrives until the
/// client leaves.
#[track_caller]
fn note(
    script: &[u8],
    client: impl FnOnce(u16) -> Command,
    serve: impl FnOnce(&mut TcpStream, &mut Vec<Vec<u8>>) -> io::Result<()> + Send,
) -> Vec<Vec<u8>> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = client(listener.local_addr().unwrap().port());
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}; `tests/all` installs it"));
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        let noted = scope.spawn(move || {
            let (mut stream, _) = listener.accept()?;
            stream.set_read_timeout(Some(PATIENCE))?;
            let mut noted = Vec::new();
            serve(&mut stream, &mut noted).map(|()| noted)
        });
        stdin.write_all(script).unwrap_or_else(|error| panic!("{program} does not read its script: {error}"));
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} failed: {stderr}");
        noted.join().unwrap().unwrap_or_else(|error| panic!("what {program} says is not understood: {error}"))
    })
}

/// A command with nothing of the machine's in its environment but the path.
fn client(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn read(stream: &mut TcpStream, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
