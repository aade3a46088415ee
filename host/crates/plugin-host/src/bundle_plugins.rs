//! `noorm plugin bundle`: the plugins of a project's lock file, compiled for the baseline of a kind of machine.

use std::path::Path;

use crate::bundle::{self, BundledCode, Part};
use crate::compile::precompile;
use crate::error::PluginError;
use crate::host::PluginHost;
use crate::inspect::inspect;
use crate::locked::{locked_bytes, refuse_ungranted};
use crate::registry::Code;
use crate::seal::SharedSeal;

/// What a bundle is made of.
#[derive(Clone, Debug)]
pub struct BundleRequest<'a> {
    /// The file to be written.
    pub file: &'a Path,
    /// The kind of machine, as a target triple; this one's if it is not said.
    pub target: Option<&'a str>,
    /// Who seals it.
    pub seal: &'a SharedSeal,
    /// The version of the program that makes it.
    pub noorm: &'a str,
}

/// The kind of machine that this program was built for.
pub(crate) const TARGET: &str = env!("NOORM_TARGET");

impl PluginHost {
    /// Writes a bundle of the project's plugins, and returns what is in it.
    pub fn make_bundle(&self, request: &BundleRequest<'_>) -> Result<Vec<BundledCode>, PluginError> {
        let target = request.target.unwrap_or(TARGET);
        let mut parts = Vec::new();
        for entry in self.registry.entries() {
            let Code::File(file) = &entry.code else { continue };
            let component = locked_bytes(&entry.info, file)?;
            // The bundle vouches for its code from here on.
            self.refuse_forged(&entry.info, file, &component)?;
            let refuse = |reason| PluginError::Refused { file: file.clone(), reason };
            let shape = inspect(&component).map_err(refuse)?;
            refuse_ungranted(&entry.info, &shape.imports)?;
            let code = precompile(target, &component).map_err(|fault| fault.of(file))?;
            let info = entry.info.clone();
            parts.push(Part { name: info.name, version: info.version, digest: info.digest, about: shape.into(), code });
        }
        for made in self.all_composed()? {
            let invalid = |reason| PluginError::Refused { file: made.info.provides[0].clone().into(), reason };
            let about = inspect(&made.component).map_err(invalid)?.into();
            let code = precompile(target, &made.component).map_err(|fault| fault.of(request.file))?;
            let info = made.info.clone();
            parts.push(Part {
                name: info.provides[0].clone(),
                version: info.version,
                digest: info.digest,
                about,
                code,
            });
        }
        let (bytes, plugins) = bundle::make(request.noorm, target, parts, request.seal)?;
        bundle::write(request.file, &bytes)?;
        Ok(plugins)
    }
}
