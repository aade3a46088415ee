//! Paths inside a project: relative to its root, with `/`, and never outside it.
//!
//! They are compared and resolved by their components, never by string prefixes: `../project-evil/x` begins like the
//! project's own path and is not in it. Symbolic links are not followed here; whoever opens a file checks them.

use std::path::{Component, Path, PathBuf};

use serde::Serialize;

/// Why a text is not a path inside the project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is empty, or names the root itself.
    #[error("`{specifier}` names no file")]
    Empty {
        /// What was written.
        specifier: String,
    },
    /// It leads out of the project.
    #[error("`{specifier}` leads out of the project")]
    Escapes {
        /// What was written.
        specifier: String,
    },
    /// It has a character that no path of a project has.
    #[error("`{specifier}` has a backslash or a NUL; paths are written with `/`")]
    Character {
        /// What was written.
        specifier: String,
    },
    /// The operating system's path is not UTF-8.
    #[error("`{}` is not valid UTF-8", path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
}

/// A path relative to the project root. Ordered byte by byte, segment by segment (ruling 7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ProjectPath(String);

impl ProjectPath {
    /// Reads a path that is relative to the root. `.` and inner `..` are taken out.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Self::walk(Vec::new(), text, text)
    }

    /// Resolves what a file names: relative to that file's folder, or, with a leading `/`, to the root.
    pub fn resolve(&self, specifier: &str) -> Result<Self, PathError> {
        match specifier.strip_prefix('/') {
            Some(from_root) => Self::walk(Vec::new(), from_root, specifier),
            None => {
                let mut folder: Vec<&str> = self.0.split('/').collect();
                folder.pop();
                Self::walk(folder, specifier, specifier)
            }
        }
    }

    /// Reads a path of the operating system that lies under `root`. Neither is looked up on disk.
    pub fn from_os(root: &Path, path: &Path) -> Result<Self, PathError> {
        let escapes = || PathError::Escapes { specifier: path.display().to_string() };
        let relative = if path.is_absolute() { path.strip_prefix(root).map_err(|_| escapes())? } else { path };
        let mut text = String::new();
        for component in relative.components() {
            let segment = match component {
                Component::Normal(segment) => {
                    segment.to_str().ok_or_else(|| PathError::NotUtf8 { path: path.to_owned() })?
                }
                Component::ParentDir => "..",
                Component::CurDir => continue,
                Component::RootDir | Component::Prefix(_) => return Err(escapes()),
            };
            if !text.is_empty() {
                text.push('/');
            }
            text.push_str(segment);
        }
        Self::parse(&text)
    }

    fn walk<'a>(mut segments: Vec<&'a str>, text: &'a str, specifier: &str) -> Result<Self, PathError> {
        let specifier = || specifier.to_owned();
        if text.contains(['\\', '\0']) {
            return Err(PathError::Character { specifier: specifier() });
        }
        for segment in text.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop().ok_or_else(|| PathError::Escapes { specifier: specifier() })?;
                }
                name => segments.push(name),
            }
        }
        if segments.is_empty() || text.is_empty() {
            return Err(PathError::Empty { specifier: specifier() });
        }
        Ok(Self(segments.join("/")))
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the folder; `None` when the path lies at the top.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(folder, _)| Self(folder.to_owned()))
    }

    /// Returns the path of something in this folder.
    pub fn join(&self, name: &str) -> Result<Self, PathError> {
        Self::walk(self.0.split('/').collect(), name, name)
    }

    /// Whether the path is `folder` or lies in it.
    pub fn starts_with(&self, folder: &Self) -> bool {
        self.0.strip_prefix(&folder.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Returns the operating system's path under `root`.
    pub fn to_path(&self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        path.extend(self.0.split('/'));
        path
    }
}

impl Ord for ProjectPath {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.split('/').map(str::as_bytes).cmp(other.0.split('/').map(str::as_bytes))
    }
}

impl PartialOrd for ProjectPath {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> ProjectPath {
        ProjectPath::parse(text).expect("the test's own path")
    }

    fn check(from: &str, specifier: &str, expected: Option<&str>) {
        let got = path(from).resolve(specifier).ok();
        assert_eq!(got.as_ref().map(ProjectPath::as_str), expected, "{specifier} from {from}");
    }

    #[test]
    fn specifiers_resolve_inside_the_project_only() {
        check("schema/a/seed.sql.j2", "users.csv", Some("schema/a/users.csv"));
        check("schema/a/seed.sql.j2", "./x/../users.csv", Some("schema/a/users.csv"));
        check("schema/a/seed.sql.j2", "../../data/users.csv", Some("data/users.csv"));
        check("schema/a/seed.sql.j2", "/data/users.csv", Some("data/users.csv"));
        check("schema/a/seed.sql.j2", "../../../project-evil/x", None);
        check("schema/a/seed.sql.j2", "/../x", None);
        check("schema/a/seed.sql.j2", "..\\x", None);
        check("schema/a/seed.sql.j2", "", None);
    }

    #[test]
    fn a_folder_with_a_longer_name_is_another_folder() {
        assert!(!path("project-evil/x").starts_with(&path("project")));
        assert!(path("project/x").starts_with(&path("project")));
        let root = Path::new("/home/a/project");
        assert!(ProjectPath::from_os(root, Path::new("/home/a/project-evil/x")).is_err());
        assert_eq!(ProjectPath::from_os(root, Path::new("/home/a/project/s/x")), Ok(path("s/x")));
    }

    #[test]
    fn order_goes_by_segments() {
        let mut paths = vec![path("a-b/x"), path("a/z"), path("a/b/c")];
        paths.sort();
        assert_eq!(paths, [path("a/b/c"), path("a/z"), path("a-b/x")]);
    }
}
