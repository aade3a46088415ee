//! Tests of the built binary, one module for each feature, named after its command. What a pure test of a crate can show
//! is shown there; here is what only the whole can: processes, files, databases, exit codes.
#![allow(clippy::unwrap_used)]

mod answers;
mod installations;

mod adoption;
mod change_add;
mod change_baseline;
mod change_ff;
mod change_list;
mod change_order;
mod change_resolve;
mod change_revert;
mod change_run;
mod config;
mod config_edit;
mod config_validate;
mod corpus;
mod db;
mod demo;
mod encodings;
mod environment;
mod failures;
mod identity;
mod init;
mod interrupt;
mod lock;
mod lock_wait;
mod manifest;
mod native;
mod no_transaction;
mod output_contract;
mod plugin;
mod pooler;
mod products;
mod protection;
mod readme;
mod recorded;
mod redaction;
mod run_build;
mod run_file;
mod secret;
mod sharing;
mod side_by_side;
mod snapshots;
mod split;
mod split_clients;
mod state;
mod template;
mod timeouts;
mod tracking;
mod tsql;
mod unbundled;
mod upgrades;
mod vault;
mod wire;
