//! What servers that a test starts for itself have in common.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Returns a port of the loopback interface that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until a server listens.
pub(crate) fn wait_for(port: u16, what: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "{what} does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Makes certificates for `localhost` into a folder.
pub(crate) fn certificates(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../databases/certificates");
    let output = Command::new(script).arg(folder).output().unwrap();
    assert!(output.status.success(), "certificates: {}", String::from_utf8_lossy(&output.stderr));
}
