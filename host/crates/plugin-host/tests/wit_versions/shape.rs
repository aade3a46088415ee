//! A package of the interfaces as what a compiled plugin sees of it: names and types, without documentation and numbers.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{Handle, PackageId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldItem};

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Such as `noorm:loader`.
    pub(crate) name: String,
    /// Major, minor, patch.
    pub(crate) version: (u64, u64, u64),
    pub(crate) interfaces: BTreeMap<String, Interface>,
    pub(crate) worlds: BTreeMap<String, World>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) types: BTreeMap<String, Members>,
    pub(crate) functions: BTreeMap<String, Members>,
}

/// What a type or a function is made of, in order: fields, cases, parameters and a result, each with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) kind: &'static str,
    pub(crate) members: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) imports: BTreeSet<String>,
    pub(crate) exports: BTreeSet<String>,
}

/// Reads packages, each of which may name those before it.
pub(crate) fn shapes(texts: &[String]) -> Vec<Shape> {
    let (resolve, ids) = resolved(texts);
    ids.into_iter().map(|id| shape(&resolve, id)).collect()
}

/// Does the same, and keeps everything.
pub(crate) fn resolved(texts: &[String]) -> (Resolve, Vec<PackageId>) {
    let mut resolve = Resolve::default();
    let read = |resolve: &mut Resolve, text: &String| {
        resolve.push_source("package.wit", text).unwrap_or_else(|error| panic!("{}", resolve.render_error(&error)))
    };
    let ids = texts.iter().map(|text| read(&mut resolve, text)).collect();
    (resolve, ids)
}

fn shape(resolve: &Resolve, id: PackageId) -> Shape {
    let package = &resolve.packages[id];
    let version = package.name.version.as_ref().expect("every package has a version");
    let interfaces = package.interfaces.iter().map(|(name, id)| {
        let interface = &resolve.interfaces[*id];
        let types = interface.types.iter().map(|(name, id)| (name.clone(), defined(resolve, *id)));
        let functions = interface.functions.iter().map(|(name, function)| {
            let mut members: Vec<_> =
                function.params.iter().map(|one| (one.name.clone(), named(resolve, &one.ty))).collect();
            members.extend(function.result.iter().map(|ty| ("the result".to_owned(), named(resolve, ty))));
            (name.clone(), Members { kind: "function", members })
        });
        (name.clone(), Interface { types: types.collect(), functions: functions.collect() })
    });
    let worlds = package.worlds.iter().map(|(name, id)| {
        let world = &resolve.worlds[*id];
        let names = |items: &mut dyn Iterator<Item = (&wit_parser::WorldKey, &WorldItem)>| {
            items.map(|(key, _)| without_version(&resolve.name_world_key(key))).collect()
        };
        (name.clone(), World { imports: names(&mut world.imports.iter()), exports: names(&mut world.exports.iter()) })
    });
    Shape {
        name: format!("{}:{}", package.name.namespace, package.name.name),
        version: (version.major, version.minor, version.patch),
        interfaces: interfaces.collect(),
        worlds: worlds.collect(),
    }
}

fn without_version(name: &str) -> String {
    name.split('@').next().unwrap_or_default().to_owned()
}

/// What a named type is made of.
fn defined(resolve: &Resolve, id: TypeId) -> Members {
    let plain = |name: &String| (name.clone(), String::new());
    let (kind, members) = match &resolve.types[id].kind {
        TypeDefKind::Record(record) => {
            ("record", record.fields.iter().map(|field| (field.name.clone(), named(resolve, &field.ty))).collect())
        }
        TypeDefKind::Variant(variant) => {
            let of = |ty: &Option<Type>| ty.as_ref().map(|ty| named(resolve, ty)).unwrap_or_default();
            ("variant", variant.cases.iter().map(|case| (case.name.clone(), of(&case.ty))).collect())
        }
        TypeDefKind::Enum(cases) => ("enum", cases.cases.iter().map(|case| plain(&case.name)).collect()),
        TypeDefKind::Flags(flags) => ("flags", flags.flags.iter().map(|flag| plain(&flag.name)).collect()),
        TypeDefKind::Resource => ("resource", Vec::new()),
        other => ("type", vec![("itself".to_owned(), anonymous(resolve, other))]),
    };
    Members { kind, members }
}

/// A type as another one refers to it.
fn named(resolve: &Resolve, ty: &Type) -> String {
    let Type::Id(id) = ty else { return format!("{ty:?}").to_lowercase() };
    let definition = &resolve.types[*id];
    let Some(name) = &definition.name else { return anonymous(resolve, &definition.kind) };
    // What another interface defines may be used under any name.
    if let TypeDefKind::Type(aliased @ Type::Id(_)) = &definition.kind {
        return named(resolve, aliased);
    }
    let TypeOwner::Interface(owner) = definition.owner else { return name.clone() };
    let interface = resolve.id_of(owner).unwrap_or_default();
    // Another major version of a package is another package.
    let major = interface.split_once('@').and_then(|(_, version)| version.split('.').next()).unwrap_or_default();
    format!("{}@{major}.{name}", without_version(&interface))
}

fn anonymous(resolve: &Resolve, kind: &TypeDefKind) -> String {
    let of = |ty: &Type| named(resolve, ty);
    let maybe = |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), of);
    match kind {
        TypeDefKind::Type(ty) => of(ty),
        TypeDefKind::List(ty) => format!("list<{}>", of(ty)),
        TypeDefKind::Option(ty) => format!("option<{}>", of(ty)),
        TypeDefKind::Result(result) => format!("result<{}, {}>", maybe(&result.ok), maybe(&result.err)),
        TypeDefKind::Tuple(tuple) => format!("tuple<{}>", tuple.types.iter().map(of).collect::<Vec<_>>().join(", ")),
        TypeDefKind::Handle(Handle::Own(id)) => of(&Type::Id(*id)),
        TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", of(&Type::Id(*id))),
        other => panic!("the interfaces use no {}: the comparison has to learn it first", other.as_str()),
    }
}
