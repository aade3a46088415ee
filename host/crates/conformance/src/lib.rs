//! What a plugin has to keep to: the suite behind `noorm plugin test`.
//!
//! Laws rather than examples: what holds for every loader, and for every dialect, whatever it reads or speaks. The plugin
//! runs in the sandbox of every run. This crate reads no file, starts no process and prints nothing: samples come with the
//! order, answers of another process by a closure, and what came of it is a [`Report`].

mod bench;
mod order;
mod report;

mod dialect;
mod loader;

pub mod corpus;
pub mod difference;

mod chance;
mod junit;
mod mutate;
mod shrink;
mod span;

pub use junit::junit;
pub use order::{Digests, Order, Sample};
pub use report::{Check, Example, Fault, Figure, Outcome, Report, Tested};

use noorm_plugin_host::{Dialect, Opened, PluginError, PluginInfo};

use bench::Bench;

/// Tests a loader, or a dialect that stands by itself.
#[must_use]
pub fn test(opened: &Opened, order: &Order<'_>) -> Report {
    let mut report = Report::new(opened.info(), order.seed);
    let mut bench = Bench::new(order, &mut report, None);
    bench.world(opened.info());
    match opened {
        Opened::Loader(loader) => loader::test(loader, &mut bench),
        Opened::Dialect(dialect) => dialect::test(dialect, &mut bench),
        Opened::Quirk(_) => bench.skip(
            "composition",
            "a quirk and its base become one dialect",
            "no base was named that it could be composed over",
        ),
    }
    report
}

/// Tests a quirk over each base, by the base's name: what it was composed to, or why it could not be.
#[must_use]
pub fn test_quirk(quirk: &PluginInfo, over: &[(String, Result<Dialect, PluginError>)], order: &Order<'_>) -> Report {
    let mut report = Report::new(quirk, order.seed);
    Bench::new(order, &mut report, None).world(quirk);
    for (base, composed) in over {
        let mut bench = Bench::new(order, &mut report, Some(base));
        bench.check("composition", "a quirk and its base become one dialect", |cases| {
            cases.next();
            composed.as_ref().map(|_| bench::Pass::Held).map_err(Fault::of)
        });
        if let Ok(dialect) = composed {
            dialect::test(dialect, &mut bench);
        }
    }
    report
}

/// Reports a component that cannot be opened. `name` is its file's.
#[must_use]
pub fn refused(name: &str, error: &PluginError, order: &Order<'_>) -> Report {
    let mut report = Report::of_stranger(name, order.seed);
    Bench::new(order, &mut report, None).refuse(error);
    report
}

/// Returns a checksum of each answer to a fixed list of questions, to be compared with those of another process.
#[must_use]
pub fn digests(opened: &Opened, order: &Order<'_>) -> Digests {
    match opened {
        Opened::Loader(loader) => loader::digests(loader, order),
        Opened::Dialect(dialect) => dialect::digests(dialect),
        Opened::Quirk(_) => Digests::new(),
    }
}
