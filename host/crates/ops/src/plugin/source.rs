//! Where a plugin comes from, and what comes from there: a component with its signature.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use noorm_fetch::{FetchError, Fetcher, HttpsUrl, OciAddress};
use noorm_plugin_host::{COMPONENT_BYTES_MAX, is_component, read_bounded};

use super::SourceError;
use super::reach::Reach;
use crate::project::Project;

/// What files of components are called.
const ENDING: &str = "wasm";

/// Where a plugin comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A file, or a folder with files.
    Path(PathBuf),
    /// A file on a server.
    Https(HttpsUrl),
    /// An artifact of a registry.
    Oci(OciAddress),
}

/// What came.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    /// What the lock file says of where it is from.
    pub(super) origin: String,
    /// What messages call it.
    pub(super) from: String,
    /// A component, or, from a file, a core module.
    pub(super) bytes: Vec<u8>,
    /// The signature beside it.
    pub(super) signature: Option<String>,
}

impl Source {
    /// Reads what the user wrote.
    pub(super) fn parse(text: &str, working_dir: &Path) -> Result<Self, SourceError> {
        Ok(match text.split_once("://") {
            Some(("oci", _)) => Self::Oci(text.parse()?),
            Some(_) => Self::Https(text.parse()?),
            None => Self::Path(working_dir.join(text)),
        })
    }

    /// Reads what a lock file says. It may come from anybody, so that files are those of the project, and no others.
    pub(super) fn of_origin(origin: &str, project: &Project) -> Result<Self, SourceError> {
        let refuse = |reason: &str| FetchError::Address { text: origin.to_owned(), reason: reason.to_owned() }.into();
        match origin.strip_prefix("path:") {
            Some(path) => match of_project(Path::new(path), &project.root) {
                Some(file) => Ok(Self::Path(file)),
                None => Err(refuse("the lock file may name files of the project only")),
            },
            None if origin.contains("://") => Self::parse(origin, &project.root),
            None => Err(refuse("the lock file names files as `path:`")),
        }
    }

    /// Returns the same without a digest: what a tag names today.
    pub(super) fn unpinned(self) -> Self {
        match self {
            Self::Oci(address) => Self::Oci(address.unpinned().unwrap_or(address)),
            other => other,
        }
    }

    /// Brings what is there: one component, or those of a folder, by name. `is_named_by_user` says who named it: the user,
    /// or a file of the project's.
    pub(super) async fn bring(
        &self,
        project: Option<&Project>,
        reach: &Reach,
        is_named_by_user: bool,
    ) -> Result<Vec<Delivery>, SourceError> {
        match self {
            Self::Path(path) if path.is_dir() => components(path)?.iter().map(|file| of_file(file, project)).collect(),
            Self::Path(path) => Ok(vec![of_file(path, project)?]),
            _ if reach.is_offline => Err(SourceError::Offline { from: self.to_string() }),
            Self::Https(url) => Ok(vec![of_url(&reach.fetcher()?, url).await?]),
            Self::Oci(address) => Ok(vec![of_registry(&reach.fetcher()?, address, is_named_by_user).await?]),
        }
    }
}

impl Source {
    /// Brings one component.
    pub(super) async fn one(&self, project: Option<&Project>, reach: &Reach) -> Result<Delivery, SourceError> {
        match self {
            Self::Path(path) => of_file(path, project),
            _ => {
                let first = self.bring(project, reach, true).await?.into_iter().next();
                first.ok_or_else(|| SourceError::Offline { from: self.to_string() })
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Https(url) => url.fmt(f),
            Self::Oci(address) => address.fmt(f),
        }
    }
}

/// Returns a file of the project, which need not be there; `None` for what a path or a link leads out to.
fn of_project(path: &Path, root: &Path) -> Option<PathBuf> {
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let file = is_inside.then(|| root.join(path))?;
    match file.canonicalize() {
        Ok(real) => root.canonicalize().is_ok_and(|root| real.starts_with(root)).then_some(file),
        Err(_) => Some(file),
    }
}

/// Returns the components of a folder.
fn components(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let unreadable = |source| SourceError::Read { path: folder.to_path_buf(), source };
    let entries = fs::read_dir(folder).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == ENDING) && path.is_file());
    files.sort();
    if files.is_empty() {
        return Err(SourceError::NoComponents { folder: folder.to_path_buf() });
    }
    Ok(files)
}

fn of_file(path: &Path, project: Option<&Project>) -> Result<Delivery, SourceError> {
    let from = path.display().to_string();
    let bytes = read(path, COMPONENT_BYTES_MAX, &from)?;
    let beside = beside(path);
    let signature = match beside.exists() {
        true => {
            let shown = beside.display().to_string();
            let bytes = read(&beside, noorm_vault::signature::SIGNATURE_BYTES_MAX as u64, &shown)?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        false => None,
    };
    Ok(Delivery { origin: origin(path, project), from, bytes, signature })
}

/// Returns where the signature of a file is.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}

/// The lock file goes to others: it has the path of a file in the project, and of another one nothing but the name.
fn origin(path: &Path, project: Option<&Project>) -> String {
    let inside = || {
        let (path, root) = (path.canonicalize().ok()?, project?.root.canonicalize().ok()?);
        let inside = path.strip_prefix(root).ok()?.to_str()?;
        Some(inside.replace(std::path::MAIN_SEPARATOR, "/"))
    };
    let name = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    format!("path:{}", inside().unwrap_or_else(name))
}

fn read(path: &Path, bytes_max: u64, from: &str) -> Result<Vec<u8>, SourceError> {
    read_bounded(path, bytes_max).map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => FetchError::TooLarge { from: from.to_owned(), bytes_max }.into(),
        _ => SourceError::Read { path: path.to_path_buf(), source },
    })
}

async fn of_url(fetcher: &Fetcher, url: &HttpsUrl) -> Result<Delivery, SourceError> {
    let bytes = fetcher.component(url).await?;
    refuse_module(&bytes, url)?;
    let signature = fetcher.signature(url).await?;
    Ok(Delivery { origin: url.to_string(), from: url.to_string(), bytes, signature })
}

async fn of_registry(fetcher: &Fetcher, address: &OciAddress, is_named_by_user: bool) -> Result<Delivery, SourceError> {
    let pulled = fetcher.pull(address, is_named_by_user).await?;
    refuse_module(&pulled.component, address)?;
    Ok(Delivery {
        origin: pulled.address.to_string(),
        from: address.to_string(),
        bytes: pulled.component,
        signature: pulled.signature,
    })
}

/// What is fetched again has to have the digest that is locked; what is made of a core module is another component with
/// another version of noorm. What is no WebAssembly at all is told by who looks at it.
fn refuse_module(bytes: &[u8], from: &impl fmt::Display) -> Result<(), SourceError> {
    if bytes.starts_with(b"\0asm") && !is_component(bytes) {
        return Err(SourceError::Module { from: from.to_string() });
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_files_of_the_project_alone() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir_all(root.join("built")).unwrap();
        fs::write(root.join("built/a.wasm"), "a").unwrap();
        fs::write(folder.path().join("b.wasm"), "b").unwrap();
        let check = |path: &str, is_taken: bool| {
            let expected = is_taken.then(|| root.join(path));
            assert_eq!(of_project(Path::new(path), &root), expected, "{path}");
        };
        check("built/a.wasm", true);
        check("not-there.wasm", true);
        check("/dev/tty", false);
        check("../b.wasm", false);
        check("built/../../b.wasm", false);
        #[cfg(unix)]
        for (link, target, is_taken) in
            [("out.wasm", "../b.wasm", false), ("tty.wasm", "/dev/null", false), ("in.wasm", "built/a.wasm", true)]
        {
            std::os::unix::fs::symlink(target, root.join(link)).unwrap();
            check(link, is_taken);
        }
    }

    #[test]
    fn a_file_has_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.wasm");
        fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5, "a.wasm").unwrap(), b"12345");
        let error = read(&file, 4, "a.wasm").unwrap_err();
        assert_eq!(error.to_string(), "`a.wasm` is larger than 4 bytes");
        assert!(matches!(read(folder.path(), 4, "a.wasm"), Err(SourceError::Read { .. })));
    }
}
