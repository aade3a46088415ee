//! Reads the JSON of noorm's commands: the one place that knows the names of its fields.

use noorm_testkit::Output;
use serde_json::Value;

/// Returns the files of a run as `path status`, a reason for skipping behind it.
#[track_caller]
pub(crate) fn files(output: &Output) -> Vec<String> {
    let json = output.json();
    let files = json["files"].as_array().unwrap_or_else(|| panic!("no `files` in\n{output}"));
    let line = |file: &Value| {
        let words = [&file["filepath"], &file["status"], &file["skipReason"]];
        words.iter().filter_map(|word| word.as_str()).collect::<Vec<_>>().join(" ")
    };
    files.iter().map(line).collect()
}

/// Returns the changesets of a list or a run as `name status`, `orphaned` or `changed` behind it.
#[track_caller]
pub(crate) fn changes(output: &Output) -> Vec<String> {
    let json = output.json();
    let changes = json["changes"].as_array().unwrap_or_else(|| panic!("no `changes` in\n{output}"));
    let line = |change: &Value| {
        let mut line = format!("{} {}", change["name"].as_str().unwrap(), change["status"].as_str().unwrap());
        for flag in ["orphaned", "changed"] {
            if change[flag] == true {
                line = format!("{line} {flag}");
            }
        }
        line
    };
    changes.iter().map(line).collect()
}

/// Returns one field of the error as text.
#[track_caller]
pub(crate) fn error(output: &Output, field: &str) -> String {
    let json = output.json();
    match &json["error"][field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
