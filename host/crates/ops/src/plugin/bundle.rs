//! `plugin bundle`: the project's plugins in one sealed file, compiled, for machines that do not compile.

use std::path::PathBuf;

use noorm_plugin_host::BundleRequest;
pub use noorm_plugin_host::BundledCode;
use noorm_vault::cache_seal::CacheSeal;

use super::{PluginError, open, tools};
use crate::project::Project;

/// What is to be made.
#[derive(Debug, Clone)]
pub struct MakeBundle {
    /// The file.
    pub file: PathBuf,
    /// The key that it is sealed with; it is made where it is missing.
    pub key: PathBuf,
    /// The kind of machine, as a target triple; this one's if it is not said.
    pub target: Option<String>,
}

/// Makes the bundle, and returns what is in it.
pub fn bundle(project: &Project, make: &MakeBundle) -> Result<Vec<BundledCode>, PluginError> {
    let seal = tools::seal(CacheSeal::making(&make.key));
    let request = BundleRequest {
        file: &make.file,
        target: make.target.as_deref(),
        seal: &seal,
        noorm: env!("CARGO_PKG_VERSION"),
    };
    open(project)?.make_bundle(&request)
}
