//! A guest that reads the clock through WASI's first version, as a core module does.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[path = "../../../worlds/document.rs"]
mod world;

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn clock_time_get(clock: u32, precision: u64, time: *mut u64) -> u32;
}

fn load(_: world::Request) -> Result<Vec<u8>, world::Failure> {
    let mut time = 0_u64;
    // SAFETY: the pointer is to a variable that outlives the call.
    let error = unsafe { clock_time_get(0, 1, &raw mut time) };
    Ok(vec![if error == 0 && time > 0 { 0xf5 } else { 0xf4 }])
}

world::document_loader!("wasi", load);
