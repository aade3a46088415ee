//! JavaScript: componentize-qjs makes a component with QuickJS inside.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::tool::{self, Tool};
use super::{BuildError, Made};

const TOOL: Tool = Tool {
    name: "componentize-qjs",
    near: &["node_modules/.bin"],
    install: "run `npm install` in the project's folder",
};

#[derive(Deserialize)]
struct Manifest {
    noorm: Option<Section>,
}

/// The key `noorm` of `package.json`.
#[derive(Deserialize)]
struct Section {
    wit: String,
    world: String,
    main: String,
}

pub(super) fn build(folder: &Path, dist: &Path) -> Result<Made, BuildError> {
    let file = folder.join("package.json");
    let text = std::fs::read(&file).map_err(|source| BuildError::Io { action: "read", path: file.clone(), source })?;
    let wrong = |what: String| BuildError::Manifest { file: file.clone(), what };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| wrong(format!("is wrong: {error}")))?;
    let section = manifest.noorm.ok_or_else(|| wrong("has no key `noorm`".to_owned()))?;
    let component = dist.join(".building.wasm");
    let mut command = Command::new(TOOL.find(folder)?);
    command.current_dir(folder).args(["--wit", &section.wit, "--js", &section.main]);
    command.args(["--world", &format!("noorm:plugin/{}", section.world)]);
    // Without `--opt-size`: a component that is 0.6 MB smaller reads its files half as fast.
    command.args(["--stub-wasi", "--sync", "--output"]).arg(&component);
    tool::run(TOOL.name, &mut command)?;
    Ok(Made { file: component, notes: Vec::new() })
}
