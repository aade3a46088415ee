//! Who the user is: the keys that open what is sealed for them, and the identity that others know them by.
//!
//! It asks nobody and prints nothing. Which name is recorded for a run is `executed_by`'s to say.

mod keys;
mod person;

mod current;

mod create;
mod import;
mod known;
mod place;
mod rotate;

pub mod passphrase;

mod register;

mod error;

pub use create::{Created, create, create_if_missing, edit};
pub use current::{Current, current};
pub use error::IdentityError;
pub use import::{Imported, Occupied, import, import_private, read_public};
pub use keys::{KeyPlace, Keys, KeysError, keys};
pub use known::{KnownList, KnownView, list};
pub use noorm_vault::Identity;
pub use person::Named;
pub use place::{move_to_file, move_to_keychain};
pub use rotate::{Rotated, rotate};

pub(crate) use keys::seal_keys;
pub(crate) use person::{of_git, of_pipeline, of_system};
pub(crate) use register::register;
