//! Whether the settings can be read, and whether each of their keys means something.

use std::path::Path;

use noorm_core::settings::Settings;

use super::{Area, Findings};
use crate::project::Project;

/// Returns the settings, where they can be read.
pub(super) fn examine(root: &Path, findings: &mut Findings) -> Option<Settings> {
    let project = match Project::find(root) {
        Ok(project) => project,
        Err(error) => {
            findings.failed(Area::Settings, &error, Some(error.hint().to_owned()));
            return None;
        }
    };
    let before = findings.findings.len();
    for warning in &project.settings.warnings {
        let place = warning.line.map(|line| format!(":{line}")).unwrap_or_default();
        let message = format!("`.noorm/settings.yml`{place}: {}", warning.message);
        let hint = warning.help.clone().unwrap_or_else(|| "`noorm settings validate` shows the place".to_owned());
        findings.warning(Area::Settings, message, hint);
    }
    findings.ok_since(before, Area::Settings, "`.noorm/settings.yml` can be read");
    Some(project.settings)
}
