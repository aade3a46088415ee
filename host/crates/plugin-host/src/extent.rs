//! How much a component asks of whoever checks and compiles it, before anything does.
//!
//! A validator and a compiler take time and memory for what they read, and no clock of the engine's bounds them. What no
//! honest component has is refused by its outline alone: deep nesting, instances of instances of instances, functions of
//! megabytes. What reads types does so by calling itself, so that types nested deep enough would end the process. Nothing here
//! judges whether the bytes are a component.

use wasmparser::{ComponentInstance, Instance, Parser, Payload};

use super::Refusal;

/// Components and modules inside of each other; a composition of several layers has four.
const DEPTH_MAX: usize = 32;

/// Instances that a component may be made of, counted as often as they are made; a dialect with a quirk over it has eleven
/// hundred, most of them interfaces that are handed on.
const INSTANCES_MAX: u64 = 4000;

/// Bytes of one function; the largest of a Python inside of a component has 0.4 MiB.
const FUNCTION_BYTES_MAX: usize = 1 << 20;

/// Types of components and instances inside of each other, or beside each other within one section; the largest dialect has 16.
/// Reading takes ten kilobytes of stack for each in a debug build, and a thread has two megabytes.
const NESTED_TYPES_MAX: u64 = 100;

/// The sections of a module that hold its interface: a component by itself.
const INTERFACE: &str = "component-type";

/// Refuses bytes whose outline is that of no plugin. What cannot be read is left to the validator, which says why.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    check_one(bytes, true)
}

fn check_one(bytes: &[u8], is_outermost: bool) -> Result<(), Refusal> {
    let mut open: Vec<u64> = Vec::new();
    // Instances of the largest component that was closed so far: what one more instance may cost at most.
    let mut largest = 0_u64;
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else { return Ok(()) };
        let more = match payload {
            Payload::Version { .. } => {
                open.push(1);
                0
            }
            Payload::End(_) => {
                largest = largest.max(open.pop().unwrap_or_default());
                0
            }
            Payload::InstanceSection(section) => {
                section.into_iter().flatten().filter(|one| matches!(one, Instance::Instantiate { .. })).count() as u64
            }
            Payload::ComponentInstanceSection(section) => {
                let made = section.into_iter().flatten();
                let made = made.filter(|one| matches!(one, ComponentInstance::Instantiate { .. })).count() as u64;
                made.saturating_mul(largest.max(1))
            }
            Payload::CodeSectionEntry(body) => {
                within("bytes of one function", body.range().len() as u64, FUNCTION_BYTES_MAX as u64)?;
                0
            }
            Payload::ComponentTypeSection(section) => {
                within("types inside of each other", nested_types(&bytes[section.range()]), NESTED_TYPES_MAX)?;
                0
            }
            Payload::CustomSection(section) if is_outermost && section.name().starts_with(INTERFACE) => {
                check_one(section.data(), false)?;
                0
            }
            _ => 0,
        };
        within("components inside of each other", open.len() as u64, DEPTH_MAX as u64)?;
        if let Some(count) = open.last_mut() {
            *count = count.saturating_add(more);
            within("instances", *count, INSTANCES_MAX)?;
        }
    }
    Ok(())
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
