//! What templates ask the outside for: files through the project, values through loaders, quoting through the dialect.

use std::sync::Arc;

use noorm_core::checksum::Checksum;
use noorm_core::diagnostic::Severity;
use noorm_core::excerpt;
use noorm_core::path::ProjectPath;
use noorm_core::template::{DataKind, DataPlace, HostError, LoadedData, TemplateHost};
use noorm_core::value::Scalar;
use noorm_plugin_host::{Dialect, LinkedFiles, LoadRequest, PluginError, PluginHost, Served, Serves};

use super::Linked;
use crate::files::{FileError, ProjectFiles};

/// The outside of a template.
pub(super) struct Host {
    files: ProjectFiles,
    plugins: Arc<PluginHost>,
    dialect: Dialect,
}

impl Host {
    pub(super) fn new(files: ProjectFiles, plugins: Arc<PluginHost>, dialect: Dialect) -> Self {
        Self { files, plugins, dialect }
    }
}

impl TemplateHost for Host {
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, HostError> {
        self.files.read(path).map_err(|error| of_file(&error))
    }

    fn siblings(&self, folder: Option<&ProjectPath>) -> Result<Vec<String>, HostError> {
        let files = self.files.files(folder).map_err(|error| of_file(&error))?;
        Ok(files.iter().map(|path| path.file_name().to_owned()).collect())
    }

    fn data_kind(&self, path: &ProjectPath) -> DataKind {
        match self.plugins.serves_file(path.as_str()) {
            Serves::Yes => DataKind::Data,
            Serves::Disabled => DataKind::Disabled,
            Serves::No => DataKind::Other,
        }
    }

    fn load(&self, path: &ProjectPath, bytes: &[u8]) -> Result<LoadedData, HostError> {
        let Served { loader, options, value } =
            self.plugins.loader_for(path.as_str()).map_err(|error| of_plugin(&error))?;
        let linked = Arc::new(Linked::new(self.files.clone()));
        let files: Arc<dyn LinkedFiles> = Arc::<Linked>::clone(&linked);
        let request = LoadRequest { path: path.as_str(), content: bytes, options: &value, files: Some(files) };
        let loaded = loader.load_with(&request);
        let read = linked.read_so_far();
        let loaded = loaded.map_err(|error| self.of_input(&error, path, bytes, &read))?;
        Ok(LoadedData { value: loaded.value, plugin: loader.plugin_ref(), options, read })
    }

    fn literal(&self, value: &Scalar) -> Result<String, HostError> {
        self.dialect.literal(value).map_err(|error| of_plugin(&error))
    }

    fn ident(&self, name: &str) -> Result<String, HostError> {
        self.dialect.quote(name).map_err(|error| of_plugin(&error))
    }

    fn escape(&self, text: &str) -> Result<String, HostError> {
        self.dialect.escape(text).map_err(|error| of_plugin(&error))
    }

    fn uuid(&self) -> String {
        uuid::Uuid::new_v4().to_string()
    }
}

fn of_file(error: &FileError) -> HostError {
    let source = std::error::Error::source(error).map(ToString::to_string);
    HostError {
        message: error.to_string(),
        hint: Some(error.hint().to_owned()),
        causes: source.into_iter().collect(),
        data: None,
        is_plugin_fault: false,
    }
}

fn of_plugin(error: &PluginError) -> HostError {
    HostError {
        message: error.to_string(),
        hint: error.hint(),
        causes: error.backtrace().iter().map(|frame| format!("in `{frame}`")).collect(),
        data: None,
        is_plugin_fault: error.is_plugin_fault(),
    }
}

impl Host {
    /// A loader's complaint about a data file, with the place in that file or in one that was read for it.
    fn of_input(
        &self,
        error: &PluginError,
        path: &ProjectPath,
        bytes: &[u8],
        read: &[(ProjectPath, Checksum)],
    ) -> HostError {
        let mut folded = of_plugin(error);
        let PluginError::Input { diagnostics, .. } = error else { return folded };
        let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error) else {
            return folded;
        };
        folded.message = format!("`{path}` cannot be loaded: {}", first.message);
        folded.hint.clone_from(&first.help);
        let Some(span) = &first.span else { return folded };
        let other = read.iter().map(|(other, _)| other).find(|other| other.as_str() == span.input);
        let (place, text) = match other {
            None => (path, String::from_utf8_lossy(bytes).into_owned()),
            // It was there a moment ago. Without it the place is told all the same.
            Some(other) => {
                let bytes = self.files.read(other).unwrap_or_default();
                (other, String::from_utf8_lossy(&bytes).into_owned())
            }
        };
        let excerpt = excerpt::render_errors(place.as_str(), &text, diagnostics).unwrap_or_default();
        folded.data = Some(DataPlace { path: place.clone(), line: span.line, column: span.column, excerpt });
        folded
    }
}
