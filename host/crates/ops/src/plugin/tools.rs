//! What the surroundings of a command give its plugins: the user's cache of compiled code, a sealed bundle, a place for
//! failing calls, a ledger of what they use.
//!
//! Nothing of it is made or read before a plugin needs it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use noorm_plugin_host::{BundleFile, CompileCache, Ledger, Record, Seal, SealFault, SharedSeal};
use noorm_vault::cache_seal::{CacheSeal, private_folder};

use crate::home::Home;

/// The key of the user's cache, in the folder of the identity.
const KEY: &str = ".noorm/cache.key";

/// The key of bundles, beside it.
const KEY_OF_BUNDLES: &str = ".noorm/bundle.key";

/// The variable with the path of a sealed bundle.
pub const BUNDLE: &str = "NOORM_PLUGIN_BUNDLE";

/// The variable with the path of the key that it is sealed with.
pub const BUNDLE_KEY: &str = "NOORM_PLUGIN_BUNDLE_KEY";

/// What plugins get.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    /// Where compiled code is kept.
    pub cache: Option<CompileCache>,
    /// A sealed bundle.
    pub bundle: Option<BundleFile>,
    /// Where failing calls are stored.
    pub record: Option<Record>,
    /// Where it is noted what plugins use.
    pub ledger: Ledger,
}

impl Tools {
    /// Looks at the surroundings. Without a home there is no key, and so no cache.
    #[must_use]
    pub fn of(home: &Home) -> Self {
        let key = home.home_dir.as_ref().map(|folder| folder.join(KEY));
        let cache = cache_dir(home)
            .zip(key)
            .map(|(folder, key)| CompileCache { folder: folder.join("compiled"), seal: seal(CacheSeal::making(key)) });
        let bundle = home.set_variable(BUNDLE).map(|path| {
            // Without a key nothing is taken for sealed: the error names where it was looked for.
            let key = bundle_key(home).unwrap_or_default();
            BundleFile { seal: seal(CacheSeal::existing(key)), path: home.working_dir.join(path) }
        });
        Self { cache, bundle, record: None, ledger: Ledger::default() }
    }

    /// Has failing calls stored in a folder.
    #[must_use]
    pub fn recording(self, folder: PathBuf, home: &Home) -> Self {
        let noorm = env!("CARGO_PKG_VERSION").to_owned();
        Self { record: Some(Record { folder, seen: home.seen.clone(), noorm }), ..self }
    }
}

/// Returns the user's folder for what can be made again.
fn cache_dir(home: &Home) -> Option<PathBuf> {
    let named = |name: &str| home.set_variable(name).map(PathBuf::from);
    let own = named("NOORM_CACHE_DIR").map(|folder| home.working_dir.join(folder));
    // A relative one is to be ignored, says the specification of the variable.
    let shared = || named("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let of_home = || home.home_dir.as_ref().map(|home| home.join(".cache"));
    own.or_else(|| shared().or_else(of_home).map(|folder| folder.join("noorm")))
}

/// Returns where the key of bundles is: where the variable says, or in the folder of the identity. It is never looked for
/// beside a bundle: who can exchange that could bring a key of his own with it.
#[must_use]
pub fn bundle_key(home: &Home) -> Option<PathBuf> {
    let named = home.set_variable(BUNDLE_KEY).map(|path| home.working_dir.join(path));
    named.or_else(|| home.home_dir.as_ref().map(|folder| folder.join(KEY_OF_BUNDLES)))
}

/// Hands a key of the vault to the plugin host.
pub(super) fn seal(key: CacheSeal) -> SharedSeal {
    SharedSeal(Arc::new(Keyed(key)))
}

struct Keyed(CacheSeal);

impl Seal for Keyed {
    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; 32], SealFault> {
        Ok(self.0.tag(parts)?)
    }

    fn is_sealed(&self, parts: &[&[u8]], tag: &[u8]) -> Result<bool, SealFault> {
        Ok(self.0.is_sealed(parts, tag)?)
    }

    fn private_folder(&self, path: &Path) -> Result<(), SealFault> {
        Ok(private_folder(path)?)
    }
}
