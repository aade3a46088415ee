//! A world of `wit/` as a structure: what a guest has to export, under which names and with which signatures.

use std::fs;
use std::path::Path;

use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, Resolve, WorldId, WorldItem};

use super::{Crafted, Kind};

/// A world, with everything that it refers to.
pub(super) struct World {
    pub(super) resolve: Resolve,
    pub(super) id: WorldId,
}

/// A function that a guest exports.
pub(super) struct Export {
    /// The interface and the name, such as `document.load`.
    pub(super) key: String,
    /// The name in the core module.
    pub(super) name: String,
    /// Parameters and results, in the text format.
    pub(super) signature: String,
    /// Whether it says who the plugin is.
    pub(super) describes: bool,
}

impl World {
    /// Reads the interfaces, some of them under another version, and more imports.
    pub(super) fn of(guest: &Crafted) -> Self {
        let Crafted { kind, versions, more, rewritten, .. } = guest;
        let mut resolve = Resolve::default();
        for package in ["types", "host", "loader", "dialect"] {
            let path = format!("wit/{package}/{package}.wit");
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&path);
            let mut text = fs::read_to_string(&file).expect("the interfaces are part of the source");
            for (from, to) in rewritten {
                text = text.replace(from, to);
            }
            push(&mut resolve, &path, &versioned(&text, versions));
        }
        let world = match kind {
            Kind::Document => "noorm:loader/document-loader@1.0.0",
            Kind::Linked => "noorm:loader/linked-loader@1.0.0",
            Kind::Rows => "noorm:loader/row-loader@1.0.0",
            Kind::Dialect => "noorm:dialect/dialect@1.0.0",
            Kind::Quirk => "noorm:dialect/dialect-quirk@1.0.0",
        };
        let mut text = format!("package crafted:guest;\nworld guest {{\ninclude {};\n", versioned(world, versions));
        more.iter().for_each(|(_, import)| text.push_str(&format!("import {import};\n")));
        text.push_str("}\n");
        more.iter().for_each(|(package, _)| text.push_str(package));
        let package = push(&mut resolve, "guest.wit", &text);
        let id = resolve.select_world(&[package], Some("guest")).expect("written above");
        Self { resolve, id }
    }

    /// Returns what a guest has to export.
    pub(super) fn exports(&self) -> impl Iterator<Item = Export> + '_ {
        self.resolve.worlds[self.id].exports.iter().flat_map(move |(key, item)| {
            let WorldItem::Interface { id, .. } = item else { panic!("a world exports interfaces alone") };
            let interface = self.resolve.name_world_key(key);
            let short = self.resolve.interfaces[*id].name.clone().unwrap_or_default();
            let functions = self.resolve.interfaces[*id].functions.values();
            functions.map(move |function| self.export(&interface, &short, function))
        })
    }

    fn export(&self, interface: &str, short: &str, function: &Function) -> Export {
        let signature = self.resolve.wasm_signature(AbiVariant::GuestExport, function);
        let list = |what: &str, types: &[WasmType]| match types {
            [] => String::new(),
            types => format!("({what} {})", types.iter().map(|one| word(*one)).collect::<Vec<_>>().join(" ")),
        };
        let key = format!("{short}.{}", function.name);
        Export {
            name: function.legacy_core_export_name(Some(interface)).into_owned(),
            signature: format!("{} {}", list("param", &signature.params), list("result", &signature.results)),
            describes: key == "describe.describe" || key == "quirk.identify",
            key,
        }
    }
}

fn word(one: WasmType) -> &'static str {
    match one {
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
    }
}

fn push(resolve: &mut Resolve, path: &str, text: &str) -> wit_parser::PackageId {
    resolve.push_source(path, text).unwrap_or_else(|error| panic!("{path}: {}", resolve.render_error(&error)))
}

/// Puts other versions of packages into a text of WIT.
fn versioned(text: &str, versions: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (package, version) in versions {
        // `noorm:host@1.0.0` and `noorm:host/log@1.0.0`.
        let mut parts = text.split(package.as_str());
        let mut changed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let path_len = part.find('@').filter(|at| part[*at..].starts_with("@1.0.0"));
            let is_path = |at: usize| at == 0 || part.starts_with('/') && !part[..at].contains(char::is_whitespace);
            changed.push_str(package);
            match path_len.filter(|at| is_path(*at)) {
                Some(at) => changed.push_str(&format!("{}@{version}{}", &part[..at], &part[at + "@1.0.0".len()..])),
                None => changed.push_str(part),
            }
        }
        text = changed;
    }
    text
}
