//! The checksum that noorm's TypeScript original gives a changeset: what a history that was taken over has.
//!
//! It covers the files directly in the folder, templates unrendered, and those that a manifest names.

use noorm_core::checksum::Checksum;
use noorm_core::path::ProjectPath;

use crate::workbench::Workbench;

/// Endings of the files that count, as the original spells them.
const SCRIPTS: [&str; 2] = [".sql", ".sql.tmpl"];
const MANIFEST: &str = ".txt";

/// Returns the checksum; `None` when it cannot be told, such as when a manifest names a file that is gone.
pub(super) fn checksum(bench: &Workbench, side: &ProjectPath) -> Option<Checksum> {
    let mut checksums = Vec::new();
    for path in bench.files.files(Some(side)).ok()? {
        let name = path.file_name();
        let is_manifest = name.ends_with(MANIFEST);
        if !is_manifest && !SCRIPTS.iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let bytes = bench.files.read(&path).ok()?;
        checksums.push(of_text(&bytes));
        if is_manifest {
            for named in named(bench, &bytes)? {
                checksums.push(of_text(&bench.files.read(&named).ok()?));
            }
        }
    }
    Some(Checksum::combined(&checksums))
}

fn of_text(bytes: &[u8]) -> Checksum {
    Checksum::of_original(bytes).unwrap_or_else(|| Checksum::of_file(bytes))
}

/// Returns the files that a manifest names. The original takes paths from the folder of the schema; one that noorm can run
/// takes them from the project's.
fn named(bench: &Workbench, manifest: &[u8]) -> Option<Vec<ProjectPath>> {
    let text = String::from_utf8_lossy(manifest);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let find = |line: &str| {
        let candidates = [bench.schema.join(line).ok(), ProjectPath::parse(line).ok()];
        candidates.into_iter().flatten().find(|path| bench.files.exists(path))
    };
    lines.map(find).collect()
}
