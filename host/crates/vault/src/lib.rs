//! Sealed state, keys and identities of noorm, in one crate that can be audited alone.
//!
//! What it is for: the X25519 key pair of an identity and its files, the id of the machine, the
//! sealing of `.noorm/state.enc` with AES-256-GCM (ruling 3 of the project), and a store that
//! writes that file whole, under a lock, or not at all.
//!
//! What it deliberately does not do: it reads no environment variable, asks nobody for a
//! passphrase, has no clock and prints nothing; its callers pass such things in. It knows nothing
//! of what a config means: configs are JSON values to it. It depends on no other crate of noorm,
//! and no other crate of noorm names a cryptography crate.
//!
//! Reading order: [`keys`] and [`key_file`] (who), [`machine`] (where), [`derivation`],
//! [`payload`] and [`mod@seal`] (the format), [`state`] and [`store`] (what is kept, and how);
//! then [`mod@hpke`] and [`share`] (what goes to others), [`mod@fingerprint`] and [`pin`] (whose keys these
//! are), and [`legacy`] (what the original wrote). [`signature`] stands alone: who vouches for a plugin.
//!
//! Threat model in one paragraph: someone who reads `state.enc` alone (a backup of the project, a
//! shared folder, a mistaken commit) learns its size and nothing else, with or without a
//! passphrase. Someone who also has `~/.noorm` still needs the machine id, which on most systems is
//! not in the home folder. Someone who can run code as the user on that machine can read the
//! state unless a passphrase is set. Nothing here defends against an attacker who watches the
//! running process; wiping memory is done where it is cheap and is best effort elsewhere.
#![forbid(unsafe_code)]

pub mod keys;

pub mod key_file;

pub mod former_keys;

pub mod keychain;

pub mod key_store;

pub mod identity;

pub mod fingerprint;

pub mod hpke;

pub mod share;

pub mod legacy;

pub mod machine;

pub mod os;

pub mod derivation;

pub mod payload;

pub mod seal;

pub mod secret_text;

pub mod pin;

pub mod state;

pub mod migration;

pub mod store;

pub mod team;

pub mod signature;

pub mod atomic;

pub mod cache_seal;

mod lock;
mod private_file;

pub use cache_seal::{CacheSeal, CacheSealError, private_folder};
pub use fingerprint::Fingerprint;
pub use hpke::{Envelope, HpkeError};
pub use identity::{Identity, IdentityError, IdentityFile, Person, identity_hash};
pub use key_file::{KeyFileError, KeyFiles};
pub use key_store::KeyStore;
pub use keychain::KeychainError;
pub use keys::{KeyError, PrivateKey, PublicKey};
pub use legacy::LegacyError;
pub use machine::{MachineError, MachineId, machine_id};
pub use os::Host;
pub use payload::EncryptedPayload;
pub use pin::{ImportedShare, Pin};
pub use seal::{SealError, SealKey, open, seal};
pub use secret_text::SecretText;
pub use state::{IdentityRow, KnownUser, RowError, State};
pub use store::{StateStore, StoreError};
