//! Plugins from elsewhere: a URL, a registry.
//!
//! It brings bytes, within bounds, and says what kept it from bringing them. What the bytes are, whether they are the
//! ones that a project has locked and who signed them is for others to decide. It writes no file and keeps nothing.
#![forbid(unsafe_code)]

mod bounds;
mod error;
mod shown;

mod client;
mod https;
mod tls;

mod manifest;
mod oci;
mod oci_address;
mod registry;
mod upload;

mod challenge;
mod credential_helper;
mod credentials;
mod login;

pub use bounds::Bounds;
pub use client::Fetcher;
pub use credentials::{Credentials, FromEnvironment};
pub use error::FetchError;
pub use https::HttpsUrl;
pub use manifest::Publication;
pub use oci::Pulled;
pub use oci_address::OciAddress;
