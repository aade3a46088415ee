//! Signatures of plugins, made by minisign: when they are looked at, when they have to be there, and what is refused.

use noorm_testkit::{HttpsServer, Minisign, Sandbox, shared_registry, skip};

use crate::plugin_sources::component;

/// A project whose settings name a key, and require signatures or not.
fn project(key: &Minisign, is_required: bool) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    settings(&sandbox, key, is_required);
    sandbox
}

fn settings(sandbox: &Sandbox, key: &Minisign, is_required: bool) {
    let key = key.public_key();
    sandbox.write(
        ".noorm/settings.yml",
        format!("plugins:\n  keys:\n    acme: {key}\n  requireSignatures: {is_required}\n"),
    );
}

#[test]
fn a_signature_is_checked_where_the_settings_name_keys() {
    let (acme, stranger) = (Minisign::new(), Minisign::new());
    let sandbox = project(&acme, false);
    let file = component(&sandbox, "loader-ini");
    let add = || sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()]);
    add().expect_success();
    acme.sign(&file);
    add().expect_success().expect_stdout("signed by `acme`");
    let lock = sandbox.read(".noorm/plugins.lock");
    assert!(lock.contains("\"signedBy\": \"acme\""), "{lock}");
    assert!(sandbox.exists(".noorm/plugins/loader-ini.wasm.minisig"));
    sandbox.noorm("plugin verify").expect_success().expect_stdout("and signed by `acme`");

    stranger.sign(&file);
    add().expect_code(1).expect_stderr("is none of the settings' keys: `acme` is ");
    acme.sign(&file);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend([0, 2, 1, b'x']);
    std::fs::write(&file, bytes).unwrap();
    add().expect_code(1).expect_stderr("names the key `acme`, and is not for this content");
    std::fs::write(file.with_extension("wasm.minisig"), "hello").unwrap();
    add().expect_code(1).expect_stderr("is not a signature of minisign");
    assert_eq!(sandbox.read(".noorm/plugins.lock"), lock);
}

#[test]
fn what_has_to_be_signed_does_not_run_without() {
    let acme = Minisign::new();
    let sandbox = project(&acme, true);
    let file = component(&sandbox, "loader-ini");
    let add = || sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()]);
    add().expect_code(1).expect_stderr("is not signed, and `plugins.requireSignatures` is on");
    // It came in before anybody required it.
    settings(&sandbox, &acme, false);
    add().expect_success();
    settings(&sandbox, &acme, true);
    sandbox.write("schema/001.sql.j2", "CREATE TABLE {{ shop.opening.name }} (id INTEGER);");
    sandbox.write("schema/shop.ini", "[opening]\nname = hours\n");
    sandbox.noorm("config add main --dialect sqlite --filename app.db").expect_success();
    sandbox.noorm("config use main").expect_success();
    let refused = sandbox.noorm("run build").expect_code(1);
    assert!(refused.stderr.contains("`loader-ini` is not signed, and `plugins.requireSignatures` is on"), "{refused}");
    sandbox.noorm("plugin verify").expect_code(1).expect_stdout("is not signed");
    acme.sign(&file);
    add().expect_success();
    sandbox.noorm("run build").expect_success();

    // The key that the lock file names is one of the settings', or it is as if there were none.
    let other = Minisign::new();
    let text = format!("plugins:\n  keys:\n    other: {}\n  requireSignatures: true\n", other.public_key());
    sandbox.write(".noorm/settings.yml", text);
    sandbox
        .noorm("run build --force")
        .expect_code(1)
        .expect_stderr("is signed with `acme`, which is none of the settings'");
    sandbox.noorm("plugin verify").expect_code(1).expect_stdout("none of the settings' keys");
}

#[test]
fn a_lock_file_that_only_says_so_is_found_out() {
    let acme = Minisign::new();
    let sandbox = project(&acme, true);
    let file = component(&sandbox, "loader-ini");
    acme.sign(&file);
    sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    let signature = sandbox.read(".noorm/plugins/loader-ini.wasm.minisig");
    sandbox.write(".noorm/plugins/loader-ini.wasm.minisig", signature.replace("timestamp", "Timestamp"));
    sandbox.noorm("plugin verify").expect_code(1).expect_stdout("not for this content");
    sandbox.remove(".noorm/plugins/loader-ini.wasm.minisig");
    sandbox.noorm("plugin verify").expect_code(1).expect_stdout("its signature is not to be found");
}

/// Whoever can change the component can change the lock file as well: what counts is the signature.
#[test]
fn a_component_that_was_exchanged_with_its_digest_does_not_run() {
    let acme = Minisign::new();
    let sandbox = project(&acme, true);
    let file = component(&sandbox, "loader-ini");
    acme.sign(&file);
    sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    sandbox.write("schema/001.sql.j2", "CREATE TABLE {{ shop.opening.name }} (id INTEGER);");
    sandbox.write("schema/shop.ini", "[opening]\nname = hours\n");
    sandbox.noorm("config add main --dialect sqlite --filename app.db").expect_success();
    sandbox.noorm("config use main").expect_success();
    sandbox.noorm("run build --dry-run").expect_success();

    let other = Sandbox::new();
    other.noorm("init").expect_success();
    let file = component(&other, "loader-ini-typed");
    other.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    let digest = |sandbox: &Sandbox| {
        let lock: serde_json::Value = serde_json::from_str(&sandbox.read(".noorm/plugins.lock")).unwrap();
        lock["plugins"][0]["digest"].as_str().unwrap().to_owned()
    };
    let lock = sandbox.read(".noorm/plugins.lock");
    sandbox.write(".noorm/plugins.lock", lock.replace(&digest(&sandbox), &digest(&other)));
    sandbox.write(".noorm/plugins/loader-ini.wasm", std::fs::read(file).unwrap());
    let refused = sandbox.noorm("run build").expect_code(1);
    assert!(refused.stderr.contains("the lock file says `acme`, but the signature names the key `acme`"), "{refused}");
    assert!(refused.stderr.contains("is not for this content"), "{refused}");
    sandbox.noorm("plugin bundle --output ci.plugins").expect_code(1).expect_stderr("does not count");
    sandbox.remove(".noorm/plugins/loader-ini.wasm.minisig");
    sandbox.noorm("run build").expect_code(1).expect_stderr("there is none beside the component");
}

/// What is given for one command is as much code as what is locked.
#[test]
fn what_is_given_for_one_command_has_to_be_signed_too() {
    let acme = Minisign::new();
    let sandbox = project(&acme, true);
    let file = component(&sandbox, "loader-ini");
    let given = format!("loader-ini={}", file.display());
    let list = || sandbox.noorm_args(["--with", &given, "plugin", "list"]);
    list().expect_code(1).expect_stderr("`loader-ini` is not signed, and `plugins.requireSignatures` is on");
    Minisign::new().sign(&file);
    list().expect_code(1).expect_stderr("does not count").expect_stderr("none of the settings' keys");
    acme.sign(&file);
    list().expect_success();
}

#[test]
fn a_core_module_has_no_signature() {
    let acme = Minisign::new();
    let sandbox = project(&acme, false);
    let file = sandbox.home().join("module.wasm");
    std::fs::copy(noorm_artifacts::guest("loader-ini"), &file).unwrap();
    acme.sign(&file);
    sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_code(1).expect_stderr("is a core module");
}

#[test]
fn signatures_are_beside_urls() {
    let acme = Minisign::new();
    let mut sandbox = project(&acme, true);
    let server = HttpsServer::start();
    sandbox.set_env("SSL_CERT_FILE", server.ca());
    let file = server.files().join("ini.wasm");
    std::fs::copy(component(&sandbox, "loader-ini"), &file).unwrap();
    let add = || sandbox.noorm_args(["plugin", "add", &server.url("ini.wasm")]);
    add().expect_code(1).expect_stderr("is not signed");
    acme.sign(&file);
    add().expect_success().expect_stdout("signed by `acme`");
    sandbox.noorm("plugin verify --offline").expect_success().expect_stdout("signed by `acme`");
    // The next version of a signed plugin is signed.
    settings(&sandbox, &acme, false);
    std::fs::copy(component(&sandbox, "loader-ini-typed"), &file).unwrap();
    std::fs::remove_file(server.files().join("ini.wasm.minisig")).unwrap();
    sandbox.noorm("plugin update").expect_code(1).expect_stderr("is not signed, and what it takes the place of is");
    acme.sign(&file);
    sandbox.noorm("plugin update").expect_success();
}

#[test]
fn signatures_are_published_with_their_plugins() {
    let Some(registry) = shared_registry() else { return skip("NOORM_TEST_REGISTRY_URL is not set") };
    let acme = Minisign::new();
    let sandbox = project(&acme, true);
    let file = component(&sandbox, "loader-ini");
    acme.sign(&file);
    let tag = format!("oci://{registry}/loader-ini:1.0");
    let published = sandbox.noorm_args(["plugin", "publish", file.to_str().unwrap(), &tag]).expect_success();
    assert!(published.stdout.ends_with(", with its signature\n"), "{published}");
    sandbox.noorm_args(["plugin", "add", &tag]).expect_success().expect_stdout("signed by `acme`");
    sandbox.noorm("plugin vendor").expect_success();
    assert!(sandbox.exists(".noorm/plugins/loader-ini.wasm.minisig"));
    sandbox.noorm("plugin verify --offline").expect_success();
    // What is not signed well is not published from here.
    Minisign::new().sign(&file);
    sandbox.noorm_args(["plugin", "publish", file.to_str().unwrap(), &tag]).expect_code(1);
}
