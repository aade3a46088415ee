//! `plugins`: what every call into a plugin may use.

use serde::Serialize;

use super::reader::Section;

/// `plugins`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plugins {
    /// Bounds of every call.
    pub limits: PluginLimits,
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
        section.finish();
        Self { limits: limits.unwrap_or_default() }
    }
}
