//! Folds the errors of the commands for authors of plugins into failures.

use noorm_ops::plugin::PluginError;
use noorm_ops::plugin::build::BuildError;
use noorm_ops::plugin::dev::WatchError;
use noorm_ops::plugin::scaffold::ScaffoldError;
use noorm_ops::plugin::test::TestError;

use super::Failure;

impl From<TestError> for Failure {
    fn from(error: TestError) -> Self {
        match error {
            TestError::Plugin(error) => error.into(),
            other => Self::from(&other),
        }
    }
}

impl From<&TestError> for Failure {
    fn from(error: &TestError) -> Self {
        let mut failure = match error {
            TestError::Unknown { .. } => Self::wrong_usage("unknown-plugin", error.to_string()),
            TestError::Plugin(error) => return plugin(error),
            _ => Self::user("samples", error.to_string()),
        };
        failure.hint = error.hint();
        failure.and_causes_of(error)
    }
}

impl From<ScaffoldError> for Failure {
    fn from(error: ScaffoldError) -> Self {
        let failure = match &error {
            ScaffoldError::Name { .. } => Self::wrong_usage("wrong-name", error.to_string()),
            ScaffoldError::NotEmpty { .. } => Self::user("not-empty", error.to_string()),
            ScaffoldError::Write { .. } => Self::user("unwritable", error.to_string()),
        };
        failure.and_causes_of(&error).hint(error.hint())
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Plugin(error) => error.into(),
            other => Self::from(&other),
        }
    }
}

impl From<&BuildError> for Failure {
    fn from(error: &BuildError) -> Self {
        let mut failure = match error {
            BuildError::NoProject { .. } => Self::wrong_usage("no-plugin-project", error.to_string()),
            BuildError::NoTool { .. } => Self::user("no-tool", error.to_string()),
            BuildError::Plugin(error) => return plugin(error),
            _ => Self::user("build-failed", error.to_string()),
        };
        if let BuildError::Failed { output, .. } = error {
            failure.excerpt = Some(output.clone());
        }
        failure.hint = error.hint();
        failure.and_causes_of(error)
    }
}

impl From<WatchError> for Failure {
    fn from(error: WatchError) -> Self {
        Self::user("unwatchable", error.to_string()).and_causes_of(&error).hint("check that the folder is there")
    }
}

/// What is shown of a plugin's error that is kept.
fn plugin(error: &PluginError) -> Failure {
    let mut failure = Failure::user("plugin", error.to_string());
    failure.hint = error.hint();
    failure.and_causes_of(error)
}
