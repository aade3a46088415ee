//! What git sees of noorm's files: nothing that is sealed, and everything that the team shares.

use std::process::Command;

use super::{Area, Findings};
use crate::home::Home;
use crate::project::Project;

/// What must not be committed. It is sealed, and stays readable to whoever has the key for as long as the history is.
const SEALED: [&str; 2] = [".noorm/state.enc", ".noorm/state.enc.bak"];

/// What the team shares.
const SHARED: [&str; 2] = [".noorm/settings.yml", ".noorm/plugins.lock"];

pub(super) fn examine(project: &Project, home: &Home, findings: &mut Findings) {
    let root = project.root.as_path();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(root).args(arguments).env_clear().envs(home.open_variables());
        git.output().ok().map(|output| output.status.code())
    };
    match git(&["rev-parse", "--git-dir"]) {
        Some(Some(0)) => {}
        Some(_) => return findings.ok(Area::Git, "the project is not in a git repository"),
        None => return findings.ok(Area::Git, "git is not installed"),
    }
    let before = findings.findings.len();
    let is_tracked = |path: &str| git(&["ls-files", "--error-unmatch", "--", path]) == Some(Some(0));
    let is_ignored = |path: &str| git(&["check-ignore", "--quiet", "--no-index", "--", path]) == Some(Some(0));
    for path in SEALED {
        if is_tracked(path) {
            let hint =
                format!("`git rm --cached {path}`, and change the passwords in it at their source if it was pushed");
            findings.error(Area::Git, format!("`{path}` is committed, or about to be"), hint);
        }
        if !is_ignored(path) {
            let hint = format!("add the line `{path}` to `.gitignore`; `noorm init` does that");
            findings.warning(Area::Git, format!("git does not ignore `{path}`"), hint);
        }
    }
    let logging = &project.settings.logging;
    if logging.writes() && !is_ignored(&logging.file) {
        let hint = format!("add the line `{}*` to `.gitignore`", logging.file);
        findings.warning(Area::Git, format!("git does not ignore the log `{}`", logging.file), hint);
    }
    for path in SHARED {
        if root.join(path).exists() && !is_tracked(path) && is_ignored(path) {
            let hint = "ignore only what `noorm init` writes into `.gitignore`";
            findings.warning(Area::Git, format!("git ignores `{path}`, which the team shares"), hint);
        }
    }
    findings.ok_since(before, Area::Git, "git ignores what is sealed, and nothing that the team shares");
}
