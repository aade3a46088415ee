//! An honest guest: each line of a file is a row of one column. Tests measure with it, and replace
//! bundled plugins by it.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/rows.rs"]
mod world;

use std::cell::RefCell;

/// The bytes that are not yet in a batch.
struct Reader {
    rest: RefCell<Vec<u8>>,
}

impl Reader {
    fn new() -> Self {
        Self { rest: RefCell::default() }
    }

    fn take(&self, chunk: &[u8]) {
        self.rest.borrow_mut().extend_from_slice(chunk);
    }

    fn names(&self) -> Option<Vec<String>> {
        Some(vec!["line".to_owned()])
    }

    /// Takes complete lines only: the file has to end with one.
    fn batch(&self) -> Option<world::Batch> {
        let mut rest = self.rest.borrow_mut();
        let mut batch = world::Batch { rows: 0, text: Vec::new(), ends: Vec::new(), nulls: Vec::new() };
        let mut taken = 0;
        for line in rest.split_inclusive(|&byte| byte == b'\n') {
            let Some((b'\n', cell)) = line.split_last() else {
                break;
            };
            let is_full = batch.rows == 1024 || batch.text.len() + cell.len() > 256 * 1024;
            if is_full && batch.rows > 0 {
                break;
            }
            batch.text.extend_from_slice(cell);
            batch.ends.push(u32::try_from(batch.text.len()).unwrap_or(u32::MAX));
            batch.rows += 1;
            taken += line.len();
        }
        rest.drain(..taken);
        (batch.rows > 0).then_some(batch)
    }
}

world::row_loader!("lines", Reader);
