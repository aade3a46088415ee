//! Puts the demo's files into the library: `host/demo/`, as a table of paths and contents.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut table = String::from("/// The demo's files: path and content.\nconst FILES: &[(&str, &[u8])] = &[\n");
    for file in files {
        let name = file.strip_prefix(&root).expect("it was found there").to_str().expect("its name is ASCII");
        let name = name.replace('\\', "/");
        let path = file.canonicalize().expect("it was found there");
        writeln!(table, "    ({name:?}, include_bytes!({path:?})),").expect("a text takes text");
    }
    table.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("demo_files.rs");
    std::fs::write(out, table).expect("cargo's folder can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the demo is in the tree") {
        let path = entry.expect("the demo is in the tree").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}
