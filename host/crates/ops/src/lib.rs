//! What noorm does: one module for each thing that a user can ask for.
//!
//! Nothing here prints or parses a command line; results and events go back to whoever called.

pub mod clock;
pub mod home;
pub mod project;

pub mod init;
pub mod plugin;

pub mod cancel;
mod destination;
mod executed_by;
pub mod executor;
pub mod files;
pub mod lock;
pub mod output_file;
pub mod requirement;
pub mod resume;
pub mod script;
pub mod session;
pub mod split;
pub mod start;
pub mod tracker;
mod turn;
pub mod workbench;

pub mod change;
pub mod config;
pub mod db;
pub mod demo;
pub mod dialect;
pub mod doctor;
pub mod explain;
pub mod identity;
pub mod run;
pub mod secret;
pub mod settings;
pub mod state;
pub mod trust;
pub mod vault;
