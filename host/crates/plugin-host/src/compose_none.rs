//! In the place of `compose` in a host without the compiler, which takes compositions from bundles alone.

use std::ops::Range;

/// One component of a composition.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    /// The plugin's name.
    pub(crate) name: &'a str,
    pub(crate) component: &'a [u8],
}

/// What became of the layers.
pub(crate) struct Composed {
    pub(crate) component: Vec<u8>,
    /// Where each layer's component is in it, the base first.
    pub(crate) places: Vec<Range<usize>>,
}

/// Refuses to compose.
pub(crate) fn compose(base: Part<'_>, quirks: &[Part<'_>]) -> Result<Composed, String> {
    let bytes = std::iter::once(&base).chain(quirks).map(|part| part.component.len()).sum::<usize>();
    let names = quirks.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
    Err(format!("this noorm was built without the compiler of plugins ({names} over {}: {bytes} bytes)", base.name))
}
