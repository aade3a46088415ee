//! What is known of a plugin without running it.
//!
//! Bundled plugins carry this as a table made at build time, project plugins in their lock file: listing
//! plugins needs no engine.

use noorm_core::plugin::PluginRef;
use serde::ser::{Serialize, Serializer};

use crate::grant::Grant;
use crate::inspect::PluginKind;

/// One plugin, as `plugin list` shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginInfo {
    /// The plugin's name, such as `loader-csv`.
    pub name: String,
    /// What it does.
    pub kind: PluginKind,
    /// Its own version.
    pub version: String,
    /// One line about it.
    pub summary: String,
    /// SHA-256 of the component, in hex.
    pub digest: String,
    /// The interface that it exports, such as `noorm:loader@1.0.0`.
    pub interface: String,
    /// The imports that grant it something.
    pub imports: Vec<String>,
    /// Those that were granted.
    pub grants: Vec<Grant>,
    /// Whose it is.
    pub source: PluginSource,
    /// Where the project has it from: `path:…`, `https://…` or `oci://…@sha256:…`.
    pub origin: Option<String>,
    /// The key of the settings that its signature was made with.
    pub signed_by: Option<String>,
    /// The names that it serves: one dialect, or file name extensions.
    pub provides: Vec<String>,
    /// The driver that a dialect asks for.
    pub driver: Option<String>,
    /// JSON Schema of the options that a loader takes.
    pub options_schema: Option<String>,
    /// Size of the component.
    pub size_bytes: u64,
}

impl PluginInfo {
    /// Returns what records and errors call this plugin.
    #[must_use]
    pub fn plugin_ref(&self) -> PluginRef {
        PluginRef { name: self.name.clone(), version: self.version.clone(), digest: self.digest.clone() }
    }
}

/// Where a plugin comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PluginSource {
    /// Part of the host.
    Bundled,
    /// Added to the project.
    Project,
    /// Given for one command, without being locked.
    With,
}

impl PluginSource {
    /// Returns the word that lists show.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::Project => "project",
            Self::With => "with",
        }
    }
}

impl Serialize for PluginKind {
    // By hand: `inspect` is also compiled into the build script, which has no serde.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
