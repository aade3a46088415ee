//! `logging`: the log file of a project. It is read and checked; what writes the file is not part of noorm yet.

use serde::Serialize;

use super::reader::Section;
use crate::path::ProjectPath;

/// `logging`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logging {
    /// Whether a log is written.
    pub enabled: bool,
    /// What is written.
    pub level: LogLevel,
    /// The file, relative to the project.
    pub file: String,
    /// Size at which a new file is begun, as it is written: `10mb`.
    pub max_size: String,
    /// How many files are kept.
    pub max_files: u64,
}

/// The least important thing that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

impl Default for Logging {
    fn default() -> Self {
        Self {
            enabled: true,
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
        let enabled = section.flag("enabled").unwrap_or(default.enabled);
        let level = section.word("level", &LEVELS).unwrap_or(default.level);
        let file = read_path(&mut section, "file").unwrap_or(default.file);
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
