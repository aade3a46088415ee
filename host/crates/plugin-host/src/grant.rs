//! What a project lets a plugin import beyond noorm's log.
//!
//! A grant names an import, and for files which of them. It stands in the lock file beside the digest and the imports
//! that it was given for. What it lets a plugin do is in `host_files` and `plugin`.

use serde::{Deserialize, Serialize};

use crate::inspect::{FILES, LOG, base};
use crate::wasi;

/// One import that a plugin was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The import, such as `noorm:host/files@1.0.0`.
    pub import: String,
    /// Which files of the project, as globs from its root; only for `noorm:host/files`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

impl Grant {
    /// Returns whether this grants files of the project.
    #[must_use]
    pub fn is_of_files(&self) -> bool {
        base(&self.import) == FILES
    }
}

impl Grant {
    /// Says in plain words what an import allows, once it is granted.
    #[must_use]
    pub fn meaning(import: &str) -> String {
        match base(import) {
            LOG => "to say things in noorm's log".to_owned(),
            FILES => "to read the files of the project that the grant names, each of which becomes an input of the run; nothing of .noorm, and no keys".to_owned(),
            _ => wasi::meaning(import),
        }
    }
}

/// Returns which imports nobody granted.
pub(crate) fn missing(imports: &[String], grants: &[Grant]) -> Vec<String> {
    let granted = |import: &String| base(import) == LOG || grants.iter().any(|grant| grant.import == *import);
    imports.iter().filter(|import| !granted(import)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_needs_no_grant() {
        let imports =
            ["noorm:host/log@1.0.0", "noorm:host/files@1.0.0", "wasi:cli/environment@0.2.0"].map(str::to_owned);
        let files = Grant { import: imports[1].clone(), paths: vec!["schema/**".to_owned()] };
        assert!(files.is_of_files());
        assert_eq!(missing(&imports, &[]), imports[1..]);
        assert_eq!(missing(&imports, &[files]), imports[2..]);
    }
}
