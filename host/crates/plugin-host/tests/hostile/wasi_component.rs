//! A component that imports WASI: refused until it is granted, and given nothing then.

use noorm_core::value::Value;
use noorm_plugin_host::{Grant, Installation, PluginError};

use crate::{Project, SMALL, granted, refused};

const ENVIRONMENT: &str = "wasi:cli/environment@0.2.6";

#[test]
fn a_component_that_wants_a_system_is_refused_by_its_import() {
    let error = refused("wasi-component");
    let PluginError::NotGranted { imports, .. } = &error else { panic!("{error:?}") };
    assert_eq!(imports, &[ENVIRONMENT]);
    assert!(error.to_string().contains("`wasi:cli/environment@0.2.6`"), "{error}");
    assert!(!error.is_plugin_fault());
}

#[test]
fn the_environment_of_a_granted_one_is_empty() {
    let project = granted("wasi-component", &[ENVIRONMENT]);
    let loader = project.host.loader("curious").unwrap();
    // The guest answers whether there is a variable; a test has some.
    assert!(std::env::vars_os().next().is_some());
    assert_eq!(loader.load("a.curious", b"").unwrap(), Value::Boolean(false));
}

#[test]
fn a_grant_of_another_import_is_none() {
    let mut project = Project::empty(SMALL);
    let file = noorm_artifacts::guest("wasi-component");
    let candidate = project.host.examine(&file, &std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(candidate.info.grants, [], "to be asked who it is, it needs none");
    let grants = vec![Grant { import: "wasi:cli/environment@0.2.0".to_owned(), paths: Vec::new() }];
    let error = project.host.install(&candidate, &Installation { grants, ..Installation::default() }).unwrap_err();
    assert!(matches!(error, PluginError::NotGranted { .. }), "{error:?}");
    assert!(project.is_untouched());
}
