//! What can go wrong with plugins, and whose fault it is.
//!
//! The message says what happened; `hint` says what to try. What a plugin said about its input passes
//! through as diagnostics and is printed where the input's text is at hand.

mod hint;

use std::path::PathBuf;

use noorm_core::diagnostic::Diagnostic;
use noorm_core::plugin::PluginRef;

pub use crate::inspect::Refusal;
use crate::layer::InLayer;
use crate::limits::LimitKind;
use crate::stack::StackError;

/// Why a plugin could not be found, loaded or called.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    /// The plugin refused its input.
    #[error("{}", first_message(.diagnostics))]
    Input {
        /// Who refused.
        plugin: Box<PluginRef>,
        /// At least one error.
        diagnostics: Vec<Diagnostic>,
    },
    /// The input is fine, but this plugin cannot do what it asks for.
    #[error("{} does not support this: {what}", named(.plugin))]
    Unsupported {
        /// Who cannot.
        plugin: Box<PluginRef>,
        /// What it cannot.
        what: String,
    },
    /// The plugin misses a grant.
    #[error("{} was denied: {what}", named(.plugin))]
    Denied {
        /// Who was denied.
        plugin: Box<PluginRef>,
        /// What it asked for.
        what: String,
    },
    /// The plugin noticed a fault of its own.
    #[error("{}{} failed in `{function}`{}: {message}", named(.plugin), over(.layer), inside(.layer))]
    Internal {
        /// Who failed.
        plugin: Box<PluginRef>,
        /// The function of its interface.
        function: String,
        /// What it says.
        message: String,
        /// Where in a composition, if the layer told.
        layer: Option<Box<InLayer>>,
    },
    /// The plugin trapped.
    #[error("{}{} crashed in `{function}`{}: {message}", named(.plugin), over(.layer), inside(.layer))]
    Trap {
        /// Who crashed.
        plugin: Box<PluginRef>,
        /// The function of its interface.
        function: String,
        /// Its panic's text, or the trap's.
        message: String,
        /// Symbol names, innermost first.
        backtrace: Vec<String>,
        /// Where in a composition.
        layer: Option<Box<InLayer>>,
    },
    /// The plugin reached one of its limits.
    #[error(
        "{}{} reached its {limit} limit in `{function}`{}: {} allowed, {} asked for",
        named(.plugin), over(.layer), inside(.layer), .limit.amount(*.allowed), .limit.amount(*.used)
    )]
    Limit {
        /// Who wanted too much.
        plugin: Box<PluginRef>,
        /// The function of its interface.
        function: String,
        /// Which limit.
        limit: LimitKind,
        /// What is allowed.
        allowed: u64,
        /// What was asked for, as far as it was counted.
        used: u64,
        /// The setting that moves the limit.
        setting: Option<&'static str>,
        /// Where in a composition.
        layer: Option<Box<InLayer>>,
    },
    /// The plugin answered what its interface does not allow.
    #[error("{} answered nonsense in `{function}`: {what}", named(.plugin))]
    Nonsense {
        /// Who lies.
        plugin: Box<PluginRef>,
        /// The function of its interface.
        function: String,
        /// What is wrong with the answer.
        what: String,
    },
    /// No plugin serves this dialect.
    #[error("no plugin for the dialect `{name}`")]
    UnknownDialect {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// No plugin reads this extension.
    #[error("no plugin reads `.{extension}` files")]
    UnknownExtension {
        /// What was asked for.
        extension: String,
        /// What there is.
        known: Vec<String>,
    },
    /// No plugin has this name.
    #[error("no plugin is called `{name}`")]
    UnknownPlugin {
        /// What was asked for.
        name: String,
    },
    /// A dialect was asked for, and this is something else.
    #[error("`{name}` is neither a dialect nor a quirk")]
    NotADialect {
        /// What was asked for.
        name: String,
    },
    /// Two plugins of the project claim one name.
    #[error("`{first}` and `{second}` both serve `{name}`")]
    Conflict {
        /// The dialect or extension.
        name: String,
        /// One plugin.
        first: String,
        /// The other.
        second: String,
    },
    /// Only a plugin that is disabled serves something.
    #[error("`{name}` is disabled, and nobody else serves `{serves}`")]
    Disabled {
        /// The plugin.
        name: String,
        /// The dialect, or the file.
        serves: String,
    },
    /// The settings name a plugin that cannot serve a file.
    #[error("`{setting}` names `{name}`, which {what}")]
    Chosen {
        /// The setting.
        setting: String,
        /// The plugin.
        name: String,
        /// Why it cannot.
        what: &'static str,
    },
    /// The settings have an option that the loader does not take.
    #[error("`{setting}` is not what `{}` takes: {what} (for `{path}`)", .plugin.name)]
    Options {
        /// The loader.
        plugin: Box<PluginRef>,
        /// The file.
        path: String,
        /// The setting that has the option, or should have it.
        setting: String,
        /// What the loader's schema says.
        what: String,
    },
    /// A plugin was to be changed that is part of the binary.
    #[error("`{name}` is part of noorm, and not of the project")]
    PartOfNoorm {
        /// The plugin.
        name: String,
    },
    /// A component is another plugin than the one that it was given for.
    #[error("`{}` is `{found}`, and not `{name}`", .file.display())]
    OtherName {
        /// What it was given as.
        name: String,
        /// Its file.
        file: PathBuf,
        /// What it calls itself.
        found: String,
    },
    /// A grant names no files.
    #[error("`{glob}` means no files of the project: {why}")]
    Glob {
        /// The glob.
        glob: String,
        /// Why not.
        why: String,
    },
    /// The file is no plugin of this host.
    #[error("`{}` is not a plugin that noorm can run: {reason}", .file.display())]
    Refused {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: Refusal,
    },
    /// A plugin imports what the project does not grant it.
    #[error("the plugin `{name}` imports what it was not granted: {}", .imports.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "))]
    NotGranted {
        /// The plugin.
        name: String,
        /// The imports.
        imports: Vec<String>,
    },
    /// An installed plugin is not the one that the lock file names.
    #[error("`{}` is not what `plugins.lock` names as `{name}`: digest {found}, locked {locked}", .file.display())]
    Digest {
        /// The plugin.
        name: String,
        /// Its file.
        file: PathBuf,
        /// The digest in the lock file.
        locked: String,
        /// The file's digest.
        found: String,
    },
    /// The lock file names a plugin whose file is not there.
    #[error("the plugin `{name}` is locked, but `{}` is missing", .file.display())]
    Missing {
        /// The plugin.
        name: String,
        /// Where it should be.
        file: PathBuf,
    },
    /// A plugin that came from elsewhere is not there any more, and could not be brought again.
    #[error("the plugin `{name}` is not here, and cannot be fetched from `{origin}`")]
    Absent {
        /// The plugin.
        name: String,
        /// Where the lock file has it from.
        origin: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
        /// What to do next.
        hint: Option<String>,
        /// The network, or who is at its other end, is the reason.
        is_connection: bool,
    },
    /// The settings want plugins to be signed, and this one is not, or not by one of theirs.
    #[error("the plugin `{name}` {}, and `plugins.requireSignatures` is on", unsigned(.signed_by.as_deref()))]
    Unsigned {
        /// The plugin.
        name: String,
        /// The key that the lock file names.
        signed_by: Option<String>,
    },
    /// The settings want plugins to be signed, and the signature of this one does not vouch for it.
    #[error("the signature of the plugin `{name}` does not count: {what}")]
    Forged {
        /// The plugin.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// The lock file cannot be understood.
    #[error("`{}` is damaged: {what}", .file.display())]
    LockFile {
        /// The lock file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A sealed bundle cannot be used.
    #[error("the bundle `{}` cannot be used: {what}", .file.display())]
    Bundle {
        /// The bundle.
        file: PathBuf,
        /// Why not.
        what: String,
    },
    /// Nothing can be sealed.
    #[error("the bundle cannot be sealed: {what}")]
    Seal {
        /// Why not.
        what: String,
    },
    /// This host cannot compile, and nobody brought the code.
    #[error(
        "this noorm was built without the compiler of plugins, and no bundle has the code of the component {digest}"
    )]
    NoCompiler {
        /// The component.
        digest: String,
    },
    /// The project has no plugin of the name.
    #[error("the project has no plugin `{name}`")]
    NotInProject {
        /// What was asked for.
        name: String,
    },
    /// A plugin was to be installed outside of a project.
    #[error("plugins are added to a project, and there is none here")]
    NoProject,
    /// A file could not be read or written.
    #[error("cannot {action} `{}`", .file.display())]
    Io {
        /// `read`, `write` or `remove`.
        action: &'static str,
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A dialect that the settings compose cannot be used.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The sandbox itself failed.
    #[error("the plugin sandbox failed: {what}")]
    Engine {
        /// What it says.
        what: String,
    },
}

impl PluginError {
    /// Returns whether a plugin is to blame, rather than its input, the project or the host.
    #[must_use]
    pub fn is_plugin_fault(&self) -> bool {
        let is_broken = matches!(self, Self::Refused { reason: Refusal::Schema { .. }, .. });
        is_broken
            || matches!(self, Self::Internal { .. } | Self::Trap { .. } | Self::Limit { .. } | Self::Nonsense { .. })
    }

    /// Returns the plugin that the error is about, where one took part.
    #[must_use]
    pub fn plugin(&self) -> Option<&PluginRef> {
        match self {
            Self::Input { plugin, .. }
            | Self::Unsupported { plugin, .. }
            | Self::Options { plugin, .. }
            | Self::Denied { plugin, .. }
            | Self::Internal { plugin, .. }
            | Self::Trap { plugin, .. }
            | Self::Limit { plugin, .. }
            | Self::Nonsense { plugin, .. } => Some(plugin.as_ref()),
            _ => None,
        }
    }

    /// Returns the names of the functions that a plugin crashed in, innermost first.
    #[must_use]
    pub fn backtrace(&self) -> &[String] {
        match self {
            Self::Trap { backtrace, .. } => backtrace,
            _ => &[],
        }
    }

    /// Returns where in a composition it happened, where that can be told.
    #[must_use]
    pub fn layer(&self) -> Option<&InLayer> {
        match self {
            Self::Internal { layer, .. } | Self::Trap { layer, .. } | Self::Limit { layer, .. } => layer.as_deref(),
            _ => None,
        }
    }

    /// Says where in a composition it happened.
    pub(crate) fn in_layer(mut self, found: Option<InLayer>) -> Self {
        if let Self::Internal { layer, .. } | Self::Trap { layer, .. } | Self::Limit { layer, .. } = &mut self {
            *layer = found.map(Box::new);
        }
        self
    }
}

/// What a plugin that happened to fail is composed over.
fn over(layer: &Option<Box<InLayer>>) -> String {
    let over = layer.iter().flat_map(|layer| &layer.over);
    over.map(|name| format!(" over `{name}`")).collect()
}

fn inside(layer: &Option<Box<InLayer>>) -> String {
    layer.as_ref().map(|layer| format!(", in the layer `{}`", layer.layer.name)).unwrap_or_default()
}

fn unsigned(signed_by: Option<&str>) -> String {
    match signed_by {
        Some(key) => format!("is signed with `{key}`, which is none of the settings' keys"),
        None => "is not signed".to_owned(),
    }
}

fn named(plugin: &PluginRef) -> String {
    format!("plugin `{}` {}", plugin.name, plugin.version)
}

fn first_message(diagnostics: &[Diagnostic]) -> &str {
    use noorm_core::diagnostic::Severity;
    diagnostics
        .iter()
        .find(|one| matches!(one.severity, Severity::Error))
        .map_or("the input is wrong", |one| &one.message)
}
