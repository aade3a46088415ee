//! Folds the errors of the crates below into failures.

use noorm_core::config::layers::LayerError;
use noorm_ops::clock::ClockError;
use noorm_ops::config::ConfigError;
use noorm_ops::config::stage::StageError;
use noorm_ops::demo::DemoError;
use noorm_ops::identity::{IdentityError, KeysError};
use noorm_ops::init::InitError;
use noorm_ops::plugin::repro::ReproError;
use noorm_ops::plugin::stats::StatsError;
use noorm_ops::plugin::{PluginError, SourceError, VerbError};
use noorm_ops::project::ProjectError;

use super::{Blame, Failure, exit, wrong_settings};

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

impl From<ReproError> for Failure {
    fn from(error: ReproError) -> Self {
        let hint = error.hint();
        let mut failure = match error {
            ReproError::Plugin(error) => return error.into(),
            error => Self::user("no-repro", error.to_string()).and_causes_of(&error),
        };
        failure.hint = hint;
        failure
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let code = match &error {
            SourceError::Plugin(_) => None,
            SourceError::Fetch(_) => Some("fetch"),
            SourceError::Offline { .. } => Some("offline"),
            SourceError::Locked { .. } => Some("locked-plugins"),
            SourceError::Digest { .. } => Some("digest"),
            SourceError::NoDigest { .. } | SourceError::DigestOfSeveral { .. } => {
                return Self::wrong_usage("usage", message).hint(hint.unwrap_or_default());
            }
            SourceError::Keys(_) => Some("wrong-settings"),
            SourceError::Signature { .. }
            | SourceError::NotSigned { .. }
            | SourceError::OtherKey { .. }
            | SourceError::KeyUnknown { .. }
            | SourceError::SignatureGone { .. } => Some("signature"),
            _ => Some("plugin"),
        };
        let is_connection = matches!(&error, SourceError::Fetch(error) if error.is_connection());
        let mut failure = match (code, error) {
            (None, SourceError::Plugin(error)) => return error.into(),
            (_, SourceError::Grant(error)) => return error.into(),
            (code, error) => Self::user(code.unwrap_or("plugin"), message).and_causes_of(&error),
        };
        if is_connection {
            failure.exit_code = exit::CONNECTION;
        }
        failure.hint = hint;
        failure
    }
}

impl From<VerbError> for Failure {
    fn from(error: VerbError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let mut failure = match error {
            VerbError::Plugin(error) => return error.into(),
            VerbError::NoImport { .. } | VerbError::Paths | VerbError::Path { .. } => {
                Self::wrong_usage("usage", message).and_causes_of(&error)
            }
            VerbError::Named { .. } => Self::user("plugin-in-use", message),
            VerbError::Locked { .. } => Self::user("locked-plugins", message),
        };
        failure.hint = hint;
        failure
    }
}

impl From<StatsError> for Failure {
    fn from(error: StatsError) -> Self {
        match error {
            StatsError::Plugin(error) => error.into(),
            StatsError::File(error) => {
                Self::user("unreadable", error.to_string()).hint(error.hint()).and_causes_of(&error)
            }
        }
    }
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        let mut failure = if error.is_plugin_fault() {
            Self::new(Blame::Plugin, exit::PLUGIN, "plugin-fault", error.to_string())
        } else {
            Self::user("plugin", error.to_string())
        };
        failure = failure.and_causes_of(&error);
        failure.hint = error.hint();
        if let PluginError::Absent { is_connection: true, .. } = &error {
            failure.exit_code = exit::CONNECTION;
        }
        failure.causes.extend(error.backtrace().iter().map(|frame| format!("in `{frame}`")));
        failure
    }
}
