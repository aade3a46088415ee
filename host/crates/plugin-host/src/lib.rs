//! The sandbox of noorm's plugins: engine, limits, registry, bindings.
//!
//! A plugin gets bytes and facts and returns values and statements; every call into one is bounded in time,
//! memory and output, and what comes back is checked before it is used. This crate opens no connection,
//! reads no data file and knows no SQL.

mod host;
mod open;

mod dialect;
mod loader;
mod script;
mod trial;

mod components;
mod compose;
mod grant;
mod info;
mod install;
mod lock_file;
mod registry;
mod stack;
mod store;

mod batch;
mod check;
mod describe;
mod inspect;

mod bindings;
mod bundled;
mod engine;
mod engine_config;
mod host_files;
mod host_log;
mod layer;
mod limits;
mod plugin;
mod sandbox;

mod error;

pub use components::{Kept, is_component, not_granted, sha256};
pub use dialect::{Adoption, Around, Control, Dialect, ErrorClass, Evidence, Facts, Found, NameRules, Query};
pub use error::{PluginError, Refusal};
pub use grant::Grant;
pub use host::{Candidate, Installation, Options, PluginHost};
pub use host_files::LinkedFiles;
pub use info::{PluginInfo, PluginSource};
pub use inspect::PluginKind;
pub use layer::InLayer;
pub use limits::{LimitKind, Limits};
pub use loader::{LoadRequest, Loaded, Loader};
pub use open::Opened;
pub use script::{Feed, Piece, PieceEnd, PieceKind, PieceTransaction};
pub use stack::{ChangedLayer, Composition, LockedDialect, LockedLayer, StackError};
pub use trial::{Trial, schema_fault};
