//! Reads the files of a project, and nothing outside of it: a symbolic link that leads out is refused.
//!
//! It does not look into files. Names that begin with a dot are not the project's own and are left out.

use std::collections::{BTreeMap, VecDeque};
use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

use noorm_core::path::{PathError, ProjectPath};

/// Why a file of the project cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("`{path}` does not exist")]
    Missing {
        /// The file.
        path: ProjectPath,
    },
    /// A symbolic link leads out of the project.
    #[error("`{path}` is a link that leads out of the project, to `{}`", target.display())]
    Outside {
        /// The file.
        path: ProjectPath,
        /// Where it leads.
        target: PathBuf,
    },
    /// A symbolic link leads to a folder that holds it.
    #[error("`{path}` is a link to a folder that it lies in")]
    Loop {
        /// The link.
        path: ProjectPath,
    },
    /// A name that cannot stand in a project.
    #[error("a file has a name that noorm cannot use")]
    Name(#[from] PathError),
    /// The operating system refuses.
    #[error("cannot read `{path}`")]
    Read {
        /// The file or folder.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl FileError {
    /// What the user can do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "check the path; paths are relative to the project's folder",
            Self::Outside { .. } => "copy the file into the project",
            Self::Loop { .. } => "remove the link",
            Self::Name(_) => "rename the file: UTF-8, without backslashes",
            Self::Read { .. } => "check the permissions",
        }
    }
}

/// The files under one root.
#[derive(Debug, Clone)]
pub struct ProjectFiles {
    root: PathBuf,
}

/// What [`ProjectFiles::survey`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The files, by path.
    pub files: Vec<ProjectPath>,
    /// Whether there is more that was not looked at.
    pub is_cut: bool,
}

impl ProjectFiles {
    /// Takes the project's folder.
    pub fn open(root: &Path) -> Result<Self, FileError> {
        let read = |source| FileError::Read { path: root.display().to_string(), source };
        Ok(Self { root: root.canonicalize().map_err(read)? })
    }

    /// Returns the project's folder, with links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads a file.
    pub fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, FileError> {
        let real = self.resolve(path)?;
        std::fs::read(&real).map_err(|source| FileError::Read { path: path.to_string(), source })
    }

    /// Whether there is a file or folder of this path.
    pub fn exists(&self, path: &ProjectPath) -> bool {
        path.to_path(&self.root).exists()
    }

    /// Whether the path is a folder.
    pub fn is_folder(&self, path: &ProjectPath) -> bool {
        path.to_path(&self.root).is_dir()
    }

    /// Returns the files directly in a folder, `None` being the project's, by path.
    pub fn files(&self, folder: Option<&ProjectPath>) -> Result<Vec<ProjectPath>, FileError> {
        self.entries(folder, false)
    }

    /// Returns the folders directly in a folder, by path.
    pub fn folders(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError> {
        self.entries(Some(folder), true)
    }

    /// Returns all files in a folder and in those below it, in the order in which files run.
    pub fn walk(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError> {
        let mut found = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(folder) = folders.pop() {
            found.extend(self.entries(Some(&folder), false)?);
            for inner in self.entries(Some(&folder), true)? {
                self.check_loop(&inner)?;
                folders.push(inner);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Looks through the whole project, folder by folder from the top down, and at no more than so many entries. Folders of
    /// the names in `without` are left out.
    ///
    /// Nobody named these files, so that what a run could not load is no error: links to folders are not followed, and
    /// links that lead out or nowhere, folders that cannot be read and names that noorm cannot use are passed over.
    pub fn survey(&self, without: &[&str], entries_max: usize) -> Survey {
        let mut found = Survey::default();
        let mut folders = VecDeque::from([self.root.clone()]);
        let mut seen = 0;
        'all: while let Some(folder) = folders.pop_front() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            // What is looked at before the end does not depend on the file system. One more shows that there are more.
            let room = entries_max - seen + 1;
            let mut first = BTreeMap::new();
            for entry in entries.flatten().filter(|entry| !is_hidden(entry)) {
                first.insert(entry.file_name(), entry);
                if first.len() > room {
                    first.pop_last();
                }
            }
            for entry in first.into_values() {
                if seen == entries_max {
                    found.is_cut = true;
                    break 'all;
                }
                seen += 1;
                let Ok(kind) = entry.file_type() else { continue };
                if kind.is_dir() {
                    let is_left_out = without.iter().any(|name| entry.file_name() == *name);
                    folders.extend((!is_left_out).then(|| entry.path()));
                } else if let Ok(path) = ProjectPath::from_os(&self.root, &entry.path()) {
                    let leads_to_file = || self.resolve(&path).is_ok_and(|real| real.is_file());
                    if kind.is_file() || kind.is_symlink() && leads_to_file() {
                        found.files.push(path);
                    }
                }
            }
        }
        found.files.sort();
        found
    }

    fn entries(&self, folder: Option<&ProjectPath>, folders: bool) -> Result<Vec<ProjectPath>, FileError> {
        let place = folder.map_or_else(|| self.root.clone(), |folder| folder.to_path(&self.root));
        let read = |source| FileError::Read { path: place.display().to_string(), source };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&place).map_err(read)? {
            let entry = entry.map_err(read)?;
            if is_hidden(&entry) {
                continue;
            }
            let kind = entry.file_type().map_err(read)?;
            let is_folder = if kind.is_symlink() { entry.path().is_dir() } else { kind.is_dir() };
            if is_folder == folders {
                found.push(ProjectPath::from_os(&self.root, &entry.path())?);
            }
        }
        found.sort();
        Ok(found)
    }

    fn check_loop(&self, folder: &ProjectPath) -> Result<(), FileError> {
        let place = folder.to_path(&self.root);
        if !place.is_symlink() {
            return Ok(());
        }
        let target = self.resolve(folder)?;
        let holder = place.parent().and_then(|holder| holder.canonicalize().ok());
        match holder {
            Some(holder) if holder.starts_with(&target) => Err(FileError::Loop { path: folder.clone() }),
            _ => Ok(()),
        }
    }

    /// Returns where a path really leads, which has to be inside.
    pub(crate) fn resolve(&self, path: &ProjectPath) -> Result<PathBuf, FileError> {
        let real = path.to_path(&self.root).canonicalize().map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => FileError::Missing { path: path.clone() },
            _ => FileError::Read { path: path.to_string(), source },
        })?;
        if real.starts_with(&self.root) {
            Ok(real)
        } else {
            Err(FileError::Outside { path: path.clone(), target: real })
        }
    }
}

/// Names that begin with a dot are not the project's own.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> ProjectPath {
        ProjectPath::parse(text).expect("the test's own path")
    }

    #[cfg(unix)]
    #[test]
    fn links_may_not_lead_out_or_round() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("project");
        std::fs::create_dir_all(root.join("schema/b")).expect("folders");
        std::fs::create_dir_all(folder.path().join("project-evil")).expect("a folder");
        std::fs::write(folder.path().join("project-evil/x.sql"), "x").expect("a file");
        std::fs::write(root.join("schema/b/a.sql"), "a").expect("a file");
        std::fs::write(root.join("schema/.hidden.sql"), "h").expect("a file");
        std::os::unix::fs::symlink("../../project-evil/x.sql", root.join("schema/x.sql")).expect("a link");
        let files = ProjectFiles::open(&root).expect("a project");
        assert_eq!(files.walk(&path("schema")).expect("files"), [path("schema/b/a.sql"), path("schema/x.sql")]);
        assert!(matches!(files.read(&path("schema/x.sql")), Err(FileError::Outside { .. })));
        assert!(matches!(files.read(&path("schema/none.sql")), Err(FileError::Missing { .. })));
        std::os::unix::fs::symlink("..", root.join("schema/b/up")).expect("a link");
        assert!(matches!(files.walk(&path("schema")), Err(FileError::Loop { .. })));
    }

    /// A project with files at the top and below, and what is not its own.
    #[cfg(unix)]
    fn surveyed(entries_max: usize) -> (Vec<String>, bool) {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("project");
        for file in ["b.csv", "data/a.csv", "data/deep/c.csv", ".git/x.csv", "data/.x.csv", "web/node_modules/x.csv"] {
            let file = root.join(file);
            std::fs::create_dir_all(file.parent().expect("it has one")).expect("folders");
            std::fs::write(file, "x").expect("a file");
        }
        std::fs::write(folder.path().join("out.csv"), "x").expect("a file");
        symlink("../out.csv", root.join("out.csv")).expect("a link");
        symlink("nowhere.csv", root.join("gone.csv")).expect("a link");
        symlink("data/a.csv", root.join("latest.csv")).expect("a link");
        symlink("..", root.join("data/up")).expect("a link");
        let found = ProjectFiles::open(&root).expect("a project").survey(&["node_modules"], entries_max);
        (found.files.iter().map(ToString::to_string).collect(), found.is_cut)
    }

    #[cfg(unix)]
    #[test]
    fn a_survey_has_the_projects_own_files_and_an_end() {
        let all = ["b.csv", "data/a.csv", "data/deep/c.csv", "latest.csv"].map(str::to_owned);
        assert_eq!(surveyed(100), (all.to_vec(), false));
        // Six entries at the top, three in `data`, one in `web` and one in `data/deep`.
        assert_eq!(surveyed(11), (all.to_vec(), false));
        // What is nearest comes first.
        assert_eq!(surveyed(7), (vec![all[0].clone(), all[1].clone(), all[3].clone()], true));
    }
}
