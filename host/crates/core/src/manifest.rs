//! Manifests: `.txt` files that name SQL files, one a line, in the order in which they run.
//!
//! The order is the manifest's own and is never sorted. Whether the files exist is for whoever opens them to say.

use crate::path::{PathError, ProjectPath};
use crate::script_kind::ScriptKind;

/// One line of a manifest that names a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// The file.
    pub path: ProjectPath,
    /// Line in the manifest, counted from 1.
    pub line: u32,
}

/// Why a line of a manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is not a path of the project.
    #[error(transparent)]
    Path(#[from] PathError),
    /// It names something that is not SQL.
    #[error("`{0}` is neither a `.sql` nor a `.sql.j2` file")]
    NoScript(String),
    /// It names a template of the original.
    #[error("`{0}` needs the JavaScript engine of the original; rewrite it as a `.sql.j2` template")]
    Foreign(String),
    /// A line before it names the same file.
    #[error("`{path}` stands on line {first} already")]
    Duplicate {
        /// The file.
        path: ProjectPath,
        /// The line that named it first.
        first: u32,
    },
    /// No line names a file.
    #[error("it names no file")]
    Empty,
}

/// A manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{manifest}:{line}: {reason}")]
pub struct ManifestError {
    /// The manifest.
    pub manifest: ProjectPath,
    /// Line in it, counted from 1.
    pub line: u32,
    /// What is wrong there.
    pub reason: Reason,
}

/// Reads a manifest. Blank lines and lines that begin with `#` or `--` are left out. A path is relative to the project
/// root, or to the manifest's folder when it begins with `./` or `../`.
pub fn parse(manifest: &ProjectPath, text: &str) -> Result<Vec<ManifestEntry>, ManifestError> {
    let mut entries: Vec<ManifestEntry> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1u32..).zip(text.lines()) {
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') || content.starts_with("--") {
            continue;
        }
        let fail = |reason: Reason| ManifestError { manifest: manifest.clone(), line, reason };
        let path = entry(manifest, content).map_err(fail)?;
        if let Some(earlier) = entries.iter().find(|earlier| earlier.path == path) {
            return Err(fail(Reason::Duplicate { path, first: earlier.line }));
        }
        entries.push(ManifestEntry { path, line });
    }
    if entries.is_empty() {
        return Err(ManifestError { manifest: manifest.clone(), line: 1, reason: Reason::Empty });
    }
    Ok(entries)
}

fn entry(manifest: &ProjectPath, content: &str) -> Result<ProjectPath, Reason> {
    let is_beside = content.starts_with("./") || content.starts_with("../");
    let path = if is_beside { manifest.resolve(content)? } else { ProjectPath::parse(content)? };
    match ScriptKind::of(path.file_name()) {
        ScriptKind::Sql | ScriptKind::Template => Ok(path),
        ScriptKind::Foreign => Err(Reason::Foreign(content.to_owned())),
        ScriptKind::Manifest | ScriptKind::Other => Err(Reason::NoScript(content.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&[(&str, u32)], &str>) {
        let manifest = ProjectPath::parse("changesets/c/change/010_views.txt").expect("the test's own path");
        match (parse(&manifest, text), expected) {
            (Ok(entries), Ok(expected)) => {
                let got: Vec<_> = entries.iter().map(|entry| (entry.path.as_str(), entry.line)).collect();
                assert_eq!(got, expected);
            }
            (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected),
            (got, expected) => panic!("{text}: got {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn the_order_is_the_manifests_own() {
        check("schema/b.sql\nschema/a.sql.j2\n", Ok(&[("schema/b.sql", 1), ("schema/a.sql.j2", 2)]));
        check("\u{feff}# note\r\n\r\n-- note\r\n  ./x.sql \r\n", Ok(&[("changesets/c/change/x.sql", 4)]));
    }

    #[test]
    fn errors_name_manifest_and_line() {
        let at = "changesets/c/change/010_views.txt";
        check("a.sql\n../../../../x.sql", Err(&format!("{at}:2: `../../../../x.sql` leads out of the project")));
        check("a.csv", Err(&format!("{at}:1: `a.csv` is neither a `.sql` nor a `.sql.j2` file")));
        check("a.sql\n\na.sql", Err(&format!("{at}:3: `a.sql` stands on line 1 already")));
        check("# only a note\n", Err(&format!("{at}:1: it names no file")));
        let foreign = "`a.sql.eta` needs the JavaScript engine of the original; rewrite it as a `.sql.j2` template";
        check("a.sql.eta", Err(&format!("{at}:1: {foreign}")));
    }
}
