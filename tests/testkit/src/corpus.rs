//! Published SQL that nobody here wrote. It is read where it lies and never copied into the tree.

use std::path::PathBuf;

use crate::skip;

/// Returns the folder that `NOORM_CORPUS` names, or says visibly that the test is skipped.
pub fn corpus() -> Option<PathBuf> {
    let Some(dir) = std::env::var_os("NOORM_CORPUS") else {
        skip("NOORM_CORPUS is not set");
        return None;
    };
    let dir = PathBuf::from(dir);
    assert!(dir.is_dir(), "NOORM_CORPUS={} is not a folder", dir.display());
    Some(dir)
}
