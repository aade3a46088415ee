//! JavaScript data files (`.js`, `.mjs`): modules whose default export is the data.
//!
//! **What a module may do.** Calculate, and import other modules of the project: by relative paths (`./rates.mjs`,
//! `../x.js`) or from the project's root (`/data/x.json`), with their extensions `.js`, `.mjs` or `.json`. Everything that
//! is read takes part in the checksum of the template that asked. There are no packages, no `require`, no `fetch`, no
//! `process`, no files. A module that never ends is ended by the plugin's limit of time.
//!
//! **The same bytes give the same data.** There is no clock and no randomness: `Date.now()`, `Date()` and `new Date()`
//! without an instant, and `Math.random()`, throw an error that says so. Instants are in UTC, wherever the machine is.
//!
//! **What becomes of values.** Null, truths, texts, lists and plain objects are themselves. Whole numbers up to 2^53 are
//! integers, other numbers floating-point ones; a `BigInt` is an integer up to 128 bits. A `Date` is ISO text
//! (`2026-01-31T12:00:00.000Z`), a `Map` with texts or numbers as keys an object, a `Set` a list; an object with `toJSON` is
//! what that returns. `new Number(5)` and its like are what they stand for. A property that is undefined is left out; an
//! undefined item of a list is null. Functions, symbols, promises, iterators and other objects that only `for … of` reads,
//! errors, weak collections, `NaN`, infinities, typed arrays, values that contain themselves and those nested deeper than 120
//! are errors, with the path to them.
//!
//! **How deep a source may nest.** One in which brackets nest deeper than 40 is refused before it is parsed, and so is a chain
//! that is as deep without them: more than some 220 `=>`, or 440 alternatives of `? :` or members `.a.b`, or 870 `else if` or
//! terms of a sum, in a row. Data that is calculated may nest deeper.

mod describe;
mod evaluate;
mod fault;
mod load;
mod modules;
mod nesting;
mod sandbox;
mod value;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_linked_loader!(Plugin);

#[cfg(test)]
mod tests;
