//! A list that is printed while it is made: lines for people, or the first field of the JSON object, which whoever prints
//! the answer goes on with. Nothing of it is kept.

use std::io::{BufWriter, StdoutLock, Write};

use serde::Serialize;

use super::{redact, redact_json, tame};

/// A list on its way.
pub(crate) struct List {
    name: &'static str,
    json: bool,
    out: BufWriter<StdoutLock<'static>>,
    /// Whether something has been printed.
    begun: bool,
    failed: Option<std::io::Error>,
}

impl List {
    /// A list that JSON has under a name.
    pub(crate) fn new(name: &'static str, json: bool) -> Self {
        Self { name, json, out: BufWriter::new(std::io::stdout().lock()), begun: false, failed: None }
    }

    /// Prints an item: as JSON, or as a line, with the heading above the first one.
    pub(crate) fn item(
        &mut self,
        item: &impl Serialize,
        heading: impl FnOnce() -> String,
        line: impl FnOnce() -> String,
    ) -> std::io::Result<()> {
        let first = !std::mem::replace(&mut self.begun, true);
        let written = match (self.json, first) {
            (true, true) => write!(self.out, "{{\"{}\":[", self.name).and_then(|()| self.json(item)),
            (true, false) => write!(self.out, ",").and_then(|()| self.json(item)),
            (false, true) => writeln!(self.out, "{}\n{}", heading(), tame(&redact(&line()))),
            (false, false) => writeln!(self.out, "{}", tame(&redact(&line()))),
        };
        written.map_err(|error| {
            let kind = error.kind();
            self.failed.get_or_insert(error);
            kind.into()
        })
    }

    fn json(&mut self, item: &impl Serialize) -> std::io::Result<()> {
        let mut item = serde_json::to_value(item)?;
        redact_json(&mut item);
        Ok(serde_json::to_writer(&mut self.out, &item)?)
    }

    /// Ends the list. `true`: the JSON object is open.
    pub(crate) fn end(mut self) -> std::io::Result<bool> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let is_open = self.json && self.begun;
        if is_open {
            write!(self.out, "],")?;
        }
        self.out.flush()?;
        Ok(is_open)
    }
}
