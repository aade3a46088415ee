//! Builds the bundled plugins, checks them, and compiles them ahead of time.
//!
//! What comes out is `bundled.rs`, a table of what `plugin list` shows, with the compiled code beside it. The
//! rules that a bundled plugin meets are those of `plugin add`, and stricter: it imports nothing, not even the log, but what
//! a table names, which is the project's files for `loader-js`.

// Printing is how a build script talks to cargo.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

#[path = "src/compiler_config.rs"]
mod compiler_config;
#[path = "src/componentize.rs"]
mod componentize;
#[path = "build/descriptor.rs"]
mod descriptor;
#[path = "src/engine_config.rs"]
mod engine_config;
#[path = "build/guest_build.rs"]
mod guest_build;
// Shared with the host, which uses and exports all of it.
#[allow(dead_code, unreachable_pub)]
#[path = "src/inspect.rs"]
mod inspect;

/// The plugins that are part of the host, by the names of their packages. The variable `NOORM_BUNDLED` names
/// fewer, separated by commas, or none: such a host gets the others with `plugin add`.
const BUNDLED: [&str; 13] = [
    "dialect-mssql",
    "dialect-mysql",
    "dialect-postgres",
    "dialect-sqlite",
    "loader-csv",
    "loader-js",
    "loader-json",
    "loader-ndjson",
    "loader-sql",
    "loader-toml",
    "loader-xlsx",
    "loader-xml",
    "loader-yaml",
];

/// What bundled plugins import, by their names.
const BUILT_IN_GRANTS: [(&str, &str); 1] = [("loader-js", inspect::FILES)];

fn main() {
    let variable = |name: &str| PathBuf::from(env::var_os(name).expect("cargo sets it"));
    let here = variable("CARGO_MANIFEST_DIR");
    let out = variable("OUT_DIR");
    let workspace = here.ancestors().nth(3).expect("host/crates/plugin-host has a root above it");
    for path in ["plugins", "sdk-guest/rust", "wit", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", workspace.join(path).display());
    }
    for path in [
        "build.rs",
        "build",
        "src/compiler_config.rs",
        "src/componentize.rs",
        "src/engine_config.rs",
        "src/extent.rs",
        "src/inspect.rs",
    ] {
        println!("cargo::rerun-if-changed={}", here.join(path).display());
    }
    println!("cargo::rerun-if-env-changed=NOORM_BUNDLED");
    println!("cargo::rustc-env=NOORM_TARGET={}", variable("TARGET").display());
    let fewer = env::var("NOORM_BUNDLED").ok();
    let bundled: Vec<_> = BUNDLED
        .into_iter()
        .filter(|&name| fewer.as_ref().is_none_or(|fewer| fewer.split(',').any(|it| it == name)))
        .collect();
    // OUT_DIR is <target>/<profile>/build/<package>/out. All profiles share the guests, which do not
    // depend on the host's.
    let target_dir = out.ancestors().nth(4).unwrap_or(&out).join("guests");
    if let Err(reason) = bundle(&bundled, workspace, &target_dir, &out) {
        // Not a panic: a backtrace of this script would hide the guest's own error.
        eprintln!("{reason}");
        std::process::exit(1);
    }
}

/// Makes the table and the compiled code of all bundled plugins.
fn bundle(bundled: &[&str], workspace: &Path, target_dir: &Path, out: &Path) -> Result<(), String> {
    let modules = guest_build::build(workspace, target_dir, bundled)?;
    let target = env::var("TARGET").expect("cargo sets it");
    let engine = |config: &wasmtime::Config| Engine::new(config).map_err(|error| error.to_string());
    let mut baseline = compiler_config::compiler_config();
    // Naming the target keeps the features of this machine's CPU out of the code.
    baseline.target(&target).map_err(|error| error.to_string())?;
    let target = engine(&baseline)?;
    // Code for the machine that builds runs here too, and compiling twice takes twice as long.
    let is_here = env::var("HOST").is_ok_and(|host| host == env::var("TARGET").unwrap_or_default());
    let engines = match is_here {
        true => Engines { here: target, target: None },
        false => Engines { here: engine(&compiler_config::compiler_config())?, target: Some(target) },
    };
    let mut table = String::from("static BUNDLED: &[Bundled] = &[\n");
    for package in bundled {
        let module = modules.join(guest_build::module_name(package));
        let row = engines.compile(package, &module, out).map_err(|reason| format!("`{package}`: {reason}"))?;
        table.push_str(&row);
    }
    table.push_str("];\n");
    fs::write(out.join("bundled.rs"), table).map_err(|error| error.to_string())
}

/// The engine whose code runs in this script, and the one that compiles for the host where that is another.
struct Engines {
    here: Engine,
    target: Option<Engine>,
}

impl Engines {
    /// Compiles one plugin and returns its row of the table.
    fn compile(&self, package: &str, module: &Path, out: &Path) -> Result<String, String> {
        let bytes = fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
        let component = componentize::componentize(&bytes).map_err(|refusal| refusal.to_string())?;
        let shape = inspect::inspect(&component).map_err(|refusal| refusal.to_string())?;
        let allowed = BUILT_IN_GRANTS.iter().filter(|(name, _)| *name == package).map(|(_, import)| *import);
        if !shape.imports.iter().map(|import| inspect::base(import)).eq(allowed) {
            return Err(format!("a bundled plugin imports nothing that is not in the table, not {:?}", shape.imports));
        }
        let (of, version) = shape.interface.split_once('@').expect("`inspect` gives it a version");
        let compiled = Component::from_binary(&self.here, &component).map_err(|error| format!("{error:#}"))?;
        let it = descriptor::descriptor(&self.here, &compiled, &format!("{of}/describe@{version}"))
            .map_err(|error| format!("describe: {error:#}"))?;
        if it.name != package {
            return Err(format!("calls itself `{}`", it.name));
        }
        let code = match &self.target {
            None => compiled.serialize(),
            Some(target) => target.precompile_component(&component),
        };
        let code = code.map_err(|error| format!("{error:#}"))?;
        fs::write(out.join(format!("{package}.cwasm")), code).map_err(|error| error.to_string())?;
        fs::write(out.join(format!("{package}.wasm")), &component).map_err(|error| error.to_string())?;
        let mut digest = String::new();
        for byte in Sha256::digest(&component) {
            write!(digest, "{byte:02x}").expect("a string takes everything");
        }
        Ok(format!(
            "    Bundled {{ name: {:?}, world: World::{:?}, version: {:?}, summary: {:?}, digest: {digest:?}, \
             interface: {:?}, imports: &{:?}, provides: &{:?}, driver: {:?}, options_schema: {:?}, \
             component: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{package}.wasm\")), code: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{package}.cwasm\")) }},\n",
            it.name,
            shape.world,
            it.version,
            it.summary,
            shape.interface,
            shape.imports,
            it.provides,
            it.driver,
            it.options_schema,
        ))
    }
}
