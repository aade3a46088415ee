//! Templates: `.sql.j2` files rendered by minijinja, with the context of ruling 5.
//!
//! A template sees the data files beside it by their names, and one is loaded only when the template names it. The names
//! of the context (`config`, `secrets`, `env`, …) win over data files; `load("config.yaml")` reaches such a file. What
//! is undefined is an error. Files, loaders and quoting come from a [`TemplateHost`]; nothing is read or run here.

mod data;
mod error;
mod explain;
mod file;
mod functions;
mod names;
mod root;
mod run;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Map;

use crate::checksum::Checksum;
use crate::path::ProjectPath;
use crate::plugin::PluginRef;
use crate::secret::Secret;
use crate::value::{Scalar, Value};

pub use error::{DataPlace, HostError, TemplateError};

/// What a template asks the outside for.
pub trait TemplateHost: Send + Sync + 'static {
    /// Returns the bytes of a file of the project.
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, HostError>;

    /// Returns the names of the files directly in a folder, `None` being the project's.
    fn siblings(&self, folder: Option<&ProjectPath>) -> Result<Vec<String>, HostError>;

    /// Whether a loader reads a file.
    fn data_kind(&self, path: &ProjectPath) -> DataKind;

    /// Turns a data file into a value, and says which plugin did.
    fn load(&self, path: &ProjectPath, bytes: &[u8]) -> Result<LoadedData, HostError>;

    /// Writes a value as the database's literal.
    fn literal(&self, value: &Scalar) -> Result<String, HostError>;

    /// Quotes an identifier.
    fn ident(&self, name: &str) -> Result<String, HostError>;

    /// Writes what may stand between the quotes of a string literal.
    fn escape(&self, text: &str) -> Result<String, HostError>;

    /// Returns a random UUID.
    fn uuid(&self) -> String;
}

/// Whether a file beside a template is one of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// It is, and has a name in the template.
    Data,
    /// It would be, if its loader were not disabled. What else has its name comes first; asking for it tells why not.
    Disabled,
    /// It is not.
    Other,
}

/// A data file's value, and what it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedData {
    /// The value.
    pub value: Value,
    /// The loader.
    pub plugin: PluginRef,
    /// The options that it was given.
    pub options: Map<String, serde_json::Value>,
    /// Other files that it read, in order.
    pub read: Vec<(ProjectPath, Checksum)>,
}

/// What is the same for all templates of a run.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The active config, without its password.
    pub config: serde_json::Value,
    /// The config's secrets, by name.
    pub secrets: BTreeMap<String, Secret>,
    /// The secrets of all configs, by name.
    pub global_secrets: BTreeMap<String, Secret>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// The config's dialect.
    pub dialect: String,
    /// The instant of the run, RFC 3339, UTC.
    pub now: String,
}

/// A file that a template read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// The file.
    pub path: ProjectPath,
    /// Its checksum.
    pub checksum: Checksum,
    /// The loader that made a value of it; none for an include.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<PluginRef>,
    /// The options that the loader was given.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub options: Map<String, serde_json::Value>,
    /// The data file for which a loader read this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_for: Option<ProjectPath>,
}

/// A rendered template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The SQL.
    pub sql: String,
    /// The files it was made of, in the order of their first use.
    pub inputs: Vec<Input>,
    /// What it asked for by name, sorted: `env:NAME`, `secret:NAME`, `global_secret:NAME`.
    pub asked: Vec<String>,
    /// Its checksum by ruling 11.
    pub checksum: Checksum,
}

/// Renders a template.
pub fn render(
    path: &ProjectPath,
    bytes: &[u8],
    facts: Arc<Facts>,
    host: Arc<dyn TemplateHost>,
) -> Result<Rendered, TemplateError> {
    let run = run::Run::new(facts, host);
    let sql = file::render(&run, path, bytes)?;
    let (inputs, asked) = run.used();
    let checksum = checksum(&Checksum::of_file(bytes), &inputs, &asked);
    Ok(Rendered { sql, inputs, asked, checksum })
}

/// SHA-256 over the JSON of the template's own checksum, path and checksum of each input in order, with its options where
/// it has some, and the names that were asked for.
fn checksum(own: &Checksum, inputs: &[Input], asked: &[String]) -> Checksum {
    let input = |input: &Input| match input.options.is_empty() {
        true => serde_json::json!([input.path, input.checksum]),
        false => serde_json::json!([input.path, input.checksum, sorted(&input.options)]),
    };
    let inputs: Vec<_> = inputs.iter().map(input).collect();
    Checksum::of_text(&serde_json::json!([own, inputs, asked]).to_string())
}

/// Returns options by name, at every depth: in which order they were written makes no difference.
fn sorted(options: &Map<String, serde_json::Value>) -> BTreeMap<&str, serde_json::Value> {
    fn of(value: &serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(entries) => serde_json::json!(sorted(entries)),
            serde_json::Value::Array(items) => items.iter().map(of).collect(),
            other => other.clone(),
        }
    }
    options.iter().map(|(name, value)| (name.as_str(), of(value))).collect()
}

#[cfg(test)]
mod tests;
