//! What a section `plugins` says, and what is told about one that is wrong.

use serde_json::json;

use crate::settings::{LoaderChoice, PluginLimits, Plugins, Settings};

fn read(text: &str) -> Plugins {
    let settings = Settings::parse(text).expect("good settings");
    assert_eq!(settings.warnings, []);
    settings.plugins
}

#[test]
fn everything_that_can_be_said_is_read() {
    let plugins = read(
        "plugins:
  limits: {timeMs: 5, outputMb: 7}
  limitsFor: {loader-xlsx: {timeMs: 60, memoryMb: 9}}
  extensions:
    csv: {plugin: loader-csv, options: {delimiter: ';', header: true, skip: 2, null: [NA, ~], more: {a: 1.5}}}
    tsv: {options: {delimiter: \"\\t\"}}
  files:
    'schema/z/*.tsv': {plugin: loader-z}
    'schema/a/*.tsv': {plugin: loader-a}
  dialects: {acme: {base: postgres, quirks: [quirk-one, quirk-two]}}
  disabled: [loader-js]
  keys: {acme: RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3}
  requireSignatures: true
",
    );
    let limits = PluginLimits { time_ms: Some(5), memory_mb: None, output_mb: Some(7) };
    assert_eq!(plugins.limits, limits);
    let of_xlsx = plugins.limits_for["loader-xlsx"].or(&limits);
    assert_eq!(of_xlsx, PluginLimits { time_ms: Some(60), memory_mb: Some(9), ..limits });
    let options = json!({"delimiter": ";", "header": true, "skip": 2, "null": ["NA", null], "more": {"a": 1.5}});
    assert_eq!(json!(plugins.extensions["csv"].options), options);
    assert_eq!(plugins.extensions["tsv"].plugin, None);
    let globs: Vec<_> = plugins.files.iter().map(|file| file.glob.as_str()).collect();
    assert_eq!(globs, ["schema/z/*.tsv", "schema/a/*.tsv"], "the order of the file counts");
    assert_eq!(plugins.files[1].choice, LoaderChoice { plugin: Some("loader-a".into()), ..LoaderChoice::default() });
    assert_eq!(plugins.dialects["acme"].quirks, ["quirk-one", "quirk-two"]);
    assert_eq!((plugins.disabled.len(), plugins.keys.len(), plugins.require_signatures), (1, 1, true));
}

/// What is said about a section; each line of `expected` is `line:column message`.
#[track_caller]
fn check_errors(section: &str, expected: &[&str]) {
    let errors = Settings::parse(&format!("plugins:\n{section}")).expect_err("wrong").errors;
    let said = |one: &crate::settings::Finding| {
        format!("{}:{} {}", one.line.unwrap_or(0), one.column.unwrap_or(0), one.message)
    };
    assert_eq!(errors.iter().map(said).collect::<Vec<_>>(), expected);
}

#[test]
fn mistakes_are_told_with_their_places() {
    check_errors(
        "  limitsFor: {csv: {}}\n  disabled: [loader-js, js, 1]\n",
        &[
            "2:20 `csv` is not the name of a plugin, such as `loader-csv`",
            "3:25 `js` is not the name of a plugin, such as `loader-csv`",
            "3:29 `plugins.disabled[2]` has to be a text, and is a number: put it in quotes",
        ],
    );
    check_errors(
        "  extensions:\n    .csv: {plugin: loader-csv}\n    tsv: {}\n    ini: {plugin: ini}\n",
        &[
            "3:11 `.csv` is not an extension: they are written without their dot, in lower case",
            "4:10 say which `plugin` serves these files, or its `options`",
            "5:19 `ini` is not the name of a loader, such as `loader-csv`",
        ],
    );
    check_errors(
        "  files:\n    ../x/*.csv: {plugin: loader-csv}\n    '*.csv': {options: [a]}\n",
        &[
            "3:17 `../x/*.csv` means no files of the project: it leads out of the project",
            "4:24 `plugins.files.*.csv.options` has to be a group of keys, and is a list",
        ],
    );
    check_errors(
        "  dialects:\n    acme: {base: postgres}\n    b: {base: postgres, quirks: []}\n    c: {base: postgres, quirks: [dialect-x]}\n",
        &[
            "3:11 a dialect of the project's own needs a `base` and its `quirks`",
            "4:33 there has to be a quirk over the base",
            "5:34 `dialect-x` is not the name of a quirk, such as `quirk-acme`",
        ],
    );
    check_errors(
        "  keys: {acme: RWabc}\n",
        &["2:16 `plugins.keys.acme` is not a public key of minisign: 56 characters that begin with `RW`"],
    );
}
