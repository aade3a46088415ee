//! The machine's id: the second input of the state's key, beside the identity's private key.
//!
//! It binds a state to a machine: a copy of a home folder and a project opens nowhere else. Order:
//! an id that the caller was given (`NOORM_MACHINE_ID`, for containers and build agents), then
//! `/etc/machine-id`, then `/var/lib/dbus/machine-id` (machine-id(5): 128 random bits that should
//! be treated as confidential), else 128 random bits kept in `~/.noorm/machine-id`.
//!
//! Limits that are known and accepted: containers made from one image may share the image's id;
//! the kept id lies beside the private key, so a copied home folder takes it along. Registries of
//! other systems (IOPlatformUUID, MachineGuid) are not asked: they are not secret to any process,
//! and the kept file works everywhere.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::atomic::create_atomic;
use crate::private_file::{self, PrivateFile};

/// Where systemd and D-Bus keep the id, in the order in which they are asked.
const SYSTEM_FILES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// Longer than any real id; a mistaken file must not become one.
const ID_BYTES_MAX: usize = 256;

/// Why the machine has no id.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// The id that the caller was given is empty or far too long.
    #[error("the given machine id has {length} bytes; it should have 1 to {ID_BYTES_MAX}")]
    Given {
        /// Bytes found, after trimming.
        length: usize,
    },
    /// Others may read or write the kept id.
    #[error("the machine id `{}` is open to other users (mode {mode:04o})", path.display())]
    Exposed {
        /// The file of the kept id.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The kept id is empty or far too long.
    #[error("the machine id `{}` is empty or too long", path.display())]
    Malformed {
        /// The file of the kept id.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// "read", "write" or "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The system has no id, and there is no home folder to keep one in.
    #[error("the system has no machine id, and there is no home folder to keep one in")]
    NoPlace,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl MachineError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Given { .. } => Some("set `NOORM_MACHINE_ID` to 32 random hex digits, or unset it".into()),
            Self::Exposed { path, .. } => Some(format!("run `chmod 600 {}`", path.display())),
            Self::Malformed { path } => Some(format!(
                "restore `{}` from a backup; deleting it makes a new machine id, and states of this machine stay sealed",
                path.display()
            )),
            Self::NoPlace => Some("set `NOORM_MACHINE_ID` to 32 random hex digits".into()),
            Self::Io { .. } => Some("set `NOORM_MACHINE_ID` where no home folder can be written".into()),
            Self::Random(_) => None,
        }
    }
}

/// An id of this machine: wiped on drop, never printed.
#[derive(Clone)]
pub struct MachineId {
    text: Zeroizing<String>,
    source: Source,
}

/// Who chose the id, and so whether it can be assumed to be unguessable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// A person or a pipeline: perhaps `ci`, perhaps random.
    Given,
    /// The system or this program: 128 random bits.
    Random,
}

impl MachineId {
    /// Takes an id that a caller was given; surrounding whitespace is dropped.
    ///
    /// # Errors
    /// [`MachineError::Given`] for an empty or absurdly long one.
    pub fn given(text: &str) -> Result<Self, MachineError> {
        let text = text.trim();
        if text.is_empty() || text.len() > ID_BYTES_MAX {
            return Err(MachineError::Given { length: text.len() });
        }
        Ok(Self::from_text(text, Source::Given))
    }

    /// Whether the id is known to be 128 random bits, so that nobody can guess it.
    #[must_use]
    pub fn is_unguessable(&self) -> bool {
        self.source == Source::Random
    }

    /// Returns the bytes, for key derivation inside this crate only.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn from_text(text: &str, source: Source) -> Self {
        Self { text: Zeroizing::new(text.to_owned()), source }
    }
}

impl fmt::Debug for MachineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MachineId([redacted], {:?})", self.source)
    }
}

/// Finds the id of this machine, or makes and keeps one below `home`; where there is no home, nothing is kept.
///
/// `given` is the value of `NOORM_MACHINE_ID`, if the caller has one.
///
/// # Errors
/// [`MachineError`]: a bad given id, an exposed or malformed kept id, or no place to keep one.
pub fn machine_id(home: Option<&Path>, given: Option<&str>) -> Result<MachineId, MachineError> {
    if let Some(text) = given {
        return MachineId::given(text);
    }
    match (system_id(&SYSTEM_FILES.map(Path::new)), home) {
        (Some(id), _) => Ok(id),
        (None, Some(home)) => kept_id(home),
        (None, None) => Err(MachineError::NoPlace),
    }
}

/// Returns the first usable id of the system's files.
fn system_id(files: &[&Path]) -> Option<MachineId> {
    files.iter().find_map(|path| {
        let text = Zeroizing::new(std::fs::read_to_string(path).ok()?);
        let id = text.trim();
        // Anything but 32 hex digits is not an id: empty in image templates, `uninitialized`
        // during first boot, and zeros in some minimal images.
        let is_id =
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id.bytes().any(|byte| byte != b'0');
        is_id.then(|| MachineId::from_text(id, Source::Random))
    })
}

/// Reads the id kept below `home`, making it the first time.
pub(crate) fn kept_id(home: &Path) -> Result<MachineId, MachineError> {
    let path = home.join(".noorm").join("machine-id");
    if let Some(id) = read_kept(&path)? {
        return Ok(id);
    }
    let folder = home.join(".noorm");
    private_file::create_folder(&folder).map_err(|source| MachineError::Io {
        action: "create",
        path: folder,
        source,
    })?;
    let mut random = Zeroizing::new([0u8; 16]);
    getrandom::fill(random.as_mut_slice()).map_err(MachineError::Random)?;
    let text = Zeroizing::new(hex::encode(*random));
    match create_atomic(&path, text.as_bytes(), 0o600) {
        Ok(()) => {}
        // Another process was faster: its id is the machine's.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(source) => return Err(MachineError::Io { action: "write", path, source }),
    }
    read_kept(&path)?.ok_or(MachineError::Malformed { path })
}

fn read_kept(path: &Path) -> Result<Option<MachineId>, MachineError> {
    let path = path.to_path_buf();
    match private_file::read(&path) {
        Ok(PrivateFile::Missing) => Ok(None),
        Ok(PrivateFile::Exposed(mode)) => Err(MachineError::Exposed { path, mode }),
        Ok(PrivateFile::Text(text)) => match text.trim() {
            id if id.is_empty() || id.len() > ID_BYTES_MAX => Err(MachineError::Malformed { path }),
            id => Ok(Some(MachineId::from_text(id, Source::Random))),
        },
        Err(source) => Err(MachineError::Io { action: "read", path, source }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_given_id_wins_and_is_trimmed() {
        let home = tempfile::tempdir().unwrap();
        let id = machine_id(Some(home.path()), Some(" agent-7\n")).unwrap();
        assert_eq!(id.as_bytes(), b"agent-7");
        assert!(!id.is_unguessable());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_empty_given_id_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        for bad in ["", " \n", &"x".repeat(ID_BYTES_MAX + 1)] {
            let error = machine_id(Some(home.path()), Some(bad)).unwrap_err();
            assert!(matches!(error, MachineError::Given { .. }));
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn files_that_hold_no_id_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let useless = [
            folder.path().join("missing"),
            file("empty", ""),
            file("booting", "uninitialized\n"),
            file("zeros", &"0".repeat(32)),
            file("short", "abc"),
        ];
        let useless: Vec<&Path> = useless.iter().map(PathBuf::as_path).collect();
        assert!(system_id(&useless).is_none());

        let good = file("good", "0123456789abcdef0123456789abcdef\n");
        let mut files = useless;
        files.push(&good);
        let id = system_id(&files).unwrap();
        assert_eq!(id.as_bytes(), b"0123456789abcdef0123456789abcdef");
        assert!(id.is_unguessable());
    }

    #[test]
    fn a_kept_id_stays_the_same_even_when_made_at_once() {
        let home = tempfile::tempdir().unwrap();
        let ids: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| kept_id(home.path()).unwrap().as_bytes().to_vec())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ids[0].len(), 32);
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(kept_id(home.path()).unwrap().as_bytes(), ids[0]);
    }

    #[cfg(unix)]
    #[test]
    fn an_exposed_or_empty_kept_id_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        kept_id(home.path()).unwrap();
        let path = home.path().join(".noorm/machine-id");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "\n").unwrap();
        assert!(matches!(kept_id(home.path()), Err(MachineError::Malformed { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(kept_id(home.path()), Err(MachineError::Exposed { mode: 0o644, .. })));
    }

    #[test]
    fn an_id_does_not_print() {
        let id = MachineId::given("confidential").unwrap();
        assert!(!format!("{id:?}").contains("confidential"));
    }
}
