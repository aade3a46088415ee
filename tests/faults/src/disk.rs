//! The disk is full, or a write fails, in the middle of a run; then there is room again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::shim::Deed;
use crate::site::{PATIENCE, Site};
use crate::survey::Survey;
use crate::trial::{Fault, Struck};
use noorm_testkit::Chance;

/// Returns so many faults at random writes of a file: from there on nothing fits, or one write fails.
pub fn at_writes(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let one = |number| {
        let write = 1 + chance.below(survey.calls.writes);
        let deed = if number % 2 == 0 { Deed::Full(write) } else { Deed::Error(write) };
        Fault::new(format!("disk {deed:?}"), move |site: &Site| {
            let end = site.start_struck(deed).wait(PATIENCE);
            // A last write that fails can be one that only tidies up.
            if end.code == Some(0) { Struck::missed(end) } else { Struck::hit(end) }
        })
    };
    (0..count).map(one).collect()
}

/// Returns so many faults on a filesystem that is too small by a random amount. `settle` puts a site's empty database
/// there.
pub fn small(site: &mut Site, mount: &Mount, count: usize, chance: &mut Chance, settle: fn(&Site)) -> Vec<Fault> {
    site.reset();
    settle(site);
    let before = free(&mount.folder);
    let end = site.start().wait(PATIENCE);
    assert_eq!(end.code, Some(0), "the filesystem is too small for an undisturbed run\n{end}");
    let takes = before.saturating_sub(free(&mount.folder));
    let one = |left: u64| {
        let filler = mount.folder.join("filler");
        Fault::new(format!("disk with {left} of {takes} bytes left"), move |site: &Site| {
            settle(site);
            fill(&filler, left);
            let end = site.start().wait(PATIENCE);
            std::fs::remove_file(&filler).unwrap();
            if end.code == Some(0) { Struck::missed(end) } else { Struck::hit(end) }
        })
    };
    (0..count).map(|_| one(chance.below(takes))).collect()
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
