//! `change add`: makes the folders of a new changeset.
//!
//! They stay empty: an empty changeset is an error when it is applied, while a file with nothing but a comment would be
//! applied and recorded.

use jiff::civil::Date;
use noorm_core::changeset::ChangesetName;
use noorm_core::path::ProjectPath;

use super::folder;
use crate::project::Project;
use crate::start::StartError;

/// What a changeset without a description is called.
pub const DEFAULT_DESCRIPTION: &str = "changeset";

/// Makes the folders and returns the changeset's, whose name begins with `day` unless the description has a date.
pub fn add(
    project: &Project,
    changesets: &ProjectPath,
    description: &str,
    day: Date,
) -> Result<folder::Changeset, StartError> {
    let name = ChangesetName::new(day, description)?;
    let folder = changesets.join(name.as_str()).map_err(|error| StartError::File(error.into()))?;
    let place = folder.to_path(&project.root);
    if place.exists() {
        return Err(StartError::Exists { folder });
    }
    for side in ["change", "revert"] {
        let path = place.join(side);
        let write = |source| StartError::Write { path: path.display().to_string(), source };
        std::fs::create_dir_all(&path).map_err(write)?;
    }
    Ok(folder::Changeset { name, folder })
}
