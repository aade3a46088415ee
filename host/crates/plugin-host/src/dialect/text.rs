//! Names, values, scripts and errors: what a dialect knows without a connection.

use noorm_core::value::Scalar;
use wasmtime::Store;

use super::{Dialect, ErrorClass};
use crate::bindings::data;
use crate::bindings::dialect::Dialect as Exports;
use crate::bindings::dialect::exports::noorm::dialect::{errors, naming};
use crate::bindings::report::Failure;
use crate::check::plain;
use crate::error::PluginError;
use crate::sandbox::Guest;
use crate::script::{self, Feed, Piece};

/// How to see whether a statement was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// A query of the catalog, to be run by hand.
    pub query: String,
    /// Whether a row comes back if the statement was carried out, and none if it was not; `false`: the other way round.
    pub present: bool,
}

impl Dialect {
    /// Quotes one identifier.
    pub fn quote(&self, identifier: &str) -> Result<String, PluginError> {
        self.text("naming.quote", identifier.len(), |world, store| {
            world.noorm_dialect_naming().call_quote(store, identifier)
        })
    }

    /// Quotes a name that may stand in a schema.
    pub fn qualify(&self, schema: Option<&str>, name: &str) -> Result<String, PluginError> {
        let object = naming::ObjectName { catalog: None, schema: schema.map(str::to_owned), name: name.to_owned() };
        self.text("naming.qualify", name.len(), |world, store| {
            world.noorm_dialect_naming().call_qualify(store, &object)
        })
    }

    /// Writes a value as a complete literal.
    pub fn literal(&self, value: &Scalar) -> Result<String, PluginError> {
        let value = lower(value);
        self.text("literals.literal", 0, |world, store| world.noorm_dialect_literals().call_literal(store, &value))
    }

    /// Writes what may stand between the quotes of a string literal.
    pub fn escape(&self, text: &str) -> Result<String, PluginError> {
        self.text("literals.escape", text.len(), |world, store| {
            world.noorm_dialect_literals().call_escape(store, text)
        })
    }

    /// Asks for a text, and counts what goes in and comes out.
    fn text(
        &self,
        function: &str,
        input_len: usize,
        body: impl FnOnce(&Exports, &mut Store<Guest>) -> wasmtime::Result<Result<String, Failure>>,
    ) -> Result<String, PluginError> {
        self.with(|sandbox| {
            let text = sandbox.answer(function, input_len, body)?;
            sandbox.crossed(input_len, text.len());
            Ok(text)
        })
    }

    /// Splits a script into pieces that, joined, are the script. `path` is for messages.
    pub fn split(&self, path: &str, text: &str) -> Result<Vec<Piece>, PluginError> {
        let plugin = &self.inner.plugin;
        self.with(|sandbox| {
            let pieces = script::split(plugin, sandbox, path, text, &self.view.options);
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
            let end = script::split_each(plugin, sandbox, path, &self.view.options, feed);
            if end.is_err() {
                sandbox.discard();
            }
            end
        })
    }

    /// Returns how to see whether a statement was carried out; `None` where a look at the database's catalog cannot tell.
    pub fn look(&self, statement: &str) -> Result<Option<Evidence>, PluginError> {
        let options = &self.view.options;
        let evidence = self.with(|sandbox| {
            sandbox
                .call("effect.look", |world, store| world.noorm_dialect_effect().call_look(store, statement, options))
        })?;
        Ok(evidence.map(|it| Evidence { query: plain(&it.query), present: it.present }))
    }

    /// Returns what a server's error means.
    pub fn classify(&self, code: &str, message: &str) -> Result<ErrorClass, PluginError> {
        let attrs = self.view.options.clone();
        let error = errors::ServerError { code: code.to_owned(), message: message.to_owned(), attrs };
        let word = self.with(|sandbox| {
            sandbox.call("errors.classify", |world, store| world.noorm_dialect_errors().call_classify(store, &error))
        })?;
        Ok(ErrorClass::parse(&word))
    }
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
