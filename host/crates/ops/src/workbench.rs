//! What a run works with: a project, the active config, the plugins, the files, one instant.
//!
//! Opening it connects to nothing and writes nothing.

use std::sync::Arc;

use noorm_core::config::Config;
use noorm_core::path::{PathError, ProjectPath};
use noorm_core::policy::{self, Action, Verdict};
use noorm_core::redact::Redactor;
use noorm_core::settings::Order;
use noorm_core::template::Facts;
use noorm_plugin_host::{Dialect, PluginError, PluginHost};
use noorm_vault::team::LocalVault;

use crate::clock::{self, ClockError};
use crate::config::{self, Active, Choice};
use crate::files::{FileError, ProjectFiles};
use crate::home::Home;
use crate::lock::Patience;
use crate::plugin;
use crate::project::Project;
use crate::requirement::{self, RequirementError};
use crate::script::Scripts;
use crate::start::listed;
use crate::vault::layer;

/// Why there is nothing to work with.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    /// No config.
    #[error(transparent)]
    Config(#[from] config::ConfigError),
    /// No dialect.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// The project's folder cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// No instant.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A protected config runs what is locked, and nothing else.
    #[error("the config `{config}` is protected, and {} not locked", given(.plugins))]
    Unlocked {
        /// The config.
        config: String,
        /// The plugins that were given for this command.
        plugins: Vec<String>,
    },
    /// A folder of the settings or the config is not in the project.
    #[error("the folder of the {what} cannot be used")]
    Folder {
        /// `schema` or `changesets`.
        what: &'static str,
        /// Why.
        #[source]
        source: PathError,
    },
}

impl WorkbenchError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Config(error) => error.hint(),
            Self::Plugin(error) => error.hint(),
            Self::File(error) => Some(error.hint().to_owned()),
            Self::Clock(_) => Some("unset NOORM_NOW, or write an instant in UTC".to_owned()),
            Self::Unlocked { .. } => Some(
                "`--with` is for trying a plugin: `noorm plugin add` locks one, and an unprotected config runs it unlocked"
                    .to_owned(),
            ),
            Self::Folder { .. } => Some("name a folder of the project, relative to it".to_owned()),
        }
    }
}

/// Why changesets run in the order of their names only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Linear {
    /// The project says so.
    #[error("`.noorm/settings.yml` says `order: linear`")]
    Settings,
    /// The config is protected.
    #[error("the order of a protected config such as `{0}` is linear")]
    Protected(String),
}

/// Everything that a run needs besides a connection.
pub struct Workbench {
    /// The project.
    pub project: Project,
    /// Where the command was started.
    pub home: Home,
    /// The config that counts, and its secrets.
    pub active: Active,
    /// The config's dialect.
    pub dialect: Dialect,
    /// The project's files.
    pub files: ProjectFiles,
    /// The project's scripts.
    pub scripts: Scripts,
    /// Folder of the schema.
    pub schema: ProjectPath,
    /// Folder of the changesets.
    pub changesets: ProjectPath,
    /// The instant of this run, RFC 3339, UTC.
    pub now: String,
    /// How long to wait for a lock that is held.
    pub patience: Patience,
    /// Takes secrets out of what is shown and recorded.
    pub redactor: Redactor,
    /// The user's own copy of the database's vault, whose values are among the secrets.
    pub(crate) vault: Option<LocalVault>,
}

impl Workbench {
    /// Whether changesets run in the order of their names only, and why.
    pub fn linear(&self) -> Option<Linear> {
        match self.project.settings.order {
            Order::Linear => Some(Linear::Settings),
            Order::AllowOlder if self.active.config.protected => {
                Some(Linear::Protected(self.active.config.name.clone()))
            }
            Order::AllowOlder => None,
        }
    }

    /// Checks that what the settings require of the config is there.
    pub(crate) fn require(&self) -> Result<(), RequirementError> {
        requirement::check(&self.project, &self.active)
    }

    /// Opens a project under a config: the one that is named, or the one that is active.
    pub fn open(project: Project, home: Home, config: Option<&str>) -> Result<Self, WorkbenchError> {
        let choice = Choice { name: config.map(str::to_owned), ..Choice::default() };
        Self::open_with(project, home, &choice)
    }

    /// Opens a project under a config, by what the command line says of it.
    pub fn open_with(project: Project, home: Home, choice: &Choice) -> Result<Self, WorkbenchError> {
        let mut active = config::resolve_with(&project, &home, choice)?;
        config::stage::refuse_undeclared(&project, &active.config.name).map_err(config::ConfigError::Stage)?;
        refuse_unlocked(&project, &active.config)?;
        let files = ProjectFiles::open(&project.root)?;
        let vault = std::mem::take(&mut active.vaults).remove(&layer::place(&active.config, files.root()));
        layer::under(&mut active.secrets, vault.as_ref());
        config::take_password(&mut active, &home)?;
        let plugins = Arc::new(plugin::open(&project)?);
        let dialect = plugins.dialect(&active.config.connection.dialect)?;
        let now = clock::now(&home)?;
        let paths = (&active.config.paths, &project.settings.paths);
        let folder = |what, ours: &Option<String>, settings: &String| {
            ProjectPath::parse(ours.as_ref().unwrap_or(settings))
                .map_err(|source| WorkbenchError::Folder { what, source })
        };
        let schema = folder("schema", &paths.0.schema, &paths.1.schema)?;
        let changesets = folder("changesets", &paths.0.changesets, &paths.1.changesets)?;
        let scripts = scripts(&active, &home, &files, plugins, &dialect, &now);
        let redactor = home.seen.redactor();
        Ok(Self {
            project,
            home,
            active,
            dialect,
            files,
            scripts,
            schema,
            changesets,
            now,
            patience: Patience::default(),
            redactor,
            vault,
        })
    }
}

fn refuse_unlocked(project: &Project, config: &Config) -> Result<(), WorkbenchError> {
    let plugins = project.given();
    match policy::verdict(Action::PluginWith, config.protected) {
        Verdict::Allow => Ok(()),
        _ if plugins.is_empty() => Ok(()),
        _ => Err(WorkbenchError::Unlocked { config: config.name.clone(), plugins }),
    }
}

fn given(plugins: &[String]) -> String {
    format!("{} {}", listed(plugins), if plugins.len() == 1 { "is" } else { "are" })
}

fn scripts(
    active: &Active,
    home: &Home,
    files: &ProjectFiles,
    plugins: Arc<PluginHost>,
    dialect: &Dialect,
    now: &str,
) -> Scripts {
    let facts = Facts {
        config: active.config.template_view(),
        secrets: layer::over(&active.global_secrets, &active.secrets),
        global_secrets: active.global_secrets.clone(),
        env: home.open_variables(),
        dialect: active.config.connection.dialect.clone(),
        now: now.to_owned(),
    };
    Scripts::new(files.clone(), plugins, dialect.clone(), facts)
}
