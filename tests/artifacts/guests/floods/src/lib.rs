//! A hostile guest whose batches are in order and never end.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/rows.rs"]
mod world;

struct Reader;

impl Reader {
    fn new() -> Self {
        Self
    }

    fn take(&self, _: &[u8]) {}

    fn names(&self) -> Option<Vec<String>> {
        Some(vec!["water".to_owned()])
    }

    fn batch(&self) -> Option<world::Batch> {
        let ends = (1..=1024).map(|row| row * 100).collect();
        Some(world::Batch { rows: 1024, text: vec![b'~'; 102_400], ends, nulls: Vec::new() })
    }
}

world::row_loader!("floods", Reader);
