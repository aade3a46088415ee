//! noorm's own tables and its lock: their SQL, and what becomes of tables that stand elsewhere.

use std::sync::PoisonError;

use super::{Dialect, Query};
use crate::bindings::dialect::exports::noorm::dialect::tracking as wit;
use crate::error::PluginError;
use crate::record::Call;

/// Which interface an action belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Actions {
    Tracking,
    Lock,
}

/// A column of a table that may be noorm's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The schema of the table.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// How tables that stand elsewhere become noorm's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// What was found, for people.
    pub origin: String,
    /// A query that has to return no row; each is a reason against it, and what to do about it.
    pub check: String,
    /// The statements that move them.
    pub statements: Vec<String>,
}

impl Dialect {
    /// Returns the newest schema version of noorm's tables that the plugin knows.
    pub fn latest(&self) -> Result<u32, PluginError> {
        if let Some(latest) = self.inner.latest.get() {
            return Ok(*latest);
        }
        let latest = self.ask(
            || Call::Latest,
            |sandbox| sandbox.call("tracking.latest", |world, store| world.noorm_dialect_tracking().call_latest(store)),
        )?;
        Ok(*self.inner.latest.get_or_init(|| latest))
    }

    /// Returns the statements that take noorm's tables one version further.
    pub fn upgrade(&self, installed: u32) -> Result<Vec<String>, PluginError> {
        let target = self.target();
        self.ask(
            || Call::Upgrade { installed },
            |sandbox| {
                sandbox.answer("tracking.upgrade", 0, |world, store| {
                    world.noorm_dialect_tracking().call_upgrade(store, installed, &target)
                })
            },
        )
    }

    /// Decides about tables that the action `elsewhere` found.
    pub fn adopt(&self, found: &[Found]) -> Result<Option<Adoption>, PluginError> {
        let target = self.target();
        let columns = || found.iter().map(|it| (it.schema.clone(), it.table.clone(), it.column.clone())).collect();
        let call = || Call::Adopt { found: columns() };
        let found: Vec<wit::Found> = found.iter().map(Found::to_wit).collect();
        let adoption = self.ask(call, |sandbox| {
            sandbox.answer("tracking.adopt", found.len(), |world, store| {
                world.noorm_dialect_tracking().call_adopt(store, &found, &target)
            })
        })?;
        Ok(adoption.map(|it| Adoption { origin: it.origin, check: it.check, statements: it.statements }))
    }

    /// Returns the SQL of one action on noorm's tables.
    pub fn tracking(&self, action: &str) -> Result<Query, PluginError> {
        self.query(Actions::Tracking, None, action)
    }

    /// Returns the SQL of one action on the lock row.
    pub fn lock(&self, action: &str) -> Result<Query, PluginError> {
        self.query(Actions::Lock, None, action)
    }

    /// Returns the SQL of one action on the row of a lock that stands in another schema; an empty one is none.
    pub fn lock_in(&self, schema: &str, action: &str) -> Result<Query, PluginError> {
        self.query(Actions::Lock, Some(schema).filter(|schema| !schema.is_empty()), action)
    }

    /// Returns the SQL of an action on noorm's tables that the plugin may not know.
    pub fn tracking_if_any(&self, action: &str) -> Result<Option<Query>, PluginError> {
        if_any(self.tracking(action))
    }

    /// Returns the SQL of an action on the lock that a product may lack.
    pub fn lock_if_any(&self, action: &str) -> Result<Option<Query>, PluginError> {
        if_any(self.lock(action))
    }

    fn query(&self, actions: Actions, schema: Option<&str>, action: &str) -> Result<Query, PluginError> {
        let queries = || self.view.queries.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (actions, schema.map(str::to_owned), action.to_owned());
        if let Some(query) = queries().get(&key).cloned() {
            return Ok(query);
        }
        let target = wit::Target { schema: schema.map(str::to_owned), ..self.target() };
        let call = || match (actions, schema) {
            (Actions::Tracking, _) => Call::Tracking { action: action.to_owned() },
            (Actions::Lock, schema) => Call::Lock { schema: schema.map(str::to_owned), action: action.to_owned() },
        };
        let query = self.ask(call, |sandbox| match actions {
            Actions::Tracking => sandbox.answer("tracking.action", 0, |world, store| {
                world.noorm_dialect_tracking().call_action(store, action, &target)
            }),
            Actions::Lock => sandbox.answer("lock.action", 0, |world, store| {
                world.noorm_dialect_lock().call_action(store, action, &target)
            }),
        })?;
        Ok(queries().entry(key).or_insert_with(|| query.into()).clone())
    }

    fn target(&self) -> wit::Target {
        wit::Target { schema: None, options: self.view.options.clone() }
    }
}

fn if_any(query: Result<Query, PluginError>) -> Result<Option<Query>, PluginError> {
    match query {
        Ok(query) => Ok(Some(query)),
        Err(PluginError::Unsupported { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Found {
    fn to_wit(&self) -> wit::Found {
        wit::Found { schema: self.schema.clone(), table: self.table.clone(), column: self.column.clone() }
    }
}
