//! The rules of the workspace's shape, checked over its manifests and sources. Each rule also has a test that shows that
//! it finds what it looks for: a rule that cannot fail protects nothing.
#![allow(clippy::unwrap_used)]

mod dependencies;
mod features;
mod literals;
mod purity;
mod shape;
mod siblings;
mod source;
mod workspace;
