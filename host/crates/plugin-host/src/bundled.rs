//! The plugins that are part of the host: a table and their compiled code, made by the build script.
//!
//! They have no privilege. A project plugin that serves the same name takes their place.

use crate::info::{PluginInfo, PluginSource};
use crate::inspect::{PluginKind, World};

/// One bundled plugin, as the build script describes it.
pub(crate) struct Bundled {
    name: &'static str,
    world: World,
    version: &'static str,
    summary: &'static str,
    digest: &'static str,
    interface: &'static str,
    provides: &'static [&'static str],
    driver: Option<&'static str>,
    size_bytes: u64,
    /// The component, compiled for the baseline of the host's target.
    code: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// Returns the bundled plugins, sorted by name.
pub(crate) fn bundled() -> &'static [Bundled] {
    BUNDLED
}

impl Bundled {
    pub(crate) fn world(&self) -> World {
        self.world
    }

    pub(crate) fn code(&self) -> &'static [u8] {
        self.code
    }

    pub(crate) fn info(&self) -> PluginInfo {
        let kind: PluginKind = self.world.kind();
        PluginInfo {
            name: self.name.to_owned(),
            kind,
            version: self.version.to_owned(),
            summary: self.summary.to_owned(),
            digest: self.digest.to_owned(),
            interface: self.interface.to_owned(),
            // The build script refuses a bundled plugin that imports anything.
            imports: Vec::new(),
            source: PluginSource::Bundled,
            provides: self.provides.iter().map(|&name| name.to_owned()).collect(),
            driver: self.driver.map(str::to_owned),
            size_bytes: self.size_bytes,
        }
    }
}
