//! A quirk that was made for two dialects and marks the names it quotes.

use noorm_guest::quirk::{Failure, Identity, Quirk, base};

/// The quirk.
#[derive(Debug)]
pub struct Outer;

impl Quirk for Outer {
    fn identity() -> Identity {
        Identity::new("quirk-outer", "0.2.0", "another quirk of tests").over(["postgres", "nonsense"])
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        Ok(format!("outer({})", base::quote(&identifier)?))
    }
}

noorm_guest::export_quirk!(Outer);
