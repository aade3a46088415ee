//! Puts quirks over a dialect: components in, one component out that exports a dialect.
//!
//! The same layers give the same bytes, whoever composes them where: the lock file has the digest. What the layers import
//! besides the dialect under them stays an import of the whole, once. It asks no plugin anything and reads no file.

use std::ops::Range;

use wac_graph::types::{ItemKind, Package};
use wac_graph::{CompositionGraph, EncodeOptions, NodeId, PackageId};
use wasmparser::{Parser, Payload};

use crate::inspect::{DIALECT, base as without_version};

/// The package whose interfaces a layer takes from the one under it.
const OF_DIALECTS: &str = "noorm:dialect/";

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

/// Composes a base and the quirks over it, the innermost first.
pub(crate) fn compose(base: Part<'_>, quirks: &[Part<'_>]) -> Result<Composed, String> {
    let mut graph = CompositionGraph::new();
    let package = register(&mut graph, base)?;
    let mut under = (base.name, graph.instantiate(package));
    for quirk in quirks {
        let package = register(&mut graph, *quirk)?;
        let over = graph.instantiate(package);
        plug(&mut graph, under, (quirk.name, package, over))?;
        under = (quirk.name, over);
    }
    export(&mut graph, under)?;
    let options = EncodeOptions { validate: false, ..EncodeOptions::default() };
    let component = graph.encode(options).map_err(|error| chain(&error))?;
    let layers = std::iter::once(&base).chain(quirks);
    let places = places(&component, layers.map(|layer| layer.component))?;
    Ok(Composed { component, places })
}

fn register(graph: &mut CompositionGraph, part: Part<'_>) -> Result<PackageId, String> {
    let failed = |error: &dyn std::error::Error| format!("`{}`: {}", part.name, chain(error));
    let package = Package::from_bytes(part.name, None, part.component, graph.types_mut());
    let package = package.map_err(|error| format!("`{}`: {error:#}", part.name))?;
    graph.register_package(package).map_err(|error| failed(&error))
}

/// Gives a quirk what it imports of the dialect under it.
fn plug(
    graph: &mut CompositionGraph,
    (under_name, under): (&str, NodeId),
    (name, package, over): (&str, PackageId, NodeId),
) -> Result<(), String> {
    let world = graph[package].ty();
    let imports = graph.types()[world].imports.keys();
    let wanted: Vec<String> = imports.filter(|import| import.starts_with(OF_DIALECTS)).cloned().collect();
    for import in wanted {
        let offered =
            exports(graph, under).into_iter().find(|export| without_version(export) == without_version(&import));
        let Some(offered) = offered else {
            return Err(format!("`{name}` imports `{import}`, which `{under_name}` does not export"));
        };
        let alias = graph.alias_instance_export(under, &offered).map_err(|error| chain(&error))?;
        graph.set_instantiation_argument(over, &import, alias).map_err(|error| {
            format!("`{name}` imports another `{import}` than `{under_name}` exports: {}", chain(&error))
        })?;
    }
    Ok(())
}

/// Exports the dialect that the outermost layer is, and nothing else of it.
fn export(graph: &mut CompositionGraph, (name, outermost): (&str, NodeId)) -> Result<(), String> {
    let exports = exports(graph, outermost);
    for interface in DIALECT {
        let is_it = |export: &&String| without_version(export).strip_prefix(OF_DIALECTS) == Some(interface);
        let Some(export) = exports.iter().find(is_it) else {
            return Err(format!("`{name}` does not export `{OF_DIALECTS}{interface}`"));
        };
        let alias = graph.alias_instance_export(outermost, export).map_err(|error| chain(&error))?;
        graph.export(alias, export).map_err(|error| chain(&error))?;
    }
    Ok(())
}

/// Returns the names of what an instance exports.
fn exports(graph: &CompositionGraph, instance: NodeId) -> Vec<String> {
    match graph[instance].item_kind() {
        ItemKind::Instance(id) => graph.types()[id].exports.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Finds where each layer is in the whole.
fn places<'a>(whole: &[u8], layers: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Range<usize>>, String> {
    let mut inner = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(whole) {
        match payload.map_err(|error| error.to_string())? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentSection { unchecked_range, .. } if depth == 1 => inner.push(unchecked_range),
            _ => {}
        }
    }
    let place = |layer: &[u8]| inner.iter().find(|range| whole.get((*range).clone()) == Some(layer)).cloned();
    layers.map(|layer| place(layer).ok_or_else(|| "a layer is not in the composition".to_owned())).collect()
}

/// Returns an error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
