//! Errors of plugins as failures.

use noorm_ops::plugin::repro::ReproError;
use noorm_ops::plugin::stats::StatsError;
use noorm_ops::plugin::{PluginError, SourceError, VerbError};

use super::{Blame, Failure, exit};

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
            error if error.is_misspelt() => {
                return Self::wrong_usage("usage", message).hint(hint.unwrap_or_default());
            }
            SourceError::Plugin(_) => None,
            SourceError::Fetch(_) => Some("fetch"),
            SourceError::Offline { .. } => Some("offline"),
            SourceError::Locked { .. } => Some("locked-plugins"),
            SourceError::Digest { .. } => Some("digest"),
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
            VerbError::Locked { .. } | VerbError::DialectLocked { .. } => Self::user("locked-plugins", message),
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
        let message = error.to_string();
        let mut failure = match &error {
            fault if fault.is_plugin_fault() => Self::new(Blame::Plugin, exit::PLUGIN, "plugin-fault", message),
            PluginError::UnknownPlugin { .. } | PluginError::NotInProject { .. } => {
                Self::wrong_usage("unknown-plugin", message)
            }
            other => Self::user(code_of(other), message),
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

/// What pipelines tell apart: a component that somebody changed is no typing error.
fn code_of(error: &PluginError) -> &'static str {
    match error {
        PluginError::Digest { .. } => "digest",
        PluginError::Unsigned { .. } | PluginError::Forged { .. } => "signature",
        PluginError::NotGranted { .. } => "not-granted",
        PluginError::Missing { .. } | PluginError::Absent { .. } => "plugin-missing",
        PluginError::Conflict { .. } => "plugin-conflict",
        PluginError::Disabled { .. } => "plugin-disabled",
        PluginError::Chosen { .. } | PluginError::Options { .. } => "wrong-settings",
        PluginError::Refused { .. } => "plugin-refused",
        PluginError::LockFile { .. } => "lock-file",
        PluginError::Bundle { .. } | PluginError::Seal { .. } => "bundle",
        PluginError::NoCompiler { .. } => "no-compiler",
        PluginError::Stack(_) => "composition",
        _ => "plugin",
    }
}
