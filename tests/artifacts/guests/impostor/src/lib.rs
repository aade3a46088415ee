//! A hostile guest whose name is a path out of the project.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

fn load(_: world::Request) -> Result<Vec<u8>, world::Failure> {
    Ok(vec![0xf6])
}

world::document_loader!("../../../evil", load);
