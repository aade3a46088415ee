//! What a download may use.

use std::time::Duration;

/// Bytes of a component; one with a whole language runtime inside has some twenty million.
const COMPONENT_BYTES_MAX: u64 = 256 << 20;

/// Bytes of a registry's manifest, of which ours has a thousand. The specification asks registries for no more.
pub(crate) const MANIFEST_BYTES_MAX: u64 = 4 << 20;

/// Bytes of a signature, which is four lines of text.
pub(crate) const SIGNATURE_BYTES_MAX: u64 = 16 << 10;

/// Bytes of what a server answers that gives tokens, which have some thousand.
pub(crate) const TOKEN_BYTES_MAX: u64 = 64 << 10;

/// Bytes of why a registry refuses something.
pub(crate) const REFUSAL_BYTES_MAX: u64 = 64 << 10;

/// Bytes of a layer that are sent at once: some registries take no more.
pub(crate) const PIECE_BYTES_MAX: usize = 4 << 20;

/// Redirections in a row.
pub(crate) const REDIRECTS_MAX: usize = 10;

/// What a download may use.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of a component.
    pub component_bytes_max: u64,
    /// Until the server is there.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// For all of one download.
    pub total: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            component_bytes_max: COMPONENT_BYTES_MAX,
            connect: Duration::from_secs(20),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(15 * 60),
        }
    }
}
