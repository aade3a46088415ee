//! Python: componentize-py makes a component with CPython inside.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::tool::{self, Tool};
use super::{BuildError, Made};

const TOOL: Tool = Tool {
    name: "componentize-py",
    near: &[".venv/bin", ".venv/Scripts"],
    install: "run `python3 -m venv .venv` and `.venv/bin/pip install componentize-py` in the project's folder",
};

#[derive(Deserialize)]
struct Manifest {
    tool: Option<Tools>,
}

#[derive(Deserialize)]
struct Tools {
    noorm: Option<Section>,
}

/// The table `tool.noorm` of `pyproject.toml`.
#[derive(Deserialize)]
struct Section {
    wit: String,
    world: String,
    module: String,
    path: Vec<String>,
}

pub(super) fn build(folder: &Path, dist: &Path) -> Result<Made, BuildError> {
    let file = folder.join("pyproject.toml");
    let text = std::fs::read_to_string(&file).map_err(|source| BuildError::Io {
        action: "read",
        path: file.clone(),
        source,
    })?;
    let wrong = |what: String| BuildError::Manifest { file: file.clone(), what };
    let manifest: Manifest = toml::from_str(&text).map_err(|error| wrong(format!("is wrong: {}", error.message())))?;
    let section =
        manifest.tool.and_then(|tools| tools.noorm).ok_or_else(|| wrong("has no table `tool.noorm`".to_owned()))?;
    let component = dist.join(".building.wasm");
    let mut command = Command::new(TOOL.find(folder)?);
    command.current_dir(folder).args(["-d", &section.wit, "-w", &format!("noorm:plugin/{}", section.world)]);
    command.args(["componentize", "--stub-wasi"]);
    for path in &section.path {
        command.args(["-p", path]);
    }
    command.arg("-o").arg(&component).arg(&section.module);
    tool::run(TOOL.name, &mut command)?;
    Ok(Made { file: component, notes: Vec::new() })
}
