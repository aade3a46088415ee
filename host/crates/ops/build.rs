//! Puts files into the library, as tables of paths and contents: the demo (`host/demo/`), and what `plugin new` writes
//! (`sdk-guest/` and `wit/`).

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Folders of the workspace that projects of plugins are written from.
const SCAFFOLD: [&str; 6] = [
    "sdk-guest/templates",
    "sdk-guest/rust",
    "sdk-guest/javascript",
    "sdk-guest/python",
    "wit",
    // A new dialect begins as a copy.
    "plugins/dialect-sqlite/src",
];

/// What tools leave behind in them.
const LEFT_BEHIND: [&str; 6] = ["target", "node_modules", ".venv", "__pycache__", "dist", ".pytest_cache"];

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let demo = here.join("../../demo");
    write("demo_files.rs", "The demo's files: path and content.", "FILES", &demo, std::slice::from_ref(&demo));
    let workspace = here.join("../../..");
    let folders = SCAFFOLD.map(|folder| workspace.join(folder));
    let what = "Files of the workspace that projects of plugins are written from: path and content.";
    write("scaffold_files.rs", what, "FILES", &workspace, &folders);
}

/// Writes a table of the files in `folders`, by their paths from `root`.
fn write(table_name: &str, what: &str, name: &str, root: &Path, folders: &[PathBuf]) {
    let mut files = Vec::new();
    for folder in folders {
        println!("cargo::rerun-if-changed={}", folder.display());
        collect(folder, &mut files);
    }
    files.sort();
    let mut table = format!("/// {what}\nconst {name}: &[(&str, &[u8])] = &[\n");
    for file in files {
        let name = file.strip_prefix(root).expect("it was found there").to_str().expect("its name is ASCII");
        let name = name.replace('\\', "/");
        let path = file.canonicalize().expect("it was found there");
        writeln!(table, "    ({name:?}, include_bytes!({path:?})),").expect("a text takes text");
    }
    table.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join(table_name);
    std::fs::write(out, table).expect("cargo's folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the files are in the tree") {
        let path = entry.expect("the files are in the tree").path();
        if path.file_name().is_some_and(|name| LEFT_BEHIND.iter().any(|left| name == *left)) {
            continue;
        }
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}
