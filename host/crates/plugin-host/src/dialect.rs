//! A dialect: everything that the host asks about one kind of database.
//!
//! Calls are pure, so one instance serves them all and answers that cannot change are kept. Nothing
//! here looks at what the SQL says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use noorm_core::plugin::PluginRef;
use noorm_core::value::Scalar;

use crate::bindings::data;
use crate::bindings::dialect::exports::noorm::dialect::{errors, naming, tracking};
use crate::bindings::dialect::{Dialect as Exports, DialectPre};
use crate::error::PluginError;
use crate::info::PluginInfo;
use crate::plugin::Plugin;
use crate::sandbox::{Guest, Sandbox};
use crate::script::{self, Feed, Piece};

/// The text of transaction control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Run once on a new session, outside a transaction.
    pub setup: Vec<String>,
    /// Run before each file.
    pub reset: Vec<String>,
    /// Starts a transaction.
    pub begin: String,
    /// Ends one and keeps it.
    pub commit: String,
    /// Ends one and forgets it.
    pub rollback: String,
    /// Whether DDL takes part in transactions.
    pub ddl: bool,
}

/// SQL with the names of what to bind and of what comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The statement.
    pub sql: String,
    /// Names of the values to bind, in the order of the placeholders.
    pub parameters: Vec<String>,
    /// Names of the columns that come back.
    pub columns: Vec<String>,
}

/// What a server's error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The statement cannot be parsed.
    Syntax,
    /// A unique constraint was violated.
    Unique,
    /// Another constraint was violated.
    Constraint,
    /// Something that the statement names does not exist.
    MissingObject,
    /// Something that the statement creates exists.
    ExistingObject,
    /// The user may not do this.
    Permission,
    /// Somebody else holds what is needed.
    Lock,
    /// The same may succeed when tried again.
    Transient,
    /// The connection failed.
    Connection,
    /// Disk full, out of memory.
    Resource,
    /// The statement cannot run inside a transaction.
    Transaction,
    /// Anything else, classes of later plugins included.
    Other,
}

/// Which interface an action belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Actions {
    Tracking,
    Lock,
}

/// A dialect that can be asked. Clones share their instance.
#[derive(Clone)]
pub struct Dialect {
    inner: Arc<Inner>,
}

struct Inner {
    plugin: Arc<Plugin>,
    linked: DialectPre<Guest>,
    idle: Mutex<Option<Sandbox<Exports>>>,
    control: OnceLock<Control>,
    latest: OnceLock<u32>,
    queries: Mutex<BTreeMap<(Actions, String), Query>>,
}

impl Dialect {
    pub(crate) fn new(plugin: Arc<Plugin>, linked: DialectPre<Guest>) -> Self {
        Self {
            inner: Arc::new(Inner {
                plugin,
                linked,
                idle: Mutex::default(),
                control: OnceLock::new(),
                latest: OnceLock::new(),
                queries: Mutex::default(),
            }),
        }
    }

    /// Returns what is known of the plugin.
    #[must_use]
    pub fn info(&self) -> &PluginInfo {
        self.inner.plugin.info()
    }

    /// Returns what records call the plugin.
    #[must_use]
    pub fn plugin_ref(&self) -> PluginRef {
        self.info().plugin_ref()
    }

    /// Returns the dialect's name, such as `postgres`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.info().provides.first().map_or("", String::as_str)
    }

    /// Returns the name of the driver that speaks to this database.
    #[must_use]
    pub fn driver(&self) -> &str {
        self.info().driver.as_deref().unwrap_or_default()
    }

    /// Quotes one identifier.
    pub fn quote(&self, identifier: &str) -> Result<String, PluginError> {
        self.with(|sandbox| {
            sandbox.answer("naming.quote", identifier.len(), |world, store| {
                world.noorm_dialect_naming().call_quote(store, identifier)
            })
        })
    }

    /// Quotes a name that may stand in a schema.
    pub fn qualify(&self, schema: Option<&str>, name: &str) -> Result<String, PluginError> {
        let object = naming::ObjectName { catalog: None, schema: schema.map(str::to_owned), name: name.to_owned() };
        self.with(|sandbox| {
            sandbox.answer("naming.qualify", name.len(), |world, store| {
                world.noorm_dialect_naming().call_qualify(store, &object)
            })
        })
    }

    /// Writes a value as a complete literal.
    pub fn literal(&self, value: &Scalar) -> Result<String, PluginError> {
        let value = lower(value);
        self.with(|sandbox| {
            sandbox.answer("literals.literal", 0, |world, store| {
                world.noorm_dialect_literals().call_literal(store, &value)
            })
        })
    }

    /// Writes what may stand between the quotes of a string literal.
    pub fn escape(&self, text: &str) -> Result<String, PluginError> {
        self.with(|sandbox| {
            sandbox.answer("literals.escape", text.len(), |world, store| {
                world.noorm_dialect_literals().call_escape(store, text)
            })
        })
    }

    /// Returns the text of transaction control.
    pub fn control(&self) -> Result<Control, PluginError> {
        if let Some(control) = self.inner.control.get() {
            return Ok(control.clone());
        }
        let control = self.with(|sandbox| {
            sandbox.call("transaction.control", |world, store| world.noorm_dialect_transaction().call_control(store))
        })?;
        let control = Control {
            setup: control.setup,
            reset: control.reset,
            begin: control.begin,
            commit: control.commit,
            rollback: control.rollback,
            ddl: control.ddl,
        };
        Ok(self.inner.control.get_or_init(|| control).clone())
    }

    /// Returns the newest schema version of noorm's tables that the plugin knows.
    pub fn latest(&self) -> Result<u32, PluginError> {
        if let Some(latest) = self.inner.latest.get() {
            return Ok(*latest);
        }
        let latest = self.with(|sandbox| {
            sandbox.call("tracking.latest", |world, store| world.noorm_dialect_tracking().call_latest(store))
        })?;
        Ok(*self.inner.latest.get_or_init(|| latest))
    }

    /// Returns the statements that take noorm's tables one version further.
    pub fn upgrade(&self, installed: u32) -> Result<Vec<String>, PluginError> {
        let target = target();
        self.with(|sandbox| {
            sandbox.answer("tracking.upgrade", 0, |world, store| {
                world.noorm_dialect_tracking().call_upgrade(store, installed, &target)
            })
        })
    }

    /// Returns the SQL of one action on noorm's tables.
    pub fn tracking(&self, action: &str) -> Result<Query, PluginError> {
        self.query(Actions::Tracking, action)
    }

    /// Returns the SQL of one action on the lock row.
    pub fn lock(&self, action: &str) -> Result<Query, PluginError> {
        self.query(Actions::Lock, action)
    }

    /// Splits a script into pieces that, joined, are the script. `path` is for messages.
    pub fn split(&self, path: &str, text: &str) -> Result<Vec<Piece>, PluginError> {
        let plugin = &self.inner.plugin;
        self.with(|sandbox| {
            let pieces = script::split(plugin, sandbox, path, text);
            if pieces.is_err() {
                // The splitter's resource is still in there.
                sandbox.discard();
            }
            pieces
        })
    }

    /// Splits a script that need not be in memory, and keeps no piece.
    pub fn split_each<F: Feed>(&self, path: &str, feed: &mut F) -> Result<(), F::Error> {
        let plugin = &self.inner.plugin;
        self.with(|sandbox| {
            let end = script::split_each(plugin, sandbox, path, feed);
            if end.is_err() {
                sandbox.discard();
            }
            end
        })
    }

    /// Returns what a server's error means.
    pub fn classify(&self, code: &str, message: &str) -> Result<ErrorClass, PluginError> {
        let error = errors::ServerError { code: code.to_owned(), message: message.to_owned(), attrs: Vec::new() };
        let word = self.with(|sandbox| {
            sandbox.call("errors.classify", |world, store| world.noorm_dialect_errors().call_classify(store, &error))
        })?;
        Ok(class(&word))
    }

    fn query(&self, actions: Actions, action: &str) -> Result<Query, PluginError> {
        let key = (actions, action.to_owned());
        let kept = self.inner.queries.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(query) = kept {
            return Ok(query);
        }
        let target = target();
        let query = self.with(|sandbox| match actions {
            Actions::Tracking => sandbox.answer("tracking.action", 0, |world, store| {
                world.noorm_dialect_tracking().call_action(store, action, &target)
            }),
            Actions::Lock => sandbox.answer("lock.action", 0, |world, store| {
                world.noorm_dialect_lock().call_action(store, action, &target)
            }),
        })?;
        let query = Query { sql: query.sql, parameters: query.parameters, columns: query.columns };
        let mut queries = self.inner.queries.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(queries.entry(key).or_insert(query).clone())
    }

    /// Lends the idle instance, or a new one where it is lent already or was let go.
    fn with<T, E: From<PluginError>>(&self, body: impl FnOnce(&mut Sandbox<Exports>) -> Result<T, E>) -> Result<T, E> {
        let idle = || self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = idle().take();
        let mut sandbox = match lent {
            Some(sandbox) => sandbox,
            None => Sandbox::open(&self.inner.plugin, |store| self.inner.linked.instantiate(store))?,
        };
        let answer = body(&mut sandbox);
        if sandbox.is_reusable() {
            *idle() = Some(sandbox);
        }
        answer
    }
}

fn target() -> tracking::Target {
    tracking::Target { schema: None, options: Vec::new() }
}

fn lower(value: &Scalar) -> data::Scalar {
    match value {
        Scalar::Null => data::Scalar::Null,
        Scalar::Boolean(value) => data::Scalar::Boolean(*value),
        Scalar::Integer(value) => data::Scalar::Integer(*value),
        Scalar::Decimal(value) => data::Scalar::Decimal(value.clone()),
        Scalar::Real(value) => data::Scalar::Real(*value),
        Scalar::Text(value) => data::Scalar::Text(value.clone()),
        Scalar::Bytes(value) => data::Scalar::Bytes(value.clone()),
    }
}

fn class(word: &str) -> ErrorClass {
    match word {
        "syntax" => ErrorClass::Syntax,
        "unique" => ErrorClass::Unique,
        "constraint" => ErrorClass::Constraint,
        "missing-object" => ErrorClass::MissingObject,
        "existing-object" => ErrorClass::ExistingObject,
        "permission" => ErrorClass::Permission,
        "lock" => ErrorClass::Lock,
        "transient" => ErrorClass::Transient,
        "connection" => ErrorClass::Connection,
        "resource" => ErrorClass::Resource,
        "transaction" => ErrorClass::Transaction,
        _ => ErrorClass::Other,
    }
}
