//! What a plugin meets behind an import of WASI that was granted: something that gives nothing.
//!
//! Toolchains of other languages link parts of WASI whether a plugin needs them or not. Granting one makes the component
//! run, and gives it nothing: the environment is empty, the seed is always the same, and everything else ends the call.
//! The same goes for the base of a quirk while it is only asked who it is.

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, LinkerInstance, ResourceType, Val};
use wasmtime::{Engine, Result};

use crate::inspect::base;
use crate::sandbox::Guest;

/// A call that gets no answer: what leaves the guest in place of a trap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{function}`: {why}")]
pub(crate) struct NotGiven {
    function: String,
    why: &'static str,
}

/// The type of every resource: nobody can make one.
struct Inert;

/// Links the imports that `is_meant` says, and no other: what is left over keeps the component from being linked.
pub(crate) fn add_inert(
    linker: &mut Linker<Guest>,
    engine: &Engine,
    component: &Component,
    is_meant: impl Fn(&str) -> bool,
) -> Result<()> {
    for (name, import) in component.component_type().imports(engine).filter(|(name, _)| is_meant(name)) {
        let ComponentItem::ComponentInstance(instance) = &import.ty else {
            add(&mut linker.root(), "", name, &import.ty)?;
            continue;
        };
        let mut linked = linker.instance(name)?;
        for (function, item) in instance.exports(engine) {
            add(&mut linked, name, function, &item.ty)?;
        }
    }
    Ok(())
}

fn add(linker: &mut LinkerInstance<'_, Guest>, interface: &str, name: &str, item: &ComponentItem) -> Result<()> {
    match item {
        ComponentItem::ComponentFunc(_) => {
            let (interface, function) = (interface.to_owned(), name.to_owned());
            linker.func_new(name, move |_, _, _, results| match inert(base(&interface), &function) {
                // A component that declares the function with another result is told so by the engine.
                Some(value) => {
                    results.first_mut().into_iter().for_each(|result| *result = value.clone());
                    Ok(())
                }
                None => Err(not_given(&interface, &function).into()),
            })
        }
        ComponentItem::Resource(_) => linker.resource(name, ResourceType::host::<Inert>(), |_, _| Ok(())),
        _ => Ok(()),
    }
}

/// Returns the answer of a function that has one.
fn inert(interface: &str, function: &str) -> Option<Val> {
    match (interface, function) {
        ("wasi:cli/environment", "get-environment" | "get-arguments") => Some(Val::List(Vec::new())),
        ("wasi:cli/environment", "initial-cwd" | "get-initial-cwd") => Some(Val::Option(None)),
        ("wasi:random/insecure-seed", "insecure-seed" | "get-insecure-seed") => {
            Some(Val::Tuple(vec![Val::U64(0), Val::U64(0)]))
        }
        _ => None,
    }
}

fn not_given(interface: &str, function: &str) -> NotGiven {
    let function = if interface.is_empty() { function.to_owned() } else { format!("{interface}#{function}") };
    NotGiven { why: why(interface), function }
}

/// Says what noorm does not give, by the package that it was asked of.
fn why(interface: &str) -> &'static str {
    let path = base(interface);
    match path.split('/').next().unwrap_or_default() {
        "noorm:dialect" => "a quirk has no base while it is asked who it is",
        "wasi:clocks" => "noorm gives plugins no clock",
        "wasi:random" => "noorm gives plugins no randomness",
        "wasi:sockets" | "wasi:http" | "wasi:tls" => "noorm gives plugins no network",
        "wasi:filesystem" => "noorm gives plugins no file system",
        "wasi:cli" if path.ends_with("/exit") => "noorm gives plugins no way to end the program",
        "wasi:cli" => "noorm gives plugins no terminal and no standard streams",
        _ => "noorm gives plugins nothing of the system",
    }
}

/// Says in plain words what a plugin may do with an import that it was granted.
pub(crate) fn meaning(interface: &str) -> String {
    match base(interface) {
        "wasi:cli/environment" => "nothing: there are no variables and no arguments".to_owned(),
        "wasi:random/insecure-seed" => "nothing: the seed is always the same".to_owned(),
        _ => format!("nothing: {}; a call of it ends the plugin's call", why(interface)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_answer_gives_nothing_away() {
        assert_eq!(inert("wasi:cli/environment", "get-environment"), Some(Val::List(Vec::new())));
        assert_eq!(inert("wasi:random/random", "get-random-bytes"), None);
        assert_eq!(inert("wasi:clocks/monotonic-clock", "now"), None);
    }

    #[test]
    fn what_has_none_names_the_function_and_what_is_not_given() {
        for (interface, function, expected) in [
            ("wasi:clocks/wall-clock@0.2.6", "now", "`wasi:clocks/wall-clock@0.2.6#now`: noorm gives plugins no clock"),
            (
                "wasi:cli/exit@0.2.6",
                "exit",
                "`wasi:cli/exit@0.2.6#exit`: noorm gives plugins no way to end the program",
            ),
            ("", "x", "`x`: noorm gives plugins nothing of the system"),
        ] {
            assert_eq!(not_given(interface, function).to_string(), expected);
        }
    }
}
