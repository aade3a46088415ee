//! The bundled CSV loader under another name, with one flaw: a test says which.

#[path = "../../../worlds/flaw.rs"]
mod flaw;

#[path = "../../../../../plugins/loader-csv/src/cursor.rs"]
mod cursor;
// The bundled loader offers its reader to others.
#[allow(unreachable_pub)]
#[path = "../../../../../plugins/loader-csv/src/load.rs"]
mod load;
// It also says which options it takes; this one takes none.
#[allow(unreachable_pub, dead_code)]
#[path = "../../../../../plugins/loader-csv/src/style.rs"]
mod style;

use std::cell::RefCell;

use noorm_guest::rows::exports::noorm::loader::describe::{Descriptor, Guest as Describe};
use noorm_guest::rows::exports::noorm::loader::rows::{Batch, Guest, GuestReader, Opening, Reader};
use noorm_guest::rows::noorm::types::report::Failure;

use flaw::is;

/// The loader that the modules above belong to.
#[derive(Debug)]
pub struct Plugin;

/// The loader with the flaw.
#[derive(Debug)]
pub struct Flawed;

noorm_guest::export_row_loader!(Flawed);

impl Describe for Flawed {
    fn describe() -> Descriptor {
        let extensions: &[&str] = match () {
            () if is("csv-cases") => &["csv"],
            () if is("by-extension") => &["tsv", "csv"],
            () => &["flawed"],
        };
        Descriptor {
            name: "loader-flawed".to_owned(),
            version: "0.1.0".to_owned(),
            summary: if is("description") { String::new() } else { "rows, but for one thing".to_owned() },
            extensions: extensions.iter().map(|&extension| extension.to_owned()).collect(),
            media_types: Vec::new(),
            options_schema: if is("options-schema") { r#"{"type":"object","required":["a"]}"# } else { "{}" }
                .to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl Guest for Flawed {
    type Reader = FlawedReader;
}

/// One file on its way through.
#[derive(Debug)]
pub struct FlawedReader {
    path: String,
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    rows: load::Rows,
    /// The bytes so far.
    seen: Vec<u8>,
    hoard: Vec<Vec<u8>>,
}

impl FlawedReader {
    fn refused<T>(&self, result: Result<T, noorm_guest::problem::Problem>) -> Result<T, Failure> {
        result.map_err(|problem| {
            let mut failure = problem.into_rows_failure(&self.path);
            if let Failure::Invalid(diagnostics) = &mut failure
                && is("places")
            {
                for span in diagnostics.iter_mut().filter_map(|one| one.span.as_mut()) {
                    span.line += 1;
                }
            }
            failure
        })
    }
}

impl GuestReader for FlawedReader {
    fn open(opening: Opening) -> Result<Reader, Failure> {
        let mut style =
            style::Style::read(&opening.options).map_err(|problem| problem.into_rows_failure(&opening.path))?;
        // No flaw: the same bytes mean something else under another name.
        if is("by-extension") && opening.path.ends_with(".tsv") {
            style.delimiter = b'\t';
        }
        let rows = load::Rows::new(style, opening.max_batch_rows, opening.max_batch_bytes);
        let state = State { rows, seen: Vec::new(), hoard: Vec::new() };
        Ok(Reader::new(Self { path: opening.path, state: RefCell::new(state) }))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<(), Failure> {
        let mut state = self.state.borrow_mut();
        let chunk = tampered(&mut state, chunk);
        self.refused(state.rows.push(&chunk))
    }

    fn finish(&self) -> Result<(), Failure> {
        let mut state = self.state.borrow_mut();
        assert!(!is("empty-input") || !state.seen.is_empty(), "there is nothing");
        self.refused(state.rows.finish())
    }

    fn columns(&self) -> Option<Vec<String>> {
        let state = self.state.borrow();
        let mut columns = state.rows.columns()?;
        if is("byte-order-mark") && state.seen.starts_with(b"\xef\xbb\xbf") {
            columns.first_mut()?.insert(0, '\u{feff}');
        }
        if is("line-ends") && state.seen.windows(2).any(|pair| pair == b"\r\n") {
            columns.last_mut()?.push('\r');
        }
        Some(columns)
    }

    fn next(&self) -> Result<Option<Batch>, Failure> {
        let mut state = self.state.borrow_mut();
        let batch = state.rows.take();
        // A character that is cut in two is not wrong yet.
        let is_wrong = str::from_utf8(&state.seen).is_err_and(|error| error.error_len().is_some());
        if is("invalid-utf8") && is_wrong {
            return Ok(Some(Batch { rows: 1, text: b"\xff".to_vec(), ends: vec![1], nulls: Vec::new() }));
        }
        Ok(batch.map(|batch| if is("samples") || is("csv-cases") { without_zeros(&batch) } else { batch }))
    }
}

/// Does to a chunk what the flaw does.
fn tampered(state: &mut State, mut chunk: Vec<u8>) -> Vec<u8> {
    let has = |bytes: &[u8]| chunk.windows(bytes.len()).any(|window| window == bytes);
    assert!(!(is("nul") && has(b"\0")), "a NUL");
    assert!(!(is("fuzz") && has(b"\x7f")), "a DEL");
    assert!(!(is("deep-nesting") && has(&[b'['; 1000])), "too deep");
    assert!(!(is("huge-cells") && has(&[b'a'; 100_000])), "too long");
    if is("growth") {
        let commas = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b',').count();
        let before = commas(&state.seen);
        // A megabyte for every ten commas, once there are many.
        let hoarded = (before + commas(&chunk)).saturating_sub(before.max(10_000)) / 10;
        state.hoard.extend((0..hoarded).map(|_| vec![1; 1 << 20]));
    }
    if is("chunks-once") && !state.seen.is_empty() && chunk.len() > 1 {
        chunk[0] = b'?';
    }
    if is("chunks") && !state.seen.is_empty() && state.seen.len() < 4096 && !chunk.is_empty() {
        chunk[0] = b'?';
    }
    state.seen.extend_from_slice(&chunk);
    chunk
}

/// Takes `007` for a number.
fn without_zeros(batch: &Batch) -> Batch {
    let (mut text, mut ends, mut start) = (Vec::new(), Vec::new(), 0);
    for end in &batch.ends {
        let end = *end as usize;
        let cell = &batch.text[start..end];
        let zeros = cell.iter().take_while(|byte| **byte == b'0').count();
        text.extend_from_slice(if zeros < cell.len() { &cell[zeros..] } else { cell });
        ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        start = end;
    }
    Batch { rows: batch.rows, text, ends, nulls: batch.nulls.clone() }
}
