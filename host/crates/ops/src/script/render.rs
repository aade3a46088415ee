//! What templates ask the outside for: files through the project, values through loaders, quoting through the dialect.

use std::sync::Arc;

use noorm_core::diagnostic::Severity;
use noorm_core::excerpt;
use noorm_core::path::ProjectPath;
use noorm_core::plugin::PluginRef;
use noorm_core::template::{DataPlace, HostError, TemplateHost};
use noorm_core::value::{Scalar, Value};
use noorm_plugin_host::{Dialect, PluginError, PluginHost};

use crate::files::{FileError, ProjectFiles};

/// The outside of a template.
pub(super) struct Host {
    files: ProjectFiles,
    plugins: Arc<PluginHost>,
    dialect: Dialect,
    extensions: Vec<String>,
}

impl Host {
    pub(super) fn new(files: ProjectFiles, plugins: Arc<PluginHost>, dialect: Dialect) -> Self {
        let extensions = plugins.extensions();
        Self { files, plugins, dialect, extensions }
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

    fn is_data(&self, file_name: &str) -> bool {
        extension(file_name).is_some_and(|extension| self.extensions.contains(&extension))
    }

    fn load(&self, path: &ProjectPath, bytes: &[u8]) -> Result<(Value, PluginRef), HostError> {
        let extension = extension(path.file_name()).unwrap_or_default();
        let loader = self.plugins.loader(&extension).map_err(|error| of_plugin(&error))?;
        let value = loader.load(path.as_str(), bytes).map_err(|error| of_input(&error, path, bytes))?;
        Ok((value, loader.plugin_ref()))
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

/// Returns the extension by which a loader is found, in lower case.
fn extension(file_name: &str) -> Option<String> {
    let (stem, extension) = file_name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| extension.to_ascii_lowercase())
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

/// A loader's complaint about a data file, with the place in that file.
fn of_input(error: &PluginError, path: &ProjectPath, bytes: &[u8]) -> HostError {
    let mut folded = of_plugin(error);
    let PluginError::Input { diagnostics, .. } = error else { return folded };
    let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error) else {
        return folded;
    };
    folded.message = format!("`{path}` cannot be loaded: {}", first.message);
    folded.hint.clone_from(&first.help);
    if let Some(span) = &first.span {
        let text = String::from_utf8_lossy(bytes);
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
        let excerpt = excerpt::render(path.as_str(), &text, at(span.start), at(span.end), &first.message);
        folded.data = Some(DataPlace { path: path.clone(), line: span.line, column: span.column, excerpt });
    }
    folded
}
