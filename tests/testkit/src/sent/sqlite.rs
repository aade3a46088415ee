//! The sqlite3 shell. There is no wire to listen on: it traces what SQLite has run.

use std::io::Write as _;
use std::process::Stdio;

use super::client;

/// Returns the statements that the sqlite3 shell runs of a script, which has to be right.
#[track_caller]
pub fn run_by_sqlite3(script: &[u8]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = client("sqlite3");
    // The line that tells how long a statement took also tells where it ends.
    command.args(["-batch", "-bail", "-cmd", ".trace trace --plain --profile", ":memory:"]);
    command.current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("sqlite3: {error}; `tests/all` installs it"));
    child.stdin.take().unwrap().write_all(script).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "sqlite3 failed: {stderr}");
    let trace = std::fs::read_to_string(folder.path().join("trace")).unwrap();
    let (mut statements, mut start) = (Vec::new(), 0);
    for (end, mark) in trace.match_indices("; -- ") {
        let line = trace[end + mark.len()..].lines().next().unwrap_or_default();
        let time = line.strip_suffix(" ns").filter(|time| time.bytes().all(|byte| byte.is_ascii_digit()));
        if time.is_some() && end >= start {
            statements.push(trace.as_bytes()[start..end].to_vec());
            start = end + mark.len() + line.len() + 1;
        }
    }
    assert_eq!(start, trace.len(), "{trace}");
    statements
}
