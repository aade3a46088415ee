//! What keeps a dialect of the settings from being composed, or used.

/// A layer that is another one than the lock file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLayer {
    /// The plugin.
    pub name: String,
    /// Its digest in the lock file.
    pub locked: String,
    /// Its digest now.
    pub found: String,
}

/// Why a dialect of the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Nobody composed it yet.
    #[error("the settings compose the dialect `{dialect}`, and plugins.lock does not have it")]
    NotLocked {
        /// The dialect.
        dialect: String,
    },
    /// No plugin is the dialect that it stands on.
    #[error("the dialect `{dialect}` stands on `{base}`, and no plugin serves that")]
    NoBase {
        /// The dialect.
        dialect: String,
        /// Its base.
        base: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A quirk is not in the project.
    #[error("the dialect `{dialect}` has the quirk `{quirk}`, which was not added to this project")]
    NoQuirk {
        /// The dialect.
        dialect: String,
        /// The quirk.
        quirk: String,
    },
    /// Bases that lead back to where they began.
    #[error("the dialect `{dialect}` stands on itself")]
    Circle {
        /// The dialect.
        dialect: String,
    },
    /// A quirk is to be laid over a dialect that it does not know.
    #[error("`{quirk}` was made for {}, not for `{base}`", quoted(.bases))]
    WrongBase {
        /// The quirk.
        quirk: String,
        /// The dialect that it should lie over.
        base: String,
        /// Those that it was made for.
        bases: Vec<String>,
    },
    /// The layers do not fit together.
    #[error("the dialect `{dialect}` cannot be composed: {what}")]
    Compose {
        /// The dialect.
        dialect: String,
        /// What does not fit.
        what: String,
    },
    /// The settings have changed since it was locked.
    #[error("the settings make the dialect `{dialect}` of {settings}, plugins.lock has it of {locked}")]
    Recipe {
        /// The dialect.
        dialect: String,
        /// What the settings say.
        settings: String,
        /// What is locked.
        locked: String,
    },
    /// A layer has changed since it was locked.
    #[error("the dialect `{dialect}` is not the one that plugins.lock names: digest {found}, locked {locked}; {}", told(.layers))]
    Changed {
        /// The dialect.
        dialect: String,
        /// The digest in the lock file.
        locked: String,
        /// The digest now.
        found: String,
        /// The layers that changed.
        layers: Vec<ChangedLayer>,
    },
}

impl StackError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::NotLocked { .. } => "`noorm plugin lock` composes it and writes it down".to_owned(),
            Self::NoBase { known, .. } => {
                format!("known dialects: {}; `noorm plugin add` adds others", known.join(", "))
            }
            Self::NoQuirk { .. } => "add it with `noorm plugin add`".to_owned(),
            Self::Circle { dialect } => {
                format!("let `plugins.dialects.{dialect}.base` name a dialect that a plugin serves")
            }
            Self::WrongBase { .. } => {
                "choose another base in `plugins.dialects`, or a quirk that was made for this one".to_owned()
            }
            Self::Compose { .. } => "build the quirk with the SDK of this noorm".to_owned(),
            Self::Recipe { .. } | Self::Changed { .. } => {
                "if that is meant, `noorm plugin lock` accepts it; `noorm dialect diff` shows what it changes"
                    .to_owned()
            }
        };
        Some(text)
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn told(layers: &[ChangedLayer]) -> String {
    if layers.is_empty() {
        return "its layers are those that are locked, and this noorm composes them in another way".to_owned();
    }
    let told =
        layers.iter().map(|it| format!("the layer `{}` changed: digest {}, locked {}", it.name, it.found, it.locked));
    told.collect::<Vec<_>>().join("; ")
}
