//! A guest that panics, and whose panic hook tells the host why.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

// By its own name in the backtrace.
#[inline(never)]
fn load(request: world::Request) -> Result<Vec<u8>, world::Failure> {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or_default();
        let location = info.location().map(ToString::to_string);
        world::log::panic(message, location.as_deref());
    }));
    let odd = request.content.len() % 2;
    assert!(odd == 0, "cannot read files of odd length");
    // null
    Ok(vec![0xf6])
}

world::document_loader!("traps", load);
