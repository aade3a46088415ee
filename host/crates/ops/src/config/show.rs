//! `config show`: every field of a config, what counts for it, and who said so.

use noorm_core::config::fields::Field;
use noorm_core::config::layers::Layer;
use noorm_core::redact::REDACTED;
use noorm_core::settings::Paths;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Active, Choice, ConfigError, Origin, resolve_with};
use crate::home::Home;
use crate::project::Project;

/// A config as a command would use it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownConfig {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The stage that it belongs to.
    pub stage: Option<String>,
    /// Every field.
    pub fields: Vec<FieldView>,
}

/// A field of a config.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldView {
    /// Where it stands, such as `connection.host`.
    pub field: &'static str,
    /// What counts; a password is not shown. `null` where nobody says anything.
    pub value: Value,
    /// Who said so.
    pub layer: &'static str,
    /// The same in words: which variable, which stage.
    pub origin: String,
}

/// Shows the config that counts. It connects to nothing.
pub fn show(project: &Project, home: &Home, choice: &Choice) -> Result<ShownConfig, ConfigError> {
    let active = resolve_with(project, home, choice)?;
    let name = active.config.name.clone();
    let stage = project.settings.stages.contains_key(&name).then(|| name.clone());
    let fields = Field::ALL.into_iter().map(|field| view(field, &active, &project.settings.paths)).collect();
    Ok(ShownConfig { name, origin: active.origin, stage, fields })
}

fn view(field: Field, active: &Active, paths: &Paths) -> FieldView {
    let said = active.origins.get(&field);
    let (value, layer) = match (said, field) {
        (Some(layer), Field::Password) => (json!(REDACTED), layer.clone()),
        (Some(layer), _) => (field.of(&active.config), layer.clone()),
        (None, Field::Schema) => of_settings(&paths.schema, &Paths::default().schema),
        (None, Field::Changesets) => of_settings(&paths.changesets, &Paths::default().changesets),
        (None, _) => (Value::Null, Layer::Default),
    };
    FieldView { field: field.path(), value, layer: layer.name(), origin: layer.to_string() }
}

fn of_settings(path: &str, default: &str) -> (Value, Layer) {
    let layer = if path == default { Layer::Default } else { Layer::Settings };
    (json!(path), layer)
}
