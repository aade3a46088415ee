//! What to try next after an error of plugins.

use noorm_core::plugin::PluginRef;

use super::{PluginError, Refusal};

impl PluginError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Input { diagnostics, .. } => diagnostics.iter().find_map(|one| one.help.clone()),
            Self::Limit { plugin, setting: Some(setting), .. } => Some(format!(
                "if the input is as large as it should be, raise `{}` in .noorm/settings.yml; else {}",
                setting.replacen("limits", &format!("limitsFor.{}", plugin.name), 1),
                self.without(plugin)
            )),
            Self::Internal { plugin, .. }
            | Self::Trap { plugin, .. }
            | Self::Limit { plugin, .. }
            | Self::Nonsense { plugin, .. } => Some(self.without(plugin)),
            Self::Stack(error) => error.hint(),
            Self::UnknownDialect { known, .. } => {
                Some(format!("known dialects: {}; `noorm plugin add` adds others", known.join(", ")))
            }
            Self::UnknownExtension { known, .. } => {
                Some(format!("known extensions: {}; `noorm plugin add` adds others", known.join(", ")))
            }
            Self::UnknownPlugin { .. } => Some("`noorm plugin list` shows which there are".to_owned()),
            Self::Conflict { name, first, .. } if first.starts_with("loader-") => Some(format!(
                "`plugins.extensions.{name}.plugin` in .noorm/settings.yml decides which of the two it is"
            )),
            Self::Conflict { .. } => Some(
                "remove one of the two from the project, or put it into `plugins.disabled` in .noorm/settings.yml"
                    .to_owned(),
            ),
            Self::Disabled { name, .. } => {
                Some(format!("take `{name}` out of `plugins.disabled` in .noorm/settings.yml"))
            }
            Self::Chosen { .. } => {
                Some("`noorm plugin list` shows which there are; `noorm plugin add` adds others".to_owned())
            }
            Self::Options { plugin, path, .. } => Some(format!(
                "`noorm plugin show {}` shows its options, and `noorm plugin why {path}` those of the file",
                plugin.name
            )),
            Self::PartOfNoorm { .. } => Some(
                "`plugins.disabled` in .noorm/settings.yml keeps it from serving; one that is added takes its place"
                    .to_owned(),
            ),
            Self::OtherName { found, file, .. } => Some(format!("write `--with {found}={}`", file.display())),
            Self::Glob { .. } => Some("globs are written from the project's folder, such as `schema/**`".to_owned()),
            Self::Refused { reason, .. } => reason.hint(),
            Self::Digest { name, found, .. } => Some(format!(
                "if the new file is meant, add it again with `noorm plugin add`, or put `\"digest\": \"{found}\"` at `{name}` in plugins.lock"
            )),
            Self::NotGranted { name, .. } => Some(format!(
                "whoever trusts it with them grants them: `noorm plugin add … --grant IMPORT` as it is added, `noorm plugin grant {name} IMPORT` once it is there; THREAT-MODEL.md says what each allows"
            )),
            Self::Absent { hint, .. } => hint.clone(),
            Self::Unsigned { name, signed_by: None } => Some(format!(
                "let its author sign it with `minisign -S`, and add `{name}` again with the signature beside it"
            )),
            Self::Unsigned { .. } => {
                Some("add the key to `plugins.keys`, if whoever has it is to be trusted".to_owned())
            }
            Self::Forged { name, .. } => Some(format!(
                "do not trust it: `noorm plugin verify {name}` looks once more, and `noorm plugin add` brings it again from its author"
            )),
            Self::Missing { .. } => Some("add it again with `noorm plugin add`".to_owned()),
            Self::LockFile { .. } => {
                Some("restore plugins.lock from version control, or add the plugins again".to_owned())
            }
            Self::Bundle { .. } => Some(
                "make it again with `noorm plugin bundle` of the same version, and name its key in NOORM_PLUGIN_BUNDLE_KEY".to_owned(),
            ),
            Self::NoCompiler { .. } => Some(
                "`noorm plugin bundle` of a noorm with the compiler makes a bundle; NOORM_PLUGIN_BUNDLE names it".to_owned(),
            ),
            Self::NotInProject { .. } => Some("`noorm plugin list` shows those that there are".to_owned()),
            Self::NoProject => Some("run `noorm init` first".to_owned()),
            _ => None,
        }
    }

    /// Says how to get along without a plugin that is at fault, and what its author needs.
    fn without(&self, plugin: &PluginRef) -> String {
        let name = self.layer().map_or(&plugin.name, |layer| &layer.layer.name);
        format!(
            "this is a fault of the plugin `{name}`, not of your input: `noorm plugin add SOURCE` puts a version that \
             worked in its place (SOURCE is a file, `https://HOST/FILE.wasm` or `oci://REGISTRY/NAME:TAG`), and \
             `plugins.disabled` in .noorm/settings.yml switches it off; the same command with `--record DIR` stores \
             what its author needs to see"
        )
    }
}

impl Refusal {
    fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Imports { .. } => {
                "a plugin may import `noorm:host/log`, and what a grant names of `noorm:host/files` and `wasi:`; build Rust plugins for wasm32-unknown-unknown, which has nothing else to import"
            }
            Self::Interface { .. } => "build the plugin with the SDK of this noorm, or update noorm",
            Self::NotComponent { .. } => {
                "build it with the SDK, or turn it into a component with `wasm-tools component new`"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}
