//! `plugin update`: what it takes, when it asks, and what `--check` shows of the project's own data.

use noorm_testkit::{HttpsServer, Sandbox};

use crate::plugin_sources::component;

/// A project whose `loader-ini` came from a server that has another version by now.
fn outdated() -> (Sandbox, HttpsServer) {
    let mut sandbox = Sandbox::new();
    let server = HttpsServer::start();
    sandbox.set_env("SSL_CERT_FILE", server.ca());
    sandbox.noorm("init").expect_success();
    let file = server.files().join("ini.wasm");
    std::fs::copy(component(&sandbox, "loader-ini"), &file).unwrap();
    sandbox.noorm_args(["plugin", "add", &server.url("ini.wasm")]).expect_success();
    sandbox.noorm("plugin update").expect_success().expect_stdout("is what is there today");
    std::fs::copy(component(&sandbox, "loader-ini-typed"), &file).unwrap();
    sandbox.write("schema/many.ini", "top = 1\n[shop]\nfrom = 9\nto = late\n");
    sandbox.write("schema/one.ini", "[shop]\nfrom = 9\n");
    sandbox.write("schema/same.ini", "[shop]\nname = x\n");
    sandbox.write("schema/broken.ini", "[shop\n");
    (sandbox, server)
}

#[test]
fn a_check_shows_what_differs_in_the_data_and_changes_nothing() {
    let (sandbox, _server) = outdated();
    let before = sandbox.read(".noorm/plugins.lock");
    let output = sandbox.noorm("plugin update --check").expect_success();
    let shown = output.stdout.lines().skip(1).collect::<Vec<_>>();
    assert_eq!(
        shown[1..],
        [
            "  schema/one.ini: 1 difference",
            "    shop.from: \"9\" → 9",
            "  schema/many.ini: 2 differences",
            "    top: \"1\" → nothing",
            "    shop.from: \"9\" → 9",
        ],
        "{output}"
    );
    assert!(output.stdout.contains("other data in 3 of 4 data files"), "{output}");
    assert!(shown[0].starts_with("  schema/broken.ini: read now; before: "), "{output}");
    let json = sandbox.noorm("plugin update loader-ini --check --json").expect_success().json();
    let changed = &json["plugins"][0]["replay"]["changed"];
    assert_eq!(changed[1]["path"], "schema/one.ini");
    assert_eq!(changed[1]["differences"][0], serde_json::json!({"place": "shop.from", "former": "\"9\"", "new": "9"}));
    assert_eq!(sandbox.read(".noorm/plugins.lock"), before);
}

#[test]
fn an_update_is_taken_unless_the_lock_file_is_to_stay() {
    let (sandbox, _server) = outdated();
    let before = sandbox.read(".noorm/plugins.lock");
    sandbox.noorm("plugin update --locked").expect_code(1).expect_stderr("stays as it is");
    sandbox.noorm("plugin update --offline").expect_code(1).expect_stderr("nothing is fetched");
    sandbox.noorm("plugin update loader-none").expect_code(1).expect_stderr("no plugin `loader-none`");
    assert_eq!(sandbox.read(".noorm/plugins.lock"), before);
    sandbox.noorm("plugin update").expect_success().expect_stdout("updated loader-ini 0.1.0");
    let entry: serde_json::Value = serde_json::from_str(&sandbox.read(".noorm/plugins.lock")).unwrap();
    assert_eq!(entry["plugins"][0]["version"], "2.0.0");
    sandbox.noorm("plugin verify").expect_success();
    sandbox.noorm("plugin update").expect_success().expect_stdout("is what is there today");
}

/// A copy in the project is preferred, and so has to follow.
#[test]
fn a_vendored_plugin_is_updated_in_the_project() {
    let (sandbox, _server) = outdated();
    sandbox.noorm("plugin vendor").expect_success();
    let copy = std::fs::read(sandbox.project().join(".noorm/plugins/loader-ini.wasm")).unwrap();
    sandbox.noorm("plugin update").expect_success();
    assert_ne!(std::fs::read(sandbox.project().join(".noorm/plugins/loader-ini.wasm")).unwrap(), copy);
    sandbox.noorm("plugin verify --offline").expect_success();
}

#[test]
fn another_plugin_is_no_update() {
    let (sandbox, server) = outdated();
    std::fs::copy(component(&sandbox, "lines"), server.files().join("ini.wasm")).unwrap();
    sandbox.noorm("plugin update").expect_code(1).expect_stderr("is the plugin `loader-lines` now");
}

#[test]
fn a_file_of_the_project_is_where_updates_come_from() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    std::fs::create_dir(sandbox.project().join("built")).unwrap();
    let file = sandbox.project().join("built/ini.wasm");
    std::fs::copy(component(&sandbox, "loader-ini"), &file).unwrap();
    sandbox.noorm("plugin add built/ini.wasm").expect_success();
    std::fs::copy(component(&sandbox, "loader-ini-typed"), &file).unwrap();
    sandbox.noorm("plugin update").expect_success().expect_stdout("to 2.0.0");
    std::fs::remove_file(&file).unwrap();
    sandbox.noorm("plugin update").expect_success().expect_stdout("which is not in this project");
    sandbox.noorm("plugin update loader-ini").expect_code(1).expect_stderr("which is not in this project");
}
