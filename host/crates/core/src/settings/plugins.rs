//! `plugins`: what every call into a plugin may use.

use std::collections::BTreeMap;

use serde::Serialize;

use super::reader::Section;

/// `plugins`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plugins {
    /// Bounds of every call.
    pub limits: PluginLimits,
    /// Public keys of minisign, by the names that the team gives them.
    pub keys: BTreeMap<String, String>,
    /// Only plugins that one of the keys signed are added.
    pub require_signatures: bool,
}

/// `plugins.limits`; what is not set is the plugin host's default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginLimits {
    /// Longest time of one call, in milliseconds.
    pub time_ms: Option<u64>,
    /// Largest memory of one plugin, in mebibytes.
    pub memory_mb: Option<u64>,
}

impl Plugins {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(mut section) = section else { return Self::default() };
        let limits = section.section("limits").map(|mut limits| {
            let read = PluginLimits {
                time_ms: limits.number("timeMs", 1, u64::MAX),
                memory_mb: limits.number("memoryMb", 1, u64::MAX),
            };
            limits.finish();
            read
        });
        let mut keys = BTreeMap::new();
        if let Some(super::node::Node { data: super::node::Data::Map(entries), .. }) = section.take("keys") {
            for (name, node) in entries {
                if let super::node::Data::Text(text) = node.data {
                    keys.insert(name.name, text);
                }
            }
        }
        let require_signatures = section.flag("requireSignatures").unwrap_or(false);
        section.finish();
        Self { limits: limits.unwrap_or_default(), keys, require_signatures }
    }
}
