//! A loader that reads other files of the project: those that its grant names, and no others.

use std::sync::Arc;

use noorm_core::value::Value;
use noorm_plugin_host::{Grant, LinkedFiles, LoadRequest, Loaded, PluginError};

use crate::{Project, granted, refused};

const FILES: &str = "noorm:host/files@1.0.0";

/// Every file has its path for a text, but one that is `bad`, one that is not there, and one that nobody may ask for.
struct Paths;

impl LinkedFiles for Paths {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "schema/bad.txt" => Ok(b"bad\n".to_vec()),
            "schema/none.txt" => Err("it does not exist".to_owned()),
            "secret.txt" => panic!("the grant does not name it"),
            _ => Ok(path.as_bytes().to_vec()),
        }
    }
}

fn load(project: &Project, content: &str, has_files: bool) -> Result<Loaded, PluginError> {
    let files = has_files.then(|| Arc::new(Paths) as Arc<dyn LinkedFiles>);
    let options = Value::Map(Vec::new());
    let request = LoadRequest { path: "schema/a.linked", content: content.as_bytes(), options: &options, files };
    project.host.loader("linked").unwrap().load_with(&request)
}

fn with_schema() -> Project {
    let mut project = granted("linked", &[FILES]);
    let grant = Grant { import: FILES.to_owned(), paths: vec!["schema/*.txt".to_owned()] };
    project.host.set_grants("loader-linked", vec![grant]).unwrap();
    project
}

#[test]
fn it_is_refused_without_a_grant() {
    let error = refused("linked");
    let PluginError::NotGranted { imports, .. } = &error else { panic!("{error:?}") };
    assert_eq!(imports, &[FILES]);
}

#[test]
fn what_the_grant_names_is_read_and_told() {
    let loaded = load(&with_schema(), "schema/a.txt\nschema/b.txt\nschema/a.txt\n", true).unwrap();
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(loaded.value, Value::List(vec![text("schema/a.txt"), text("schema/b.txt"), text("schema/a.txt")]));
    assert_eq!(loaded.read, ["schema/a.txt", "schema/b.txt"]);
}

#[test]
fn what_it_does_not_name_is_not_even_looked_for() {
    let error = load(&with_schema(), "secret.txt\n", true).unwrap_err();
    assert!(matches!(error, PluginError::Denied { .. }), "{error:?}");
    assert!(error.to_string().contains("`secret.txt`: the grant names schema/*.txt"), "{error}");
    let error = load(&granted("linked", &[FILES]), "schema/a.txt\n", true).unwrap_err();
    assert!(matches!(error, PluginError::Denied { .. }), "a grant of no paths: {error:?}");
    let error = load(&with_schema(), "schema/a.txt\n", false).unwrap_err();
    assert!(error.to_string().contains("no files of the project"), "{error}");
}

#[test]
fn a_place_may_be_in_the_other_file() {
    let place = |content: &str| {
        let Err(PluginError::Input { diagnostics, .. }) = load(&with_schema(), content, true) else {
            panic!("refused")
        };
        diagnostics[0].span.clone().map(|span| (span.input, span.start, span.end, span.line))
    };
    assert_eq!(place("schema/bad.txt\n"), Some(("schema/bad.txt".to_owned(), 0, 3, 1)));
    assert_eq!(place("schema/a.txt\nschema/none.txt\n"), Some(("schema/a.linked".to_owned(), 13, 28, 2)));
}
