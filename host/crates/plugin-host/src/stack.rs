//! Dialects that the settings compose: a base, and quirks over it.
//!
//! A composition is made when the lock file changes, and recorded there by the digests of its layers and its own. To be used
//! it is made again, and has to be the one that is locked. How components become one is in `compose`.

mod error;
mod lock;
mod recipe;

pub use error::{ChangedLayer, StackError};
pub use lock::LockedDialect;
pub use recipe::{Composition, LockedLayer};

use std::sync::Arc;

use crate::code::CodeFault;
use crate::compose::{Composed, Part, compose};
use crate::dialect::Dialect;
use crate::error::PluginError;
use crate::grant::Grant;
use crate::host::{Candidate, PluginHost};
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::{PluginKind, inspect};
use crate::install::digest;
use crate::layer::Layer;
use crate::plugin::Exports;
use crate::registry::{Code, Entry};

/// A layer, with its component.
#[derive(Clone)]
pub(crate) struct LayerCode {
    pub(crate) info: PluginInfo,
    pub(crate) component: Vec<u8>,
}

/// What a quirk is laid over.
#[derive(Clone, Copy, Debug)]
pub enum Base<'a> {
    /// A dialect, by its name: one that a plugin serves, or one that the settings compose.
    Name(&'a str),
    /// A dialect that need not be installed.
    Candidate(&'a Candidate),
}

impl<'a> Base<'a> {
    /// Returns the dialect's name.
    fn name(self) -> &'a str {
        match self {
            Self::Name(name) => name,
            Self::Candidate(candidate) => candidate.info.provides.first().map_or("", String::as_str),
        }
    }
}

/// A composition that was made.
pub(crate) struct Made {
    /// What is known of it: the outermost quirk, under the name of the settings.
    pub(crate) info: PluginInfo,
    pub(crate) component: Vec<u8>,
    pub(crate) layers: Vec<Layer>,
}

impl Made {
    /// Returns what the lock file says of it.
    pub(crate) fn composition(&self) -> Composition {
        let mut layers = self.layers.iter().map(|layer| LockedLayer::of(&layer.plugin));
        Composition {
            dialect: self.info.provides[0].clone(),
            base: layers.next().expect("a composition has a base"),
            quirks: layers.collect(),
            digest: self.info.digest.clone(),
        }
    }
}

/// Composes a dialect of its layers, the base first.
pub(crate) fn make(dialect: &str, layers: &[LayerCode]) -> Result<Made, PluginError> {
    let failed = |what| PluginError::Stack(StackError::Compose { dialect: dialect.to_owned(), what });
    let parts: Vec<Part<'_>> =
        layers.iter().map(|layer| Part { name: &layer.info.name, component: &layer.component }).collect();
    let Some((base, quirks)) = parts.split_first().filter(|(_, quirks)| !quirks.is_empty()) else {
        return Err(failed("it has no quirk".to_owned()));
    };
    let Composed { component, places } = compose(*base, quirks).map_err(failed)?;
    let shape = inspect(&component).map_err(|reason| failed(reason.to_string()))?;
    let outermost = &layers[layers.len() - 1].info;
    let info = PluginInfo {
        kind: PluginKind::Dialect,
        digest: digest(&component),
        interface: shape.interface,
        imports: shape.imports,
        grants: layers.iter().flat_map(|layer| layer.info.grants.clone()).collect::<Vec<Grant>>(),
        source: PluginSource::Project,
        provides: vec![dialect.to_owned()],
        driver: layers[0].info.driver.clone(),
        size_bytes: component.len() as u64,
        ..outermost.clone()
    };
    let placed = |(layer, place): (&LayerCode, _)| Layer { plugin: layer.info.plugin_ref(), place };
    let layers = layers.iter().zip(places).map(placed).collect();
    Ok(Made { info, component, layers })
}

impl PluginHost {
    /// Loads a dialect that the settings compose, which has to be the one that is locked.
    pub(crate) fn composed(&self, dialect: &str) -> Result<Dialect, PluginError> {
        let layers = self.layers(dialect, &[])?;
        // What is given for one command is in no lock file, and neither is what stands on it.
        if layers.iter().any(|layer| layer.info.source == PluginSource::With) {
            return self.load_made(make(dialect, &layers)?);
        }
        let locked = self.registry.composition(dialect);
        let locked = locked.ok_or_else(|| StackError::NotLocked { dialect: dialect.to_owned() })?;
        let names: Vec<&str> = layers.iter().map(|layer| layer.info.name.as_str()).collect();
        if !locked.names().eq(names.iter().copied()) {
            let locked = recipe::told(locked.names());
            return Err(
                StackError::Recipe { dialect: dialect.to_owned(), settings: recipe::told(names), locked }.into()
            );
        }
        if self.bundle()?.is_some_and(|bundle| bundle.has(&locked.digest)) {
            return self.sealed(dialect, &locked.digest, &layers);
        }
        let made = make(dialect, &layers)?;
        if made.info.digest != locked.digest {
            return Err(changed(&made, locked).into());
        }
        self.load_made(made)
    }

    /// Loads a dialect whose whole is in a bundle, by the layers that it was made of: nothing is composed. A fault of it
    /// is told without its layer, as nobody knows where that is in the code.
    fn sealed(&self, dialect: &str, digest: &str, layers: &[LayerCode]) -> Result<Dialect, PluginError> {
        let outermost = &layers[layers.len() - 1].info;
        let info = PluginInfo {
            kind: PluginKind::Dialect,
            digest: digest.to_owned(),
            imports: layers.iter().flat_map(|layer| layer.info.imports.clone()).collect(),
            grants: layers.iter().flat_map(|layer| layer.info.grants.clone()).collect(),
            source: PluginSource::Project,
            provides: vec![dialect.to_owned()],
            driver: layers[0].info.driver.clone(),
            ..outermost.clone()
        };
        let code = self.bundled_code(&info)?.ok_or_else(|| StackError::NotLocked { dialect: dialect.to_owned() })?;
        let (plugin, exports) = self.linked(info, &code)?;
        let layer = |layer: &LayerCode| Layer { plugin: layer.info.plugin_ref(), place: 0..0 };
        plugin.set_layers(layers.iter().map(layer).collect());
        match exports {
            Exports::Dialect(linked) => Ok(Dialect::new(plugin, linked)),
            _ => Err(plugin.nonsense("describe", "it was composed as a dialect and is none")),
        }
    }

    /// Composes all dialects of the settings, each of which has to be the one that is locked.
    pub(crate) fn all_composed(&self) -> Result<Vec<Made>, PluginError> {
        let compose = |dialect: &String| {
            let made = make(dialect, &self.layers(dialect, &[])?)?;
            let locked = self.registry.composition(dialect);
            let locked = locked.ok_or_else(|| StackError::NotLocked { dialect: dialect.clone() })?;
            if made.info.digest != locked.digest {
                return Err(changed(&made, locked).into());
            }
            Ok(made)
        };
        self.options.dialects.keys().map(compose).collect()
    }

    /// Composes and loads a dialect that is neither in the settings nor locked: to be looked at, and never to run. A quirk
    /// takes the place of the layer of its name, or lies over all that there are.
    pub fn dialect_over(&self, base: Base<'_>, quirks: &[Candidate]) -> Result<Dialect, PluginError> {
        let dialect = base.name();
        let mut layers = match base {
            Base::Name(name) if self.options.dialects.contains_key(name) => self.layers(name, &[])?,
            Base::Name(name) => self.base(name, name)?,
            Base::Candidate(Candidate { info, component }) => {
                vec![LayerCode { info: info.clone(), component: component.clone() }]
            }
        };
        for quirk in quirks {
            recipe::check_base(&quirk.info, &layers[0].info)?;
            let layer = LayerCode { info: quirk.info.clone(), component: quirk.component.clone() };
            match layers.iter_mut().find(|layer| layer.info.name == quirk.info.name) {
                Some(former) => *former = layer,
                None => layers.push(layer),
            }
        }
        self.load_made(make(dialect, &layers)?)
    }

    /// Composes the dialects of the settings that a candidate is a layer of, with it in the place of the plugin of its
    /// name. They are there to be looked at, and never to run.
    pub fn composed_with(&self, candidate: &Candidate) -> Result<Vec<(String, Dialect)>, PluginError> {
        let mut composed = Vec::new();
        for dialect in self.options.dialects.keys() {
            let layers = self.layers(dialect, &[candidate])?;
            if layers.iter().any(|layer| layer.info.name == candidate.info.name) {
                composed.push((dialect.clone(), self.load_made(make(dialect, &layers)?)?));
            }
        }
        Ok(composed)
    }

    fn load_made(&self, made: Made) -> Result<Dialect, PluginError> {
        let key = (made.info.source, made.info.digest.clone());
        if let Some((plugin, Exports::Dialect(linked))) = self.loaded().get(&key).cloned() {
            return Ok(Dialect::new(plugin, linked));
        }
        let code = self.coder()?.code(&made.info.digest, &made.component, None);
        let code = code.map_err(|fault| match fault {
            CodeFault::Refused(reason) => {
                let dialect = made.info.provides[0].clone();
                StackError::Compose { dialect, what: reason.to_string() }.into()
            }
            CodeFault::Other(error) => error,
        })?;
        let (plugin, exports) = self.linked(made.info, &code)?;
        plugin.set_layers(made.layers);
        self.loaded().insert(key, (Arc::clone(&plugin), exports.clone()));
        match exports {
            Exports::Dialect(linked) => Ok(Dialect::new(plugin, linked)),
            _ => Err(plugin.nonsense("describe", "it was composed as a dialect and is none")),
        }
    }

    /// Returns the layers of a dialect of the settings, the base first. Those of `new` take the places of the plugins of
    /// their names.
    fn layers(&self, dialect: &str, new: &[&Candidate]) -> Result<Vec<LayerCode>, PluginError> {
        let missing = || StackError::NotLocked { dialect: dialect.to_owned() };
        let mut stacks = vec![(dialect, self.options.dialects.get(dialect).ok_or_else(missing)?)];
        // A base may be another dialect of the settings. One of its own name is the plugin that it stands on.
        let base = loop {
            let (name, stack) = stacks[stacks.len() - 1];
            match self.options.dialects.get_key_value(&stack.base).filter(|(base, _)| *base != name) {
                Some((base, _)) if stacks.iter().any(|(seen, _)| seen == base) => {
                    return Err(StackError::Circle { dialect: dialect.to_owned() }.into());
                }
                Some((base, under)) => stacks.push((base, under)),
                None => break &stack.base,
            }
        };
        let mut layers = match new.iter().find(|new| is_dialect(&new.info, base)) {
            Some(new) => vec![LayerCode { info: new.info.clone(), component: new.component.clone() }],
            None => self.base(dialect, base)?,
        };
        for name in stacks.iter().rev().flat_map(|(_, stack)| &stack.quirks) {
            let layer = match new.iter().find(|new| new.info.name == *name) {
                Some(new) => LayerCode { info: new.info.clone(), component: new.component.clone() },
                None => self.quirk(dialect, name)?,
            };
            recipe::check_base(&layer.info, &layers[0].info)?;
            layers.push(layer);
        }
        Ok(layers)
    }

    /// Returns the plugin that a dialect stands on.
    fn base(&self, dialect: &str, base: &str) -> Result<Vec<LayerCode>, PluginError> {
        let unknown = || StackError::NoBase {
            dialect: dialect.to_owned(),
            base: base.to_owned(),
            known: self.registry.served(PluginKind::Dialect),
        };
        let entry = self.registry.find(PluginKind::Dialect, base)?.ok_or_else(unknown)?;
        self.layer(entry).map(|layer| vec![layer])
    }

    fn quirk(&self, dialect: &str, name: &str) -> Result<LayerCode, PluginError> {
        if self.registry.is_disabled(name) {
            return Err(PluginError::Disabled { name: name.to_owned(), serves: dialect.to_owned() });
        }
        let unknown = || StackError::NoQuirk { dialect: dialect.to_owned(), quirk: name.to_owned() };
        let entry = self.registry.named(name).find(|entry| entry.info.kind == PluginKind::Quirk);
        let entry = entry.ok_or_else(unknown)?;
        self.layer(entry)
    }

    fn layer(&self, entry: &Entry) -> Result<LayerCode, PluginError> {
        if entry.info.source == PluginSource::Project {
            self.refuse_unsigned(&entry.info)?;
        }
        // Where the whole is sealed, its layers need not be here.
        let component = match self.component_of(entry) {
            Err(PluginError::Missing { .. }) if self.bundle()?.is_some() => Vec::new(),
            component => {
                let component = component?;
                if let Code::File(file) = &entry.code {
                    self.refuse_forged(&entry.info, file, &component)?;
                }
                component
            }
        };
        Ok(LayerCode { info: entry.info.clone(), component })
    }
}

fn is_dialect(info: &PluginInfo, name: &str) -> bool {
    info.kind == PluginKind::Dialect && info.provides.iter().any(|served| served == name)
}

/// Says what of a composition is not what was locked.
fn changed(made: &Made, locked: &Composition) -> StackError {
    let layers = made.layers.iter().zip(locked.layers());
    let layers = layers.filter(|(found, locked)| found.plugin.digest != locked.digest);
    let layers = layers.map(|(found, locked)| ChangedLayer {
        name: locked.name.clone(),
        locked: locked.digest.clone(),
        found: found.plugin.digest.clone(),
    });
    StackError::Changed {
        dialect: locked.dialect.clone(),
        locked: locked.digest.clone(),
        found: made.info.digest.clone(),
        layers: layers.collect(),
    }
}
