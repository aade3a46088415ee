//! Published SQL that nobody here wrote. It is read where it lies and never copied into the tree.

use std::io::Write as _;
use std::path::PathBuf;

/// Returns the folder that `NOORM_CORPUS` names, or says visibly that the test is skipped.
pub fn corpus() -> Option<PathBuf> {
    let Some(dir) = std::env::var_os("NOORM_CORPUS") else {
        // Written past the capture of a test's output, so that a skip is seen in a run that succeeds.
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        let message = format!("skipped: {test}: NOORM_CORPUS is not set\n");
        std::io::stderr().write_all(message.as_bytes()).unwrap();
        return None;
    };
    let dir = PathBuf::from(dir);
    assert!(dir.is_dir(), "NOORM_CORPUS={} is not a folder", dir.display());
    Some(dir)
}
