//! Once.
use noorm_artifacts::crafted::{Crafted, Kind};
fn main() {
    let out = std::env::args().nth(1).unwrap();
    let linked = Crafted::new(Kind::Linked, "linked")
        .imports(
            "(import \"noorm:host/files@1.0.0\" \"read\" (func $read (param i32 i32 i32)))
                  (import \"noorm:host/log@1.0.0\" \"emit\" (func $emit (param i32 i32 i32 i32 i32)))",
        )
        .function(
            "document.load",
            "(call $emit (i32.const 2) (local.get 2) (local.get 3) (i32.const 0) (i32.const 0))
            (call $read (local.get 2) (local.get 3) (i32.const 1024)) (i32.const 1024)",
        );
    std::fs::write(format!("{out}/linked-1.0.0.wasm"), linked.component()).unwrap();
    let module = std::fs::read(std::env::args().nth(2).unwrap()).unwrap();
    let component =
        wit_component::ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap();
    std::fs::write(format!("{out}/quirk-1.0.0.wasm"), component).unwrap();
}
