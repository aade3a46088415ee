//! `plugin list`: what a command started here can use, and what serves what.

use std::collections::BTreeMap;

use noorm_plugin_host::{PluginHost, PluginKind, PluginSource, not_granted};
use serde::Serialize;

use super::{Here, PluginError, PluginInfo, look};

/// A plugin, and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// What is known of it.
    #[serde(flatten)]
    pub info: PluginInfo,
    /// The settings keep it from serving anything.
    pub disabled: bool,
    /// Imports that nobody granted; it does not run before somebody does.
    pub not_granted: Vec<String>,
    /// Why it does not run, besides: its component is missing or another one, or not signed as the settings want it.
    pub fault: Option<String>,
    /// The names among those it could serve that another plugin serves, and which.
    pub served_by: BTreeMap<String, String>,
}

/// Lists the plugins.
pub fn list(here: Here<'_>) -> Result<Vec<Listed>, PluginError> {
    let host = look(here)?;
    Ok(host.list().into_iter().map(|info| listed(&host, info)).collect())
}

/// Says how a plugin stands.
pub(super) fn listed(host: &PluginHost, info: PluginInfo) -> Listed {
    let other = |name: &String| server(host, &info, name).map(|server| (name.clone(), server));
    let served_by = match info.kind {
        // What it names are bases that it goes with.
        PluginKind::Quirk => BTreeMap::new(),
        _ => info.provides.iter().filter_map(other).collect(),
    };
    let not_granted = not_granted(&info);
    let is_own = info.source == PluginSource::Project;
    let fault = if is_own { host.verify(&info.name).err() } else { None };
    // That is told apart.
    let fault = fault.filter(|error| !matches!(error, PluginError::NotGranted { .. }));
    let fault = fault.map(|error| error.to_string());
    Listed { disabled: host.is_disabled(&info.name), not_granted, fault, served_by, info }
}

/// Returns who serves a name in the place of a plugin.
fn server(host: &PluginHost, info: &PluginInfo, name: &str) -> Option<String> {
    let found = match info.kind {
        PluginKind::Loader => host.serving(&format!("x.{name}")),
        _ => host.dialect_info(name),
    };
    match found {
        Ok(found) if found.name == info.name && found.source == info.source => None,
        Ok(found) if found.name == info.name => Some(format!("{} of the {}", found.name, found.source.as_str())),
        Ok(found) => Some(found.name),
        Err(PluginError::Conflict { first, second, .. }) => Some(format!("{first} or {second}")),
        Err(_) => None,
    }
}
