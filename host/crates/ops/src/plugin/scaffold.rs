//! `plugin new`: a project that builds and passes its tests as it stands, with the SDK and the interfaces of this noorm in it.
//!
//! The files are those of `sdk-guest/templates/`, whose README says how a project is made of them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use noorm_plugin_host::PluginKind;
use serde::Deserialize;

include!(concat!(env!("OUT_DIR"), "/scaffold_files.rs"));

/// Where the templates are.
const TEMPLATES: &str = "sdk-guest/templates";

/// Longest name of a plugin.
const NAME_BYTES_MAX: usize = 64;

/// What a plugin is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
    /// JavaScript.
    JavaScript,
    /// Python.
    Python,
}

impl Language {
    /// Returns the name of the templates' folder.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "javascript",
            Self::Python => "python",
        }
    }
}

/// What is to be made.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// The plugin's name.
    pub name: String,
    /// What it does.
    pub kind: PluginKind,
    /// What it is written in.
    pub language: Language,
    /// The folder to make.
    pub folder: PathBuf,
}

/// What was made.
#[derive(Debug)]
pub struct NewProject {
    /// Its files, from its folder; those of the SDK are left out.
    pub files: Vec<String>,
    /// What is to be known of this kind in this language before it is begun.
    pub note: Option<String>,
    /// The commands that lead to a component that was tested.
    pub next: Vec<String>,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The name is none.
    #[error("`{name}` cannot be the name of a {kind}")]
    Name {
        /// What was asked for.
        name: String,
        /// `loader`, `dialect` or `quirk`.
        kind: &'static str,
    },
    /// The folder has something in it.
    #[error("`{}` exists and is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl ScaffoldError {
    /// What to try next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Name { kind, .. } => {
                format!("a name is `{kind}-` and words of lower-case letters and digits, such as `{kind}-price-list`")
            }
            Self::NotEmpty { .. } => "name a fresh folder with `--dir`".to_owned(),
            Self::Write { .. } => "check the permissions and the room on the disk".to_owned(),
        }
    }
}

/// What a language's `template.json` says.
#[derive(Deserialize)]
struct Template {
    vendor: Vec<Vendored>,
    #[serde(default)]
    notes: BTreeMap<String, String>,
    next: Vec<String>,
}

/// What is copied word for word.
#[derive(Deserialize)]
struct Vendored {
    /// For which kind alone; `None`: for all.
    kind: Option<String>,
    from: String,
    to: String,
    #[serde(default)]
    without: Vec<String>,
}

impl Vendored {
    fn is_for(&self, kind: &str) -> bool {
        self.kind.as_ref().is_none_or(|only| only == kind)
    }
}

/// Writes a project.
pub fn scaffold(request: &NewRequest) -> Result<NewProject, ScaffoldError> {
    let (kind, language) = (request.kind.as_str(), request.language.folder());
    let words = Words::of(&request.name, kind)?;
    let mut template = template(request.language);
    let own = own_files(&format!("{TEMPLATES}/{language}/{kind}/"), &words);
    refuse_what_is_there(&request.folder)?;
    for (path, content) in &own {
        write(&request.folder.join(path), content)?;
    }
    for (path, content) in template.vendor.iter().filter(|line| line.is_for(kind)).flat_map(vendored) {
        write(&request.folder.join(path), content)?;
    }
    let next = template.next.iter().map(|command| words.fill(command)).collect();
    let files = own.into_iter().map(|(path, _)| path).collect();
    Ok(NewProject { files, note: template.notes.remove(kind), next })
}

/// Reads what the templates of a language have in common.
fn template(language: Language) -> Template {
    let path = format!("{TEMPLATES}/{}/template.json", language.folder());
    let (_, content) = FILES.iter().find(|(it, _)| *it == path).expect("a test reads every template");
    serde_json::from_slice(content).expect("a test reads every template")
}

/// Returns the files of a template, with its placeholders filled.
fn own_files(prefix: &str, words: &Words) -> Vec<(String, Vec<u8>)> {
    let of_template = FILES.iter().filter_map(|(path, content)| Some((path.strip_prefix(prefix)?, content)));
    let file = |(path, content): (&str, &&[u8])| {
        let path = words.fill(path);
        // Under its own name git would take it for one of this repository's.
        let path = path.strip_suffix("_gitignore").map_or(path.clone(), |folder| format!("{folder}.gitignore"));
        let content = match str::from_utf8(content) {
            Ok(text) => words.fill(text).into_bytes(),
            Err(_) => content.to_vec(),
        };
        (path, content)
    };
    of_template.map(file).collect()
}

/// Returns what a line of `vendor` copies.
fn vendored(from: &Vendored) -> Vec<(String, &'static [u8])> {
    let copied = |(path, content): &(&str, &'static [u8])| {
        if *path == from.from {
            return Some((from.to.clone(), *content));
        }
        let below = path.strip_prefix(&from.from)?.strip_prefix('/')?;
        let is_left_out = |without: &String| below == without || below.starts_with(&format!("{without}/"));
        (!from.without.iter().any(is_left_out)).then(|| (format!("{}/{below}", from.to), *content))
    };
    FILES.iter().filter_map(copied).collect()
}

fn refuse_what_is_there(folder: &Path) -> Result<(), ScaffoldError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(ScaffoldError::NotEmpty { path: folder.to_owned() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(ScaffoldError::Write { path: folder.to_owned(), source }),
    }
}

fn write(path: &Path, content: &[u8]) -> Result<(), ScaffoldError> {
    let failed = |source| ScaffoldError::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, content).map_err(failed)
}

/// What stands in place of the placeholders.
struct Words {
    pairs: [(&'static str, String); 5],
}

impl Words {
    fn of(name: &str, kind: &'static str) -> Result<Self, ScaffoldError> {
        let refused = || ScaffoldError::Name { name: name.to_owned(), kind };
        let word = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('-')).ok_or_else(refused)?;
        let is_word = |part: &str| {
            let rest = part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
            rest && !part.is_empty()
        };
        // It becomes an identifier as well.
        let starts = word.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
        if name.len() > NAME_BYTES_MAX || !starts || !word.split('-').all(is_word) {
            return Err(refused());
        }
        let capital = |part: &str| format!("{}{}", part[..1].to_ascii_uppercase(), &part[1..]);
        let pairs = [
            ("{{name}}", name.to_owned()),
            ("{{word}}", word.to_owned()),
            ("{{ident}}", word.replace('-', "_")),
            ("{{module}}", name.replace('-', "_")),
            ("{{type}}", word.split('-').map(capital).collect()),
        ];
        Ok(Self { pairs })
    }

    fn fill(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (placeholder, word)| text.replace(placeholder, word))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_words() {
        let words = Words::of("loader-price-list", "loader").unwrap();
        let text = "{{name}} {{word}} {{ident}} {{module}} {{type}} {{other}}";
        assert_eq!(words.fill(text), "loader-price-list price-list price_list loader_price_list PriceList {{other}}");
        for wrong in [
            "",
            "price-list",
            "loader",
            "loader-",
            "loader--a",
            "loader-A",
            "loader-1a",
            "loader-a/b",
            "loader-../a",
            "dialect-a",
        ] {
            assert!(Words::of(wrong, "loader").is_err(), "{wrong}");
        }
        assert!(Words::of(&format!("loader-{}", "a".repeat(60)), "loader").is_err());
    }

    #[test]
    fn every_template_is_there_and_so_is_what_it_vendors() {
        for language in [Language::Rust, Language::JavaScript, Language::Python] {
            let template = template(language);
            for line in &template.vendor {
                assert!(!vendored(line).is_empty(), "{language:?}: {}", line.from);
            }
            for kind in ["loader", "dialect", "quirk"] {
                let words = Words::of(&format!("{kind}-mine"), kind).unwrap();
                let own = own_files(&format!("{TEMPLATES}/{}/{kind}/", language.folder()), &words);
                assert!(!own.is_empty(), "{language:?}: {kind}");
            }
            assert!(!template.next.is_empty());
        }
    }
}
