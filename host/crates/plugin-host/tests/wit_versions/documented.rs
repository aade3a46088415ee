//! Every part of the interfaces says what it means: whoever writes a plugin has nothing else to go by. Whether the words are
//! right no test tells.

use wit_parser::{Docs, Interface, Resolve, Type, TypeDef, TypeDefKind};

use crate::shape::resolved;

/// Returns what has no words among these packages, each of which may name those before it: interfaces, worlds, types, fields,
/// cases, functions.
pub(crate) fn silent(texts: &[String]) -> Vec<String> {
    let (resolve, ids) = resolved(texts);
    let mut parts: Vec<(String, &Docs)> = Vec::new();
    for id in ids {
        let package = &resolve.packages[id];
        let of_package = |name: &String| format!("{}:{}/{name}", package.name.namespace, package.name.name);
        for (name, id) in &package.interfaces {
            let (path, interface) = (of_package(name), &resolve.interfaces[*id]);
            parts.extend(of_interface(&resolve, interface).map(|(part, docs)| (format!("{path}.{part}"), docs)));
            parts.push((path, &interface.docs));
        }
        parts.extend(package.worlds.iter().map(|(name, id)| (of_package(name), &resolve.worlds[*id].docs)));
    }
    let is_silent = |docs: &Docs| docs.contents.as_deref().unwrap_or_default().trim().is_empty();
    parts.into_iter().filter(|(_, docs)| is_silent(docs)).map(|(part, _)| part).collect()
}

fn of_interface<'a>(resolve: &'a Resolve, interface: &'a Interface) -> impl Iterator<Item = (String, &'a Docs)> {
    let own = interface.types.iter().map(move |(name, id)| (name, &resolve.types[*id]));
    let own = own.filter(move |(_, definition)| !is_used(resolve, definition));
    let types = own.flat_map(|(name, definition)| {
        let members = members(definition).into_iter().map(move |(member, docs)| (format!("{name}.{member}"), docs));
        [(name.clone(), &definition.docs)].into_iter().chain(members)
    });
    types.chain(interface.functions.iter().map(|(name, function)| (name.clone(), &function.docs)))
}

/// Returns whether a type is another interface's, which says there what it means.
fn is_used(resolve: &Resolve, definition: &TypeDef) -> bool {
    matches!(definition.kind, TypeDefKind::Type(Type::Id(of)) if resolve.types[of].owner != definition.owner)
}

fn members(definition: &TypeDef) -> Vec<(&str, &Docs)> {
    match &definition.kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|one| (one.name.as_str(), &one.docs)).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().map(|one| (one.name.as_str(), &one.docs)).collect(),
        TypeDefKind::Enum(cases) => cases.cases.iter().map(|one| (one.name.as_str(), &one.docs)).collect(),
        TypeDefKind::Flags(flags) => flags.flags.iter().map(|one| (one.name.as_str(), &one.docs)).collect(),
        _ => Vec::new(),
    }
}
