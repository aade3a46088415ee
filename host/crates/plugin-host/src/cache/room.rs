//! Keeps the cache from growing for ever: what was not used for long goes, and then the oldest, until the rest fits.
//!
//! Runs after something was added. What cannot be removed stays; the next one tries again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Bytes of all entries. A component with a language's runtime inside has some forty million.
const BYTES_MAX: u64 = 2 << 30;

/// Nobody uses an entry of an engine that is no more, or of a version that was replaced.
const UNUSED_MAX: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A file that a process left behind which was killed while it wrote.
const DRAFT_MAX: Duration = Duration::from_secs(60 * 60);

/// Removes what is too old or too much. `kept` is the entry that was just added.
pub(super) fn make(folder: &Path, kept: &Path) {
    make_with(folder, kept, BYTES_MAX, SystemTime::now());
}

fn make_with(folder: &Path, kept: &Path, bytes_max: u64, now: SystemTime) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        let (Ok(used), path) = (metadata.modified(), entry.path()) else { continue };
        if !metadata.is_file() || path == kept {
            continue;
        }
        let age = now.duration_since(used).unwrap_or_default();
        let is_draft = path.extension().is_some_and(|extension| extension == "tmp");
        if age > if is_draft { DRAFT_MAX } else { UNUSED_MAX } {
            // Another process may have been first.
            let _ = fs::remove_file(&path);
        } else {
            files.push((used, metadata.len(), path));
        }
    }
    let mut bytes = files.iter().map(|(_, bytes, _)| bytes).sum::<u64>();
    bytes += fs::metadata(kept).map_or(0, |metadata| metadata.len());
    files.sort();
    for (_, size, path) in files {
        if bytes <= bytes_max {
            return;
        }
        let _ = fs::remove_file(&path);
        bytes -= size;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_the_newest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let file = |name: &str, hours: u64| {
            let path = folder.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            let file = fs::File::options().append(true).open(&path).unwrap();
            file.set_modified(now - Duration::from_secs(hours * 3600)).unwrap();
            path
        };
        let kept = file("new.cwasm", 3000);
        file("a.cwasm", 4);
        file("b.cwasm", 3);
        file("c.cwasm", 2);
        file("d.cwasm", 24 * 91);
        file("e.tmp", 2);
        file("f.tmp", 0);
        let left = || {
            let mut names: Vec<_> =
                fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        make_with(folder.path(), &kept, 1000, now);
        assert_eq!(left(), ["a.cwasm", "b.cwasm", "c.cwasm", "f.tmp", "new.cwasm"]);
        make_with(folder.path(), &kept, 350, now);
        assert_eq!(left(), ["c.cwasm", "f.tmp", "new.cwasm"]);
        make_with(folder.path(), &kept, 1, now);
        assert_eq!(left(), ["new.cwasm"]);
    }
}
