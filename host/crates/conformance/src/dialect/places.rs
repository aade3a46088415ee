//! What a dialect says of a wrong script points into that script, and offset, line and column agree.
//!
//! A place outside of the script is not found here: the host drops it before anybody sees it.

use noorm_core::diagnostic::Diagnostic;
use noorm_plugin_host::{Dialect, PluginError};

use super::smaller_fault;
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::corpus::SCRIPTS;
use crate::mutate::mutate;
use crate::report::Fault;
use crate::span::wrong_place;

/// Scripts that are tried until enough were refused.
const TRIES_MAX: u32 = 1500;
const REFUSED_ENOUGH: u32 = 300;

/// What the scripts are called.
const PATH: &str = "sql/script.sql";

pub(super) fn check(dialect: &Dialect, bench: &mut Bench<'_>) {
    let law = "what is said of a wrong script points into it, and its offset, line and column agree";
    let seed = bench.order.seed;
    bench.check("places", law, |cases| places(dialect, cases, seed));
}

fn places(dialect: &Dialect, cases: &mut Cases, seed: u64) -> Verdict {
    let samples: Vec<&[u8]> = SCRIPTS.iter().map(|(_, script)| script.as_bytes()).collect();
    let (mut chance, mut refused, mut with_place) = (Chance::new(seed ^ 0x91ac), 0, 0);
    for _ in 0..TRIES_MAX {
        if refused == REFUSED_ENOUGH || cases.is_late() {
            break;
        }
        let script = String::from_utf8_lossy(&mutate(&mut chance, &samples)).into_owned();
        let Some(said) = refusal(dialect, &script) else { continue };
        cases.next();
        refused += 1;
        with_place += u32::from(said.iter().any(|one| one.span.is_some()));
        smaller_fault(&script, |script| {
            let said = refusal(dialect, script)?;
            let what = said.iter().find_map(|one| wrong_place(PATH, script.as_bytes(), one))?;
            Some(Fault::new(what).with(script))
        })?;
    }
    match (refused, with_place) {
        (0, _) => Ok(Pass::Skipped("the dialect refused none of the scripts that were tried".to_owned())),
        (_, 0) => Ok(Pass::Noted("no refusal says where: a user of it has to search".to_owned())),
        _ => Ok(Pass::Noted(format!("{with_place} of {refused} refusals say where"))),
    }
}

/// Returns what a dialect says of a script that it refuses.
fn refusal(dialect: &Dialect, script: &str) -> Option<Vec<Diagnostic>> {
    match dialect.split(PATH, script) {
        Err(PluginError::Input { diagnostics, .. }) => Some(diagnostics),
        _ => None,
    }
}
