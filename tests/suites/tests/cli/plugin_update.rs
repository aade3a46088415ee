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
    sandbox.noorm("plugin update").expect_success().expect_stdout("is up to date");
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
    sandbox.noorm("plugin update loader-none").expect_code(2).expect_stderr("no plugin `loader-none`");
    assert_eq!(sandbox.read(".noorm/plugins.lock"), before);
    sandbox.noorm("plugin update").expect_success().expect_stdout("updated loader-ini 0.1.0");
    let entry: serde_json::Value = serde_json::from_str(&sandbox.read(".noorm/plugins.lock")).unwrap();
    assert_eq!(entry["plugins"][0]["version"], "2.0.0");
    sandbox.noorm("plugin verify").expect_success();
    sandbox.noorm("plugin update").expect_success().expect_stdout("is up to date");
    // The way back, which the hint after a crash names.
    let former = component(&sandbox, "loader-ini");
    sandbox.noorm_args(["plugin", "add", former.to_str().unwrap()]).expect_success();
    let entry: serde_json::Value = serde_json::from_str(&sandbox.read(".noorm/plugins.lock")).unwrap();
    assert_eq!(entry["plugins"][0]["version"], "0.1.0");
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
    // Whoever has another file names it.
    let elsewhere = component(&sandbox, "loader-ini");
    let from = |rest: &[&str]| {
        let words = [&["plugin", "update", "loader-ini", "--from", elsewhere.to_str().unwrap()][..], rest].concat();
        sandbox.noorm_args(words)
    };
    sandbox.write("schema/a.ini", "[shop]\nfrom = 9\n");
    from(&["--check"]).expect_success().expect_stdout("shop.from: 9 → \"9\"");
    from(&[]).expect_success().expect_stdout("updated loader-ini 2.0.0");
    from(&[]).expect_success().expect_stdout("is up to date");
    sandbox.noorm("plugin update --from x.wasm").expect_code(2);
    sandbox.noorm("plugin update loader-ini --from ftp://x/y.wasm").expect_code(2).expect_stderr("ftp");
}

/// A project whose `loader-linked` comes from a file in it, which has a version by now that reads files.
fn wanting_more() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.write("built/x.wasm", std::fs::read(component(&sandbox, "loader-linked-before")).unwrap());
    sandbox.noorm("plugin add built/x.wasm").expect_success();
    sandbox.write("built/x.wasm", linked());
    sandbox
}

/// The later version, as a component.
fn linked() -> Vec<u8> {
    let other = Sandbox::new();
    other.noorm("init").expect_success();
    let module = noorm_artifacts::guest("linked");
    let words = ["plugin", "add", module.to_str().unwrap(), "--grant", "files", "--path", "x"];
    other.noorm_args(words).expect_success();
    std::fs::read(other.project().join(".noorm/plugins/loader-linked.wasm")).unwrap()
}

const WANTED: &str = "noorm:host/files@1.0.0";

#[test]
fn what_an_update_imports_besides_is_granted_by_somebody() {
    let sandbox = wanting_more();
    let before = sandbox.read(".noorm/plugins.lock");
    let output = sandbox.noorm("plugin update --json").expect_code(5);
    output.expect_stdout(&format!("imports `{WANTED}`, which was not granted")).expect_stdout("--yes");
    assert_eq!(sandbox.read(".noorm/plugins.lock"), before);
    let mut asked = sandbox.terminal("plugin update");
    asked.answer(&format!("imports `{WANTED}` besides; type yes to grant that"), "");
    assert_eq!(asked.end().1, 5);
    assert_eq!(sandbox.read(".noorm/plugins.lock"), before);
    let mut asked = sandbox.terminal("plugin update");
    asked.answer("type yes to grant that", "yes");
    let (screen, code) = asked.end();
    assert!(code == 0 && screen.contains("updated loader-linked 0.0.9"), "{screen}");
    sandbox.noorm("plugin update --yes").expect_success().expect_stdout("is up to date");
    // Of files it may read none before their paths are granted.
    sandbox.noorm("plugin show loader-linked --json").expect_success().expect_stdout(WANTED);
    sandbox.write("schema/a.linked", "schema/b.txt\n");
    sandbox.write("schema/b.txt", "b");
    sandbox.noorm("plugin stats").expect_stdout("denied");
    // In CI `--yes` is the answer.
    sandbox.write(".noorm/plugins.lock", before);
    sandbox.write(
        ".noorm/plugins/loader-linked.wasm",
        std::fs::read(component(&sandbox, "loader-linked-before")).unwrap(),
    );
    sandbox.noorm("plugin update --yes").expect_success().expect_stdout("updated loader-linked 0.0.9");
}

#[test]
fn one_that_wants_more_keeps_no_other_from_its_update() {
    let sandbox = wanting_more();
    sandbox.write("built/a.wasm", std::fs::read(component(&sandbox, "loader-ini")).unwrap());
    sandbox.noorm("plugin add built/a.wasm").expect_success();
    sandbox.write("built/a.wasm", std::fs::read(component(&sandbox, "loader-ini-typed")).unwrap());
    sandbox.write("built/z.wasm", std::fs::read(component(&sandbox, "lines")).unwrap());
    sandbox.noorm("plugin add built/z.wasm").expect_success();
    std::fs::remove_file(sandbox.project().join("built/z.wasm")).unwrap();
    let output = sandbox.noorm("plugin update").expect_code(3);
    output.expect_stdout("updated loader-ini 0.1.0").expect_stdout("loader-linked: `loader-linked` 0.1.0 imports");
    let json = sandbox.noorm("plugin update --json").expect_code(5).json();
    let states: Vec<_> = json["plugins"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["same", "unknown", "failed"], "{json}");
}

/// The options are those of the settings, and files are read as the grants would allow it.
#[test]
fn a_check_reads_the_data_as_a_run_would() {
    let sandbox = wanting_more();
    sandbox.write("schema/lib/one.txt", "one");
    sandbox.write("schema/a.linked", "schema/lib/one.txt\n");
    let check = "plugin update --check";
    let output = sandbox.noorm(check).expect_success().expect_stdout("other data in 1 of 1 data file");
    output
        .expect_stdout(&format!("it imports besides: {WANTED}"))
        .expect_stdout("not read any more")
        .expect_stdout("denied");
    let options = "plugins:\n  extensions:\n    linked:\n      options: { upper: true }\n";
    sandbox.write(".noorm/settings.yml", options);
    let output = sandbox.noorm(check).expect_success();
    output.expect_stdout("`plugins.extensions.linked.options.upper` is not what `loader-linked` takes");
    sandbox.write(".noorm/settings.yml", format!("{options}      plugin: loader-json\n"));
    sandbox.noorm(check).expect_success().expect_stdout("the same data in 0 data files");
    sandbox.write(".noorm/settings.yml", "plugins:\n  files:\n    'schema/**/*.txt': { plugin: loader-linked }\n");
    sandbox.noorm(check).expect_success().expect_stdout("other data in 2 of 2 data files");
    // `load` reaches all of the project. What other tools put there is not looked at.
    sandbox.write(".noorm/settings.yml", "");
    sandbox.write("data/b.linked", "schema/lib/one.txt\n");
    for file in [".cache/c.linked", "web/node_modules/d.linked", "target/e.linked"] {
        sandbox.write(file, "one\n");
    }
    let output = sandbox.noorm(check).expect_success().expect_stdout("other data in 2 of 2 data files");
    output.expect_stdout("  data/b.linked: not read any more");
    // What no plugin is given is not given to one that nobody has accepted.
    sandbox.write(".noorm/settings.yml", "plugins:\n  files:\n    'keys/*.pem': { plugin: loader-linked }\n");
    sandbox.write("keys/tls.pem", "schema/lib/one.txt\n");
    std::os::unix::fs::symlink("../.noorm/settings.yml", sandbox.project().join("data/c.linked")).unwrap();
    let output = sandbox.noorm(check).expect_success().expect_stdout("other data in 2 of 2 data files");
    output.expect_stdout("  not looked at: 2 of the project's files, which no plugin is given or noorm cannot read");
}

/// A version may read fewer kinds of files than the one before.
#[test]
fn a_check_knows_which_files_nobody_reads_any_more() {
    let sandbox = wanting_more();
    sandbox.write("schema/a.links", "one\n");
    let output = sandbox.noorm("plugin update --check").expect_success();
    let output = output.expect_stdout("other data in 1 of 1 data file");
    output.expect_stdout("schema/a.links: not read any more: no plugin reads `.links` files");
}

/// A quirk is asked in the dialects that it is a layer of.
#[test]
fn a_check_shows_what_a_quirk_says_otherwise() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    let built = std::fs::read(component(&sandbox, "quirk-brittle")).unwrap();
    sandbox.write("built/q.wasm", &built);
    sandbox.noorm("plugin add built/q.wasm").expect_success();
    // A later version: it marks names in another way.
    let at = built.windows(8).position(|bytes| bytes == b"brittle(").expect("what it marks names with");
    let later = [&built[..at], b"BRITTLE(", &built[at + 8..]].concat();
    sandbox.write("built/q.wasm", later);
    let output = sandbox.noorm("plugin update --check").expect_success();
    output.expect_stdout("no dialect of the settings has it; `noorm dialect diff BASE FILE` shows what it changes");
    let settings = "plugins:\n  dialects:\n    frail: { base: sqlite, quirks: [quirk-brittle] }\n";
    sandbox.write(".noorm/settings.yml", settings);
    sandbox.noorm("plugin lock").expect_success();
    let output = sandbox.noorm("plugin update --check").expect_success().expect_stdout("answers differ");
    output.expect_stdout("  dialect frail: ").expect_stdout("@@ naming.quote").expect_stdout("    -brittle(");
    let json = sandbox.noorm("plugin update --check --json").expect_success().json();
    let dialect = &json["plugins"][0]["replay"]["dialects"][0];
    assert_eq!(dialect["dialect"], "frail");
    assert!(dialect["differences"].as_array().is_some_and(|all| !all.is_empty()), "{dialect}");
    sandbox.noorm("plugin update").expect_success().expect_stdout("updated quirk-brittle");
    sandbox.noorm("plugin update --check").expect_success().expect_stdout("is up to date");
}
