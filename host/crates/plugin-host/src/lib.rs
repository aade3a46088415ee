//! The sandbox of noorm's plugins: engine, limits, registry, bindings.
//!
//! A plugin gets bytes and facts and returns values and statements; every call into one is bounded in time,
//! memory and output, and what comes back is checked before it is used. This crate opens no connection,
//! reads no data file and knows no SQL.

mod host;
mod message;
mod open;

mod dialect;
mod loader;
mod script;
mod trial;

mod choose;
mod options;
mod serve;

mod components;
#[cfg(feature = "compiler")]
mod compose;
#[cfg(not(feature = "compiler"))]
#[path = "compose_none.rs"]
mod compose;
mod files;
mod grant;
mod info;
mod install;
mod lock_file;
mod locked;
mod registry;
mod relock;
mod stack;
mod store;
mod with;

mod batch;
mod check;
mod describe;
mod inspect;

mod bindings;
mod bundle;
mod bundle_plugins;
mod bundled;
#[cfg(feature = "compiler")]
mod cache;
mod code;
mod compile;
#[cfg(feature = "compiler")]
mod compiler_config;
#[cfg(feature = "compiler")]
mod componentize;
mod engine;
mod engine_config;
mod host_files;
mod host_log;
mod layer;
mod limits;
mod pace;
mod plugin;
mod record;
mod sandbox;
mod seal;
mod signers;
mod usage;
mod wasi;

mod error;

pub use bundle::{BundleFile, BundledCode};
pub use bundle_plugins::BundleRequest;
pub use choose::{OptionInForce, Rule, Serves, Why};
pub use components::{Kept, is_component, not_granted, sha256};
pub use describe::is_version;
pub use dialect::{Adoption, Around, Control, Dialect, ErrorClass, Evidence, Facts, Found, NameRules, Query};
pub use error::{PluginError, Refusal};
pub use files::read_bounded;
pub use grant::Grant;
pub use host::{Candidate, Installation, Options, PluginHost};
pub use host_files::LinkedFiles;
pub use info::{PluginInfo, PluginSource};
pub use inspect::PluginKind;
pub use install::COMPONENT_BYTES_MAX;
pub use layer::InLayer;
pub use limits::{LimitKind, Limits};
pub use loader::{LoadRequest, Loaded, Loader};
pub use message::{Message, MessageLevel, Messages};
pub use open::Opened;
pub use options::schema_fault;
pub use record::{Record, Replayed, ReproError, ReproPlugin};
pub use script::{Feed, Piece, PieceEnd, PieceKind, PieceTransaction};
pub use seal::{CompileCache, Seal, SealFault, SharedSeal};
pub use serve::Served;
pub use signers::{SharedSigners, Signers};
pub use stack::{Base, ChangedLayer, Composition, LockedDialect, LockedLayer, StackError};
pub use trial::Trial;
pub use usage::{CodeOrigin, Ledger, Usage};
