//! How a session begins, and the text of transaction control.

use super::{Dialect, Facts};
use crate::error::PluginError;
use crate::record::Call;

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

/// What stands around the transaction of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Run before the transaction begins.
    pub before: Vec<String>,
    /// Has to return no row before the transaction may commit; empty: nothing to check.
    pub check: String,
    /// Run when the transaction has ended, either way.
    pub after: Vec<String>,
}

impl Dialect {
    /// Returns what to say with the login so that a session is as a config wishes.
    pub fn login(&self, wishes: &Facts) -> Result<Facts, PluginError> {
        self.ask(
            || Call::Login { wishes: wishes.clone() },
            |sandbox| {
                sandbox.call("server.login", |world, store| world.noorm_dialect_server().call_login(store, wishes))
            },
        )
    }

    /// Returns the statement that asks a server what it is; empty where there is nothing to ask.
    pub fn probe(&self) -> Result<String, PluginError> {
        self.ask(
            || Call::Probe,
            |sandbox| sandbox.call("server.probe", |world, store| world.noorm_dialect_server().call_probe(store)),
        )
    }

    /// Returns what follows from a server's answer.
    pub fn facts(&self, answer: &Facts) -> Result<Facts, PluginError> {
        self.ask(
            || Call::Facts { answer: answer.clone() },
            |sandbox| {
                sandbox.answer("server.facts", 0, |world, store| world.noorm_dialect_server().call_facts(store, answer))
            },
        )
    }

    /// Returns the text of transaction control.
    pub fn control(&self) -> Result<Control, PluginError> {
        if let Some(control) = self.view.control.get() {
            return Ok(control.clone());
        }
        let options = &self.view.options;
        let control = self.ask(
            || Call::Control,
            |sandbox| {
                sandbox.call("transaction.control", |world, store| {
                    world.noorm_dialect_transaction().call_control(store, options)
                })
            },
        )?;
        let control = Control {
            setup: control.setup,
            reset: control.reset,
            begin: control.begin,
            commit: control.commit,
            rollback: control.rollback,
            ddl: control.ddl,
        };
        Ok(self.view.control.get_or_init(|| control).clone())
    }

    /// Returns what stands around the transaction of a script with these marks.
    pub fn around(&self, marks: &Facts) -> Result<Around, PluginError> {
        let around = self.ask(
            || Call::Around { marks: marks.clone() },
            |sandbox| {
                sandbox.call("transaction.around", |world, store| {
                    world.noorm_dialect_transaction().call_around(store, marks)
                })
            },
        )?;
        Ok(Around { before: around.before, check: around.check, after: around.after })
    }
}
