//! `dialect diff`: the SQL that a quirk changes, before anybody lets it at a database.

use std::fs;
use std::path::{Path, PathBuf};

use noorm_conformance::difference;
pub use noorm_conformance::difference::{Change, Comparison, Difference};
use noorm_core::plugin::PluginRef;
use noorm_plugin_host::{Base, Candidate, Dialect, Opened, PluginHost, PluginKind, StackError};

use crate::plugin::{Here, PluginError, open};

/// What is compared.
#[derive(Debug, Clone)]
pub struct DiffRequest {
    /// The dialect that is there: its name, its plugin's, or a file.
    pub base: String,
    /// What is compared with it: a dialect like that, or a quirk, which is laid over the base.
    pub other: String,
    /// The folder that files are named from.
    pub folder: PathBuf,
}

/// Who was asked, and what they say otherwise.
#[derive(Debug, Clone)]
pub struct DiffReport {
    /// The dialect that is there.
    pub base: PluginRef,
    /// What was compared with it.
    pub other: PluginRef,
    /// What the other one was composed of, the base first; nothing where it is one plugin.
    pub layers: Vec<PluginRef>,
    /// The differences.
    pub comparison: Comparison,
}

/// Compares two dialects over everything that they can be asked.
pub fn diff(here: Here<'_>, request: &DiffRequest) -> Result<DiffReport, PluginError> {
    let host = open(here)?;
    let (base, installable) = match subject(&host, request, &request.base)? {
        Subject::Dialect(dialect, installable) => (dialect, installable),
        Subject::Quirk(quirk) => return Err(not_a_base(&quirk)),
    };
    let other = match subject(&host, request, &request.other)? {
        Subject::Dialect(dialect, _) => dialect,
        Subject::Quirk(quirk) => {
            let under = installable.as_deref().map_or(Base::Name(&request.base), Base::Candidate);
            host.dialect_over(under, &[*quirk])?
        }
    };
    Ok(DiffReport {
        base: base.plugin_ref(),
        other: other.plugin_ref(),
        layers: other.layers(),
        comparison: difference::compare(&base, &other),
    })
}

/// What a word of the command line names.
enum Subject {
    /// A dialect; one that was not named by what it serves comes as what it is.
    Dialect(Dialect, Option<Box<Candidate>>),
    Quirk(Box<Candidate>),
}

fn subject(host: &PluginHost, request: &DiffRequest, word: &str) -> Result<Subject, PluginError> {
    let of_plugin = |kind: PluginKind| word.starts_with(&format!("{}-", kind.as_str()));
    if is_file(word) {
        let file = request.folder.join(word);
        let bytes = fs::read(&file).map_err(|source| PluginError::Io { action: "read", file: file.clone(), source })?;
        return of_candidate(host, host.examine(&file, &bytes)?);
    }
    if !host.dialects().iter().any(|name| name == word)
        && (of_plugin(PluginKind::Quirk) || of_plugin(PluginKind::Dialect))
    {
        return of_candidate(host, host.examine(Path::new(word), &host.component(word)?)?);
    }
    host.dialect(word).map(|dialect| Subject::Dialect(dialect, None))
}

fn of_candidate(host: &PluginHost, candidate: Candidate) -> Result<Subject, PluginError> {
    match host.open_candidate(&candidate)? {
        Opened::Dialect(dialect) => Ok(Subject::Dialect(dialect, Some(Box::new(candidate)))),
        Opened::Quirk(_) => Ok(Subject::Quirk(Box::new(candidate))),
        Opened::Loader(_) => Err(PluginError::NotADialect { name: candidate.info.name }),
    }
}

/// Whether a word names a file rather than a dialect or a plugin, whose names have neither of these.
fn is_file(word: &str) -> bool {
    word.contains(['.', '/', '\\'])
}

fn not_a_base(quirk: &Candidate) -> PluginError {
    let name = quirk.info.name.clone();
    StackError::Compose { dialect: name.clone(), what: format!("`{name}` is a quirk, which lies over a dialect") }
        .into()
}
