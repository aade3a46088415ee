//! What a template sees by name. A data file is loaded when its name is asked for, not before.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use minijinja::Value as Jinja;
use minijinja::value::{Enumerator, Object};

use super::error::HostError;
use super::run::Run;
use super::{DataKind, data, functions, names};
use crate::path::ProjectPath;
use crate::script_kind::ScriptKind;
use crate::secret::Secret;

/// Names that a template sees whatever lies beside it, besides the functions.
pub(super) const NAMES: [&str; 5] = ["config", "secrets", "global_secrets", "env", "dialect"];

/// The names of one template.
#[derive(Debug)]
pub(super) struct Root {
    run: Arc<Run>,
    template: ProjectPath,
    /// Looked at when the first name is asked for that is none of the context's.
    data: OnceLock<Result<Names, HostError>>,
}

/// Data files beside a template.
#[derive(Debug, Default)]
struct Names {
    /// By the names they have there. More than one: nobody knows which is meant.
    data: BTreeMap<String, Vec<ProjectPath>>,
    /// Those whose loader is disabled.
    disabled: BTreeMap<String, Vec<ProjectPath>>,
}

impl Names {
    /// Returns the files of a name. What cannot be loaded stands back.
    fn get(&self, name: &str) -> Option<&Vec<ProjectPath>> {
        self.data.get(name).or_else(|| self.disabled.get(name))
    }
}

impl Root {
    /// Makes the names of a template.
    pub(super) fn new(run: &Arc<Run>, template: &ProjectPath) -> Self {
        Self { run: Arc::clone(run), template: template.clone(), data: OnceLock::new() }
    }

    fn data(&self) -> Result<&Names, &HostError> {
        self.data.get_or_init(|| self.look()).as_ref()
    }

    fn look(&self) -> Result<Names, HostError> {
        let mut found = Names::default();
        let mut files = self.run.host.siblings(self.template.parent().as_ref())?;
        files.sort();
        for file in files {
            let Ok(path) = self.template.resolve(&file) else { continue };
            let names = match self.run.host.data_kind(&path) {
                DataKind::Data => &mut found.data,
                DataKind::Disabled => &mut found.disabled,
                DataKind::Other => continue,
            };
            for name in names::of_file(&file) {
                names.entry(name).or_default().push(path.clone());
            }
        }
        for paths in found.data.values_mut() {
            yield_scripts(paths);
        }
        Ok(found)
    }

    /// Returns the names of the data files, sorted.
    pub(super) fn data_names(&self) -> Vec<&str> {
        self.data().map(|names| names.data.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    fn load(&self, name: &str, paths: &[ProjectPath]) -> Result<Jinja, HostError> {
        match paths {
            [path] => self.run.load(path),
            _ => {
                let files: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
                let message = format!("`{name}` could be {}", files.join(" or "));
                Err(HostError::new(message, "rename one of them, or say which with `load(\"FILE\")`"))
            }
        }
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        let name = key.as_str()?;
        let facts = &self.run.facts;
        let asked = |kind, values: Source| Jinja::from_object(Asked { run: Arc::clone(&self.run), kind, values });
        match name {
            "config" => Some(data::of_json(&facts.config)),
            "secrets" => Some(asked("secret", Source::Secrets)),
            "global_secrets" => Some(asked("global_secret", Source::GlobalSecrets)),
            "env" => Some(asked("env", Source::Env)),
            "dialect" => Some(Jinja::from(facts.dialect.as_str())),
            _ if functions::NAMES.contains(&name) => None,
            _ => {
                let loaded = match self.data() {
                    Ok(names) => self.load(name, names.get(name)?),
                    Err(fault) => Err(fault.clone()),
                };
                Some(loaded.unwrap_or_else(|fault| Jinja::from(self.run.raise(fault))))
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

/// Leaves the scripts out where something else has the name too: most of them are no data, and lie beside what fills their
/// tables.
fn yield_scripts(paths: &mut Vec<ProjectPath>) {
    let is_script = |path: &ProjectPath| ScriptKind::of(path.file_name()) == ScriptKind::Sql;
    if !paths.iter().all(is_script) {
        paths.retain(|path| !is_script(path));
    }
}

/// Which values.
#[derive(Debug, Clone, Copy)]
enum Source {
    Secrets,
    GlobalSecrets,
    Env,
}

/// Values whose use is noted by name. They cannot be listed: a template that asks for all of them asks for none by name.
#[derive(Debug)]
struct Asked {
    run: Arc<Run>,
    kind: &'static str,
    values: Source,
}

impl Object for Asked {
    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        let name = key.as_str()?;
        self.run.ask(self.kind, name);
        let facts = &self.run.facts;
        let secret = |secrets: &BTreeMap<String, Secret>| secrets.get(name).map(|secret| Jinja::from(secret.expose()));
        match self.values {
            Source::Secrets => secret(&facts.secrets),
            Source::GlobalSecrets => secret(&facts.global_secrets),
            Source::Env => facts.env.get(name).map(|value| Jinja::from(value.as_str())),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
