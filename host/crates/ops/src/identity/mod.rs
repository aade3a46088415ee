//! Who the user is: the keys that open what is sealed for them, and the identity that others know them by.
//!
//! It asks nobody and prints nothing. Which identity is recorded for a run is `executed_by`'s to say.

mod keys;

pub(crate) use keys::seal_keys;
pub use keys::{KeyPlace, Keys, KeysError, keys};
