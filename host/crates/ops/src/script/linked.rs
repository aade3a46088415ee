//! The files that a linked loader asks for: regular files of the project, and nothing that is noorm's own or a key,
//! whatever a grant says. Each is an input of the run.
//!
//! Which of them a plugin may ask for at all is settled before, by its grant.

use std::fs::File;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

use noorm_core::checksum::Checksum;
use noorm_core::path::ProjectPath;
use noorm_plugin_host::LinkedFiles;

use crate::files::ProjectFiles;

/// Bytes of one file. It is copied into the plugin's memory, which has a bound of its own.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// What files with keys and sealed configs end in.
const KEYS: [&str; 8] = ["enc", "key", "keys", "pem", "p12", "pfx", "age", "kdbx"];

/// What OpenSSH calls the private keys that it makes. Data may begin with `id_` as well.
const SSH_KEYS: [&str; 7] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss"];

/// The files that are read for one data file.
pub(crate) struct Linked {
    files: ProjectFiles,
    read: Mutex<Vec<(ProjectPath, Checksum)>>,
}

impl Linked {
    pub(crate) fn new(files: ProjectFiles) -> Self {
        Self { files, read: Mutex::default() }
    }

    /// Returns what was read, in order.
    pub(super) fn read_so_far(&self) -> Vec<(ProjectPath, Checksum)> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes a file. One that is another one when it is read again has no one checksum.
    fn note(&self, path: ProjectPath, bytes: &[u8]) -> Result<(), String> {
        let checksum = Checksum::of_file(bytes);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match read.iter().find(|(other, _)| *other == path) {
            Some((_, former)) if *former != checksum => Err("it changed while it was read".to_owned()),
            Some(_) => Ok(()),
            None => {
                read.push((path, checksum));
                Ok(())
            }
        }
    }
}

impl LinkedFiles for Linked {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let is_step = |part: &str| part.is_empty() || part == "." || part == "..";
        if path.split('/').any(is_step) {
            return Err("a path has no empty parts, no `.` and no `..`".to_owned());
        }
        let path = ProjectPath::parse(path).map_err(|error| error.to_string())?;
        refuse_private(&path)?;
        let real = self.files.resolve(&path).map_err(|error| error.to_string())?;
        // A link inside of the project may lead to what a path may not name.
        let inside = ProjectPath::from_os(self.files.root(), &real).map_err(|error| error.to_string())?;
        refuse_private(&inside)?;
        let failed = |error: std::io::Error| format!("it cannot be read: {error}");
        // Looked at before it is opened: opening a pipe waits for somebody.
        if !real.metadata().map_err(failed)?.is_file() {
            return Err("it is not a regular file".to_owned());
        }
        let mut bytes = Vec::new();
        let file = File::open(&real).map_err(failed)?;
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(format!("it has more than {} MiB", FILE_BYTES_MAX >> 20));
        }
        self.note(path, &bytes)?;
        Ok(bytes)
    }
}

fn refuse_private(path: &ProjectPath) -> Result<(), String> {
    if path.as_str().split('/').any(|part| part.starts_with('.')) {
        return Err("what begins with a dot is never read for a plugin".to_owned());
    }
    let name = path.file_name().to_ascii_lowercase();
    let is_key = name.rsplit_once('.').is_some_and(|(_, extension)| KEYS.contains(&extension));
    if is_key || SSH_KEYS.contains(&name.as_str()) {
        return Err("keys and sealed files are never read for a plugin".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> (tempfile::TempDir, Linked) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("project");
        for path in ["schema/lib", ".noorm", "keys"] {
            std::fs::create_dir_all(root.join(path)).expect("a folder");
        }
        for path in [
            "schema/lib/a.js",
            "schema/id_map.json",
            ".noorm/state.enc",
            "keys/tls.key",
            "keys/id_ed25519",
            "keys/ID_RSA",
            "schema/main.noorm.enc",
        ] {
            std::fs::write(root.join(path), "x").expect("a file");
        }
        std::fs::write(folder.path().join("outside"), "x").expect("a file");
        let linked = Linked::new(ProjectFiles::open(&root).expect("a project"));
        (folder, linked)
    }

    #[test]
    fn a_file_of_the_project_is_read_and_noted_once() {
        let (_folder, linked) = project();
        for _ in 0..2 {
            assert_eq!(linked.read("schema/lib/a.js"), Ok(b"x".to_vec()));
        }
        let read = linked.read_so_far();
        assert_eq!((read.len(), read[0].0.as_str(), &read[0].1), (1, "schema/lib/a.js", &Checksum::of_file(b"x")));
    }

    #[test]
    fn data_may_be_called_like_a_key_in_part() {
        let (_folder, linked) = project();
        assert_eq!(linked.read("schema/id_map.json"), Ok(b"x".to_vec()));
    }

    #[test]
    fn what_is_not_to_be_read_is_refused_and_not_noted() {
        let (_folder, linked) = project();
        for (path, why) in [
            ("schema/../schema/lib/a.js", "no `..`"),
            ("../outside", "no `..`"),
            ("/etc/passwd", "no empty parts"),
            ("schema/./lib/a.js", "no `.`"),
            ("schema\\lib", "backslash"),
            (".noorm/state.enc", "begins with a dot"),
            ("schema/main.noorm.enc", "sealed"),
            ("keys/tls.key", "keys"),
            ("keys/id_ed25519", "keys"),
            ("keys/ID_RSA", "keys"),
            ("schema/lib", "not a regular file"),
            ("schema/none.js", "does not exist"),
        ] {
            let said = linked.read(path).expect_err(path);
            assert!(said.contains(why), "{path}: {said}");
        }
        assert_eq!(linked.read_so_far(), []);
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_neither_out_nor_to_what_is_noorms_own() {
        let (folder, linked) = project();
        let schema = folder.path().join("project/schema");
        std::os::unix::fs::symlink("../../outside", schema.join("out.txt")).expect("a link");
        std::os::unix::fs::symlink("../.noorm/state.enc", schema.join("state.txt")).expect("a link");
        assert!(linked.read("schema/out.txt").expect_err("outside").contains("leads out of the project"));
        assert!(linked.read("schema/state.txt").expect_err("the state").contains("begins with a dot"));
        assert_eq!(linked.read_so_far(), []);
    }

    #[test]
    fn a_file_that_changes_meanwhile_is_refused() {
        let (folder, linked) = project();
        assert!(linked.read("schema/lib/a.js").is_ok());
        std::fs::write(folder.path().join("project/schema/lib/a.js"), "y").expect("a file");
        assert!(linked.read("schema/lib/a.js").expect_err("changed").contains("changed"));
    }
}
