//! A quirk over any dialect that marks the names it quotes, and fails at some of them in a way that the name chooses.

use noorm_guest::quirk::{Failure, Identity, Quirk, base, internal};

/// The quirk.
#[derive(Debug)]
pub struct Brittle;

impl Quirk for Brittle {
    fn identity() -> Identity {
        Identity::new("quirk-brittle", "0.1.0", "a quirk of tests")
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        match identifier.as_str() {
            "trap" => panic!("the quirk cannot quote this"),
            "fault" => Err(internal("the quirk noticed a fault")),
            "spin" => loop {
                std::hint::black_box(());
            },
            "hoard" => Ok(std::hint::black_box("x".repeat(1 << 30))),
            _ => Ok(format!("brittle({})", base::quote(&identifier)?)),
        }
    }
}

noorm_guest::export_quirk!(Brittle);
