//! What a component is, read from its bytes before anything of it is compiled or run.
//!
//! Used by the build script for the bundled plugins and by `plugin add` for the others, so that both
//! meet the same rules. It does not ask the plugin anything; `describe` does.

use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

// Where the build script finds it too, which takes this module from elsewhere.
#[path = "extent.rs"]
pub(crate) mod extent;

/// The interface version of this host: major and minor of every package in `wit/`.
const INTERFACE: (u64, u64) = (1, 0);

/// The interfaces that a dialect exports, all of them.
pub(crate) const DIALECT: [&str; 11] = [
    "describe",
    "server",
    "database",
    "naming",
    "literals",
    "transaction",
    "tracking",
    "lock",
    "script",
    "effect",
    "errors",
];

/// The interface that every plugin may import.
pub(crate) const LOG: &str = "noorm:host/log";

/// The interface that a loader may import where a grant names the files.
pub(crate) const FILES: &str = "noorm:host/files";

/// What makes a dialect a quirk.
const QUIRK: &str = "noorm:dialect/quirk";

/// What a plugin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginKind {
    /// Everything that differs from one database to another.
    Dialect,
    /// Data files to values.
    Loader,
    /// A dialect over another one.
    Quirk,
}

impl PluginKind {
    /// Returns the kind as it is written in lists, names and lock files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dialect => "dialect",
            Self::Loader => "loader",
            Self::Quirk => "quirk",
        }
    }
}

/// Which of the worlds of `wit/` a component exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum World {
    Dialect,
    Document,
    Rows,
    Quirk,
}

impl World {
    pub(crate) fn kind(self) -> PluginKind {
        match self {
            Self::Dialect => PluginKind::Dialect,
            Self::Document | Self::Rows => PluginKind::Loader,
            Self::Quirk => PluginKind::Quirk,
        }
    }
}

/// What a component's own sections say about it.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) world: World,
    /// Package and version of what it exports, such as `noorm:loader@1.0.0`.
    pub(crate) interface: String,
    /// Names of the imports that grant something, sorted; a quirk's base is not among them.
    pub(crate) imports: Vec<String>,
}

/// Why a file is no plugin of this host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not WebAssembly at all.
    #[error("not a WebAssembly file")]
    NotWasm,
    /// WebAssembly, but not valid.
    #[error("not valid WebAssembly: {reason}")]
    Invalid {
        /// What the validator says.
        reason: String,
    },
    /// A core module that cannot be made into a component.
    #[error("a core module without a plugin's interface: {reason}")]
    NotComponent {
        /// What the encoder says.
        reason: String,
    },
    /// A component that exports none of the worlds.
    #[error("exports neither `noorm:dialect` nor `noorm:loader`")]
    NoWorld,
    /// A component that exports a part of a world.
    #[error("lacks the {} {}", if .missing.len() == 1 { "interface" } else { "interfaces" }, quoted(.missing))]
    Incomplete {
        /// The interfaces that are missing.
        missing: Vec<String>,
    },
    /// Imports that nobody granted.
    #[error("imports what a plugin does not get: {}", quoted(.imports))]
    Imports {
        /// The names of the imports.
        imports: Vec<String>,
    },
    /// Built for another version of the interfaces.
    #[error("speaks `{package}` {plugin}, this noorm speaks {host}")]
    Interface {
        /// Such as `noorm:loader`.
        package: String,
        /// The plugin's version.
        plugin: String,
        /// The host's version.
        host: String,
    },
    /// A schema of its options that is none.
    #[error("has a broken schema of its options: {what}")]
    Schema {
        /// What is wrong with it.
        what: String,
    },
    /// A component that takes too long to compile.
    #[error("it does not compile within {seconds} s")]
    Slow {
        /// What is allowed.
        seconds: u64,
    },
    /// A description that cannot be used.
    #[error("describes itself as {what}")]
    Description {
        /// What is wrong with it.
        what: String,
    },
}

/// Names that are shown; a file may have a million, each as long as a book.
const NAMES_SHOWN: usize = 20;

/// Characters of a text from a file that are shown.
const CHARS_SHOWN: usize = 300;

fn quoted(names: &[String]) -> String {
    let mut shown: Vec<_> = names.iter().take(NAMES_SHOWN).map(|name| format!("`{}`", shown(name))).collect();
    if names.len() > NAMES_SHOWN {
        shown.push(format!("and {} more", names.len() - NAMES_SHOWN));
    }
    shown.join(", ")
}

/// Returns a text that quotes a file so that it can be printed: what moves a cursor is escaped, and its end cut off.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(CHARS_SHOWN)
        .flat_map(|one| {
            let is_plain = !one.is_control() && !matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let escaped = (!is_plain).then(|| one.escape_unicode());
            is_plain.then_some(one).into_iter().chain(escaped.into_iter().flatten())
        })
        .collect();
    if text.chars().nth(CHARS_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Reads what a component exports and imports, and refuses what this host does not run.
pub(crate) fn inspect(component: &[u8]) -> Result<Shape, Refusal> {
    let invalid = |error: wasmparser::BinaryReaderError| Refusal::Invalid { reason: shown(&error.to_string()) };
    extent::check(component)?;
    let types = Validator::new_with_features(WasmFeatures::default()).validate_all(component).map_err(invalid)?;
    let types = types.as_ref();
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    // A component holds others; only the outermost one's sections are its interface.
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(invalid)? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    let name = import.map_err(invalid)?.name.name;
                    let item = types.component_item_for_import(name);
                    if item.is_none_or(|item| grants(types, &item.ty)) {
                        imports.push(name.to_owned());
                    }
                    check_version(name)?;
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export.map_err(invalid)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    for export in &exports {
        check_version(export)?;
    }
    let found = world(&exports);
    if matches!(found, Ok((World::Quirk, _))) {
        imports.retain(|name| !name.starts_with("noorm:dialect/"));
    }
    let denied: Vec<_> = imports.iter().filter(|name| !can_be_granted(name)).cloned().collect();
    if !denied.is_empty() {
        return Err(Refusal::Imports { imports: denied });
    }
    let (world, interface) = found?;
    imports.sort_unstable();
    Ok(Shape { world, interface, imports })
}

/// Returns whether an import gives the plugin anything to call. Instances that hold types alone are how
/// a component names the words it shares with the host.
fn grants(types: wasmparser::types::TypesRef<'_>, ty: &ComponentEntityType) -> bool {
    match ty {
        ComponentEntityType::Type { created, .. } => {
            matches!(created, wasmparser::component_types::ComponentAnyTypeId::Resource(_))
        }
        ComponentEntityType::Instance(id) => types[*id].exports.values().any(|item| grants(types, &item.ty)),
        _ => true,
    }
}

/// Returns whether the host has what an import asks for, with or without a grant.
fn can_be_granted(import: &str) -> bool {
    matches!(base(import), LOG | FILES) || import.starts_with("wasi:")
}

/// Returns an interface's name without its version.
pub(crate) fn base(name: &str) -> &str {
    name.split_once('@').map_or(name, |(base, _)| base)
}

/// Refuses an interface of ours in a version that this host does not know.
fn check_version(name: &str) -> Result<(), Refusal> {
    let Some((path, version)) = name.split_once('@') else {
        return Ok(());
    };
    if !path.starts_with("noorm:") {
        return Ok(());
    }
    let mut parts = version.split('.').map(str::parse::<u64>);
    let known = matches!((parts.next(), parts.next()), (Some(Ok(major)), Some(Ok(minor)))
        if major == INTERFACE.0 && minor <= INTERFACE.1);
    if known {
        return Ok(());
    }
    let package = path.split('/').next().unwrap_or(path).to_owned();
    let host = format!("{}.{}", INTERFACE.0, INTERFACE.1);
    Err(Refusal::Interface { package, plugin: version.to_owned(), host })
}

/// Finds out which world a component's exports make.
fn world(exports: &[String]) -> Result<(World, String), Refusal> {
    let has = |interface: &str| exports.iter().any(|export| base(export) == interface);
    let interface = |package: &str| {
        let describe = format!("{package}/describe");
        let version = exports
            .iter()
            .filter(|export| base(export) == describe)
            .find_map(|export| export.split_once('@'))
            .map_or("1.0.0", |(_, version)| version);
        format!("{package}@{version}")
    };
    let package_is_there = |package: &str| exports.iter().any(|export| export.starts_with(&format!("{package}/")));
    let incomplete = |missing: Vec<String>| Err(Refusal::Incomplete { missing });
    if package_is_there("noorm:dialect") {
        let missing: Vec<_> =
            DIALECT.iter().map(|name| format!("noorm:dialect/{name}")).filter(|name| !has(name)).collect();
        let world = if has(QUIRK) { World::Quirk } else { World::Dialect };
        return if missing.is_empty() { Ok((world, interface("noorm:dialect"))) } else { incomplete(missing) };
    }
    if !package_is_there("noorm:loader") {
        return Err(Refusal::NoWorld);
    }
    if !has("noorm:loader/describe") {
        return incomplete(vec!["noorm:loader/describe".to_owned()]);
    }
    if has("noorm:loader/rows") {
        Ok((World::Rows, interface("noorm:loader")))
    } else if has("noorm:loader/document") {
        Ok((World::Document, interface("noorm:loader")))
    } else {
        incomplete(vec!["noorm:loader/document` or `noorm:loader/rows".to_owned()])
    }
}
