//! What one version of a package may not do to plugins that were compiled against another. The rules are those of
//! `wit/README.md`.

use std::collections::BTreeSet;

use crate::shape::{Interface, Members, Shape, World};

/// Says what keeps plugins of the released package from working with the current one. `exported` are the interfaces that some
/// released world exports, such as `noorm:loader/describe`.
pub(crate) fn breaches(released: &Shape, current: &Shape, exported: &BTreeSet<String>) -> Vec<String> {
    let (old, new) = (released.version, current.version);
    if new < old {
        return vec![format!("`{}` was released as {} and is {} now", released.name, number(old), number(new))];
    }
    if new.0 > old.0 {
        // Another package, which the host offers beside this one or refuses by its number.
        return Vec::new();
    }
    let mut found = Vec::new();
    let may_grow = new.1 > old.1;
    for (name, interface) in &released.interfaces {
        let path = format!("{}/{name}", released.name);
        match current.interfaces.get(name) {
            None => found.push(format!("the interface `{path}` is gone")),
            Some(now) => {
                let may_grow = may_grow && !exported.contains(&path);
                found.extend(interface_breaches(interface, now, may_grow).map(|what| format!("`{path}`: {what}")));
            }
        }
    }
    for (name, world) in &released.worlds {
        match current.worlds.get(name) {
            None => found.push(format!("the world `{}/{name}` is gone", released.name)),
            Some(now) => found.extend(
                world_breaches(world, now, may_grow)
                    .map(|what| format!("the world `{}/{name}`: {what}", released.name)),
            ),
        }
    }
    if !may_grow {
        let new = current.interfaces.keys().filter(|name| !released.interfaces.contains_key(*name));
        found.extend(new.map(|name| format!("a new interface `{}/{name}` without a new version", released.name)));
        let new = current.worlds.keys().filter(|name| !released.worlds.contains_key(*name));
        found.extend(new.map(|name| format!("a new world `{}/{name}` without a new version", released.name)));
    }
    found
}

fn number((major, minor, patch): (u64, u64, u64)) -> String {
    format!("{major}.{minor}.{patch}")
}

/// An interface that plugins only import may get more types and functions; one that they export may not.
fn interface_breaches<'a>(
    released: &'a Interface,
    current: &'a Interface,
    may_grow: bool,
) -> impl Iterator<Item = String> + 'a {
    let types = all(&released.types, &current.types, "type", may_grow);
    types.chain(all(&released.functions, &current.functions, "function", may_grow))
}

fn all<'a>(
    released: &'a std::collections::BTreeMap<String, Members>,
    current: &'a std::collections::BTreeMap<String, Members>,
    what: &'static str,
    may_grow: bool,
) -> impl Iterator<Item = String> + 'a {
    let changed = released.iter().flat_map(move |(name, was)| match current.get(name) {
        None => vec![format!("the {what} `{name}` is gone")],
        Some(is) => members_breaches(name, was, is),
    });
    let new = current.keys().filter(move |name| !may_grow && !released.contains_key(*name));
    changed.chain(new.map(move |name| format!("a new {what} `{name}`")))
}

/// Fields, cases and parameters are frozen, with their order.
fn members_breaches(name: &str, was: &Members, is: &Members) -> Vec<String> {
    if was == is {
        return Vec::new();
    }
    let kind = was.kind;
    if kind != is.kind {
        return vec![format!("`{name}` was a {kind} and is a {}", is.kind)];
    }
    let type_of =
        |of: &Members, member: &str| of.members.iter().find(|(known, _)| known == member).map(|it| it.1.clone());
    let mut found = Vec::new();
    for (member, ty) in &was.members {
        match type_of(is, member) {
            None => found.push(format!("`{member}` of the {kind} `{name}` is gone")),
            Some(now) if now != *ty => found.push(format!("`{member}` of the {kind} `{name}` was {ty} and is {now}")),
            Some(_) => {}
        }
    }
    let new = is.members.iter().filter(|(member, _)| type_of(was, member).is_none());
    found.extend(new.map(|(member, _)| format!("a new `{member}` of the {kind} `{name}`")));
    if found.is_empty() {
        found.push(format!("the {kind} `{name}` has another order"));
    }
    found
}

/// A world that plugins were built for asks no more of them; the host may offer more.
fn world_breaches<'a>(released: &'a World, current: &'a World, may_grow: bool) -> impl Iterator<Item = String> + 'a {
    let gone = |was: &'a BTreeSet<String>, is: &'a BTreeSet<String>, what: &'static str| {
        was.difference(is).map(move |name| format!("it no longer {what} `{name}`"))
    };
    let new = |was: &'a BTreeSet<String>, is: &'a BTreeSet<String>, what: &'static str| {
        is.difference(was).map(move |name| format!("it {what} `{name}` too"))
    };
    let imports = new(&released.imports, &current.imports, "imports").filter(move |_| !may_grow);
    gone(&released.imports, &current.imports, "imports")
        .chain(gone(&released.exports, &current.exports, "exports"))
        .chain(new(&released.exports, &current.exports, "exports"))
        .chain(imports)
}
