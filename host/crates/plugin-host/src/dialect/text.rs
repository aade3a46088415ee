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
use crate::record::{Call, Given};
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
        let call = || Call::Quote { identifier: identifier.to_owned() };
        self.text("naming.quote", call, identifier.len(), |world, store| {
            world.noorm_dialect_naming().call_quote(store, identifier)
        })
    }

    /// Quotes a name that may stand in a schema.
    pub fn qualify(&self, schema: Option<&str>, name: &str) -> Result<String, PluginError> {
        let object = naming::ObjectName { catalog: None, schema: schema.map(str::to_owned), name: name.to_owned() };
        let call = || Call::Qualify { schema: schema.map(str::to_owned), name: name.to_owned() };
        self.text("naming.qualify", call, name.len(), |world, store| {
            world.noorm_dialect_naming().call_qualify(store, &object)
        })
    }

    /// Writes a value as a complete literal.
    pub fn literal(&self, value: &Scalar) -> Result<String, PluginError> {
        let call = || Call::Literal { value: value.into() };
        let value = lower(value);
        self.text("literals.literal", call, 0, |world, store| {
            world.noorm_dialect_literals().call_literal(store, &value)
        })
    }

    /// Writes what may stand between the quotes of a string literal.
    pub fn escape(&self, text: &str) -> Result<String, PluginError> {
        let call = || Call::Escape { text: text.to_owned() };
        self.text("literals.escape", call, text.len(), |world, store| {
            world.noorm_dialect_literals().call_escape(store, text)
        })
    }

    /// Asks for a text, and counts what goes in and comes out.
    fn text(
        &self,
        function: &str,
        call: impl FnOnce() -> Call,
        input_len: usize,
        body: impl FnOnce(&Exports, &mut Store<Guest>) -> wasmtime::Result<Result<String, Failure>>,
    ) -> Result<String, PluginError> {
        self.ask(call, |sandbox| {
            let text = sandbox.answer(function, input_len, body)?;
            sandbox.crossed(input_len, text.len());
            Ok(text)
        })
    }

    /// Splits a script into pieces that, joined, are the script. `path` is for messages.
    pub fn split(&self, path: &str, text: &str) -> Result<Vec<Piece>, PluginError> {
        let plugin = &self.inner.plugin;
        let pieces = self.with(|sandbox| {
            let pieces = script::split(plugin, sandbox, path, text, &self.view.options);
            if pieces.is_err() {
                // The splitter's resource is still in there.
                sandbox.discard();
            }
            pieces
        });
        if let (Err(error), Some(recorder)) = (&pieces, plugin.recorder()) {
            let given = Given { facts: &self.view.options, input: Some(text.as_bytes()), files: &[] };
            recorder.record(error, Call::Split { path: path.to_owned() }, given);
        }
        pieces
    }

    /// Splits a script that need not be in memory, and keeps no piece.
    pub fn split_each<F: Feed>(&self, path: &str, feed: &mut F) -> Result<(), F::Error> {
        let plugin = &self.inner.plugin;
        if let Some(recorder) = plugin.recorder() {
            // Whoever wants failures stored has the script in memory after all.
            let mut keeping = Keeping { feed, kept: Vec::new() };
            let end = self.with(|sandbox| {
                let end = script::split_each(plugin, sandbox, path, &self.view.options, &mut keeping);
                if end.is_err() {
                    sandbox.discard();
                }
                end
            });
            return end.map_err(|stop| match stop {
                Stop::Feed(error) => error,
                Stop::Plugin(error) => {
                    let given = Given { facts: &self.view.options, input: Some(&keeping.kept), files: &[] };
                    recorder.record(&error, Call::Split { path: path.to_owned() }, given);
                    error.into()
                }
            });
        }
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
        let evidence = self.ask(
            || Call::Look { statement: statement.to_owned() },
            |sandbox| {
                sandbox.call("effect.look", |world, store| {
                    world.noorm_dialect_effect().call_look(store, statement, options)
                })
            },
        )?;
        Ok(evidence.map(|it| Evidence { query: plain(&it.query), present: it.present }))
    }

    /// Returns what a server's error means.
    pub fn classify(&self, code: &str, message: &str) -> Result<ErrorClass, PluginError> {
        let attrs = self.view.options.clone();
        let error = errors::ServerError { code: code.to_owned(), message: message.to_owned(), attrs };
        let call = || Call::Classify { code: code.to_owned(), message: message.to_owned() };
        let word = self.ask(call, |sandbox| {
            sandbox.call("errors.classify", |world, store| world.noorm_dialect_errors().call_classify(store, &error))
        })?;
        Ok(ErrorClass::parse(&word))
    }
}

/// A feed that keeps what it gave.
struct Keeping<'a, F> {
    feed: &'a mut F,
    kept: Vec<u8>,
}

/// Why splitting stopped: by the plugin's fault, or by the feed's.
enum Stop<E> {
    Plugin(PluginError),
    Feed(E),
}

impl<E> From<PluginError> for Stop<E> {
    fn from(error: PluginError) -> Self {
        Self::Plugin(error)
    }
}

impl<F: Feed> Feed for Keeping<'_, F> {
    type Error = Stop<F::Error>;

    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), Self::Error> {
        self.feed.chunk(chunk).map_err(Stop::Feed)?;
        self.kept.extend_from_slice(chunk);
        Ok(())
    }

    fn piece(&mut self, piece: Piece) -> Result<(), Self::Error> {
        self.feed.piece(piece).map_err(Stop::Feed)
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
