//! Siblings match: all dialect plugins have the same modules, so that a comparison of two shows what differs.

use std::collections::{BTreeMap, BTreeSet};

use crate::workspace::{assert_none, sources};

/// The files below `src` of every folder whose path starts with `prefix`, by folder. A module may have tests of its own, and
/// the tests of the whole may be several files.
fn files(paths: &[String], prefix: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.starts_with(prefix)) {
        if let Some((folder, file)) = path.split_once("/src/")
            && !file.contains("/tests")
            && !file.starts_with("tests/")
        {
            folders.entry(folder.to_owned()).or_default().insert(file.to_owned());
        }
    }
    folders
}

fn breaches(folders: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let all: BTreeSet<&String> = folders.values().flatten().collect();
    let missing = |(folder, files): (&String, &BTreeSet<String>)| {
        let missing = all.iter().filter(|file| !files.contains(**file));
        missing.map(|file| format!("{folder} has no src/{file}, as its siblings have")).collect::<Vec<_>>()
    };
    folders.iter().flat_map(missing).collect()
}

#[test]
fn dialect_plugins_have_the_same_modules() {
    let paths: Vec<String> = sources("plugins").into_iter().map(|source| source.path).collect();
    let folders = files(&paths, "plugins/dialect-");
    assert!(folders.len() >= 3, "{folders:?}");
    assert_none("siblings differ", &breaches(&folders));
}

#[test]
fn a_missing_file_is_found() {
    let paths = [
        "plugins/dialect-a/src/lock.rs",
        "plugins/dialect-a/src/lock/tests.rs",
        "plugins/dialect-a/src/tests/whole.rs",
        "plugins/dialect-b/src/naming.rs",
        "plugins/loader-c/src/load.rs",
    ];
    let folders = files(&paths.map(str::to_owned), "plugins/dialect-");
    assert_eq!(
        breaches(&folders),
        [
            "plugins/dialect-a has no src/naming.rs, as its siblings have",
            "plugins/dialect-b has no src/lock.rs, as its siblings have"
        ]
    );
}
