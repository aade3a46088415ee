//! `plugin bundle`: the project's plugins in one sealed file, compiled, for machines that do not compile.

use std::path::PathBuf;

use noorm_plugin_host::{BundleRequest, BundledCode};
use noorm_vault::cache_seal::CacheSeal;

use super::{PluginError, open, tools};
use crate::project::Project;

/// What is to be made.
#[derive(Debug, Clone)]
pub struct MakeBundle {
    /// The file.
    pub file: PathBuf,
    /// The key that it is sealed with; it is made where it is missing.
    pub key: Option<PathBuf>,
    /// The kind of machine, as a target triple; this one's if it is not said.
    pub target: Option<String>,
}

/// A bundle that was made.
#[derive(Debug)]
pub struct MadeBundle {
    /// What is in it.
    pub plugins: Vec<BundledCode>,
    /// The key that it was sealed with.
    pub key: PathBuf,
}

/// Makes the bundle.
pub fn bundle(project: &Project, make: &MakeBundle) -> Result<MadeBundle, PluginError> {
    let key = make.key.clone().unwrap_or_else(|| tools::key_beside(&make.file));
    let seal = tools::seal(CacheSeal::making(&key));
    let request = BundleRequest {
        file: &make.file,
        target: make.target.as_deref(),
        seal: &seal,
        noorm: env!("CARGO_PKG_VERSION"),
    };
    let plugins = open(Some(project))?.make_bundle(&request)?;
    Ok(MadeBundle { plugins, key })
}
