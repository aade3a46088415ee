//! What counts for each field of a config, and who said it: flags, then the environment, then the stored config, then the
//! defaults of its stage, then noorm's own. What a stage enforces counts whatever is said; saying something else is an
//! error, because whoever said it would believe in it.
//!
//! Some fields have rules of their own. A stored `identity` comes before that of the environment (ruling of the design:
//! "config override" is first). `database` and `filename` say one thing in two ways, as `password` and `passwordSecret` do, so that the first who says
//! either decides both.
//! A detail of `ssl` in the environment is put over what is stored, and takes no other detail away.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::environment::{self, Environment};
use super::fields::{Field, Values};
use super::{Config, Ssl};
use crate::redact::REDACTED;
use crate::settings::Stage;

/// Who said a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    /// The stage of this name enforces it.
    Enforced(String),
    /// A flag of the command line.
    Flag,
    /// This environment variable.
    Environment(String),
    /// The stored config.
    Stored,
    /// The defaults of the stage of this name.
    Stage(String),
    /// Another part of the settings.
    Settings,
    /// Nobody.
    Default,
}

impl Layer {
    /// Its name, for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enforced(_) => "enforced",
            Self::Flag => "flag",
            Self::Environment(_) => "environment",
            Self::Stored => "stored",
            Self::Stage(_) => "stage",
            Self::Settings => "settings",
            Self::Default => "default",
        }
    }
}

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Enforced(stage) => write!(f, "enforced by the stage `{stage}`"),
            Self::Flag => f.write_str("the command line"),
            Self::Environment(variable) => write!(f, "the environment variable `{variable}`"),
            Self::Stored => f.write_str("the stored config"),
            Self::Stage(stage) => write!(f, "the defaults of the stage `{stage}`"),
            Self::Settings => f.write_str("the settings"),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// Why the layers make no config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// A stage enforces something else than what was said.
    #[error("`{}` is {said} by {by}, and the stage `{stage}` enforces {enforced}", field.path())]
    Enforced {
        /// The field.
        field: Field,
        /// The stage.
        stage: String,
        /// What it enforces.
        enforced: String,
        /// What was said.
        said: String,
        /// By whom.
        by: Layer,
    },
    /// The values make no config.
    #[error("the config `{name}` cannot be put together: {message}")]
    Unfit {
        /// Its name.
        name: String,
        /// Why. It quotes no password.
        message: String,
    },
}

/// What is said of one config. Later fields come after earlier ones.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// The command line.
    pub flags: &'a Values,
    /// The environment.
    pub environment: &'a Environment,
    /// The stored config; none where the environment describes one.
    pub stored: Option<&'a Config>,
    /// The config's stage, if there is one of its name.
    pub stage: Option<(&'a str, &'a Stage)>,
}

/// A config, and who said what of it.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The config.
    pub config: Config,
    /// Who said each field that has a value.
    pub origins: BTreeMap<Field, Layer>,
}

impl Layers<'_> {
    /// Puts the layers together.
    pub fn resolve(&self) -> Result<Resolved, LayerError> {
        let stored = self.stored.map(Values::of).unwrap_or_default();
        let mut config = match self.stored.map(serde_json::to_value) {
            Some(Ok(Value::Object(config))) => config,
            _ => serde_json::Map::from_iter([("name".to_owned(), json!(environment::NAME))]),
        };
        let mut origins = BTreeMap::new();
        for field in Field::ALL {
            let (value, layer) = match self.enforced(field, &stored)? {
                Some(enforced) => enforced,
                None => match self.said(field, &stored) {
                    Some((value, layer)) => (Some(value), layer),
                    None => (field.default_value(), Layer::Default),
                },
            };
            let value = match (field, value) {
                // A config has to have these two, if only empty.
                (Field::Dialect | Field::Database, None) => Some(json!("")),
                (_, value) => {
                    if value.is_some() {
                        origins.insert(field, layer);
                    }
                    value
                }
            };
            field.set(&mut config, value);
        }
        let name = config.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let config = serde_json::from_value(Value::Object(config))
            .map_err(|error| LayerError::Unfit { name, message: error.to_string() })?;
        Ok(Resolved { config, origins })
    }

    /// What the stage enforces. An error, if a layer above its defaults says something else.
    fn enforced(&self, field: Field, stored: &Values) -> Result<Option<(Option<Value>, Layer)>, LayerError> {
        let Some((name, stage)) = self.stage else { return Ok(None) };
        // Who enforces one way to say it does not want the other.
        let other = field.other().filter(|other| stage.enforced.get(*other).is_some());
        let enforced = match (stage.enforced.get(field), other) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(_)) => None,
            (None, None) => return Ok(None),
        };
        let said = self.said(field, stored).filter(|(_, layer)| !matches!(layer, Layer::Stage(_)));
        match said {
            Some((said, by)) if Some(&said) != enforced.as_ref() => {
                let enforced = match (&enforced, other) {
                    (None, Some(other)) => format!("`{}`", other.path()),
                    (value, _) => shown(field, value.as_ref().unwrap_or(&Value::Null)),
                };
                let said = shown(field, &said);
                Err(LayerError::Enforced { field, stage: name.to_owned(), enforced, said, by })
            }
            _ => Ok(Some((enforced, Layer::Enforced(name.to_owned())))),
        }
    }

    /// What is said of a field first, and by whom.
    fn said(&self, field: Field, stored: &Values) -> Option<(Value, Layer)> {
        let ask = |fields: &[Field], which: &Which| {
            let found = fields.iter().find_map(|field| self.ask(*field, which, stored));
            found.map(|_| self.ask(field, which, stored))
        };
        let fields: Vec<Field> = [Some(field), field.other()].into_iter().flatten().collect();
        let order = match field {
            Field::Identity => [Which::Stored, Which::Flags, Which::Environment, Which::Stage],
            _ => [Which::Flags, Which::Environment, Which::Stored, Which::Stage],
        };
        order.iter().find_map(|which| ask(&fields, which)).flatten()
    }

    fn ask(&self, field: Field, which: &Which, stored: &Values) -> Option<(Value, Layer)> {
        let stage = |field: Field| {
            let (name, stage) = self.stage?;
            Some((stage.defaults.get(field)?.clone(), Layer::Stage(name.to_owned())))
        };
        match which {
            Which::Flags => Some((self.flags.get(field)?.clone(), Layer::Flag)),
            Which::Environment => {
                let layer = Layer::Environment(self.environment.variable(field)?.to_owned());
                if field != Field::Ssl {
                    return Some((self.environment.values().get(field)?.clone(), layer));
                }
                let below = stored.get(field).cloned().or_else(|| stage(field).map(|(value, _)| value));
                let below = below.and_then(|value| serde_json::from_value::<Ssl>(value).ok());
                Some((json!(self.environment.ssl_over(below)?), layer))
            }
            Which::Stored => Some((stored.get(field)?.clone(), Layer::Stored)),
            Which::Stage => stage(field),
        }
    }
}

enum Which {
    Flags,
    Environment,
    Stored,
    Stage,
}

/// A value as messages have it.
fn shown(field: Field, value: &Value) -> String {
    match value {
        _ if field == Field::Password => REDACTED.to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests;
