//! Why the plugins of a project cannot be shown or changed.

use noorm_core::path::PathError;
use noorm_plugin_host::PluginError;

use crate::start::listed;

/// Why the plugins of a project cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum VerbError {
    /// The plugin, or the project's lock file.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// The settings name a plugin that is to be removed.
    #[error("`{name}` is named by {}", listed(.settings))]
    Named {
        /// The plugin.
        name: String,
        /// The settings.
        settings: Vec<String>,
    },
    /// A plugin does not import what it is to be granted.
    #[error("`{name}` does not import `{import}`")]
    NoImport {
        /// The plugin.
        name: String,
        /// What was to be granted.
        import: String,
        /// What it imports.
        imports: Vec<String>,
    },
    /// Files are granted by their paths.
    #[error("a grant of files names which, and no other grant does")]
    Paths,
    /// The lock file stays as it is.
    #[error(
        "the grants of `{name}` stand in `.noorm/plugins.lock`, which stays as it is with `--locked` or NOORM_LOCKED"
    )]
    Locked {
        /// The plugin.
        name: String,
    },
    /// The lock file stays as it is, and a dialect that the settings compose is another one there.
    #[error(
        "the dialect `{dialect}` is {state}, and `.noorm/plugins.lock` stays as it is with `--locked` or NOORM_LOCKED"
    )]
    DialectLocked {
        /// The dialect.
        dialect: String,
        /// What would become of it in the lock file: `new`, `changed` or `removed`.
        state: &'static str,
    },
    /// What was named is not a file of the project.
    #[error("`{name}` is not a file of the project")]
    Path {
        /// What was named.
        name: String,
        /// Why.
        #[source]
        source: PathError,
    },
}

impl VerbError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Plugin(error) => return error.hint(),
            Self::Named { .. } => "take it out of .noorm/settings.yml first".to_owned(),
            Self::NoImport { imports, name, .. } if imports.is_empty() => {
                format!("`{name}` imports nothing, and needs no grant")
            }
            Self::NoImport { imports, .. } => format!("it imports {}", listed(imports)),
            Self::Paths => "write `files --path 'schema/**'`, once for each glob".to_owned(),
            Self::Locked { .. } | Self::DialectLocked { .. } => {
                "run it without, look at what changes in the lock file, and commit that".to_owned()
            }
            Self::Path { .. } => {
                "paths are relative to the working directory or to the project, and do not lead out of it".to_owned()
            }
        })
    }
}
