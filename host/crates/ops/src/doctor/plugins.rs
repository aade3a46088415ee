//! The plugins of the project: whether each file is the one that is locked, and whether a file is there that is not locked.

use noorm_plugin_host::PluginSource;

use super::{Area, Findings, own};
use crate::plugin;
use crate::project::Project;

pub(super) fn examine(project: &Project, findings: &mut Findings) {
    let host = match plugin::look(project) {
        Ok(host) => host,
        Err(error) => return findings.failed(Area::Plugins, &error, error.hint()),
    };
    let before = findings.findings.len();
    let installed: Vec<_> = host.list().into_iter().filter(|info| info.source == PluginSource::Project).collect();
    for info in &installed {
        if let Err(error) = host.verify(&info.name) {
            findings.failed(Area::Plugins, &error, error.hint());
        }
    }
    for name in components(project).into_iter().filter(|name| !installed.iter().any(|info| info.name == *name)) {
        let hint = format!("`noorm plugin add .noorm/plugins/{name}.wasm` locks it; without that it does not run");
        let message = format!("`.noorm/plugins/{name}.wasm` is not in `.noorm/plugins.lock`");
        findings.warning(Area::Plugins, message, hint);
    }
    let message = match installed.len() {
        0 => "the project has no plugins of its own".to_owned(),
        1 => "the plugin of the project is the one that is locked".to_owned(),
        count => format!("{count} plugins of the project are the ones that are locked"),
    };
    findings.ok_since(before, Area::Plugins, message);
}

/// Returns the names of the components in the project's folder, sorted.
fn components(project: &Project) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(own(&project.root, "plugins")) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter_map(|name| name.strip_suffix(".wasm").map(str::to_owned)).collect();
    names.sort();
    names
}
