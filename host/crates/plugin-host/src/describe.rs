//! Asks a plugin who it is.
//!
//! Done once, when a plugin is installed; the answer is kept in the lock file. What it says becomes file
//! names and names in lists, so it is held to the shape of names.

use std::sync::Arc;

use noorm_core::plugin::{is_name, is_served_name};

use crate::check::plain;
use crate::error::{PluginError, Refusal};
use crate::inspect::PluginKind;
use crate::options;
use crate::plugin::{Exports, Plugin};
use crate::sandbox::Sandbox;

/// Extensions that one loader may serve.
const EXTENSIONS_MAX: usize = 64;

/// A plugin's description of itself.
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) provides: Vec<String>,
    pub(crate) driver: Option<String>,
    pub(crate) options_schema: Option<String>,
}

/// Calls `describe` in a fresh instance.
pub(crate) fn describe(plugin: &Arc<Plugin>, exports: &Exports) -> Result<Description, PluginError> {
    let function = "describe.describe";
    let loader = |name, version, summary, provides, schema| Description {
        name,
        version,
        summary,
        provides,
        driver: None,
        options_schema: Some(schema),
    };
    match exports {
        Exports::Dialect(linked) => Sandbox::open(plugin, |store| linked.instantiate(store))?
            .call(function, |world, store| world.noorm_dialect_describe().call_describe(store))
            .map(|it| Description {
                name: it.name,
                version: it.version,
                summary: it.summary,
                provides: vec![it.dialect],
                driver: Some(it.driver),
                options_schema: None,
            }),
        Exports::Document(linked) => Sandbox::open(plugin, |store| linked.instantiate(store))?
            .call(function, |world, store| world.noorm_loader_describe().call_describe(store))
            .map(|it| loader(it.name, it.version, it.summary, it.extensions, it.options_schema)),
        Exports::Rows(linked) => Sandbox::open(plugin, |store| linked.instantiate(store))?
            .call(function, |world, store| world.noorm_loader_describe().call_describe(store))
            .map(|it| loader(it.name, it.version, it.summary, it.extensions, it.options_schema)),
        Exports::Quirk(linked) => Sandbox::open(plugin, |store| linked.instantiate(store))?
            .call("quirk.identify", |world, store| world.noorm_dialect_quirk().call_identify(store))
            .map(|it| Description {
                name: it.name,
                version: it.version,
                summary: it.summary,
                provides: it.bases,
                driver: None,
                options_schema: None,
            }),
    }
}

impl Description {
    /// Refuses a description whose words cannot serve as names.
    pub(crate) fn check(mut self, kind: &str) -> Result<Self, Refusal> {
        let refuse = |what: String| Err(Refusal::Description { what: plain(&what) });
        if !is_name(&self.name) || !self.name.starts_with(&format!("{kind}-")) {
            return refuse(format!("{:?}, which is not `{kind}-` and a word", self.name));
        }
        if !is_version(&self.version) {
            return refuse(format!("version {:?}, which is not of the form 1.2.3", self.version));
        }
        // A quirk serves nothing by itself, and may go with any dialect.
        let may_be_none = kind == PluginKind::Quirk.as_str();
        if (self.provides.is_empty() && !may_be_none) || self.provides.len() > EXTENSIONS_MAX {
            return refuse(format!("serving {} names", self.provides.len()));
        }
        let names = self.provides.iter().chain(&self.driver);
        if let Some(bad) = names.into_iter().find(|name| !is_served_name(name)) {
            return refuse(format!("serving {bad:?}, which is not a lower-case word"));
        }
        if let Some(Err(what)) = self.options_schema.as_deref().map(options::schema) {
            return Err(Refusal::Schema { what: plain(&what) });
        }
        // One line, whatever the plugin thinks of lists.
        self.summary = plain(&self.summary).split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(self)
    }
}

/// Whether a text is a version of the form 1.2.3, whatever comes after that.
#[must_use]
pub fn is_version(version: &str) -> bool {
    let (core, _) = version.split_once(['-', '+']).unwrap_or((version, ""));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte);
    version.len() <= 64 && version.bytes().all(plain) && core.split('.').count() == 3 && core.split('.').all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str, version: &str, provides: &[&str]) -> Result<Description, Refusal> {
        let description = Description {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: "reads\nini\u{1b} files".to_owned(),
            provides: provides.iter().map(|&name| name.to_owned()).collect(),
            driver: None,
            options_schema: None,
        };
        description.check("loader")
    }

    #[test]
    fn names_are_names() {
        let good = described("loader-ini", "1.2.3-rc.1", &["ini", "tar.gz"]).expect("good");
        assert_eq!(good.summary, "reads ini\u{fffd} files");
        for name in ["ini", "dialect-ini", "loader-", "loader-../x", "loader-INI", "loader-a/b"] {
            assert!(described(name, "1.0.0", &["ini"]).is_err(), "{name}");
        }
        for version in ["", "1", "1.2", "1.2.x", "1.2.3 ", "1.2.3.4"] {
            assert!(described("loader-ini", version, &["ini"]).is_err(), "{version}");
        }
        for extension in ["", ".ini", "INI", "a/b", "i\u{1b}"] {
            assert!(described("loader-ini", "1.0.0", &[extension]).is_err(), "{extension}");
        }
        assert!(described("loader-ini", "1.0.0", &[]).is_err());
    }
}
