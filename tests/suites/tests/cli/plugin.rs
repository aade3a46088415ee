//! `noorm plugin list` and `noorm plugin add`.

use noorm_testkit::{Engine, Project, Sandbox};

#[test]
fn the_bundled_plugins_import_nothing_but_files_for_modules() {
    let json = Sandbox::new().noorm("plugin list --json").expect_success().json();
    let plugins = json["plugins"].as_array().unwrap();
    let names: Vec<_> = plugins.iter().map(|plugin| plugin["name"].as_str().unwrap()).collect();
    for name in [
        "dialect-mssql",
        "dialect-mysql",
        "dialect-postgres",
        "dialect-sqlite",
        "loader-csv",
        "loader-js",
        "loader-json",
        "loader-ndjson",
        "loader-sql",
        "loader-toml",
        "loader-xlsx",
        "loader-xml",
        "loader-yaml",
    ] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    for plugin in plugins {
        let imports: &[&str] = if plugin["name"] == "loader-js" { &["noorm:host/files@1.0.0"] } else { &[] };
        assert_eq!(plugin["imports"], serde_json::json!(imports), "{plugin}");
        assert_eq!(plugin["digest"].as_str().unwrap().len(), 64, "{plugin}");
        assert!(plugin["interface"].as_str().unwrap().starts_with("noorm:"), "{plugin}");
    }
}

#[test]
fn what_is_no_component_is_refused_and_not_kept() {
    let project = Project::new(Engine::Sqlite);
    project.write("broken.wasm", b"\0asm\x01\0\0\0");
    project.write("text.wasm", "hello");
    let before = project.noorm("plugin list --json").expect_success().json();
    for line in ["plugin add broken.wasm", "plugin add text.wasm", "plugin add none.wasm"] {
        let output = project.noorm(line);
        assert_ne!(output.code, 0, "{output}");
    }
    assert_eq!(project.noorm("plugin list --json").expect_success().json(), before);
}
