//! Why a plugin does not come into a project, stay in it, or leave for a registry.

use std::path::PathBuf;

use noorm_fetch::FetchError;
use noorm_plugin_host::{PluginError, PluginInfo};
use noorm_vault::signature::SignatureError;

use crate::clock::ClockError;

/// Why a plugin does not come into a project, stay in it, or leave for a registry.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The plugin, or the project's lock file.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// What it is to be granted.
    #[error(transparent)]
    Grant(#[from] super::VerbError),
    /// What it was to be fetched from, or published to.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The clock.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder holds no components.
    #[error("`{}` holds no `.wasm` file", .folder.display())]
    NoComponents {
        /// The folder.
        folder: PathBuf,
    },
    /// A file is a core module where only a component is what was signed, or what others may have.
    #[error("`{from}` is a core module, and no component")]
    Module {
        /// Where it is from.
        from: String,
    },
    /// What the command line gives as a digest is none.
    #[error("`{text}` is not a SHA-256 digest: that has 64 hexadecimal digits")]
    NoDigest {
        /// The text.
        text: String,
    },
    /// What came is not what the command line wants.
    #[error("`{from}` is not what `--sha256` says: digest {found}, wanted {wanted}")]
    Digest {
        /// Where it is from.
        from: String,
        /// The digest that was given.
        wanted: String,
        /// The digest of what came.
        found: String,
    },
    /// A digest is of one component, and there are several.
    #[error("`{}` holds {count} components, and `--sha256` is the digest of one", .folder.display())]
    DigestOfSeveral {
        /// The folder.
        folder: PathBuf,
        /// How many.
        count: usize,
    },
    /// A key of the settings is none.
    #[error("`plugins.keys` of the settings cannot be used")]
    Keys(#[source] SignatureError),
    /// The signature is not good.
    #[error("the signature of `{from}` is refused")]
    Signature {
        /// Where the component is from.
        from: String,
        /// Why.
        #[source]
        source: SignatureError,
    },
    /// The settings name keys, and the signature is missing.
    #[error("`{from}` is not signed, and {}", why_signed(*.is_required))]
    NotSigned {
        /// Where the component is from.
        from: String,
        /// The settings require signatures of every plugin; otherwise of those that were signed before.
        is_required: bool,
    },
    /// A plugin is signed with another key than the lock file says.
    #[error("`{name}` is signed with `{found}`, and the lock file says `{locked}`")]
    OtherKey {
        /// The plugin.
        name: String,
        /// The key of the lock file.
        locked: String,
        /// The key of the signature.
        found: String,
    },
    /// The settings do not name the key that the lock file names.
    #[error("the lock file says that `{name}` is signed with `{locked}`, and the settings name no keys")]
    KeyUnknown {
        /// The plugin.
        name: String,
        /// The key of the lock file.
        locked: String,
    },
    /// The signature of a plugin is not beside it, nor where it came from.
    #[error("the lock file says that `{name}` is signed with `{locked}`, and its signature is not to be found")]
    SignatureGone {
        /// The plugin.
        name: String,
        /// The key of the lock file.
        locked: String,
    },
    /// Nothing is fetched.
    #[error("`{from}` is not here, and nothing is fetched, as {}", offline())]
    Offline {
        /// What would have to be fetched.
        from: String,
    },
    /// The lock file stays as it is.
    #[error(
        "`{name}` would change `.noorm/plugins.lock` ({what}), which stays as it is with `--locked` or NOORM_LOCKED"
    )]
    Locked {
        /// The plugin.
        name: String,
        /// How.
        what: String,
    },
    /// An update is another plugin.
    #[error("`{from}` is the plugin `{found}` now, and not `{name}`")]
    OtherPlugin {
        /// Where it is from.
        from: String,
        /// The one that was to be updated.
        name: String,
        /// The one that is there.
        found: String,
    },
    /// The file that a plugin was added from is not known here.
    #[error("`{name}` was added from the file `{file}`, which is not in this project")]
    FileUnknown {
        /// The plugin.
        name: String,
        /// The file's name.
        file: String,
    },
    /// A tag names another version than the component's own.
    #[error("the tag is `{tag}`, and `{name}` says that it is version {version}")]
    OtherVersion {
        /// The tag.
        tag: String,
        /// The plugin.
        name: String,
        /// Its version.
        version: String,
        /// The tag of that version.
        own: String,
    },
    /// Data cannot be read.
    #[error(transparent)]
    Data(#[from] crate::files::FileError),
}

fn why_signed(is_required: bool) -> &'static str {
    if is_required { "`plugins.requireSignatures` is on" } else { "what it takes the place of is" }
}

fn offline() -> &'static str {
    "`--offline` or NOORM_OFFLINE says so"
}

impl SourceError {
    /// Says that a plugin was added from a file that is not in the project.
    #[must_use]
    pub fn of_file(info: &PluginInfo) -> Self {
        let file = info.origin.as_deref().unwrap_or_default().trim_start_matches("path:").to_owned();
        Self::FileUnknown { name: info.name.clone(), file }
    }

    /// Whether the command line is wrong, rather than what it names.
    #[must_use]
    pub fn is_misspelt(&self) -> bool {
        matches!(self, Self::NoDigest { .. } | Self::DigestOfSeveral { .. } | Self::Fetch(FetchError::Address { .. }))
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Plugin(error) => return error.hint(),
            Self::Grant(error) => return error.hint(),
            Self::Fetch(error) => return error.hint().map(str::to_owned),
            Self::Keys(error) | Self::Signature { source: error, .. } => error.hint(),
            Self::Data(error) => error.hint(),
            Self::Read { .. } => "name a file, a folder, `https://HOST/FILE.wasm` or `oci://REGISTRY/NAME:TAG`",
            Self::NoComponents { .. } => "components are files whose names end in `.wasm`",
            Self::Module { .. } => "`noorm plugin build` makes a component of it, which can be signed and published",
            Self::NoDigest { .. } => "`sha256sum FILE.wasm` shows it",
            Self::Digest { .. } => "do not use it before its author tells why it is another one",
            Self::DigestOfSeveral { .. } => "name the one file that is meant",
            Self::NotSigned { .. } => {
                "its author signs it with `minisign -S`; the signature is a file beside it, whose name ends in `.wasm.minisig`"
            }
            Self::OtherKey { .. } | Self::KeyUnknown { .. } | Self::SignatureGone { .. } => {
                "add it again with `noorm plugin add`, once its author's key is in `plugins.keys`"
            }
            Self::Offline { .. } => {
                "without it the plugin is fetched; `noorm plugin vendor`, where there is a network, keeps plugins in the project, and `noorm plugin add FOLDER` takes components from a folder"
            }
            Self::Locked { .. } => "run it without, look at what changes in the lock file, and commit that",
            Self::OtherPlugin { .. } => "add it as the plugin that it is with `noorm plugin add`",
            Self::FileUnknown { name, .. } => {
                return Some(format!("`noorm plugin update {name} --from FILE.wasm` takes another version of it"));
            }
            Self::OtherVersion { own, .. } => {
                return Some(format!(
                    "raise the version where the plugin says who it is, and build it again; or publish it with its own tag, `{own}`"
                ));
            }
            Self::Clock(_) => return None,
        };
        Some(hint.to_owned())
    }
}
