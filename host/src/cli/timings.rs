//! What plugins used in a command: in every JSON answer, and with `--timings` as a table on standard error.

use std::io::Write;

use noorm_ops::plugin::{Ledger, Usage};
use serde_json::json;

use crate::output::{Answer, log, redact, table, tame};
use crate::report::Failure;

/// Puts what there is to say about plugins, and what no command fails over, into the log of the project.
pub(super) fn note(ledger: &Ledger) {
    for note in ledger.take_notes() {
        log::notes(note);
    }
}

/// Adds what plugins used to an answer, for JSON.
pub(super) fn with(result: Result<Answer, Failure>, ledger: &Ledger) -> Result<Answer, Failure> {
    let (usage, recorded) = (ledger.usage(), ledger.recorded_places());
    let mut fields = serde_json::Map::new();
    if !usage.is_empty() {
        fields.insert("pluginUsage".to_owned(), json!(usage));
    }
    if !recorded.is_empty() {
        fields.insert("recorded".to_owned(), json!(recorded));
    }
    let lost = ledger.not_recorded_for();
    if !lost.is_empty() {
        fields.insert("notRecorded".to_owned(), json!(lost));
    }
    match result {
        Ok(answer) => Ok(answer.with(&fields)),
        Err(failure) => Err(failure.with(&fields)),
    }
}

/// Says where failing calls were stored, and whose data that is.
pub(super) fn print_recorded(ledger: &Ledger) {
    let mut out = std::io::stderr().lock();
    for why in ledger.not_recorded_for() {
        let _ = writeln!(out, "\nwarning: {}", tame(&redact(&why)));
    }
    for place in ledger.recorded_places() {
        let place = tame(&place.display().to_string());
        let _ = writeln!(out, "\nstored the failing call in `{place}`; `noorm plugin replay {place}` asks it again");
        let _ = writeln!(
            out,
            "warning: it HOLDS YOUR DATA: what the plugin was given is in it; look at it before you send it"
        );
    }
}

/// Prints the table. Whoever has no standard error has not asked for it.
pub(super) fn print(ledger: &Ledger) {
    let mut out = std::io::stderr().lock();
    for line in lines(&ledger.usage()) {
        let _ = writeln!(out, "{line}");
    }
}

/// Returns the table.
pub(super) fn lines(usage: &[Usage]) -> Vec<String> {
    let heading = ["PLUGIN", "VERSION", "CODE", "COMPILE", "LOAD", "CALLS", "TIME", "PEAK", "IN", "OUT"];
    let mut rows = vec![heading.map(str::to_owned)];
    rows.extend(usage.iter().map(|one| {
        [
            one.name.clone(),
            one.version.clone(),
            one.code.as_str().to_owned(),
            ms(one.compile_ms),
            ms(one.load_ms),
            (one.calls + one.instances).to_string(),
            ms(one.call_ms),
            bytes(one.peak_memory_bytes),
            bytes(one.bytes_in),
            bytes(one.bytes_out),
        ]
    }));
    table(&rows)
}

fn ms(ms: f64) -> String {
    format!("{ms:.1} ms")
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} B"),
        10_240..10_485_760 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let shown = [0, 10_239, 10_240, 10_485_759, 10_485_760].map(bytes);
        assert_eq!(shown, ["0 B", "10239 B", "10 KiB", "10239 KiB", "10 MiB"]);
    }
}
