//! The plugins that are part of the host: a table and their compiled code, made by the build script.
//!
//! They have no privilege but one: `loader-js` has a grant that nobody gave, of modules and what they import. A project
//! plugin that serves the same name takes their place, and `plugins.disabled` switches them off.

use crate::grant::Grant;
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::{PluginKind, World};

/// The files that a bundled loader may read besides the one it is given: modules, and what they import.
const MODULES: [&str; 3] = ["**/*.js", "**/*.mjs", "**/*.json"];

/// Returns the grant of what the build script lets a bundled plugin import.
fn built_in_grant(import: &str) -> Grant {
    Grant { import: import.to_owned(), paths: MODULES.map(str::to_owned).into() }
}

/// One bundled plugin, as the build script describes it.
pub(crate) struct Bundled {
    name: &'static str,
    world: World,
    version: &'static str,
    summary: &'static str,
    digest: &'static str,
    interface: &'static str,
    imports: &'static [&'static str],
    provides: &'static [&'static str],
    driver: Option<&'static str>,
    options_schema: Option<&'static str>,
    /// The component as a file has it.
    component: &'static [u8],
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

    /// Returns the component, compiled.
    pub(crate) fn code(&self) -> &'static [u8] {
        self.code
    }

    /// Returns the component itself, which is the base of quirks.
    pub(crate) fn component(&self) -> &'static [u8] {
        self.component
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
            imports: self.imports.iter().map(|&name| name.to_owned()).collect(),
            grants: self.imports.iter().map(|&import| built_in_grant(import)).collect(),
            source: PluginSource::Bundled,
            origin: None,
            signed_by: None,
            provides: self.provides.iter().map(|&name| name.to_owned()).collect(),
            driver: self.driver.map(str::to_owned),
            options_schema: self.options_schema.map(str::to_owned),
            size_bytes: self.component.len() as u64,
        }
    }
}
