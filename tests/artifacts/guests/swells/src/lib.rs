//! A hostile guest whose document is large on the wire, or small there and huge once it is read.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

/// Items of the list: each is one byte here and a whole value in the host.
const ITEMS: u32 = 20_000_000;

fn load(request: world::Request) -> Result<Vec<u8>, world::Failure> {
    let wire = request.content == b"wire";
    let len = if wire { ITEMS * 5 } else { ITEMS };
    // A byte string or a list, with a length of four bytes.
    let mut document = vec![if wire { 0x5a } else { 0x9a }];
    document.extend(len.to_be_bytes());
    document.resize(document.len() + len as usize, 0);
    Ok(document)
}

world::document_loader!("swells", load);
