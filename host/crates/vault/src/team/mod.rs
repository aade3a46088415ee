//! The team's vault: values in a database that only their recipients can read.
//!
//! [`value`] seals one value to one recipient, [`local`] is the copy that a recipient keeps in the
//! sealed state, and [`sync`] decides what of the database's rows becomes part of that copy.
//!
//! What it does not do: it asks no database, and does not decide whose keys are to be trusted; both
//! come from its callers. Whoever may write into the database can delete rows and withhold new
//! ones: no cryptography prevents that. What they cannot do unnoticed is to put a row in another's
//! place, to rename one, to bring an old one back to somebody who saw a newer one, or to write one.

pub mod local;
pub mod sync;
pub mod value;

pub use local::{LocalSecret, LocalVault};
pub use sync::{Change, Reader, Refusal, Rollback, Row, Snapshot, Synced, sync};
pub use value::{Header, VALUE_BYTES_MAX, ValueError, open_value, seal_value};
