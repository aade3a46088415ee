//! Databases as a whole: making and removing them.

use super::{Dialect, Query};
use crate::bindings::dialect::exports::noorm::dialect::tracking as wit;
use crate::error::PluginError;
use crate::record::Call;

impl Dialect {
    /// Returns the database to be connected to while another one is made or removed; empty for none.
    pub fn maintenance(&self) -> Result<String, PluginError> {
        self.ask(
            || Call::Maintenance,
            |sandbox| {
                sandbox.answer("database.maintenance", 0, |world, store| {
                    world.noorm_dialect_database().call_maintenance(store)
                })
            },
        )
    }

    /// Returns the query that tells whether a database exists.
    pub fn database_exists(&self) -> Result<Query, PluginError> {
        let options = &self.view.options;
        let query = self.ask(
            || Call::DatabaseExists,
            |sandbox| {
                sandbox.answer("database.exists", 0, |world, store| {
                    world.noorm_dialect_database().call_exists(store, options)
                })
            },
        )?;
        Ok(Query::from(query))
    }

    /// Returns the statements that make an empty database.
    pub fn create_database(&self, name: &str) -> Result<Vec<String>, PluginError> {
        let options = &self.view.options;
        self.ask(
            || Call::CreateDatabase { name: name.to_owned() },
            |sandbox| {
                sandbox.answer("database.create", name.len(), |world, store| {
                    world.noorm_dialect_database().call_create(store, name, options)
                })
            },
        )
    }

    /// Returns the statements that remove a database.
    pub fn destroy_database(&self, name: &str) -> Result<Vec<String>, PluginError> {
        let options = &self.view.options;
        self.ask(
            || Call::DestroyDatabase { name: name.to_owned() },
            |sandbox| {
                sandbox.answer("database.destroy", name.len(), |world, store| {
                    world.noorm_dialect_database().call_destroy(store, name, options)
                })
            },
        )
    }
}

impl From<wit::Query> for Query {
    fn from(query: wit::Query) -> Self {
        let then = query.attrs.into_iter().find(|(name, _)| name == "then").map(|(_, sql)| sql);
        Self { sql: query.sql, parameters: query.parameters, columns: query.columns, then }
    }
}
