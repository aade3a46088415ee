//! Writes down what the dialects of the settings are composed of.

use super::{Composition, LayerCode, StackError, make};
use crate::error::PluginError;
use crate::host::{Candidate, PluginHost};
use crate::info::{PluginInfo, PluginSource};
use crate::lock_file::{Held, LockFile};

/// What became of one composition.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LockedDialect {
    /// What is locked now, or was until now.
    #[serde(flatten)]
    pub composition: Composition,
    /// `new`, `changed`, `unchanged` or `removed`.
    pub state: &'static str,
    /// The digest that was locked before, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former: Option<String>,
}

impl PluginHost {
    /// Composes all dialects of the settings, and locks them as they are now.
    pub fn lock_dialects(&mut self) -> Result<Vec<LockedDialect>, PluginError> {
        let project = self.options.project.clone().ok_or(PluginError::NoProject)?;
        let made = self.compositions()?;
        let mut report = compared(LockFile::read(&project)?.compositions(), &made);
        if report.iter().any(|it| it.state != "unchanged") {
            let mut lock = Held::take(&project)?;
            report = compared(lock.compositions(), &made);
            lock.set_compositions(made);
            lock.write()?;
            self.reopen()?;
        }
        Ok(report)
    }

    /// Tells what [`PluginHost::lock_dialects`] would write. Nothing is changed.
    pub fn compare_dialects(&self) -> Result<Vec<LockedDialect>, PluginError> {
        let project = self.options.project.as_deref().ok_or(PluginError::NoProject)?;
        Ok(compared(LockFile::read(project)?.compositions(), &self.compositions()?))
    }

    /// Composes all dialects of the settings of what is locked.
    fn compositions(&self) -> Result<Vec<Composition>, PluginError> {
        let mut made = Vec::new();
        for dialect in self.options.dialects.keys() {
            let layers = self.layers(dialect, &[])?;
            if let Some(given) = layers.iter().find(|layer| layer.info.source == PluginSource::With) {
                let what = format!("`{}` is given for this command alone", given.info.name);
                return Err(StackError::Compose { dialect: dialect.clone(), what }.into());
            }
            made.push(make(dialect, &layers)?.composition());
        }
        Ok(made)
    }

    /// Returns the dialects that a plugin is a layer of, as they are locked.
    #[must_use]
    pub fn locked_over(&self, plugin: &PluginInfo) -> Vec<String> {
        let is_layer =
            |it: &&Composition| std::iter::once(&it.base).chain(&it.quirks).any(|layer| layer.digest == plugin.digest);
        self.registry.compositions().iter().filter(is_layer).map(|it| it.dialect.clone()).collect()
    }

    /// Composes the dialects that one of these plugins is a layer of, as far as their other layers are there. Nothing is
    /// written.
    pub(crate) fn compositions_with(&self, new: &[&Candidate]) -> Result<Vec<Composition>, PluginError> {
        let mut made = Vec::new();
        for dialect in self.options.dialects.keys() {
            let layers = match self.layers(dialect, new) {
                // One comes after the other.
                Err(PluginError::Stack(StackError::NoQuirk { .. } | StackError::NoBase { .. })) => continue,
                layers => layers?,
            };
            let takes_part = |layer: &LayerCode| new.iter().any(|new| layer.info.name == new.info.name);
            if layers.iter().any(takes_part) {
                made.push(make(dialect, &layers)?.composition());
            }
        }
        Ok(made)
    }
}

/// Says what becomes of each composition.
fn compared(before: &[Composition], now: &[Composition]) -> Vec<LockedDialect> {
    let find = |all: &[Composition], dialect: &str| all.iter().find(|it| it.dialect == dialect).cloned();
    let mut report: Vec<_> = now
        .iter()
        .map(|composition| {
            let former = find(before, &composition.dialect);
            let state = match &former {
                None => "new",
                Some(former) if former == composition => "unchanged",
                Some(_) => "changed",
            };
            let former = former.map(|former| former.digest).filter(|digest| *digest != composition.digest);
            LockedDialect { composition: composition.clone(), state, former }
        })
        .collect();
    let removed = before.iter().filter(|former| find(now, &former.dialect).is_none());
    report.extend(removed.map(|former| LockedDialect { composition: former.clone(), state: "removed", former: None }));
    report
}
