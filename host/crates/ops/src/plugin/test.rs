//! `plugin test`: a plugin is held to the laws of its kind.
//!
//! Finds the plugin and its samples, and asks another process of this program for the same answers. The laws are in the crate
//! `noorm-conformance`.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

pub use noorm_conformance::{Check, Digests, Example, Fault, Figure, Outcome, Report, junit};
use noorm_conformance::{Order, Sample};
use noorm_plugin_host::{Base, COMPONENT_BYTES_MAX, Candidate, Dialect, LinkedFiles, Opened, PluginHost, read_bounded};

use super::{Here, PluginError, open};

/// The ending of the file that says what a sample has to become.
const EXPECTED: &str = ".expected.json";

/// Bytes of a sample: many are tried in many ways.
const SAMPLE_BYTES_MAX: u64 = 1 << 20;

/// Bytes of what a sample has to become, and of a file beside the samples.
const BESIDE_BYTES_MAX: u64 = 64 << 20;

/// Which plugin is tested, and how.
#[derive(Clone, Debug)]
pub struct TestRequest {
    /// A component's file, or the name of a plugin that is bundled or added.
    pub subject: String,
    /// Where relative paths begin.
    pub working_dir: PathBuf,
    /// The folder with the samples; `None`: `samples/` beside the component, or beside the folder that it is in.
    pub samples: Option<PathBuf>,
    /// The dialects that a quirk is tested over; none: those that it was made for.
    pub over: Vec<String>,
    /// Decides all that is tried by chance.
    pub seed: u64,
    /// How long to try what nobody thought of, in milliseconds.
    pub fuzz_ms: u64,
}

/// Why a plugin could not be tested.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// There is neither such a file nor such a plugin.
    #[error("`{subject}` is neither a file nor a plugin")]
    Unknown {
        /// What was asked for.
        subject: String,
    },
    /// A sample cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What a sample has to become is not valid JSON.
    #[error("`{}` is not valid JSON", path.display())]
    Expected {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A sample is large.
    #[error("`{}` has {bytes} bytes, and a sample at most {SAMPLE_BYTES_MAX}", path.display())]
    Large {
        /// The file.
        path: PathBuf,
        /// How large.
        bytes: u64,
    },
    /// The project's plugins cannot be used.
    #[error(transparent)]
    Plugin(#[from] PluginError),
}

/// Tests a plugin.
pub fn test(here: Here<'_>, request: &TestRequest) -> Result<Report, TestError> {
    let host = open(here)?;
    let elsewhere = |over: Option<&str>| ask_elsewhere(request, over);
    let order = Order { elsewhere: Some(&elsewhere), ..order(request)? };
    match subject(&host, request) {
        Ok(Subject::Opened(opened)) => Ok(noorm_conformance::test(&opened, &order)),
        Ok(Subject::Quirk(quirk)) => {
            Ok(noorm_conformance::test_quirk(&quirk.info, &composed(&host, &quirk, &request.over), &order))
        }
        // Its own fault, and so what a report is for.
        Err(TestError::Plugin(error)) if is_own_fault(&error) => {
            Ok(noorm_conformance::refused(&request.subject, &error, &order))
        }
        Err(error) => Err(error),
    }
}

/// Returns checksums of the plugin's answers, to be compared with those of another process.
pub fn digests(here: Here<'_>, request: &TestRequest) -> Result<Digests, TestError> {
    let host = open(here)?;
    let order = order(request)?;
    match subject(&host, request)? {
        Subject::Opened(opened) => Ok(noorm_conformance::digests(&opened, &order)),
        Subject::Quirk(quirk) => {
            let mut digests = Digests::new();
            for (_, dialect) in composed(&host, &quirk, &request.over) {
                digests.extend(noorm_conformance::digests(&Opened::Dialect(dialect?), &order));
            }
            Ok(digests)
        }
    }
}

/// What is tested.
enum Subject {
    Opened(Opened),
    /// It needs a base before anything of it can be asked.
    Quirk(Box<Candidate>),
}

/// Composes a quirk over each of its bases.
fn composed(host: &PluginHost, quirk: &Candidate, over: &[String]) -> Vec<(String, Result<Dialect, PluginError>)> {
    let bases = match (over, quirk.info.provides.as_slice()) {
        ([], []) => host.dialects(),
        ([], made_for) => made_for.to_vec(),
        (over, _) => over.to_vec(),
    };
    let quirks = std::slice::from_ref(quirk);
    bases.into_iter().map(|base| (base.clone(), host.dialect_over(Base::Name(&base), quirks))).collect()
}

fn is_own_fault(error: &PluginError) -> bool {
    error.is_plugin_fault() || matches!(error, PluginError::Refused { .. })
}

fn subject(host: &PluginHost, request: &TestRequest) -> Result<Subject, TestError> {
    let name = request.subject.as_str();
    let file = request.working_dir.join(name);
    if file.is_file() {
        let bytes = read_bounded(&file, COMPONENT_BYTES_MAX);
        let bytes = bytes.map_err(|source| TestError::Read { path: file.clone(), source })?;
        let candidate = host.examine(Path::new(name), &bytes)?;
        return Ok(match host.open_candidate(&candidate)? {
            Opened::Quirk(_) => Subject::Quirk(Box::new(candidate)),
            opened => Subject::Opened(opened),
        });
    }
    let opened = host.open_named(name).map_err(|error| match error {
        PluginError::UnknownPlugin { name } => TestError::Unknown { subject: name },
        other => other.into(),
    })?;
    Ok(match opened {
        Opened::Quirk(_) => Subject::Quirk(Box::new(host.examine(Path::new(name), &host.component(name)?)?)),
        opened => Subject::Opened(opened),
    })
}

fn order(request: &TestRequest) -> Result<Order<'static>, TestError> {
    let folder = samples_folder(request);
    let samples = folder.as_deref().map_or(Ok(Vec::new()), samples)?;
    let files = folder.map(|root| Arc::new(Beside { root }) as Arc<dyn LinkedFiles>);
    Ok(Order { seed: request.seed, fuzz_ms: request.fuzz_ms, samples, files, elsewhere: None })
}

fn samples_folder(request: &TestRequest) -> Option<PathBuf> {
    if let Some(folder) = &request.samples {
        return Some(request.working_dir.join(folder));
    }
    let file = request.working_dir.join(&request.subject);
    // `plugin build` puts a component into `dist/`, and samples are beside that.
    let near = file.ancestors().skip(1).take(2).map(|folder| folder.join("samples"));
    near.filter(|_| file.is_file()).find(|folder| folder.is_dir())
}

/// Reads the samples of a folder, in the order of their names.
fn samples(folder: &Path) -> Result<Vec<Sample>, TestError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| TestError::Read { path, source }
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        paths.push(entry.map_err(failed(folder))?.path());
    }
    paths.sort();
    let mut samples = Vec::new();
    for path in paths.into_iter().filter(|path| path.is_file()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(EXPECTED) {
            continue;
        }
        let bytes = fs::metadata(&path).map_err(failed(&path))?.len();
        if bytes > SAMPLE_BYTES_MAX {
            return Err(TestError::Large { path, bytes });
        }
        let content = read_bounded(&path, SAMPLE_BYTES_MAX).map_err(failed(&path))?;
        let expected = expected(&folder.join(format!("{name}{EXPECTED}")))?;
        samples.push(Sample { path: name, content, expected, is_own: true });
    }
    Ok(samples)
}

fn expected(path: &Path) -> Result<Option<serde_json::Value>, TestError> {
    match read_bounded(path, BESIDE_BYTES_MAX) {
        Ok(text) => {
            let parsed = serde_json::from_slice(&text);
            parsed.map(Some).map_err(|source| TestError::Expected { path: path.to_owned(), source })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(TestError::Read { path: path.to_owned(), source }),
    }
}

/// The files beside a sample, which a linked loader may ask for.
struct Beside {
    root: PathBuf,
}

impl LinkedFiles for Beside {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside {
            return Err("it is not in the folder of the samples".to_owned());
        }
        read_bounded(&self.root.join(path), BESIDE_BYTES_MAX).map_err(|error| error.to_string())
    }
}

/// Asks another process of this program for the answers.
fn ask_elsewhere(request: &TestRequest, over: Option<&str>) -> Result<Digests, String> {
    let program = std::env::current_exe().map_err(|error| format!("cannot tell this program's path: {error}"))?;
    let mut command = Command::new(program);
    command.current_dir(&request.working_dir).args(["plugin", "test-digests", "--json"]);
    if let Some(folder) = &request.samples {
        command.arg("--samples").arg(folder);
    }
    command.args(over.map(|base| format!("--over={base}")));
    command.arg("--").arg(&request.subject);
    let output = command.output().map_err(|error| format!("cannot start another process: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        return Err(format!("the other process ended with {}: {}", output.status, said.trim()));
    }
    let parsed: Answer = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("the other process said something else: {error}"))?;
    Ok(parsed.digests)
}

/// What the other process prints.
#[derive(serde::Deserialize)]
struct Answer {
    digests: Digests,
}

impl TestError {
    /// What to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { .. } => {
                Some("name a component's file, or one of the plugins that `noorm plugin list` shows".to_owned())
            }
            Self::Read { .. } => Some("check that it is there, and its permissions".to_owned()),
            Self::Expected { .. } => Some("write what the loader has to return, as JSON".to_owned()),
            Self::Large { .. } => Some("a smaller sample shows the same".to_owned()),
            Self::Plugin(error) => error.hint(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.ini"), "a").unwrap();
        fs::write(folder.path().join("a.ini.expected.json"), "[]").unwrap();
        let found = samples(folder.path()).unwrap();
        assert_eq!((found.len(), found[0].path.as_str(), found[0].expected.is_some()), (1, "a.ini", true));
        let beside = Beside { root: folder.path().to_path_buf() };
        assert_eq!(beside.read("a.ini").unwrap(), b"a");
        let file = fs::File::create(folder.path().join("b.ini")).unwrap();
        file.set_len(SAMPLE_BYTES_MAX + 1).unwrap();
        assert!(matches!(samples(folder.path()), Err(TestError::Large { .. })));
        file.set_len(BESIDE_BYTES_MAX + 1).unwrap();
        assert_eq!(beside.read("b.ini").unwrap_err(), "it has more than 67108864 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_among_the_samples_keep_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.ini"), "a").unwrap();
        for name in ["pipe.ini", "a.ini.expected.json"] {
            assert!(Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap().success());
        }
        let Err(TestError::Read { path, source }) = samples(folder.path()) else { panic!("not refused") };
        assert!(path.ends_with("a.ini.expected.json"), "{}", path.display());
        assert_eq!(source.to_string(), "it is not a regular file");
        let beside = Beside { root: folder.path().to_path_buf() };
        assert_eq!(beside.read("pipe.ini").unwrap_err(), "it is not a regular file");
    }
}
