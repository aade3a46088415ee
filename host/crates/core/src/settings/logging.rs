//! `logging`: the log file of a project. What writes it is a front end's.
//!
//! Only who writes the section gets a log: a tool that leaves files behind unasked is none that people trust.

use serde::Serialize;

use super::reader::Section;
use crate::path::ProjectPath;

/// `logging`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logging {
    /// Whether a log is written: not without the section, and with it unless it says otherwise.
    pub enabled: bool,
    /// What is written.
    pub level: LogLevel,
    /// The file, relative to the project, and in it: the settings are committed, and must not name a file of the reader's.
    pub file: String,
    /// Size at which a new file is begun, as it is written: `10mb`.
    pub max_size: String,
    /// How many files are kept, with the one that is written.
    pub max_files: u64,
}

/// The least important thing that is written. Ordered: what is less important is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the words of the settings
pub enum LogLevel {
    Silent,
    Error,
    Warn,
    Info,
    Verbose,
}

const LEVELS: [(&str, LogLevel); 5] = [
    ("silent", LogLevel::Silent),
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("verbose", LogLevel::Verbose),
];

/// What the name of a log ends in.
const ENDING: &str = ".log";

impl Default for Logging {
    fn default() -> Self {
        Self {
            enabled: false,
            level: LogLevel::Info,
            file: ".noorm/state/noorm.log".to_owned(),
            max_size: "10mb".to_owned(),
            max_files: 5,
        }
    }
}

impl Logging {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let default = Self::default();
        let Some(mut section) = section else { return default };
        let enabled = section.flag("enabled").unwrap_or(true);
        let level = section.word("level", &LEVELS).unwrap_or(default.level);
        let place = section.value_place("file");
        let file = read_path(&mut section, "file").unwrap_or(default.file);
        if file.starts_with('/') {
            section.error(place, "file", format!("`logging.file` is `{file}`, and has to be relative to the project"));
        } else if !file.ends_with(ENDING) {
            // It is written to, renamed and removed; a script, or the state, in its place would be lost.
            section.error(place, "file", format!("`logging.file` is `{file}`, and has to end in `{ENDING}`"));
        }
        let place = section.value_place("maxSize");
        let max_size = section.text("maxSize").unwrap_or(default.max_size);
        if size_bytes(&max_size).is_none() {
            let message = format!("`logging.maxSize` is `{max_size}`, and has to be a size such as `10mb`");
            section.error(place, "maxSize", message);
        }
        let max_files = section.number("maxFiles", 1, 1000).unwrap_or(default.max_files);
        section.finish();
        Self { enabled, level, file, max_size, max_files }
    }

    /// Whether something is written at all.
    pub fn writes(&self) -> bool {
        self.enabled && self.level > LogLevel::Silent
    }

    /// Returns the files that there may be, relative to the project: the one that is written, then older and older ones.
    pub fn files(&self) -> impl Iterator<Item = String> {
        let older = (1..self.max_files).map(|age| format!("{}.{age}", self.file));
        std::iter::once(self.file.clone()).chain(older)
    }

    /// Returns [`Self::max_size`] in bytes.
    pub fn bytes_max(&self) -> u64 {
        size_bytes(&self.max_size).unwrap_or(u64::MAX)
    }
}

impl LogLevel {
    /// Returns the word of the settings.
    pub fn as_str(self) -> &'static str {
        LEVELS.iter().find(|(_, level)| *level == self).map_or("", |(word, _)| word)
    }
}

/// Takes a path that stays in the project.
pub(super) fn read_path(section: &mut Section<'_>, key: &'static str) -> Option<String> {
    let place = section.value_place(key);
    let path = section.text(key)?;
    if let Err(error) = ProjectPath::parse(&path) {
        section.error(place, key, format!("`{}` cannot be used: {error}", section.path(key)));
    }
    Some(path)
}

/// Returns a size in bytes: a number and `b`, `kb`, `mb` or `gb`, of 1,024 each.
pub fn size_bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim_start() {
        "b" => 1,
        "kb" => 1 << 10,
        "mb" => 1 << 20,
        "gb" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|size| *size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_by_their_age() {
        let files = |max_files| Logging { max_files, ..Logging::default() }.files().collect::<Vec<_>>();
        assert_eq!(files(1), [".noorm/state/noorm.log"]);
        assert_eq!(files(3), [".noorm/state/noorm.log", ".noorm/state/noorm.log.1", ".noorm/state/noorm.log.2"]);
    }

    #[test]
    fn nothing_is_written_by_a_silent_log() {
        let writes = |enabled, level| Logging { enabled, level, ..Logging::default() }.writes();
        assert!(writes(true, LogLevel::Error) && !writes(true, LogLevel::Silent) && !writes(false, LogLevel::Verbose));
        assert!(LogLevel::Error < LogLevel::Warn && LogLevel::Info < LogLevel::Verbose);
        assert_eq!(LogLevel::Verbose.as_str(), "verbose");
    }

    #[test]
    fn sizes_are_numbers_with_a_unit() {
        for (text, expected) in [
            ("10mb", Some(10 << 20)),
            ("10 MB", Some(10 << 20)),
            ("1kb", Some(1024)),
            ("7b", Some(7)),
            ("10tb", None),
            ("10", None),
            ("mb", None),
            ("0mb", None),
            ("99999999999999999999gb", None),
        ] {
            assert_eq!(size_bytes(text), expected, "{text}");
        }
    }
}
