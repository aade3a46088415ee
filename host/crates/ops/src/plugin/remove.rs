//! `plugin rm`: a plugin leaves the project, with its component.

use noorm_core::settings::{Plugins, Settings};
use noorm_plugin_host::PluginSource;

use super::{PluginInfo, VerbError, look};
use crate::project::Project;

/// Removes a plugin of the project. Settings that name it would stop whoever needs them, unless a bundled one has its name.
pub fn remove(project: &Project, name: &str) -> Result<PluginInfo, VerbError> {
    if project.reach.is_locked {
        return Err(VerbError::Locked { name: name.to_owned() });
    }
    let mut host = look(project)?;
    let stays = host.list().iter().any(|info| info.name == name && info.source == PluginSource::Bundled);
    let settings = naming(&project.settings, name);
    if !stays && !settings.is_empty() {
        return Err(VerbError::Named { name: name.to_owned(), settings });
    }
    Ok(host.remove(name)?)
}

/// Returns the settings that name a plugin.
fn naming(settings: &Settings, name: &str) -> Vec<String> {
    let Plugins { limits_for, extensions, files, dialects, disabled, .. } = &settings.plugins;
    let is = |plugin: &Option<String>| plugin.as_deref() == Some(name);
    let mut found = Vec::new();
    found.extend(limits_for.contains_key(name).then(|| format!("plugins.limitsFor.{name}")));
    let extensions = extensions.iter().filter(|(_, choice)| is(&choice.plugin));
    found.extend(extensions.map(|(extension, _)| format!("plugins.extensions.{extension}")));
    let files = files.iter().filter(|file| is(&file.choice.plugin));
    found.extend(files.map(|file| format!("plugins.files[\"{}\"]", file.glob)));
    let names = |quirks: &[String]| quirks.iter().any(|quirk| quirk == name);
    let dialects = dialects.iter().filter(|(_, choice)| names(&choice.quirks));
    found.extend(dialects.map(|(dialect, _)| format!("plugins.dialects.{dialect}")));
    found.extend(names(disabled).then(|| "plugins.disabled".to_owned()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_that_names_it_is_told() {
        let settings = "plugins:\n  limitsFor: {loader-a: {timeMs: 1}}\n  extensions: {a: {plugin: loader-a}, b: {plugin: loader-b}}\n  files: {'x/*': {plugin: loader-a}}\n  dialects: {acme: {base: b, quirks: [quirk-a]}}\n  disabled: [loader-a]\n";
        let settings = Settings::parse(settings).expect("good settings");
        let expected =
            ["plugins.limitsFor.loader-a", "plugins.extensions.a", "plugins.files[\"x/*\"]", "plugins.disabled"];
        assert_eq!(naming(&settings, "loader-a"), expected);
        assert_eq!(naming(&settings, "quirk-a"), ["plugins.dialects.acme"]);
        assert_eq!(naming(&settings, "loader-c"), [""; 0]);
    }
}
