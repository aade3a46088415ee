//! A quirk that was made for two dialects and marks the names it quotes. For some names it gets over a fault of its base, and
//! then fails itself.

use noorm_guest::quirk::{Failure, Identity, Quirk, base};

/// The quirk.
#[derive(Debug)]
pub struct Outer;

impl Quirk for Outer {
    fn identity() -> Identity {
        Identity::new("quirk-outer", "0.2.0", "another quirk of tests").over(["postgres", "nonsense"])
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        let fails_below = || base::quote("fault").is_err();
        match identifier.as_str() {
            "fault after fault" if fails_below() => Err(Failure::Internal("of its own".to_owned())),
            "trap after fault" if fails_below() => abort(),
            _ => Ok(format!("outer({})", base::quote(&identifier)?)),
        }
    }
}

/// Traps without a word: a panic would tell the host why.
fn abort() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    std::process::abort();
}

noorm_guest::export_quirk!(Outer);
