//! A hostile guest that logs without end, with terminal commands in it, and then answers.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

use world::log::{Level, emit, enabled};

fn load(_: world::Request) -> Result<Vec<u8>, world::Failure> {
    let fields = [("noise".to_owned(), "!".repeat(1000))];
    for _ in 0..10_000 {
        let _ = enabled(Level::Error);
        emit(Level::Error, "\u{1b}[2Jlook at me", &fields);
    }
    // true
    Ok(vec![0xf5])
}

world::document_loader!("greedylog", load);
