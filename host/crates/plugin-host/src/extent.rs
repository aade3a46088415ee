//! How much a component asks of whoever checks and compiles it, before anything does.
//!
//! A validator and a compiler take time and memory for what they read, and no clock of the engine's bounds them. What no
//! honest component has is refused by its outline alone: deep nesting, instances of instances of instances, functions of
//! megabytes. What reads types does so by calling itself, so that types nested deep enough would end the process. Nothing here
//! judges whether the bytes are a component.

use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, ComponentTypeRef, Encoding,
    Instance, KnownCustom, Name, Parser, Payload,
};

use super::Refusal;

/// Components and modules inside of each other; a composition of several layers has four.
const DEPTH_MAX: usize = 32;

/// Instances that a component may be made of, counted as often as they are made; a dialect with two quirks over it has some
/// hundred, most of them interfaces that are handed on.
const INSTANCES_MAX: u64 = 1000;

/// Bytes of one function; the largest of a Python inside of a component has 0.4 MiB.
const FUNCTION_BYTES_MAX: usize = 1 << 20;

/// Types of components and instances inside of each other, or beside each other within one section; the largest dialect has 16.
/// Reading takes ten kilobytes of stack for each in a debug build, and a thread has two megabytes.
const NESTED_TYPES_MAX: u64 = 100;

/// Whether an export is called as those of the modules that the engine makes between components: `adapter0`.
pub(crate) fn is_adapter(export: &str) -> bool {
    let number = export.strip_prefix("adapter");
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The sections of a module that hold its interface: a component by itself.
const INTERFACE: &str = "component-type";

/// Refuses bytes whose outline is that of no plugin. What cannot be read is left to the validator, which says why.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    check_one(bytes, true)
}

fn check_one(bytes: &[u8], is_outermost: bool) -> Result<(), Refusal> {
    let mut outline = Outline::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else { return Ok(()) };
        match payload {
            Payload::CodeSectionEntry(body) => {
                within("bytes of one function", body.range().len() as u64, FUNCTION_BYTES_MAX as u64)?;
            }
            Payload::ComponentTypeSection(section) => {
                within("types inside of each other", nested_types(&bytes[section.range()]), NESTED_TYPES_MAX)?;
            }
            Payload::CustomSection(section) if is_outermost && section.name().starts_with(INTERFACE) => {
                check_one(section.data(), false)?;
            }
            other => outline.take(other),
        }
        within("components inside of each other", outline.open.len() as u64, DEPTH_MAX as u64)?;
        within("instances", outline.open.last().map_or(0, |open| open.instances), INSTANCES_MAX)?;
        if outline.is_posing {
            let reason =
                "a module without a name exports `adapter0` or its like, as those that the engine makes itself do"
                    .to_owned();
            return Err(Refusal::Invalid { reason });
        }
    }
    Ok(())
}

/// What is open while a file is read, from the outermost component to the innermost one.
#[derive(Default)]
struct Outline {
    open: Vec<Open>,
    /// Instances of the largest component so far: what one costs at most of which only the type is known.
    largest: u64,
    /// Whether there was a module that looks like those which the engine makes between components. What traps in these is
    /// nobody's fault, and a plugin is not to choose whose fault its own is.
    is_posing: bool,
}

/// A component, or a module.
#[derive(Default)]
struct Open {
    is_component: bool,
    /// How many one of it is made of, itself among them.
    instances: u64,
    /// The same for the components that it knows, by their index.
    components: Vec<u64>,
    /// Whether it is a module that says its name.
    is_named: bool,
    /// Whether it is a module that exports `adapter0` or its like.
    has_adapters: bool,
}

impl Outline {
    fn take(&mut self, payload: Payload<'_>) {
        match payload {
            Payload::Version { encoding, .. } => {
                let is_component = encoding == Encoding::Component;
                self.open.push(Open { is_component, instances: 1, ..Open::default() });
            }
            Payload::End(_) => {
                let Some(closed) = self.open.pop() else { return };
                self.largest = self.largest.max(closed.instances);
                self.is_posing |= closed.has_adapters && !closed.is_named;
                if closed.is_component {
                    self.know(closed.instances);
                }
            }
            Payload::ExportSection(section) => {
                let is_adapter = section.into_iter().flatten().any(|one| is_adapter(one.name));
                if let Some(open) = self.open.last_mut() {
                    open.has_adapters |= is_adapter;
                }
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(names) = section.as_known() else { return };
                let is_named = names.into_iter().flatten().any(|name| matches!(name, Name::Module { .. }));
                if let Some(open) = self.open.last_mut() {
                    open.is_named |= is_named;
                }
            }
            Payload::InstanceSection(section) => {
                let made = section.into_iter().flatten().filter(|one| matches!(one, Instance::Instantiate { .. }));
                self.make(made.count() as u64);
            }
            Payload::ComponentInstanceSection(section) => {
                for one in section.into_iter().flatten() {
                    if let ComponentInstance::Instantiate { component_index, .. } = one {
                        self.make(self.cost(0, component_index));
                    }
                }
            }
            Payload::ComponentAliasSection(section) => section.into_iter().flatten().for_each(|one| match one {
                ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component, count, index } => {
                    self.know(self.cost(count, index));
                }
                ComponentAlias::InstanceExport { kind: ComponentExternalKind::Component, .. } => {
                    self.know(self.largest)
                }
                _ => {}
            }),
            Payload::ComponentImportSection(section) => {
                let known =
                    section.into_iter().flatten().filter(|one| matches!(one.ty, ComponentTypeRef::Component(_)));
                known.for_each(|_| self.know(self.largest));
            }
            Payload::ComponentExportSection(section) => {
                let known = section.into_iter().flatten().filter(|one| one.kind == ComponentExternalKind::Component);
                known.for_each(|one| self.know(self.cost(0, one.index)));
            }
            _ => {}
        }
    }

    fn know(&mut self, instances: u64) {
        if let Some(open) = self.open.last_mut() {
            open.components.push(instances);
        }
    }

    fn make(&mut self, instances: u64) {
        if let Some(open) = self.open.last_mut() {
            open.instances = open.instances.saturating_add(instances);
        }
    }

    /// Returns what one of a component costs, which is known so many components further out. An index that is wrong is for the
    /// validator to find.
    fn cost(&self, outward: u32, index: u32) -> u64 {
        let of = self.open.len().checked_sub(outward as usize + 1).and_then(|at| self.open.get(at));
        of.and_then(|open| open.components.get(index as usize)).copied().unwrap_or(self.largest.max(1))
    }
}

/// Counts what may begin a type inside of another one: the declaration of a type (1), of a component (0x41) or an instance
/// (0x42). Other bytes may look like it, so this is never too few.
fn nested_types(section: &[u8]) -> u64 {
    section.windows(2).filter(|pair| matches!(pair, [1, 0x41 | 0x42])).count() as u64
}

fn within(what: &str, found: u64, allowed: u64) -> Result<(), Refusal> {
    if found <= allowed {
        return Ok(());
    }
    Err(Refusal::Invalid { reason: format!("{found} {what}, and {allowed} are allowed") })
}
