//! Rows out of other files: each line of the data file names one, and each line of that one is a row.

use std::cell::RefCell;
use std::collections::VecDeque;

use noorm_guest::batch::BatchBuilder;
use noorm_guest::lines::{Line, LineSplitter, lines};
use noorm_guest::linked_rows::exports::noorm::loader::describe::{Descriptor, Guest as Describe};
use noorm_guest::linked_rows::exports::noorm::loader::rows::{Batch, Guest, GuestReader, Opening, Reader};
use noorm_guest::linked_rows::noorm::host::files;
use noorm_guest::linked_rows::noorm::types::report::Failure;
use noorm_guest::problem::Problem;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_linked_row_loader!(Plugin);

impl Describe for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: "loader-linked-rows".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "the lines of the files that it names".to_owned(),
            extensions: vec!["parts".to_owned()],
            media_types: Vec::new(),
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl Guest for Plugin {
    type Reader = PartsReader;
}

/// One data file on its way through.
#[derive(Debug)]
pub struct PartsReader {
    path: String,
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    names: LineSplitter,
    rows: Rows,
}

impl GuestReader for PartsReader {
    fn open(opening: Opening) -> Result<Reader, Failure> {
        let batch = BatchBuilder::new(opening.max_batch_rows, opening.max_batch_bytes);
        let rows = Rows { batch, ready: VecDeque::new() };
        let state = RefCell::new(State { names: LineSplitter::new(), rows });
        Ok(Reader::new(Self { path: opening.path, state }))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<(), Failure> {
        let State { names, rows } = &mut *self.state.borrow_mut();
        names.push(&chunk).try_for_each(|name| rows.read(&self.path, name))
    }

    fn finish(&self) -> Result<(), Failure> {
        let State { names, rows } = &mut *self.state.borrow_mut();
        names.finish().try_for_each(|name| rows.read(&self.path, name))?;
        rows.ready.extend(rows.batch.take_linked());
        Ok(())
    }

    fn columns(&self) -> Option<Vec<String>> {
        Some(vec!["file".to_owned(), "line".to_owned()])
    }

    fn next(&self) -> Result<Option<Batch>, Failure> {
        Ok(self.state.borrow_mut().rows.ready.pop_front())
    }
}

/// The rows that were not handed over yet.
#[derive(Debug)]
struct Rows {
    batch: BatchBuilder,
    ready: VecDeque<Batch>,
}

impl Rows {
    /// Reads the file that a line of the data file names.
    fn read(&mut self, path: &str, name: Result<Line<'_>, Problem>) -> Result<(), Failure> {
        let name = name.map_err(|problem| problem.into_linked_rows_failure(path))?;
        let content = files::read(name.text).map_err(|failure| match failure {
            Failure::Unsupported(why) => Problem::new("no-file", why).at(name.at(0)).into_linked_rows_failure(path),
            other => other,
        })?;
        for line in lines(&content) {
            let line = line.map_err(|problem| problem.into_linked_rows_failure(name.text))?;
            self.add(name.text, line.text);
        }
        Ok(())
    }

    fn add(&mut self, file: &str, line: &str) {
        let text = [file, line].concat();
        if !self.batch.has_room_for(text.len()) {
            self.ready.extend(self.batch.take_linked());
        }
        self.batch.push_row(text.as_bytes(), &[file.len(), text.len()]);
    }
}
