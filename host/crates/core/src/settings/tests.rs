//! Tests of the settings as a whole: what the original's reader said to the same files, what is told about mistakes, and
//! that the published schema has the same keys.

use std::collections::{BTreeMap, BTreeSet};

use noorm_chance::Chance;
use serde_json::{Value, json};

use super::*;
use crate::config::fields::Field;
use crate::excerpt;

/// Settings that the original read, and what it made of them.
const VECTORS: &str = include_str!("../../../../../tests/fixtures/settings/settings.json");

/// A file with every group in it, so that each is read.
const EVERY: &str = "paths: {}\nbuild: {}\nrules: [{match: {name: a}, include: [a]}]\nstages:\n  '*':\n    defaults: &all {ssl: {}, pool: {}, paths: {}}\n    enforced: *all\n    secrets: [{key: A, type: string}]\nsecrets: [{key: A, type: string}]\nstrict: {}\nlogging: {}\nteardown: {}\nplugins:\n  limits: {}\n  limitsFor: {loader-a: {}}\n  extensions: {csv: {plugin: loader-a}}\n  files: {'*': {plugin: loader-a}}\n  dialects: {acme: {base: a, quirks: [quirk-a]}}\n";

/// What the original's `init` writes.
const INIT: &str = include_str!("../../../../../tests/fixtures/settings/settings-init.yml");

#[test]
fn the_template_and_an_empty_file_are_the_defaults() {
    assert_eq!(Settings::parse(""), Ok(Settings::default()));
    assert_eq!(Settings::parse("# nothing\n"), Ok(Settings::default()));
    assert_eq!(Settings::parse(TEMPLATE), Ok(Settings::default()));
}

#[test]
fn what_the_template_shows_can_be_used() {
    let shown: Vec<&str> = TEMPLATE.lines().filter_map(|line| line.strip_prefix('#')).collect();
    let shown: Vec<&str> = shown.into_iter().filter(|line| !line.starts_with(' ') || line.starts_with("  ")).collect();
    let settings = Settings::parse(&shown.join("\n")).expect("good settings");
    assert_eq!(settings.warnings, []);
    assert_eq!((settings.rules.len(), settings.stages.len(), settings.secrets.len()), (1, 1, 1));
}

#[test]
fn what_the_original_s_init_writes_is_read() {
    let settings = Settings::parse(INIT).expect("good settings");
    assert_eq!((settings.paths.schema.as_str(), settings.paths.changesets.as_str()), ("./sql", "./changes"));
    assert_eq!(settings.warnings, []);
    assert_eq!(settings.logging, Logging { enabled: true, ..Logging::default() });
}

/// Every part of `expected` is in `found`.
fn assert_within(found: &Value, expected: &Value, path: &str) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            for (key, expected) in expected {
                // The original calls the folders by other names.
                let ours = match (path, key.as_str()) {
                    (".paths", "sql") => "schema",
                    (".paths", "changes") => "changesets",
                    _ => key,
                };
                assert_within(found.get(ours).unwrap_or(&Value::Null), expected, &format!("{path}.{key}"));
            }
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{path}");
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert_within(found, expected, &format!("{path}.{at}"));
            }
        }
        _ => assert_eq!(found, expected, "{path}"),
    }
}

#[test]
fn the_original_s_cases_are_read_the_same() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("the fixture is JSON");
    let vectors = vectors["vectors"].as_array().expect("a list");
    assert_eq!(vectors.len(), 17);
    for vector in vectors {
        let text = vector["yaml"].as_str().expect("a text");
        let read = Settings::parse(text);
        match vector["field"].as_str() {
            // A detail that the original did not have: an authority that the whole stage trusts.
            Some("stages.d.defaults.ssl") => assert!(read.is_ok(), "{read:?}"),
            Some(field) => {
                let error = read.expect_err(text);
                let path = error.errors[0].path.replace('[', ".").replace(']', "");
                assert_eq!((path.as_str(), error.errors.len()), (field, 1), "{text}: {error}");
            }
            None => {
                let settings = serde_json::to_value(read.expect(text)).expect("JSON");
                if vector["result"] == "defaults" {
                    assert_eq!(settings, serde_json::to_value(Settings::default()).expect("JSON"));
                } else {
                    assert_within(&settings, &vector["result"], "");
                }
            }
        }
    }
}

/// What is said about a file: each line of `expected` is `line:column path: message`.
#[track_caller]
fn check_errors(text: &str, expected: &[&str]) {
    let errors = Settings::parse(text).map_or_else(|error| error.errors, |_| Vec::new());
    let said: Vec<String> = errors
        .iter()
        .map(|error| format!("{}:{} {}", error.line.unwrap_or(0), error.column.unwrap_or(0), error.message))
        .collect();
    assert_eq!(said, expected, "{text}");
}

#[test]
fn all_mistakes_are_told_with_their_places() {
    check_errors(
        "build:\n  include: tables\nlogging:\n  level: inof\n  maxFiles: 0\nsecrets:\n  - type: password\n",
        &[
            "2:12 `build.include` has to be a list, and is a text",
            "4:10 `logging.level` is `inof`; did you mean `info`?",
            "5:13 `logging.maxFiles` is 0, and has to be from 1 to 1000",
            "7:5 a secret needs a `key`",
        ],
    );
    check_errors("paths:\n  schema: [1]\n", &["2:11 `paths.schema` has to be a text, and is a list"]);
    check_errors(
        "stages:\n  prod:\n    defaults: {port: \"5432\", isTest: yes, database: 12345, type: remot}\n",
        &[
            "3:22 `stages.prod.defaults.port` has to be a whole number, and is a text",
            "3:38 `stages.prod.defaults.isTest` has to be true or false, and `yes` is a text",
            "3:53 `stages.prod.defaults.database` has to be a text, and is a number: put it in quotes",
            "3:66 `stages.prod.defaults.type` is `remot`; did you mean `remote`?",
        ],
    );
    check_errors("- a\n", &["1:1 the file has to be a group of keys, and is a list"]);
    check_errors("paths: {schema: a, sql: b}\n", &["1:20 `paths.schema` and `paths.sql` are two names of one thing"]);
    check_errors(
        "teardown: {postScript: ../x.sql}\n",
        &["1:24 `teardown.postScript` cannot be used: `../x.sql` leads out of the project"],
    );
    check_errors(
        "logging:\n  file: /var/log/noorm.log\n",
        &["2:9 `logging.file` is `/var/log/noorm.log`, and has to be relative to the project"],
    );
    check_errors(
        "logging: {file: ../noorm.log}\n",
        &["1:17 `logging.file` cannot be used: `../noorm.log` leads out of the project"],
    );
    check_errors(
        "logging: {file: .noorm/state.enc}\n",
        &["1:17 `logging.file` is `.noorm/state.enc`, and has to end in `.log`"],
    );
    check_errors(
        "secrets: [{key: A, type: string}, {key: A, type: string}]\n",
        &["1:35 the secret `A` is named twice"],
    );
}

#[test]
fn a_log_is_written_where_the_settings_ask_for_it() {
    let enabled = |text: &str| Settings::parse(text).map(|settings| settings.logging.writes());
    assert_eq!(enabled("order: linear\n"), Ok(false));
    assert_eq!(enabled("logging: {}\n"), Ok(true));
    assert_eq!(enabled("logging: {enabled: false}\n"), Ok(false));
}

#[test]
fn broken_yaml_is_told_with_its_place() {
    for (text, line) in [("paths:\n  schema: [1\n", 3), ("a: 1\na: 2\n", 2), ("a: *b\n", 1)] {
        let error = Settings::parse(text).expect_err("broken");
        assert!(error.errors[0].line.is_some_and(|found| found <= line), "{text}: {error:?}");
        assert_eq!(error.errors[0].path, "");
    }
}

#[test]
fn hostile_files_are_errors_and_no_more() {
    let deep = format!("a: {}", "[".repeat(100_000));
    let deep_map = format!("{}1", "{a: ".repeat(50_000));
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    for text in [deep.as_str(), deep_map.as_str(), bomb, "a: !!binary x\n--- \nb: 1\n", "? [a]\n: 1\n", "\0"] {
        assert!(Settings::parse(text).is_err(), "{}", &text[..text.len().min(40)]);
    }
}

#[test]
fn whatever_is_in_a_file_it_is_read_or_told() {
    let every = format!("{EVERY}{}{INIT}", TEMPLATE.replace("\n#", "\n"));
    let pieces = [
        "\t",
        "\u{0}",
        "&a ",
        "*a",
        "- ",
        ": ",
        "{",
        "[",
        "\"",
        "|\n",
        "~",
        "!!int ",
        "é",
        "99999999999999999999",
        "\r\n",
    ];
    for seed in 0..1500 {
        let mut chance = Chance::new(seed);
        let lines: Vec<&str> = every.lines().collect();
        let from = chance.index(lines.len());
        let to = from + chance.index(lines.len() - from) + 1;
        let mut text = lines[from..to].join("\n");
        for _ in 0..chance.index(4) {
            let mut at = chance.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, pieces[chance.index(pieces.len())]);
        }
        let (errors, warnings) = match Settings::parse(&text) {
            Ok(settings) => (Vec::new(), settings.warnings),
            Err(error) => (error.errors, error.warnings),
        };
        for finding in errors.iter().chain(&warnings) {
            if let (Some(line), Some(column)) = (finding.line, finding.column) {
                let at = excerpt::offset(&text, line, column);
                let shown = excerpt::render("settings.yml", &text, at, at + 1, "here");
                assert!(shown.contains(&format!("settings.yml:{line}:")), "{seed}: {finding:?}\n{text}\n{shown}");
            }
        }
    }
}

#[test]
fn unknown_keys_of_every_level_are_warnings() {
    let text = "paths: {schmea: x}\nstagse: {a: 1}\nstages:\n  prod:\n    defualts: {}\n    defaults: {hots: x, ssl: {cas: y}, pool: {mx: 1}}\n    enforced: {password: x}\n    secrets:\n      - {key: A, type: string, requierd: true}\nrules:\n  - match: {name: a, istest: true}\n    include: [a]\n    excldue: [b]\nplugins: {limits: {timems: 1}}\nxyz: 1\n";
    let settings = Settings::parse(text).expect("good settings");
    let said: Vec<(u32, &str, &str)> = settings
        .warnings
        .iter()
        .map(|warning| {
            let help = warning.help.as_deref().expect("help");
            (warning.line.expect("a line"), warning.path.as_str(), help)
        })
        .collect();
    let known = "known here are `paths`, `build`, `rules`, `stages`, `secrets`, `strict`, `order`, `logging`, `teardown`, `plugins`";
    assert_eq!(
        said.iter().map(|(line, path, help)| (*line, *path, help.starts_with("known"))).collect::<Vec<_>>(),
        [
            (1, "paths.schmea", false),
            (2, "stagse", false),
            (5, "stages.prod.defualts", false),
            (6, "stages.prod.defaults.hots", false),
            (6, "stages.prod.defaults.ssl.cas", false),
            (6, "stages.prod.defaults.pool.mx", false),
            (7, "stages.prod.enforced.password", false),
            (9, "stages.prod.secrets[0].requierd", false),
            (11, "rules[0].match.istest", false),
            (13, "rules[0].excldue", false),
            (14, "plugins.limits.timems", false),
            (15, "xyz", true),
        ]
    );
    assert_eq!(said[1].2, "did you mean `stages`?");
    assert_eq!(said[11].2, known);
}

#[test]
fn in_strict_mode_a_warning_is_an_error() {
    let error = Settings::parse("strict: {enabled: true}\nstagse: {}\n").expect_err("strict");
    assert_eq!((error.errors.len(), error.errors[0].path.as_str()), (1, "stagse"));
    assert_eq!(error.warnings, []);
    assert_eq!(
        Settings::parse("strict: {enabled: false}\nstagse: {}\n").map(|settings| settings.warnings.len()),
        Ok(1)
    );
}

#[test]
fn a_password_in_the_file_is_warned_of_and_not_shown() {
    let settings = Settings::parse("stages: {dev: {defaults: {password: hunter2}}}\n").expect("good settings");
    let warning = &settings.warnings[0];
    assert_eq!((warning.path.as_str(), warning.line, warning.column), ("stages.dev.defaults.password", Some(1), None));
    assert_eq!(settings.stages["dev"].defaults.get(Field::Password), Some(&json!("hunter2")));
    let shown = format!("{settings:?} {}", serde_json::to_string(&settings).expect("JSON"));
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn secrets_of_a_stage_come_besides_those_of_all() {
    let text = "secrets:\n  - {key: A, type: string}\n  - {key: B, type: string}\nstages:\n  prod:\n    secrets:\n      - {key: B, type: password, required: false}\n      - {key: C, type: api_key}\n";
    let settings = Settings::parse(text).expect("good settings");
    let keys = |config: &str| {
        let secrets = settings.secrets_of(config).into_iter();
        secrets.map(|secret| format!("{}{}", secret.key, if secret.required { "!" } else { "" })).collect::<Vec<_>>()
    };
    assert_eq!(keys("dev"), ["A!", "B!"]);
    assert_eq!(keys("prod"), ["A!", "B", "C!"]);
}

/// The keys of the published schema, by the path of their group. `*` is any name, `[0]` any item.
fn keys_of_schema(schema: &Value, root: &Value, path: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere"),
        None => schema,
    };
    for alternative in schema["anyOf"].as_array().into_iter().flatten() {
        keys_of_schema(alternative, root, path, found);
    }
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if let Some(properties) = schema["properties"].as_object() {
        assert_eq!(schema["additionalProperties"], false, "{path}: an editor would not see a slip");
        found.insert(path.to_owned(), properties.keys().cloned().collect());
        for (key, property) in properties {
            assert!(
                property["description"].is_string() || property["$ref"].is_string(),
                "{path}.{key} is not explained"
            );
            keys_of_schema(property, root, &inner(key), found);
        }
    }
    if schema["items"].is_object() {
        keys_of_schema(&schema["items"], root, &format!("{path}[0]"), found);
    }
    if schema["additionalProperties"].is_object() {
        keys_of_schema(&schema["additionalProperties"], root, &inner("*"), found);
    }
}

/// Names that have to be of a shape cannot be `*` in a file.
fn starred(path: String) -> String {
    let names = [".limitsFor.loader-a", ".extensions.csv", ".dialects.acme"];
    let named = names.iter().find(|name| path.ends_with(*name)).and_then(|name| name.rsplit_once('.'));
    named.map_or(path.clone(), |(_, name)| path.replace(name, "*"))
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let mut published = BTreeMap::new();
    keys_of_schema(&schema, &schema, "", &mut published);
    let reader = Reader::default();
    Settings::read(&reader, EVERY);
    let known = reader.known.take();
    assert_eq!(reader.findings(), (Vec::new(), Vec::new()));
    let known: BTreeMap<String, BTreeSet<String>> =
        known.into_iter().map(|(path, keys)| (starred(path), keys.into_iter().map(str::to_owned).collect())).collect();
    assert_eq!(published, known);
}

#[test]
fn the_schema_has_the_fields_of_configs() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    for field in Field::ALL {
        let group = if field.path().starts_with("paths.") { "paths" } else { "defaults" };
        assert!(schema["$defs"][group]["properties"][field.key()].is_object(), "{field:?}");
    }
}
