//! What came of the tests: checks by name, each with the smallest example that breaks it.

use noorm_plugin_host::{LimitKind, PluginError, PluginInfo};
use serde::Serialize;

/// Bytes of an example that are shown.
const EXAMPLE_BYTES_MAX: usize = 240;

/// Functions of a backtrace that are shown.
const TRACE_MAX: usize = 6;

/// The report on one plugin.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Who was tested.
    pub plugin: Tested,
    /// What decided all that was tried by chance.
    pub seed: u64,
    /// In the order in which they were made.
    pub checks: Vec<Check>,
    /// What was measured; nothing of it is judged.
    pub figures: Vec<Figure>,
}

/// Who was tested.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// Its name, or its file's.
    pub name: String,
    /// Its version, where it could be asked.
    pub version: Option<String>,
    /// `loader`, `dialect` or `quirk`.
    pub kind: Option<&'static str>,
    /// SHA-256 of the component.
    pub digest: Option<String>,
}

/// One law, and whether it holds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// A word in kebab-case.
    pub name: &'static str,
    /// The base that a quirk was composed over.
    pub over: Option<String>,
    /// What has to hold.
    pub law: &'static str,
    /// Whether it does.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How many inputs it was tried with.
    pub cases: u64,
    /// How long that took.
    pub duration_ms: u64,
}

/// What came of a check.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase", tag = "outcome")]
pub enum Outcome {
    /// The law holds, as far as it was tried.
    Passed {
        /// What is worth knowing besides.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It does not.
    Failed(Fault),
    /// It was not tried.
    Skipped {
        /// Why not.
        reason: String,
    },
}

/// How a law is broken.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// What happened, in one sentence.
    pub what: String,
    /// The smallest input that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    /// The functions of the plugin that it was in, innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<String>,
    /// It took all the time that a call has.
    #[serde(skip)]
    pub(crate) is_stuck: bool,
}

/// An input, as it can be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// The input with escapes of Rust's byte strings, cut off where it is long.
    pub text: String,
    /// How long it is.
    pub bytes: usize,
}

/// Something that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
}

impl Report {
    pub(crate) fn new(info: &PluginInfo, seed: u64) -> Self {
        let plugin = Tested {
            name: info.name.clone(),
            version: Some(info.version.clone()),
            kind: Some(info.kind.as_str()),
            digest: Some(info.digest.clone()),
        };
        Self { plugin, seed, checks: Vec::new(), figures: Vec::new() }
    }

    pub(crate) fn of_stranger(name: &str, seed: u64) -> Self {
        let plugin = Tested { name: name.to_owned(), version: None, kind: None, digest: None };
        Self { plugin, seed, checks: Vec::new(), figures: Vec::new() }
    }

    /// Returns how many checks passed, failed and were skipped.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Outcome) -> bool| self.checks.iter().filter(|check| is(&check.outcome)).count();
        (
            count(|outcome| matches!(outcome, Outcome::Passed { .. })),
            count(|outcome| matches!(outcome, Outcome::Failed(_))),
            count(|outcome| matches!(outcome, Outcome::Skipped { .. })),
        )
    }

    /// Returns whether no check failed.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.counts().1 == 0
    }
}

impl Fault {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), example: None, trace: Vec::new(), is_stuck: false }
    }

    /// Tells an error as a fault.
    pub(crate) fn of(error: &PluginError) -> Self {
        let trace = match error {
            PluginError::Trap { backtrace, .. } => backtrace.iter().take(TRACE_MAX).cloned().collect(),
            _ => Vec::new(),
        };
        let is_stuck = matches!(error, PluginError::Limit { limit: LimitKind::Time, .. });
        Self { trace, is_stuck, ..Self::new(error.to_string()) }
    }

    /// Adds the input that it was found with.
    pub(crate) fn with(mut self, example: impl AsRef<[u8]>) -> Self {
        self.example = Some(Example::of(example.as_ref()));
        self
    }
}

impl Example {
    /// Shows an input: text as it reads, other bytes as `\xff`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut text = String::new();
        for chunk in bytes[..bytes.len().min(EXAMPLE_BYTES_MAX)].utf8_chunks() {
            text.extend(chunk.valid().chars().map(shown));
            text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
        }
        if bytes.len() > EXAMPLE_BYTES_MAX {
            text.push('…');
        }
        Self { text, bytes: bytes.len() }
    }
}

fn shown(one: char) -> String {
    match one {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\0' => "\\0".to_owned(),
        '\\' => "\\\\".to_owned(),
        // What reorders a line or moves the cursor is data of a stranger's.
        one if one.is_control()
            || matches!(one, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
        {
            format!("\\u{{{:x}}}", u32::from(one))
        }
        one => one.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_can_be_shown() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(Example::of(bytes).text, expected);
        check("é;\n".as_bytes(), "é;\\n");
        check(b"a\xff\0\x1b[2J", "a\\xff\\0\\u{1b}[2J");
        check(&[b'x'; 300], &format!("{}…", "x".repeat(240)));
        // A character that the cut falls into.
        check(format!("{}é", "x".repeat(239)).as_bytes(), &format!("{}\\xc3…", "x".repeat(239)));
    }
}
