//! A hostile guest that never returns from `push`.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/rows.rs"]
mod world;

struct Reader;

impl Reader {
    fn new() -> Self {
        Self
    }

    fn take(&self, chunk: &[u8]) {
        // Not an empty loop, which a compiler may do without.
        while std::hint::black_box(chunk.len()) < usize::MAX {}
    }

    fn names(&self) -> Option<Vec<String>> {
        None
    }

    fn batch(&self) -> Option<world::Batch> {
        None
    }
}

world::row_loader!("spins", Reader);
