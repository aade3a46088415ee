//! A dialect: everything that the host asks about one kind of database.
//!
//! Calls are pure, so one instance serves them all and answers that cannot change are kept. Nothing
//! here looks at what the SQL says.

mod class;
mod database;
mod session;
mod text;
mod tracking;
mod trial;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use noorm_core::plugin::PluginRef;

pub use class::ErrorClass;
pub use session::{Around, Control};
pub use text::Evidence;
pub use tracking::{Adoption, Found};
pub use trial::NameRules;

use crate::bindings::dialect::{Dialect as Exports, DialectPre};
use crate::error::PluginError;
use crate::info::PluginInfo;
use crate::plugin::Plugin;
use crate::record::{Call, Given};
use crate::sandbox::{Guest, Sandbox};
use tracking::Actions;

/// Names and values that a dialect knows of a server or is asked to respect, in order.
pub type Facts = Vec<(String, String)>;

/// SQL with the names of what to bind and of what comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The statement.
    pub sql: String,
    /// Names of the values to bind, in the order of the placeholders.
    pub parameters: Vec<String>,
    /// Names of the columns that come back.
    pub columns: Vec<String>,
    /// A second statement, whose rows are the answer.
    pub then: Option<String>,
}

/// A dialect that can be asked. Clones share their instance.
#[derive(Clone)]
pub struct Dialect {
    inner: Arc<Inner>,
    view: Arc<View>,
}

/// What does not depend on the server.
struct Inner {
    plugin: Arc<Plugin>,
    linked: DialectPre<Guest>,
    idle: Mutex<Option<Sandbox<Exports>>>,
    latest: OnceLock<u32>,
}

/// What follows from the facts about one server, and the answers that depend on them.
#[derive(Default)]
struct View {
    options: Facts,
    control: OnceLock<Control>,
    queries: Mutex<BTreeMap<QueryKey, Query>>,
}

/// The interface, the schema if not the dialect's own choice, the action.
type QueryKey = (Actions, Option<String>, String);

impl Dialect {
    pub(crate) fn new(plugin: Arc<Plugin>, linked: DialectPre<Guest>) -> Self {
        let inner = Inner { plugin, linked, idle: Mutex::default(), latest: OnceLock::new() };
        Self { inner: Arc::new(inner), view: Arc::default() }
    }

    /// Returns the dialect as it speaks to a server of which these facts are known.
    #[must_use]
    pub fn with_facts(&self, options: Facts) -> Self {
        Self { inner: Arc::clone(&self.inner), view: Arc::new(View { options, ..View::default() }) }
    }

    /// Returns a fact about the server.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.view.options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns every value of a fact that may be there several times.
    pub fn facts_named(&self, name: &str) -> impl Iterator<Item = &str> {
        self.view.options.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
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

    /// Returns the plugins that it was composed of, the base first; none where it is one plugin.
    #[must_use]
    pub fn layers(&self) -> Vec<PluginRef> {
        self.inner.plugin.layers().iter().map(|layer| layer.plugin.clone()).collect()
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

    /// Asks a question that is stored if the plugin is to blame for what comes of it.
    fn ask<T>(
        &self,
        call: impl FnOnce() -> Call,
        body: impl FnOnce(&mut Sandbox<Exports>) -> Result<T, PluginError>,
    ) -> Result<T, PluginError> {
        let answer = self.with(body);
        if let (Err(error), Some(recorder)) = (&answer, self.inner.plugin.recorder()) {
            recorder.record(error, call(), Given { facts: &self.view.options, ..Given::default() });
        }
        answer
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
