//! Where a plugin's compiled code comes from: this binary, a sealed bundle, the user's cache, or the compiler.
//!
//! The order is that of cost. Whichever it is, the code is that of the component whose digest is locked, and its imports
//! are those that the grants are compared with.

use std::path::Path;
use std::time::{Duration, Instant};

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::{PluginError, Refusal};
use crate::inspect::{Shape, World};
use crate::seal::CompileCache;
use crate::usage::{CodeOrigin, Ledger, Spent};

/// What has to be known of a component besides its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) world: World,
    pub(crate) imports: Vec<String>,
}

/// The words for worlds in files.
const WORLDS: [(World, &str); 4] =
    [(World::Dialect, "dialect"), (World::Document, "document"), (World::Rows, "rows"), (World::Quirk, "quirk")];

impl About {
    /// A line for the world, and one for each import.
    pub(crate) fn to_text(&self) -> String {
        let (_, world) = WORLDS.iter().find(|(world, _)| *world == self.world).expect("all are in the table");
        std::iter::once(*world).chain(self.imports.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let word = lines.next()?;
        let (world, _) = WORLDS.iter().find(|(_, known)| *known == word)?;
        Some(Self { world: *world, imports: lines.map(str::to_owned).collect() })
    }
}

impl From<Shape> for About {
    fn from(shape: Shape) -> Self {
        Self { world: shape.world, imports: shape.imports }
    }
}

/// A component that can be linked.
pub(crate) struct Compiled {
    pub(crate) component: Component,
    pub(crate) about: About,
    pub(crate) spent: Spent,
}

/// Why there is no code.
pub(crate) enum CodeFault {
    /// The component is none of ours.
    Refused(Refusal),
    /// Anything else.
    Other(PluginError),
}

impl CodeFault {
    /// Names the file that was refused.
    pub(crate) fn of(self, file: &Path) -> PluginError {
        match self {
            Self::Refused(reason) => PluginError::Refused { file: file.to_path_buf(), reason },
            Self::Other(error) => error,
        }
    }
}

/// What turns components into code.
#[cfg_attr(not(feature = "compiler"), allow(dead_code))] // Nothing is kept that was not compiled.
pub(crate) struct Coder<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) cache: Option<&'a CompileCache>,
    pub(crate) ledger: &'a Ledger,
}

impl Coder<'_> {
    /// Returns the code of a component with this digest, compiled at most once in a user's life. `inspected` is what was
    /// seen of it already.
    pub(crate) fn code(&self, digest: &str, component: &[u8], inspected: Option<About>) -> Result<Compiled, CodeFault> {
        let started = Instant::now();
        if let Some((about, component)) = self.cached(digest) {
            let spent = Spent { origin: CodeOrigin::Cache, compile: Duration::ZERO, load: started.elapsed() };
            return Ok(Compiled { component, about, spent });
        }
        let about = match inspected {
            Some(about) => about,
            None => crate::inspect::inspect(component).map_err(CodeFault::Refused)?.into(),
        };
        let started = Instant::now();
        let component = crate::compile::compile(self.engine, digest, component)?;
        let spent = Spent { origin: CodeOrigin::Compiler, compile: started.elapsed(), load: Duration::ZERO };
        self.keep(digest, &about, &component);
        Ok(Compiled { component, about, spent })
    }

    #[cfg(feature = "compiler")]
    fn cached(&self, digest: &str) -> Option<(About, Component)> {
        self.cache?.get(self.engine, digest, self.ledger)
    }

    #[cfg(feature = "compiler")]
    fn keep(&self, digest: &str, about: &About, component: &Component) {
        if let Some(cache) = self.cache {
            cache.put(self.engine, digest, about, component, self.ledger);
        }
    }

    /// Without a compiler nothing was ever kept, and the engine has no hash that names an entry.
    #[cfg(not(feature = "compiler"))]
    fn cached(&self, _digest: &str) -> Option<(About, Component)> {
        None
    }

    #[cfg(not(feature = "compiler"))]
    fn keep(&self, _digest: &str, _about: &About, _component: &Component) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_component_is_written_and_read() {
        for (world, _) in WORLDS {
            for imports in [vec![], vec!["noorm:host/files@1.0.0".to_owned(), "wasi:cli/environment@0.2.0".to_owned()]]
            {
                let about = About { world, imports };
                assert_eq!(About::parse(&about.to_text()), Some(about));
            }
        }
        assert_eq!(About::parse("toaster\n"), None);
        assert_eq!(About::parse(""), None);
    }
}
