//! A hostile guest whose strings are not UTF-8.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

fn load(_: world::Request) -> Result<Vec<u8>, world::Failure> {
    // SAFETY: none, which is the point: the bytes leave the guest before anything here reads them.
    let text = unsafe { String::from_utf8_unchecked(vec![0xff, 0xfe, 0x80]) };
    Err(world::Failure::Unsupported(text))
}

world::document_loader!("invalidutf8", load);
