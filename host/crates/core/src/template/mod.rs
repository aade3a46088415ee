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

    /// Whether a loader reads files of this name.
    fn is_data(&self, file_name: &str) -> bool;

    /// Turns a data file into a value, and says which plugin did.
    fn load(&self, path: &ProjectPath, bytes: &[u8]) -> Result<(Value, PluginRef), HostError>;

    /// Writes a value as the database's literal.
    fn literal(&self, value: &Scalar) -> Result<String, HostError>;

    /// Quotes an identifier.
    fn ident(&self, name: &str) -> Result<String, HostError>;

    /// Writes what may stand between the quotes of a string literal.
    fn escape(&self, text: &str) -> Result<String, HostError>;

    /// Returns a random UUID.
    fn uuid(&self) -> String;
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

/// SHA-256 over the JSON of the template's own checksum, path and checksum of each input in order, and the names that
/// were asked for.
fn checksum(own: &Checksum, inputs: &[Input], asked: &[String]) -> Checksum {
    let inputs: Vec<_> = inputs.iter().map(|input| (&input.path, &input.checksum)).collect();
    Checksum::of_text(&serde_json::json!([own, inputs, asked]).to_string())
}

#[cfg(test)]
mod tests;
