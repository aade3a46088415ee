//! Scripts: what a file has to say once its template is rendered, and its checksum.
//!
//! It runs nothing and splits nothing. A plain file's text is not kept: it is read again when it runs, and has to be the
//! same then.

mod linked;
mod render;
pub mod stance;

pub(crate) use linked::Linked;

use std::sync::Arc;

use noorm_core::checksum::Checksum;
use noorm_core::directive::{self, DirectiveError, Directives};
use noorm_core::path::ProjectPath;
use noorm_core::script_kind::ScriptKind;
use noorm_core::template::{self, Facts, Input, TemplateError};
use noorm_core::text::{self, Encoding, TextError};
use noorm_plugin_host::{Dialect, PluginHost};

use crate::files::{FileError, ProjectFiles};

/// Longest path, in bytes: the width of its column in the tracking table.
pub const PATH_BYTES_MAX: usize = 500;

/// Why a file has no script to run.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not in the encoding that it claims.
    #[error("`{path}` is not valid {}: the first wrong byte is on line {line}", .encoding.name())]
    Encoding {
        /// The file.
        path: ProjectPath,
        /// What its byte-order mark says, or UTF-8.
        encoding: Encoding,
        /// Line, counted from 1.
        line: u32,
    },
    /// It has a NUL.
    #[error("`{path}` has a NUL byte on line {line}; is it a text in UTF-8?")]
    Nul {
        /// The file.
        path: ProjectPath,
        /// Line, counted from 1.
        line: u32,
    },
    /// It is a template of the original.
    #[error("`{path}` needs the JavaScript engine of the original")]
    Foreign {
        /// The file.
        path: ProjectPath,
    },
    /// Its template does not render.
    #[error(transparent)]
    Template(Box<TemplateError>),
    /// Its first line asks for something unknown.
    #[error("`{path}` cannot be run")]
    Directive {
        /// The file.
        path: ProjectPath,
        /// Why.
        #[source]
        source: DirectiveError,
    },
    /// Its path does not fit the tracking table.
    #[error("the path `{path}` has more than {PATH_BYTES_MAX} bytes")]
    LongPath {
        /// The file.
        path: ProjectPath,
    },
    /// It was edited between the decision to run it and its run.
    #[error("`{path}` changed while noorm was running")]
    Changed {
        /// The file.
        path: ProjectPath,
    },
}

impl ScriptError {
    /// Says that a file is not in the encoding that it claims.
    pub(crate) fn of_text(path: &ProjectPath, error: &TextError) -> Self {
        Self::Encoding { path: path.clone(), encoding: error.encoding, line: error.line }
    }

    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::File(error) => error.hint(),
            Self::Encoding { .. } => "save the file as UTF-8",
            Self::Nul { .. } => "save the file as UTF-8, or as UTF-16 with a byte-order mark",
            Self::Foreign { .. } => "rewrite it as a `.sql.j2` template",
            Self::Template(error) => return error.hint.clone(),
            Self::Directive { .. } => "write `-- noorm: no-transaction`, or another comment",
            Self::LongPath { .. } => "shorten the names of its folders",
            Self::Changed { .. } => "run the command again",
        };
        Some(hint.to_owned())
    }
}

/// One file that can run.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file.
    pub path: ProjectPath,
    /// Its checksum, which for a template covers its inputs (ruling 11).
    pub checksum: Checksum,
    /// The checksum under which a history that was taken over has the same content, where that is another one.
    original: Option<Checksum>,
    /// Data files and includes that its template read.
    pub inputs: Vec<Input>,
    /// The rendered text of a template.
    rendered: Option<Arc<str>>,
}

impl Script {
    /// Returns the checksums that its content may stand under in the history; its own is the first.
    pub fn checksums(&self) -> Vec<&str> {
        [Some(&self.checksum), self.original.as_ref()].into_iter().flatten().map(Checksum::as_str).collect()
    }

    /// Whether it is a template, so that lines of its text are not lines of its file.
    pub fn is_rendered(&self) -> bool {
        self.rendered.is_some()
    }
}

/// Makes scripts of a project's files.
#[derive(Clone)]
pub struct Scripts {
    files: ProjectFiles,
    host: Arc<render::Host>,
    facts: Arc<Facts>,
}

impl Scripts {
    /// Takes what templates can ask for.
    pub fn new(files: ProjectFiles, plugins: Arc<PluginHost>, dialect: Dialect, facts: Facts) -> Self {
        let host = Arc::new(render::Host::new(files.clone(), plugins, dialect));
        Self { files, host, facts: Arc::new(facts) }
    }

    /// Reads a file and renders it if it is a template.
    pub fn prepare(&self, path: &ProjectPath) -> Result<Script, ScriptError> {
        if path.as_str().len() > PATH_BYTES_MAX {
            return Err(ScriptError::LongPath { path: path.clone() });
        }
        match ScriptKind::of(path.file_name()) {
            ScriptKind::Foreign => Err(ScriptError::Foreign { path: path.clone() }),
            ScriptKind::Template => {
                let bytes = self.files.read(path)?;
                let host: Arc<dyn template::TemplateHost> = self.host.clone();
                let rendered = template::render(path, &bytes, Arc::clone(&self.facts), host)
                    .map_err(|error| ScriptError::Template(Box::new(error)))?;
                let (checksum, inputs) = (rendered.checksum, rendered.inputs);
                let rendered = Some(rendered.sql.into());
                Ok(Script { path: path.clone(), checksum, original: None, inputs, rendered })
            }
            _ => {
                let bytes = self.files.read(path)?;
                let (checksum, original) = (Checksum::of_file(&bytes), Checksum::of_original(&bytes));
                Ok(Script { path: path.clone(), checksum, original, inputs: Vec::new(), rendered: None })
            }
        }
    }

    /// Returns the text of a script, without a byte-order mark. It is the text that the checksum was made of.
    pub fn text(&self, script: &Script) -> Result<Arc<str>, ScriptError> {
        let path = &script.path;
        let text: Arc<str> = match &script.rendered {
            Some(text) => Arc::clone(text),
            None => {
                let bytes = self.files.read(path)?;
                if Checksum::of_file(&bytes) != script.checksum {
                    return Err(ScriptError::Changed { path: path.clone() });
                }
                text::decode(&bytes).map_err(|error| ScriptError::of_text(path, &error))?.into()
            }
        };
        match text.find('\0') {
            Some(at) => Err(ScriptError::Nul { path: path.clone(), line: line_of(text.as_bytes(), at) }),
            None => Ok(text),
        }
    }

    /// Returns what the first line of a script's text asks for.
    pub fn directives(&self, script: &Script, text: &str) -> Result<Directives, ScriptError> {
        directive::parse(text).map_err(|source| ScriptError::Directive { path: script.path.clone(), source })
    }
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    u32::try_from(line).unwrap_or(u32::MAX)
}
