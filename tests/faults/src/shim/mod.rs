//! Strikes at a chosen write to a database file: a small library that is loaded before others (`shim.c`). noorm is what it
//! always is, and needs no door for it.

use std::path::{Path, PathBuf};
use std::process::Command;

use noorm_testkit::Sandbox;

/// What happens when; all are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The process is killed where it would wait for the disk: between two steps of a commit.
    KillAtSync(u64),
    /// It is killed instead of writing.
    Kill(u64),
    /// It is killed after the first half of a write.
    Torn(u64),
    /// The disk is full from a write on.
    Full(u64),
    /// One write fails.
    Error(u64),
}

impl Deed {
    fn variables(self) -> Vec<(&'static str, String)> {
        let at =
            |write: u64, word: &str| vec![("NOORM_FAULT_AT", write.to_string()), ("NOORM_FAULT_DEED", word.to_owned())];
        match self {
            Self::KillAtSync(sync) => vec![("NOORM_FAULT_SYNC", sync.to_string())],
            Self::Kill(write) => at(write, "kill"),
            Self::Torn(write) => at(write, "torn"),
            Self::Full(write) => at(write, "full"),
            Self::Error(write) => at(write, "error"),
        }
    }
}

/// What a process did to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    /// Writes.
    pub writes: u64,
    /// Calls to synchronise.
    pub syncs: u64,
}

/// The built library, for one database file.
pub struct Shim {
    library: PathBuf,
    count: PathBuf,
    file: PathBuf,
}

impl Shim {
    /// Builds the library into a sandbox.
    pub fn build(sandbox: &Sandbox, file: &Path) -> Self {
        let folder = sandbox.home();
        let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
        std::fs::write(&source, include_str!("shim.c")).unwrap();
        let status = Command::new("cc")
            .args(["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .status()
            .expect("cc, which building noorm needs too");
        assert!(status.success(), "cc cannot build {}", source.display());
        Self { library, count: folder.join("writes"), file: file.to_owned() }
    }

    /// Lets a command run with the library, which does `deed`, if there is one.
    pub fn load(&self, command: &mut Command, deed: Option<Deed>) {
        command.env("LD_PRELOAD", &self.library);
        command.env("NOORM_FAULT_FILE", &self.file).env("NOORM_FAULT_COUNT", &self.count);
        command.envs(deed.map(Deed::variables).unwrap_or_default());
    }

    /// Returns what the last command did that came to its end.
    pub fn calls(&self) -> Calls {
        let text = std::fs::read_to_string(&self.count).expect("a command that ran to its end");
        let numbers: Vec<u64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        Calls { writes: numbers[0], syncs: numbers[1] }
    }
}
