//! Makes components of core modules that have their interface embedded, so that authors need nothing but their compiler.
//!
//! Part of the compiler: a host without it takes components only. Used by the build script for the bundled plugins, too.

use std::borrow::Cow;
use std::collections::BTreeSet;

use wasmparser::{Encoding, Parser, Payload, Validator};

use crate::inspect::{Refusal, extent, shown};

/// Returns `bytes` as a component: as they are, or, for a core module with embedded WIT, encoded.
pub(crate) fn componentize(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    match Parser::new(0).parse_all(bytes).next() {
        Some(Ok(Payload::Version { encoding: Encoding::Component, .. })) => Ok(bytes.into()),
        Some(Ok(Payload::Version { encoding: Encoding::Module, .. })) => {
            extent::check(bytes)?;
            // The encoder takes a valid module for granted, and panics where a section is cut off.
            Validator::new()
                .validate_all(bytes)
                .map_err(|error| Refusal::Invalid { reason: shown(&error.to_string()) })?;
            // It also reads an interface that anybody may have written.
            let encode = || {
                let encoder = wit_component::ComponentEncoder::default().validate(true);
                encoder.module(bytes).and_then(|mut encoder| encoder.encode())
            };
            match std::panic::catch_unwind(encode) {
                Ok(encoded) => encoded.map(Cow::Owned).map_err(|error| refused_module(bytes, &format!("{error:#}"))),
                Err(_) => Err(Refusal::NotComponent { reason: "its interface cannot be read".to_owned() }),
            }
        }
        _ => Err(Refusal::NotWasm),
    }
}

/// Names the imports that keep a valid core module from being a component, if it is they.
fn refused_module(bytes: &[u8], reason: &str) -> Refusal {
    let mut imports = BTreeSet::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(Payload::ImportSection(section)) = payload else {
            continue;
        };
        for import in section.into_imports().flatten() {
            // `[export]…`, `$root` and the like are the encoder's own; so is a package of ours.
            let own = import.module.starts_with(['[', '$', '_']) || import.module.starts_with("noorm:");
            if !own {
                imports.insert(import.module.to_owned());
            }
        }
    }
    if imports.is_empty() {
        // The first line says it; what follows repeats the module's insides.
        let reason = reason.lines().next().unwrap_or_default().to_owned();
        return Refusal::NotComponent { reason: shown(&reason) };
    }
    Refusal::Imports { imports: imports.into_iter().collect() }
}
