//! A database on a filesystem that is too small for it; then there is room again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use noorm_testkit::{Chance, Database, Engine, PARTS};

use crate::site::{PATIENCE, Site};
use crate::trial::{Fault, Struck};

/// Puts a site's empty database on the small filesystem.
pub type Settle = Arc<dyn Fn(&Site) + Send + Sync>;

/// A file is there already.
pub fn in_place() -> Settle {
    Arc::new(|_| {})
}

/// A server of the harness's own keeps its data in `folder`; `aside` is another database on it.
pub fn on_server(engine: Engine, aside: &Database, folder: &Path, mount: &Mount) -> Settle {
    match engine {
        Engine::Postgres => {
            aside.query(&format!("CREATE TABLESPACE small LOCATION '{}'", mount.folder.display()));
            Arc::new(into_tablespace)
        }
        _ => {
            let (data, small) = (folder.join("data"), mount.folder.clone());
            Arc::new(move |site| into_folder(site, &data, &small))
        }
    }
}

/// A database is moved from outside of it, and the site has no other.
fn into_tablespace(site: &Site) {
    site.aside().query(&format!("ALTER DATABASE {} SET TABLESPACE small", name_of(site)));
}

/// MariaDB keeps a database in a folder of its name, and follows a link in the place of one.
fn into_folder(site: &Site, data: &Path, small: &Path) {
    let (folder, moved) = (data.join(name_of(site)), small.join(name_of(site)));
    let status = Command::new("mv").arg(&folder).arg(&moved).status().expect("mv");
    assert!(status.success(), "{} is not moved", folder.display());
    link(&moved, &folder);
}

fn name_of(site: &Site) -> String {
    site.database.address().expect("a database on a server").database
}

/// What an undisturbed run takes there.
pub struct Room {
    filler: PathBuf,
    takes: u64,
    settle: Settle,
}

impl Room {
    /// Makes the run.
    pub fn of(site: &mut Site, mount: &Mount, settle: &Settle) -> Self {
        site.reset();
        settle(site);
        let before = free(&mount.folder);
        let end = site.start().wait(PATIENCE);
        assert_eq!(end.code, Some(0), "the filesystem is too small for an undisturbed run\n{end}");
        let takes = before.saturating_sub(free(&mount.folder));
        Self { filler: mount.folder.join("filler"), takes, settle: Arc::clone(settle) }
    }
}

/// Returns so many faults, each with another part of the room missing.
pub fn faults(room: &Room, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let one = |part: u32| {
        let left = room.takes * u64::from(part) / u64::from(PARTS);
        let (filler, settle) = (room.filler.clone(), Arc::clone(&room.settle));
        Fault::new(format!("disk with {part} of {PARTS} parts of the room left"), move |site: &Site| {
            settle(site);
            fill(&filler, left);
            let end = site.start().wait(PATIENCE);
            std::fs::remove_file(&filler).unwrap();
            if end.code == Some(0) { Struck::missed(end) } else { Struck::hit(end) }
        })
    };
    (0..count).map(|_| one(chance.part())).collect()
}

/// Takes all room but so many bytes.
fn fill(filler: &Path, left: u64) {
    let free = free(filler.parent().expect("a file in a folder"));
    let size = free.saturating_sub(left) / 4096 * 4096;
    std::fs::write(filler, vec![0; usize::try_from(size).expect("a small filesystem")]).unwrap();
}

/// How much room a filesystem has.
fn free(folder: &Path) -> u64 {
    let output = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output().expect("df");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().nth(1).and_then(|line| line.trim().parse().ok()).expect("df says how much is left")
}

/// A small filesystem in memory; unmounted when the value is dropped.
pub struct Mount {
    /// Where it is.
    pub folder: PathBuf,
}

impl Mount {
    /// Mounts one of so many bytes on a folder, which is made if it is missing and belongs to whoever has the folder above
    /// it; `None` where only root may.
    pub fn on(folder: &Path, size: u64) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let owner = owner_of(folder.parent().expect("a folder in another one"));
        let options = format!("size={size},mode=700,uid={owner}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "noorm-faults"])
            .arg(folder)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self { folder: folder.to_owned() })
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Whoever still has a file open in it keeps it until that is closed.
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}

#[cfg(unix)]
fn owner_of(folder: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder).unwrap())
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}
