//! Plugins from servers, registries and folders: what is fetched, what is refused, and what comes back after a clone. The
//! servers are real: docker-registry and nginx.

use std::path::{Path, PathBuf};

use noorm_testkit::{HttpsServer, Output, Registry, Sandbox, shared_registry, skip};

use super::guest_languages::find_programs;

/// A project, and the component of `loader-ini` at `FILE` outside of it.
struct Place {
    sandbox: Sandbox,
    component: PathBuf,
}

const NO_REGISTRY: &str = "NOORM_TEST_REGISTRY_URL is not set";

impl Place {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.noorm("init").expect_success();
        let component = component(&sandbox, "loader-ini");
        Self { sandbox, component }
    }

    fn add(&self, source: &str) -> Output {
        self.sandbox.noorm_args(["plugin", "add", source])
    }

    /// A clone elsewhere: another project with the lock file, and another user.
    fn cloned(&self) -> Sandbox {
        let clone = Sandbox::new();
        clone.noorm("init").expect_success();
        clone.write(".noorm/plugins.lock", self.sandbox.read(".noorm/plugins.lock"));
        clone
    }
}

/// Returns a guest as a component, in the sandbox and outside of its project.
pub(crate) fn component(sandbox: &Sandbox, guest: &str) -> PathBuf {
    let other = Sandbox::new();
    other.noorm("init").expect_success();
    let module = noorm_artifacts::guest(guest);
    let added = other.noorm_args(["plugin", "add", module.to_str().unwrap(), "--json"]).expect_success().json();
    let name = added["plugin"]["name"].as_str().unwrap();
    let to = sandbox.home().join(format!("{guest}.wasm"));
    std::fs::copy(other.project().join(format!(".noorm/plugins/{name}.wasm")), &to).unwrap();
    to
}

fn locked(sandbox: &Sandbox) -> serde_json::Value {
    let lock: serde_json::Value = serde_json::from_str(&sandbox.read(".noorm/plugins.lock")).unwrap();
    lock["plugins"][0].clone()
}

/// Publishes a component and returns its address without the digest.
fn publish(sandbox: &Sandbox, component: &Path, address: &str) {
    sandbox.noorm_args(["plugin", "publish", component.to_str().unwrap(), address]).expect_success();
}

/// The lock file serves, and a template finds its data.
fn use_it(sandbox: &Sandbox, flags: &str) -> Output {
    sandbox.write("schema/001.sql.j2", "CREATE TABLE IF NOT EXISTS {{ shop.opening.name }} (id INTEGER);");
    sandbox.write("schema/shop.ini", "[opening]\nname = hours\n");
    sandbox.noorm("config add main --dialect sqlite --filename app.db");
    sandbox.noorm("config use main");
    sandbox.noorm(&format!("run build --force {flags}"))
}

#[test]
fn a_registry_s_plugin_is_locked_by_digest_and_comes_back() {
    let Some(registry) = shared_registry() else { return skip(NO_REGISTRY) };
    let place = Place::new();
    let tag = format!("oci://{registry}/loader-ini:1.0");
    publish(&place.sandbox, &place.component, &tag);
    place.add(&tag).expect_success().expect_stdout("added loader-ini");
    let entry = locked(&place.sandbox);
    assert!(entry["source"].as_str().unwrap().starts_with(&format!("{tag}@sha256:")), "{entry}");
    assert!(!place.sandbox.exists(".noorm/plugins"), "a component that can be fetched again is not the project's");
    let cached =
        place.sandbox.home().join(format!(".cache/noorm/components/{}.wasm", entry["digest"].as_str().unwrap()));
    assert_eq!(std::fs::read(cached).unwrap(), std::fs::read(&place.component).unwrap());
    use_it(&place.sandbox, "").expect_success();

    let clone = place.cloned();
    let offline = use_it(&clone, "--offline").expect_code(1);
    assert!(offline.stderr.contains("nothing is fetched"), "{offline}");
    use_it(&clone, "").expect_success();
    // Once it is here, nobody is asked.
    use_it(&clone, "--offline").expect_success();
    assert_eq!(clone.read(".noorm/plugins.lock"), place.sandbox.read(".noorm/plugins.lock"));
}

#[test]
fn a_tag_that_moved_changes_nobody_s_plugin() {
    let Some(registry) = shared_registry() else { return skip(NO_REGISTRY) };
    let place = Place::new();
    let tag = format!("oci://{registry}/loader-ini:1.0");
    publish(&place.sandbox, &place.component, &tag);
    place.add(&tag).expect_success();
    let first = locked(&place.sandbox)["digest"].as_str().unwrap().to_owned();
    let other = component(&place.sandbox, "loader-ini-typed");
    let taken = place.sandbox.noorm_args(["plugin", "publish", other.to_str().unwrap(), &tag]).expect_code(1);
    assert!(taken.stderr.contains("published already") && taken.stderr.contains("--replace"), "{taken}");
    // What a tag says is a version is the component's.
    let wrong = format!("oci://{registry}/loader-ini:v9.9.9");
    let wrong = place.sandbox.noorm_args(["plugin", "publish", other.to_str().unwrap(), &wrong]).expect_code(1);
    assert!(wrong.stderr.contains("the tag is `v9.9.9`, and `loader-ini` says that it is version 2.0.0"), "{wrong}");
    place.sandbox.noorm_args(["plugin", "publish", other.to_str().unwrap(), &tag, "--replace"]).expect_success();
    let clone = place.cloned();
    use_it(&clone, "").expect_success();
    assert_eq!(locked(&clone)["digest"], first.as_str());
    // Whoever wrote the digest down is told both.
    let refused = clone.noorm_args(["plugin", "add", &tag, "--sha256", &first]).expect_code(1);
    assert!(refused.stderr.contains(&format!("wanted {first}")) && refused.stderr.contains("digest "), "{refused}");
}

#[test]
fn a_file_that_changed_behind_its_url_is_refused_with_both_digests() {
    let mut place = Place::new();
    let server = HttpsServer::start();
    place.sandbox.set_env("SSL_CERT_FILE", server.ca());
    let file = server.files().join("my plugins");
    std::fs::create_dir(&file).unwrap();
    let file = file.join("loader ini.wasm");
    std::fs::copy(&place.component, &file).unwrap();
    place.add(&server.url("my plugins/loader ini.wasm")).expect_success();
    let entry = locked(&place.sandbox);
    assert_eq!(entry["source"], server.url("my%20plugins/loader%20ini.wasm"));
    use_it(&place.sandbox, "").expect_success();
    let mut changed = std::fs::read(&file).unwrap();
    changed.extend([0, 2, 1, b'x']);
    std::fs::write(&file, changed).unwrap();
    let mut clone = place.cloned();
    clone.set_env("SSL_CERT_FILE", server.ca());
    let refused = use_it(&clone, "").expect_code(1);
    let digest = entry["digest"].as_str().unwrap();
    assert!(refused.stderr.contains(&format!("locked {digest}")) && refused.stderr.contains("digest "), "{refused}");
    assert!(!clone.home().join(".cache/noorm/components").exists(), "what is refused is not kept");
}

#[test]
fn what_servers_do_wrong_is_told_apart() {
    let mut place = Place::new();
    let mut server = HttpsServer::start();
    std::fs::copy(&place.component, server.files().join("a.wasm")).unwrap();
    std::fs::write(server.files().join("page.wasm"), "<html>").unwrap();
    std::fs::copy(noorm_artifacts::guest("loader-ini"), server.files().join("module.wasm")).unwrap();
    let large = std::fs::File::create(server.files().join("large.wasm")).unwrap();
    large.set_len((256 << 20) + 1).unwrap();
    place.sandbox.set_env("SSL_CERT_FILE", server.ca());
    let check = |path: &str, code: i32, message: &str| {
        let output = place.add(&server.url(path)).expect_code(code);
        assert!(output.stderr.contains(message), "{path}: {output}");
    };
    check("none.wasm", 1, "there is nothing at `https://localhost:");
    check("private/a.wasm", 1, "the server wants a login");
    check("forbidden/a.wasm", 1, "does not allow access");
    check("plain/a.wasm", 1, "which is not encrypted");
    check("loop", 1, "from one address to the next without end");
    check("cut/a.wasm", 7, "was cut off after");
    check("large.wasm", 1, "larger than 268435456 bytes");
    check("page.wasm", 1, "is not a plugin that noorm can run");
    check("module.wasm", 1, "is a core module, and no component");
    assert!(!place.sandbox.exists(".noorm/plugins.lock"), "what is refused leaves nothing");
    // A redirection to where it is encrypted too is one.
    place.add(&server.url("moved/a.wasm")).expect_success();

    place.sandbox.set_env("SSL_CERT_FILE", server.other_ca());
    let stranger = place.add(&server.url("a.wasm")).expect_code(7);
    assert!(stranger.stderr.contains("signed by nobody who is trusted here"), "{stranger}");
    assert!(stranger.stderr.contains("SSL_CERT_FILE"), "{stranger}");
    server.stop();
    place.add(&server.url("a.wasm")).expect_code(7).expect_stderr("cannot be reached");
    place.add("https://nowhere.invalid/a.wasm").expect_code(7).expect_stderr("was not found");
    for (source, message) in [
        ("http://localhost/a.wasm", "may come from anybody"),
        ("https://me:hunter2@localhost/a.wasm", "a login in an address"),
        ("https://me:hunter2@localhost:port/a.wasm", "invalid port"),
        ("oci://me:hunter2@localhost:5000/loader-ini:1", "invalid reference"),
        ("oci://acme/loader-ini:1", "host of a registry"),
        ("oci://localhost:5000/loader-ini", "which version"),
        ("ftp://localhost/a.wasm", "over `ftp`"),
    ] {
        let output = place.add(source).expect_code(2).expect_stderr(message);
        assert!(!output.to_string().replace(source, "").contains("hunter2"), "{output}");
    }
}

/// Has a program keep the login for a registry, as the operating system's keychain does. `config` is docker's file.
fn keep_login(sandbox: &mut Sandbox, registry: &str, config: &str) {
    let (docker, programs) = (sandbox.home().join(".docker"), sandbox.home().join("programs"));
    std::fs::create_dir(&docker).unwrap();
    std::fs::write(docker.join("config.json"), config).unwrap();
    std::fs::create_dir(&programs).unwrap();
    let program = programs.join("docker-credential-keys");
    let answer = format!(r#"{{"ServerURL": "{registry}", "Username": "ada", "Secret": "{}"}}"#, Registry::PASSWORD);
    let text = format!(
        "#!/bin/sh\nread -r host\n[ \"$1 $host\" = 'get {registry}' ] && [ -z \"$NOORM_SECRET_OTHER\" ] || exit 1\n\
         echo '{answer}'\n"
    );
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    find_programs(sandbox, &programs);
}

#[test]
fn a_registry_that_wants_a_login_gets_it_and_nobody_else() {
    let mut place = Place::new();
    let mut registry = Registry::closed();
    let tag = format!("oci://{}/acme/loader-ini:1.0", registry.host());
    let component = place.component.to_str().unwrap().to_owned();
    place.sandbox.set_env("SSL_CERT_FILE", registry.other_ca());
    place.add(&tag).expect_code(7).expect_stderr("signed by nobody who is trusted here");
    place.sandbox.set_env("SSL_CERT_FILE", registry.ca());
    place.add(&tag).expect_code(1).expect_stderr("wants a login").expect_stderr("NOORM_REGISTRY_PASSWORD");
    place.sandbox.set_env("NOORM_REGISTRY_USER", Registry::USER);
    place.sandbox.set_env("NOORM_REGISTRY_PASSWORD", "hunter2");
    let wrong = place.sandbox.noorm_args(["plugin", "publish", &component, &tag]).expect_code(1);
    assert!(wrong.stderr.contains("does not take that of `ada`") && !wrong.stderr.contains("hunter2"), "{wrong}");
    place.sandbox.set_env("NOORM_REGISTRY_PASSWORD", Registry::PASSWORD);
    publish(&place.sandbox, &place.component, &tag);
    place.add(&tag).expect_success();

    // Whoever wrote the lock file named the registry: a password for any is not shown to it.
    let mut clone = place.cloned();
    for (name, value) in [("NOORM_REGISTRY_USER", Registry::USER), ("NOORM_REGISTRY_PASSWORD", Registry::PASSWORD)] {
        clone.set_env(name, value);
    }
    clone.set_env("SSL_CERT_FILE", registry.ca());
    use_it(&clone, "").expect_code(1).expect_stderr("wants a login").expect_stderr("NOORM_REGISTRY_HOST");
    clone.set_env("NOORM_REGISTRY_HOST", registry.host());
    use_it(&clone, "").expect_success();

    // The login that docker keeps is for its registry anyway.
    let mut docker = place.cloned();
    docker.set_env("SSL_CERT_FILE", registry.ca());
    let config = format!(r#"{{"auths": {{"{}": {{"auth": "YWRhOm9wZW4gc2VzYW1l"}}}}}}"#, registry.host());
    std::fs::create_dir(docker.home().join(".docker")).unwrap();
    std::fs::write(docker.home().join(".docker/config.json"), config).unwrap();
    use_it(&docker, "").expect_success();

    // So is the one that a program keeps for docker, or makes itself. It is asked for this registry, and sees nothing of
    // noorm's.
    let entry = format!(r#"{{"auths": {{"{}": {{}}}}, "credsStore": "keys"}}"#, registry.host());
    for config in [&entry, r#"{"credsStore": "keys"}"#] {
        let mut kept = place.cloned();
        kept.set_env("SSL_CERT_FILE", registry.ca());
        kept.set_env("NOORM_SECRET_OTHER", "hunter2");
        keep_login(&mut kept, &registry.host(), config);
        use_it(&kept, "").expect_success();
    }

    // Where nobody logged in it need not be there; a registry that wants a login shows that.
    let mut none = place.cloned();
    none.set_env("SSL_CERT_FILE", registry.ca());
    keep_login(&mut none, &registry.host(), r#"{"credsStore": "is-not-there"}"#);
    let refused = "wants a login, and `docker-credential-is-not-there`, which is to keep logins, cannot be started";
    use_it(&none, "").expect_code(1).expect_stderr(refused);

    registry.stop();
    let mut late = place.cloned();
    late.set_env("SSL_CERT_FILE", registry.ca());
    use_it(&late, "").expect_code(7).expect_stderr("cannot be fetched from").expect_stderr("cannot be reached");
}

/// A registry that has a login may not have it sent where everybody can read it.
#[test]
fn a_login_is_not_sent_in_clear() {
    let mut place = Place::new();
    let server = HttpsServer::start();
    let tag = format!("oci://{}/acme/loader-ini:1.0", server.host());
    place.sandbox.set_env("SSL_CERT_FILE", server.ca());
    place.add(&tag).expect_code(1).expect_stderr("/token`, which is not encrypted");
    place.sandbox.set_env("NOORM_REGISTRY_USER", Registry::USER);
    place.sandbox.set_env("NOORM_REGISTRY_PASSWORD", Registry::PASSWORD);
    place.add(&tag).expect_code(1).expect_stderr("/token`, which is not encrypted");
    let component = place.component.to_str().unwrap();
    let publish = place.sandbox.noorm_args(["plugin", "publish", component, &tag]).expect_code(1);
    assert!(publish.stderr.contains("/token`, which is not encrypted"), "{publish}");
    assert!(!server.was_asked_in_clear());
}

#[test]
fn a_folder_is_installed_without_a_network() {
    let Some(registry) = shared_registry() else { return skip(NO_REGISTRY) };
    let place = Place::new();
    let tag = format!("oci://{registry}/loader-ini:1.0");
    publish(&place.sandbox, &place.component, &tag);
    place.add(&tag).expect_success();
    place.sandbox.noorm("plugin vendor").expect_success().expect_stdout("is in `.noorm/plugins` now");
    place.sandbox.noorm("plugin vendor").expect_success().expect_stdout("was there");

    // What is locked comes to where it belongs, and the lock file stays.
    let clone = place.cloned();
    let folder = place.sandbox.project().join(".noorm/plugins");
    let line = ["plugin", "add", folder.to_str().unwrap(), "--offline", "--locked"];
    clone.noorm_args(line).expect_success().expect_stdout("is locked already, and is here now");
    assert_eq!(clone.read(".noorm/plugins.lock"), place.sandbox.read(".noorm/plugins.lock"));
    use_it(&clone, "--offline").expect_success();
    clone.noorm("plugin verify --offline").expect_success();

    // In a project without it, the folder's components are added.
    let fresh = Sandbox::new();
    fresh.noorm("init").expect_success();
    fresh.noorm_args(line).expect_code(1).expect_stderr("stays as it is");
    let second = component(&fresh, "lines");
    std::fs::copy(second, folder.join("loader-lines.wasm")).unwrap();
    fresh.noorm_args(["plugin", "add", folder.to_str().unwrap(), "--sha256", &"0".repeat(64)]).expect_code(2);
    let added = fresh.noorm_args(["plugin", "add", folder.to_str().unwrap(), "--json"]).expect_success().json();
    assert_eq!(added["plugins"].as_array().unwrap().len(), 2, "{added}");
    // One that is no plugin, and none of them comes.
    let other = Sandbox::new();
    other.noorm("init").expect_success();
    std::fs::write(folder.join("z.wasm"), "hello").unwrap();
    other.noorm_args(["plugin", "add", folder.to_str().unwrap()]).expect_code(1);
    assert!(!other.exists(".noorm/plugins.lock"));
    let empty = other.project().join("empty");
    std::fs::create_dir(&empty).unwrap();
    other.noorm("plugin add empty").expect_code(1).expect_stderr("holds no `.wasm` file");
}

#[test]
fn links_and_digests_of_files() {
    let place = Place::new();
    std::fs::create_dir(place.sandbox.project().join("my files")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&place.component, place.sandbox.project().join("my files/link.wasm")).unwrap();
    let digest = "0".repeat(64);
    let refused = place.sandbox.noorm_args(["plugin", "add", "my files/link.wasm", "--sha256", &digest]).expect_code(1);
    assert!(refused.stderr.contains(&format!("wanted {digest}")), "{refused}");
    place.sandbox.noorm_args(["plugin", "add", "my files/link.wasm", "--sha256", "abc"]).expect_code(2);
    let found = refused.stderr.split("digest ").nth(1).unwrap()[..64].to_uppercase();
    place.sandbox.noorm_args(["plugin", "add", "my files/link.wasm", "--sha256", &found]).expect_success();
    // Nothing of this machine's folders is in a file that others read.
    assert!(!place.sandbox.read(".noorm/plugins.lock").contains(place.sandbox.home().to_str().unwrap()));
}

#[test]
fn a_folder_comes_in_whole_or_not_at_all() {
    let place = Place::new();
    let folder = place.sandbox.home().join("folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&place.component, folder.join("a.wasm")).unwrap();
    std::fs::copy(noorm_artifacts::guest("linked"), folder.join("b.wasm")).unwrap();
    place.add(folder.to_str().unwrap()).expect_code(1).expect_stderr("was not granted");
    assert!(!place.sandbox.exists(".noorm/plugins.lock") && !place.sandbox.exists(".noorm/plugins"));
    let words = ["plugin", "add", folder.join("b.wasm").to_str().unwrap(), "--grant", "files", "--path", "x"]
        .map(str::to_owned);
    place.sandbox.noorm_args(&words).expect_success();
    // What is locked with its grant needs none.
    place.add(folder.to_str().unwrap()).expect_success().expect_stdout("added loader-ini");
}

/// Where nothing may be fetched, and the lock file stays as it is, variables say so in CI.
#[test]
fn variables_keep_the_network_and_the_lock_file_out() {
    let place = Place::new();
    let server = HttpsServer::start();
    let mut sandbox = place.sandbox;
    sandbox.set_env("SSL_CERT_FILE", server.ca());
    std::fs::copy(&place.component, server.files().join("ini.wasm")).unwrap();
    let add = |sandbox: &Sandbox| sandbox.noorm_args(["plugin", "add", &server.url("ini.wasm")]);
    sandbox.set_env("NOORM_OFFLINE", "1");
    add(&sandbox).expect_code(1).expect_stderr("nothing is fetched");
    sandbox.set_env("NOORM_OFFLINE", "0");
    sandbox.set_env("NOORM_LOCKED", "1");
    add(&sandbox).expect_code(1).expect_stderr("stays as it is");
    sandbox.remove_env("NOORM_LOCKED");
    add(&sandbox).expect_success();
    sandbox.set_env("NOORM_LOCKED", "1");
    add(&sandbox).expect_success().expect_stdout("is locked already");
    sandbox.noorm("plugin rm loader-ini").expect_code(1).expect_stderr("stays as it is");
    sandbox.set_env("NOORM_LOCKED", "perhaps");
    sandbox.noorm("plugin list").expect_code(2).expect_stderr("NOORM_LOCKED");
}
