//! `teardown`: what stays when the tables of a database are emptied or removed, and what runs afterwards.

use serde::Serialize;

use super::logging::read_path;
use super::reader::Section;

/// `teardown`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Teardown {
    /// Tables that are left alone.
    pub preserve_tables: Vec<String>,
    /// A script that runs afterwards, relative to the project.
    pub post_script: Option<String>,
}

impl Teardown {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(mut section) = section else { return Self::default() };
        let preserve_tables = section.texts("preserveTables").unwrap_or_default();
        let post_script = read_path(&mut section, "postScript");
        section.finish();
        Self { preserve_tables, post_script }
    }
}
