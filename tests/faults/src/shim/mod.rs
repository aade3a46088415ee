//! Strikes at a chosen write to a database file: a small library that is loaded before others (`shim.c`). noorm is what it
//! always is, and needs no door for it.

use std::path::{Path, PathBuf};
use std::process::Command;

use noorm_testkit::Sandbox;

/// What happens at the chosen write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The process is killed instead of writing.
    Kill,
    /// It is killed after the first half of it.
    Torn,
    /// The disk is full from there on.
    Full,
    /// This write alone fails.
    Error,
}

impl Deed {
    fn word(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Torn => "torn",
            Self::Full => "full",
            Self::Error => "error",
        }
    }
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

    /// Lets a command run with the library. `strike`: at which write, counted from 1, and what happens there.
    pub fn load(&self, command: &mut Command, strike: Option<(u64, Deed)>) {
        command.env("LD_PRELOAD", &self.library);
        command.env("NOORM_FAULT_FILE", &self.file).env("NOORM_FAULT_COUNT", &self.count);
        if let Some((at, deed)) = strike {
            command.env("NOORM_FAULT_AT", at.to_string()).env("NOORM_FAULT_DEED", deed.word());
        }
    }

    /// Returns how many writes the last command made that came to its end.
    pub fn writes(&self) -> u64 {
        let text = std::fs::read_to_string(&self.count).expect("a command that ran to its end");
        text.trim().parse().expect("a number")
    }
}
