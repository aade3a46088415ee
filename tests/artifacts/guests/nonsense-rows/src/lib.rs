//! A hostile guest whose batches do not add up; the file's text chooses the lie.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/rows.rs"]
mod world;

use std::cell::RefCell;

struct Reader {
    lie: RefCell<Vec<u8>>,
}

impl Reader {
    fn new() -> Self {
        Self { lie: RefCell::default() }
    }

    fn take(&self, chunk: &[u8]) {
        *self.lie.borrow_mut() = chunk.to_vec();
    }

    fn names(&self) -> Option<Vec<String>> {
        let two = |one: &str, other: &str| Some(vec![one.to_owned(), other.to_owned()]);
        match self.lie.borrow().as_slice() {
            b"no-columns" => None,
            b"empty-columns" => Some(Vec::new()),
            b"same-columns" => two("a", "a"),
            _ => two("a", "b"),
        }
    }

    fn batch(&self) -> Option<world::Batch> {
        let (rows, text, ends, nulls): (u32, &[u8], &[u32], &[u32]) = match self.lie.borrow().as_slice() {
            b"ends-beyond" => (1, b"ab", &[1, u32::MAX], &[]),
            b"ends-back" => (1, b"ab", &[2, 1], &[]),
            b"ends-few" => (1, b"ab", &[2], &[]),
            b"ends-short" => (1, b"ab", &[0, 1], &[]),
            b"rows-many" => (u32::MAX, b"", &[], &[]),
            b"rows-none" => (0, b"", &[], &[]),
            b"nulls-beyond" => (1, b"", &[0, 0], &[2]),
            b"nulls-full" => (1, b"ab", &[1, 2], &[1]),
            b"not-text" => (1, b"\xff\xfe", &[1, 2], &[]),
            b"half-character" => (1, "é".as_bytes(), &[1, 2], &[]),
            _ => (1, b"ab", &[1, 2], &[]),
        };
        Some(world::Batch { rows, text: text.into(), ends: ends.into(), nulls: nulls.into() })
    }
}

world::row_loader!("nonsenserows", Reader);
