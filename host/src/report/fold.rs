//! Folds the errors of the crates below into failures.

use noorm_core::config::layers::LayerError;
use noorm_ops::clock::ClockError;
use noorm_ops::config::ConfigError;
use noorm_ops::config::stage::StageError;
use noorm_ops::demo::DemoError;
use noorm_ops::identity::{IdentityError, KeysError};
use noorm_ops::init::InitError;
use noorm_ops::plugin::PluginError;
use noorm_ops::project::ProjectError;

use super::{Failure, wrong_settings};

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        if let ProjectError::Settings { path, text, source } = &error {
            return wrong_settings(&path.display().to_string(), text, source);
        }
        let code = match &error {
            ProjectError::NotFound { .. } => "no-project",
            ProjectError::Read { .. } => "unreadable-settings",
            ProjectError::NotUtf8 { .. } | ProjectError::Settings { .. } => "wrong-settings",
        };
        Self::user(code, error.to_string()).hint(error.hint()).and_causes_of(&error)
    }
}

impl From<ClockError> for Failure {
    fn from(error: ClockError) -> Self {
        Self::wrong_usage("wrong-clock", error.to_string()).and_causes_of(&error)
    }
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        let hint = match &error {
            InitError::Write { .. } => Some("check the folder's permissions".to_owned()),
            InitError::Identity(source) => source.hint(),
        };
        let mut failure = Self::user("init-failed", error.to_string()).and_causes_of(&error);
        failure.hint = hint;
        failure
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let mut failure = match error {
            ConfigError::Plugin(error @ PluginError::UnknownDialect { .. }) => {
                Self::wrong_usage("unknown-dialect", error.to_string())
            }
            ConfigError::Plugin(error) => return error.into(),
            ConfigError::Unknown { .. } => Self::wrong_usage("unknown-config", message),
            ConfigError::Field(ref wrong) => {
                Self::wrong_usage("wrong-config", message).with(&serde_json::json!({ "field": wrong.field }))
            }
            ConfigError::Layer(LayerError::Enforced { .. }) => Self::user("enforced", message),
            ConfigError::Layer(LayerError::Unfit { .. }) => Self::user("wrong-config", message),
            ConfigError::Stage(StageError::Locked { .. } | StageError::LockedProtection { .. }) => {
                Self::denied(message).coded("locked")
            }
            ConfigError::Stage(_) => Self::user("strict", message),
            ConfigError::NoneActive { .. } => Self::user("no-config", message),
            ConfigError::Changed { .. } => Self::user("config-changed", message),
            ConfigError::NoPassword { .. } => Self::user("no-password", message),
            ConfigError::Taken { .. } => Self::user("config-exists", message),
            ConfigError::Keys(error) => return error.into(),
            ConfigError::Stored { .. } | ConfigError::Store(_) => Self::user("state", message).and_causes_of(&error),
        };
        failure.hint = hint;
        failure
    }
}

impl From<KeysError> for Failure {
    fn from(error: KeysError) -> Self {
        let mut failure = Self::user("no-identity", error.to_string()).and_causes_of(&error);
        failure.hint = error.hint();
        failure
    }
}

impl From<IdentityError> for Failure {
    fn from(error: IdentityError) -> Self {
        let code = match error {
            IdentityError::Keys(error) => return error.into(),
            IdentityError::Config(error) => return error.into(),
            IdentityError::Exists { .. } => "identity-exists",
            IdentityError::OtherKey => "key-exists",
            IdentityError::KeyChanged { .. } => "key-changed",
            IdentityError::NotPublic { .. } => "no-identity-file",
            IdentityError::NotPrivate { .. } => "no-private-key",
            IdentityError::Read { .. } => "unreadable",
            IdentityError::NoState => "no-state",
            IdentityError::ShortPassphrase { .. } => "short-passphrase",
            _ => "identity",
        };
        let mut failure = Self::user(code, error.to_string()).and_causes_of(&error);
        failure.hint = error.hint();
        failure
    }
}

impl From<DemoError> for Failure {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::NotEmpty { .. } => Self::user("not-empty", error.to_string()).hint("name a fresh folder"),
            DemoError::Write { .. } => Self::user("unwritable", error.to_string())
                .and_causes_of(&error)
                .hint("check the permissions and the room on the disk"),
            DemoError::Clock(error) => error.into(),
            DemoError::Init(error) => error.into(),
            DemoError::Config(error) => error.into(),
            DemoError::Project(error) => error.into(),
            DemoError::Workbench(error) => error.into(),
        }
    }
}
