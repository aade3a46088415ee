//! Who may read and write noorm's files, and what killed runs left behind.
//!
//! Systems without permission bits protect files by access lists, which are not looked at.

use std::path::{Path, PathBuf};

use super::{Area, Findings, own};
use crate::home::Home;
use crate::project::{FOLDER, Project};

/// What a file or folder must not allow to others, and what to set it to.
struct Rule {
    path: PathBuf,
    forbidden: u32,
    wanted: u32,
    is_secret: bool,
}

impl Rule {
    /// Others may neither read nor write it.
    fn private(path: PathBuf, wanted: u32) -> Self {
        Self { path, forbidden: 0o077, wanted, is_secret: true }
    }

    /// Others may neither read nor write it. There are no secrets in it, but what people and servers said.
    fn log(path: PathBuf) -> Self {
        Self { path, forbidden: 0o077, wanted: 0o600, is_secret: false }
    }

    /// Others may read it, and must not write it.
    fn shared(path: PathBuf, wanted: u32) -> Self {
        Self { path, forbidden: 0o022, wanted, is_secret: false }
    }
}

pub(super) fn examine(project: &Project, home: &Home, findings: &mut Findings) {
    let root = project.root.as_path();
    let before = findings.findings.len();
    let mut rules = vec![
        Rule::shared(root.join(FOLDER), 0o755),
        Rule::shared(own(root, "settings.yml"), 0o644),
        Rule::shared(own(root, "plugins.lock"), 0o644),
        Rule::shared(own(root, "plugins"), 0o755),
        Rule::private(own(root, "state.enc"), 0o600),
        Rule::private(own(root, "state.enc.bak"), 0o600),
    ];
    rules.extend(project.settings.logging.files().map(|file| Rule::log(root.join(file))));
    if let Some(folder) = home.home_dir.as_ref().map(|home| home.join(FOLDER)) {
        rules.push(Rule::private(folder.clone(), 0o700));
        rules.push(Rule::private(folder.join("identity.key"), 0o600));
        rules.push(Rule::private(folder.join("cache.key"), 0o600));
        rules.push(Rule::private(folder.join("machine-id"), 0o600));
        rules.push(Rule::shared(folder.join("identity.pub"), 0o644));
        rules.push(Rule::shared(folder.join("identity.json"), 0o644));
    }
    for rule in rules {
        check(&rule, findings);
    }
    for path in left_over(&root.join(FOLDER)) {
        let hint = format!("remove it, unless a noorm is running: `rm {}`", path.display());
        findings.warning(Area::Files, format!("`{}` was left behind by a run that was killed", path.display()), hint);
    }
    findings.ok_since(before, Area::Files, "only you can read what is secret, and write the rest");
}

fn check(rule: &Rule, findings: &mut Findings) {
    let Some(mode) = mode(&rule.path) else { return };
    if mode & rule.forbidden == 0 {
        return;
    }
    let path = rule.path.display();
    let hint = format!("run `chmod {:o} {path}`", rule.wanted);
    let verb = if mode & rule.forbidden & 0o022 == 0 { "read" } else { "write" };
    let message = format!("other users can {verb} `{path}` (mode {mode:04o})");
    if rule.is_secret {
        findings.error(Area::Files, message, hint);
    } else {
        findings.warning(Area::Files, message, hint);
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).ok().map(|metadata| metadata.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_path: &Path) -> Option<u32> {
    None
}

/// Returns the temporary files of a folder. A write that ends removes its own.
fn left_over(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "tmp")).collect();
    paths.sort();
    paths
}
