//! Which layer of a composition something happened in.
//!
//! A trap's frame tells its place in the composed component's bytes, and every layer is a stretch of them. Code that the
//! engine made to carry values from one layer to the next belongs to none.

use std::ops::Range;

use noorm_core::plugin::PluginRef;
use wasmtime::{FrameInfo, WasmBacktrace};

use crate::inspect::extent;

/// One layer of a composition, and where it is in the whole.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) plugin: PluginRef,
    pub(crate) place: Range<usize>,
}

/// Where in a composition something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InLayer {
    /// What lies under the outermost layer, the outermost of it first.
    pub over: Vec<String>,
    /// The layer.
    pub layer: PluginRef,
}

/// Returns the layer that the innermost frame of a backtrace is in.
pub(crate) fn layer_of(layers: &[Layer], backtrace: &WasmBacktrace) -> Option<InLayer> {
    let frame = backtrace.frames().iter().find(|frame| !is_adapter(frame))?;
    let offset = frame.module_offset()?;
    let layer = layers.iter().find(|layer| layer.place.contains(&offset))?;
    let over = layers.iter().rev().skip(1).map(|layer| layer.plugin.name.clone()).collect();
    Some(InLayer { over, layer: layer.plugin.clone() })
}

/// Whether the engine made the code itself. Such a module has no name, and counts its offsets from its own beginning. A
/// component with a module like that is refused (`extent`).
fn is_adapter(frame: &FrameInfo) -> bool {
    let module = frame.module();
    module.name().is_none() && module.exports().any(|export| extent::is_adapter(export.name()))
}
