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
    for key in project.settings.unknown_keys() {
        let hint = "correct its spelling, or remove it: nothing reads it";
        findings.warning(Area::Settings, format!("`.noorm/settings.yml` has an unknown key `{key}`"), hint);
    }
    findings.ok_since(before, Area::Settings, "`.noorm/settings.yml` can be read");
    Some(project.settings)
}
