//! A hostile guest that takes all the memory it can get.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

fn load(request: world::Request) -> Result<Vec<u8>, world::Failure> {
    let mut hoard = request.content;
    loop {
        let more = hoard.len().max(1 << 20);
        hoard.resize(hoard.len() + more, 0x5a);
        std::hint::black_box(&hoard);
    }
}

world::document_loader!("hoards", load);
