//! A loader: the bytes of a data file in, its value out.
//!
//! Each file gets an instance of its own, so that nothing of one file can reach the next. A document goes
//! over in one call; rows are pushed in chunks and pulled in batches, so that both sides stay bounded.

use std::sync::Arc;

use noorm_core::cbor;
use noorm_core::plugin::PluginRef;
use noorm_core::value::Value;

use crate::batch::{BATCH_BYTES_MAX, BATCH_ROWS_MAX, Table};
use crate::bindings::document::exports::noorm::loader::document::Request;
use crate::bindings::document::{DocumentLoader, DocumentLoaderPre};
use crate::bindings::rows::exports::noorm::loader::rows::Opening;
use crate::bindings::rows::{RowLoader, RowLoaderPre};
use crate::error::PluginError;
use crate::host_files::{Access, LinkedFiles};
use crate::info::PluginInfo;
use crate::limits::LimitKind;
use crate::pace::Pace;
use crate::plugin::Plugin;
use crate::record::{Call, Given, KeptFiles};
use crate::sandbox::{Guest, Sandbox};

/// Bytes that go to a row reader in one call.
const CHUNK_BYTES: usize = 128 * 1024;

/// A data file, and what goes with it.
#[derive(Clone)]
pub struct LoadRequest<'a> {
    /// Relative to the project root. For messages.
    pub path: &'a str,
    /// The file's bytes.
    pub content: &'a [u8],
    /// The options of the file, which conform to the loader's schema.
    pub options: &'a Value,
    /// The files that a linked loader may ask for; without them it is denied each.
    pub files: Option<Arc<dyn LinkedFiles>>,
}

/// A data file's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// A document, or a list with a map for each row.
    pub value: Value,
    /// The other files of the project that were read for it, each once.
    pub read: Vec<String>,
}

/// A loader that can be asked.
#[derive(Clone)]
pub struct Loader {
    pub(crate) plugin: Arc<Plugin>,
    pub(crate) format: Format,
}

/// What a loader answers with.
#[derive(Clone)]
pub(crate) enum Format {
    Document(DocumentLoaderPre<Guest>),
    Rows(RowLoaderPre<Guest>),
}

impl Loader {
    pub(crate) fn new(plugin: Arc<Plugin>, format: Format) -> Self {
        Self { plugin, format }
    }

    /// Returns what is known of the plugin.
    #[must_use]
    pub fn info(&self) -> &PluginInfo {
        self.plugin.info()
    }

    /// Returns what records call the plugin.
    #[must_use]
    pub fn plugin_ref(&self) -> PluginRef {
        self.info().plugin_ref()
    }

    /// Loads a file without options, which stands alone. `path` is for messages.
    pub fn load(&self, path: &str, content: &[u8]) -> Result<Value, PluginError> {
        let request = LoadRequest { path, content, options: &Value::Map(Vec::new()), files: None };
        self.load_with(&request).map(|loaded| loaded.value)
    }

    /// Loads a file.
    pub fn load_with(&self, request: &LoadRequest<'_>) -> Result<Loaded, PluginError> {
        let Some(recorder) = self.plugin.recorder() else { return self.load_file(request) };
        let kept = request.files.clone().map(|files| Arc::new(KeptFiles::new(files)));
        let files = kept.clone().map(|files| files as Arc<dyn LinkedFiles>);
        let loaded = self.load_file(&LoadRequest { files, ..request.clone() });
        if let Err(error) = &loaded {
            let files = kept.map(|kept| kept.take()).unwrap_or_default();
            let given = Given { facts: &[], input: Some(request.content), files: &files };
            recorder.record(error, Call::load(request.path, request.options), given);
        }
        loaded
    }

    fn load_file(&self, request: &LoadRequest<'_>) -> Result<Loaded, PluginError> {
        match &self.format {
            Format::Document(linked) => {
                let open = |store: &mut _| linked.instantiate(store);
                self.load_document(&mut Sandbox::open_linked(&self.plugin, self.access(request), open)?, request)
            }
            Format::Rows(linked) => {
                let open = |store: &mut _| linked.instantiate(store);
                let mut sandbox = Sandbox::open_linked(&self.plugin, self.access(request), open)?;
                self.load_rows(&mut sandbox, request, request.content.chunks(CHUNK_BYTES))
            }
        }
    }

    /// Returns what the grants of the plugin let it read.
    pub(crate) fn access(&self, request: &LoadRequest<'_>) -> Option<Access> {
        let files = request.files.clone()?;
        let grant = self.info().grants.iter().find(|grant| grant.is_of_files())?;
        Some(Access { files, paths: grant.paths.clone() })
    }

    fn load_document(
        &self,
        sandbox: &mut Sandbox<DocumentLoader>,
        request: &LoadRequest<'_>,
    ) -> Result<Loaded, PluginError> {
        let function = "document.load";
        let document = self.document(sandbox, request)?;
        let value =
            cbor::decode(&document).map_err(|error| self.plugin.nonsense(function, format!("bad CBOR: {error}")))?;
        Ok(Loaded { value, read: sandbox.take_read() })
    }

    /// Asks for a document, as it is on the wire.
    pub(crate) fn document(
        &self,
        sandbox: &mut Sandbox<DocumentLoader>,
        request: &LoadRequest<'_>,
    ) -> Result<Vec<u8>, PluginError> {
        let (function, content) = ("document.load", request.content);
        let options = cbor::encode(request.options);
        let request = Request { path: request.path.to_owned(), content: content.to_vec(), options };
        let document = sandbox
            .answer(function, content.len(), |world, store| world.noorm_loader_document().call_load(store, &request))?;
        sandbox.crossed(content.len(), document.len());
        self.check_size(function, &document)?;
        Ok(document)
    }

    /// Refuses a document that is small on the wire and huge in memory: an item of one byte takes the
    /// space of a whole value.
    fn check_size(&self, function: &str, document: &[u8]) -> Result<(), PluginError> {
        let items = minicbor::decode::Tokenizer::new(document).take_while(Result::is_ok).count();
        let used = (items.saturating_mul(size_of::<Value>()) as u64).saturating_add(document.len() as u64);
        let allowed = self.plugin.limits().output_bytes;
        if used > allowed {
            return Err(self.plugin.exceeds(function, LimitKind::Output, allowed, used));
        }
        Ok(())
    }

    /// Loads rows from a file that comes in these chunks.
    pub(crate) fn load_rows<'c>(
        &self,
        sandbox: &mut Sandbox<RowLoader>,
        request: &LoadRequest<'_>,
        chunks: impl Iterator<Item = &'c [u8]>,
    ) -> Result<Loaded, PluginError> {
        let content = request.content;
        let opening = Opening {
            path: request.path.to_owned(),
            options: cbor::encode(request.options),
            max_batch_rows: BATCH_ROWS_MAX,
            max_batch_bytes: BATCH_BYTES_MAX,
        };
        let len = content.len();
        let reader = sandbox.answer("rows.reader.open", len, |world, store| {
            world.noorm_loader_rows().reader().call_open(store, &opening)
        })?;
        let pace = Pace::new(&self.plugin);
        let mut pull = Pull { plugin: &self.plugin, sandbox, reader, len, table: None, used: 0, pace };
        for chunk in chunks {
            pull.push(chunk)?;
            pull.drain()?;
        }
        pull.finish()?;
        pull.drain()?;
        pull.end()
    }
}

/// The rows of one file, as far as they have come.
struct Pull<'a> {
    plugin: &'a Plugin,
    sandbox: &'a mut Sandbox<RowLoader>,
    reader: wasmtime::component::ResourceAny,
    len: usize,
    table: Option<Table>,
    used: u64,
    pace: Pace<'a>,
}

impl Pull<'_> {
    fn push(&mut self, chunk: &[u8]) -> Result<(), PluginError> {
        let (function, reader, len) = ("rows.reader.push", self.reader, self.len);
        self.pace.crossed(chunk.len());
        self.sandbox.crossed(chunk.len(), 0);
        let sandbox = &mut *self.sandbox;
        self.pace.call(function, || {
            sandbox.answer(function, len, |world, store| {
                world.noorm_loader_rows().reader().call_push(store, reader, chunk)
            })
        })
    }

    fn finish(&mut self) -> Result<(), PluginError> {
        let (function, reader, len) = ("rows.reader.finish", self.reader, self.len);
        let sandbox = &mut *self.sandbox;
        self.pace.call(function, || {
            sandbox.answer(function, len, |world, store| world.noorm_loader_rows().reader().call_finish(store, reader))
        })
    }

    /// Takes the batches that are ready.
    fn drain(&mut self) -> Result<(), PluginError> {
        let (function, reader, len) = ("rows.reader.next", self.reader, self.len);
        loop {
            let sandbox = &mut *self.sandbox;
            let batch = self.pace.call(function, || {
                sandbox
                    .answer(function, len, |world, store| world.noorm_loader_rows().reader().call_next(store, reader))
            })?;
            let Some(batch) = batch else { return Ok(()) };
            self.sandbox.crossed(0, batch.text.len());
            let nonsense = |what| self.plugin.nonsense(function, what);
            let columns = match self.table {
                Some(_) => None,
                None => Some(self.columns()?.ok_or_else(|| nonsense("rows before columns".into()))?),
            };
            if let Some(columns) = columns {
                self.table = Some(Table::new(columns).map_err(nonsense)?);
            }
            let table = self.table.as_mut().expect("made above");
            let cost = table.cost(&batch);
            self.used = self.used.saturating_add(cost);
            self.pace.crossed(usize::try_from(cost).unwrap_or(usize::MAX));
            let allowed = self.plugin.limits().output_bytes;
            if self.used > allowed {
                return Err(self.plugin.exceeds(function, LimitKind::Output, allowed, self.used));
            }
            table.take(&batch).map_err(nonsense)?;
        }
    }

    fn columns(&mut self) -> Result<Option<Vec<String>>, PluginError> {
        let reader = self.reader;
        self.sandbox
            .call("rows.reader.columns", |world, store| world.noorm_loader_rows().reader().call_columns(store, reader))
    }

    fn end(self) -> Result<Loaded, PluginError> {
        let value = Value::List(self.table.map(Table::into_rows).unwrap_or_default());
        Ok(Loaded { value, read: self.sandbox.take_read() })
    }
}
