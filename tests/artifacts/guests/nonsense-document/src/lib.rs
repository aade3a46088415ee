//! A hostile guest whose documents are not what they say; the file's text chooses the lie.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

fn load(request: world::Request) -> Result<Vec<u8>, world::Failure> {
    Ok(match request.content.as_slice() {
        // Text, list and map that say they are 2^63 long.
        b"text-length" => vec![0x7b, 0x80, 0, 0, 0, 0, 0, 0, 0],
        b"list-length" => vec![0x9b, 0x80, 0, 0, 0, 0, 0, 0, 0],
        b"map-length" => vec![0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0],
        b"depth" => vec![0x81; 1_000_000],
        b"trailing" => vec![0xf6, 0xf6],
        b"indefinite" => vec![0x9f, 0xff],
        b"not-text" => vec![0x61, 0xff],
        b"integer-key" => vec![0xa1, 0x01, 0x01],
        b"tag" => vec![0xc0, 0x60],
        b"failure" => return Err(world::Failure::Invalid(Vec::new())),
        _ => Vec::new(),
    })
}

world::document_loader!("nonsensedocument", load);
