//! `noorm identity`: making, showing, handing on and rotating an identity; the identity of a pipeline; who is recorded as the
//! one who ran something, and who is registered in the database.

use noorm_testkit::{Engine, Output, Project, Sandbox, for_each_database};
use serde_json::Value;

/// A key pair of the TypeScript original's vectors (`keypairs.json`), in its DER form and raw.
const DER_KEY: &str =
    "302e020100300506032b656e04220420b99b3902e1d1e901c61444e328f8596e78032be91a54f89bed44b4c2bad2b4ac";
const RAW_KEY: &str = "b99b3902e1d1e901c61444e328f8596e78032be91a54f89bed44b4c2bad2b4ac";
const PUBLIC_KEY: &str = "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c";

/// An identity of the original's vectors (`identity-json.json`).
const ALICE: &str = r#"{
  "identityHash": "5954da726fbbf1c3c614829066e2903f70ac455fdc377cecf4412fd377628c24",
  "name": "Alice Smith",
  "email": "alice@example.com",
  "publicKey": "302a300506032b656e032100afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c",
  "machine": "alice-macbook",
  "os": "darwin 24.5.0",
  "createdAt": "2026-01-24T00:00:00.000Z"
}"#;

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    sandbox
}

fn identity(sandbox: &Sandbox) -> Value {
    sandbox.noorm("identity --json").expect_success().json()["identity"].clone()
}

fn own_file(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.home().join(".noorm").join(name)).unwrap()
}

fn identities(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.noorm("identity list --json").expect_success().json()["identities"].as_array().unwrap().clone()
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn init_makes_keys_that_only_their_owner_can_read() {
    for command in ["init", "identity init"] {
        let sandbox = Sandbox::new();
        sandbox.noorm(command).expect_success();
        let folder = sandbox.home().join(".noorm");
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("identity.key")), 0o600);
        assert_eq!(mode(&folder.join("identity.pub")), 0o644);
        let key = own_file(&sandbox, "identity.key");
        sandbox.noorm("init").expect_success();
        assert_eq!(own_file(&sandbox, "identity.key"), key, "an identity is made once");
    }
}

#[test]
fn a_new_identity_has_the_name_that_is_said_or_that_of_git() {
    let sandbox = Sandbox::new();
    sandbox.noorm("identity").expect_code(1).expect_stderr("noorm identity init");
    sandbox.noorm_args(["identity", "init", "--name", "Grace Hopper"]).expect_success();
    let made = identity(&sandbox);
    assert_eq!((&made["name"], &made["email"]), (&"Grace Hopper".into(), &"ada@example.com".into()));
    sandbox.noorm("identity init").expect_code(1).expect_stderr("Grace Hopper").expect_stderr("rotate");

    sandbox.noorm("identity edit --email grace@example.com").expect_success();
    let edited = identity(&sandbox);
    assert_eq!((&edited["name"], &edited["email"]), (&"Grace Hopper".into(), &"grace@example.com".into()));
    assert_eq!(edited["publicKey"], made["publicKey"]);
    assert_ne!(edited["identityHash"], made["identityHash"]);
    sandbox.noorm("identity edit").expect_code(2);
    assert!(sandbox.files().is_empty(), "an identity is no project's");
}

#[test]
fn a_key_without_a_name_is_named_and_kept() {
    let sandbox = Sandbox::new();
    sandbox.noorm("identity init").expect_success();
    let key = own_file(&sandbox, "identity.key");
    std::fs::remove_file(sandbox.home().join(".noorm/identity.json")).unwrap();
    sandbox.noorm("identity show").expect_code(1).expect_stderr("noorm identity init");
    sandbox.noorm("identity init").expect_success().expect_stdout("named your identity");
    assert_eq!(own_file(&sandbox, "identity.key"), key);
}

#[test]
fn what_is_exported_is_what_a_colleague_imports() {
    let (ada, bob) = (project(), project());
    bob.noorm_args(["identity", "edit", "--name", "Bob Jones", "--email", "bob@example.com"]).expect_success();
    let exported = bob.noorm("identity export").expect_success();
    assert!(!exported.stdout.contains(&own_file(&bob, "identity.key")), "{exported}");
    let input = exported.stdout.clone();
    ada.noorm_input("identity import -", &input).expect_success().expect_stdout("Bob Jones");
    ada.write("alice.json", ALICE);
    ada.noorm("identity import alice.json").expect_success();

    let known = identities(&ada);
    let names: Vec<&str> = known.iter().map(|known| known["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Lovelace", "Alice Smith", "Bob Jones"]);
    assert_eq!(known[1]["publicKey"], PUBLIC_KEY, "the DER form is read");
    assert_eq!(known[1]["source"], "import");
    assert_eq!(known[2]["identityHash"], identity(&bob)["identityHash"]);
    ada.noorm("identity list").expect_success().expect_stdout("Bob Jones");

    bob.noorm("identity export --output out/bob.json").expect_success();
    assert_eq!(bob.read("out/bob.json"), input);
}

#[test]
fn what_is_no_identity_or_another_key_is_refused() {
    let sandbox = project();
    let before = sandbox.read(".noorm/state.enc");
    let check = |text: &str, part: &str| {
        sandbox.write("colleague.json", text);
        sandbox.noorm("identity import colleague.json").expect_code(1).expect_stderr(part);
        assert_eq!(sandbox.read(".noorm/state.enc"), before);
    };
    check(&ALICE.replace("alice@example.com", "mallory@example.com"), "identity hash");
    check(&ALICE.replace("a4bbc243c", "a4bbc24"), "not an identity");
    check("{}", "not an identity");
    check(RAW_KEY, "not an identity");
    sandbox.noorm("identity import nothing.json").expect_code(1).expect_stderr("nothing.json");
    sandbox.noorm("identity import").expect_code(2);

    sandbox.write("colleague.json", ALICE);
    sandbox.noorm("identity import colleague.json").expect_success();
    let other = "20eb50267e2fe5fb11126e4da03ce5c2c1f8bad3f9e44e1590a7d7d261b33e4d";
    sandbox.write("colleague.json", ALICE.replace(PUBLIC_KEY, other));
    let refused = sandbox.noorm("identity import colleague.json").expect_code(1);
    refused.expect_stderr("another key").expect_stderr(PUBLIC_KEY).expect_stderr(other);
    sandbox.noorm("identity import colleague.json --replace").expect_success();
    assert_eq!(identities(&sandbox)[1]["publicKey"], other);
}

#[test]
fn a_private_key_comes_back_from_its_backup_and_never_replaces_another_one_silently() {
    let sandbox = project();
    let own = own_file(&sandbox, "identity.key");
    let own_public = identity(&sandbox)["publicKey"].clone();
    sandbox.write("backup.key", &own);
    sandbox.write("other.key", DER_KEY);
    sandbox.noorm("identity import --private-key backup.key").expect_success().expect_stdout("already");
    sandbox.noorm("identity import --private-key other.key").expect_code(1).expect_stderr("--former");
    assert_eq!(own_file(&sandbox, "identity.key"), own);

    sandbox.noorm("identity import --private-key other.key --former").expect_success();
    let shown = sandbox.noorm("identity --json").expect_success().json();
    assert_eq!((&shown["identity"]["publicKey"], &shown["formerKeys"][0]), (&own_public, &PUBLIC_KEY.into()));

    sandbox.noorm("identity import --private-key other.key --replace").expect_success();
    let shown = sandbox.noorm("identity --json").expect_success().json();
    assert_eq!(shown["identity"]["publicKey"], PUBLIC_KEY);
    sandbox.noorm("config list").expect_success().expect_stdout("dev");

    // Lost, and brought back.
    std::fs::remove_dir_all(sandbox.home().join(".noorm")).unwrap();
    sandbox.noorm("config list").expect_code(1).expect_stderr("noorm identity init");
    sandbox.noorm("identity import --private-key backup.key").expect_success();
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
    sandbox.noorm("identity import --private-key alice.json").expect_code(1);
    let leak = sandbox.noorm_input("identity import --private-key -", &own[..60]).expect_code(1);
    assert!(!leak.to_string().contains(&own[..60]), "{leak}");
}

#[test]
fn rotation_keeps_every_state_of_the_machine_readable() {
    let sandbox = project();
    let other = |line: &str| {
        let mut command = sandbox.command(line.split_whitespace());
        command.current_dir(sandbox.home());
        sandbox.finish(command, "")
    };
    other("init").expect_success();
    other("config add elsewhere --dialect sqlite --filename x.db").expect_success();
    let untouched = std::fs::read(sandbox.home().join(".noorm/state.enc")).unwrap();
    let (old, old_key) = (identity(&sandbox), own_file(&sandbox, "identity.key"));

    let done = sandbox.noorm("identity rotate --json").expect_success();
    let new = identity(&sandbox);
    assert_eq!(done.json()["formerKey"], old["publicKey"]);
    assert_ne!(new["publicKey"], old["publicKey"]);
    assert_eq!(new["identityHash"], old["identityHash"]);
    for key in [&old_key, &own_file(&sandbox, "identity.key")] {
        assert!(!done.to_string().contains(key.as_str()));
    }
    #[cfg(unix)]
    assert_eq!(mode(std::path::Path::new(done.json()["formerPath"].as_str().unwrap())), 0o600);

    // This project's state needs the new key alone; the other one's opens by the former key, and is sealed anew when it
    // is written.
    let opens_with = |key: &str, folder: &std::path::Path| {
        let mut command = sandbox.command(["config", "list"]);
        command.current_dir(folder).env("NOORM_IDENTITY_PRIVATE_KEY", key);
        sandbox.finish(command, "").code == 0
    };
    let new_key = own_file(&sandbox, "identity.key");
    assert!(opens_with(&new_key, &sandbox.project()) && !opens_with(&old_key, &sandbox.project()));
    other("config list").expect_success().expect_stdout("elsewhere");
    assert_eq!(std::fs::read(sandbox.home().join(".noorm/state.enc")).unwrap(), untouched, "reading writes nothing");
    other("config add more --dialect sqlite --filename y.db").expect_success();
    assert!(opens_with(&new_key, &sandbox.home()) && !opens_with(&old_key, &sandbox.home()));
}

/// What a container without a keyring cannot show, the test says.
#[test]
fn the_key_moves_into_the_keychain_and_back() {
    let sandbox = project();
    let key = own_file(&sandbox, "identity.key");
    sandbox.noorm("identity store file").expect_code(1);
    let moved = sandbox.noorm("identity store keychain --backup copy.key");
    if moved.stderr.contains("no keychain that noorm can use") {
        noorm_testkit::skip("there is no keychain here");
        assert_eq!(own_file(&sandbox, "identity.key"), key);
        return;
    }
    moved.expect_success();
    assert!(!sandbox.home().join(".noorm/identity.key").exists());
    assert_eq!(sandbox.read("copy.key"), key);
    assert_eq!(sandbox.noorm("identity --json").expect_success().json()["keyPlace"], "keychain");
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
    sandbox.noorm("init").expect_success();
    sandbox.noorm("identity rotate").expect_code(1).expect_stderr("identity store file");
    sandbox.noorm("identity store file").expect_success();
    assert_eq!(own_file(&sandbox, "identity.key"), key);
    sandbox.noorm("config list").expect_success().expect_stdout("dev");

    // One that was forgotten comes back from its copy.
    sandbox.remove("copy.key");
    sandbox.noorm("identity store keychain --backup copy.key").expect_success();
    let note = own_file(&sandbox, "identity.keychain");
    sandbox.noorm("identity store file").expect_success();
    let folder = sandbox.home().join(".noorm");
    std::fs::remove_file(folder.join("identity.key")).unwrap();
    std::fs::write(folder.join("identity.keychain"), note).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(folder.join("identity.keychain"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    sandbox.noorm("config list").expect_code(1).expect_stderr("--private-key FILE");
    sandbox.noorm("identity import --private-key copy.key").expect_success();
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
}

/// A pipeline: no home, no files, a key and a name in the environment.
fn pipeline(sandbox: &mut Sandbox, key: &str) {
    sandbox.remove_env("HOME");
    sandbox.set_env("NOORM_IDENTITY_PRIVATE_KEY", key);
    sandbox.set_env("NOORM_IDENTITY_NAME", "CI Bot");
    sandbox.set_env("NOORM_IDENTITY_EMAIL", "ci@example.com");
}

#[test]
fn a_pipeline_has_its_identity_from_the_environment_and_opens_what_is_sealed_for_it() {
    let mut sandbox = Sandbox::new();
    pipeline(&mut sandbox, DER_KEY);
    sandbox.noorm("init").expect_success();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    let shown = sandbox.noorm("identity --json").expect_success().json();
    assert_eq!(shown["keyPlace"], "environment");
    assert_eq!(shown["identity"]["publicKey"], PUBLIC_KEY);
    let hash = shown["identity"]["identityHash"].clone();
    sandbox.set_env("NOORM_IDENTITY_PRIVATE_KEY", RAW_KEY);
    assert_eq!(identity(&sandbox)["identityHash"], hash);
    sandbox.noorm("config list").expect_success().expect_stdout("dev");
    assert!(std::fs::read_dir(sandbox.home()).unwrap().next().is_none(), "nothing is kept");
    for line in ["identity rotate", "identity init", "identity edit --name X", "identity import --private-key -"] {
        sandbox.noorm(line).expect_code(1).expect_stderr("NOORM_IDENTITY_PRIVATE_KEY");
    }
    sandbox.set_env("NOORM_MACHINE_ID", "another-agent");
    sandbox.noorm("config list").expect_code(1).expect_stderr("another machine");
    sandbox.set_env("NOORM_IDENTITY_PRIVATE_KEY", "hunter2");
    let wrong = sandbox.noorm("config list").expect_code(1).expect_stderr("NOORM_IDENTITY_PRIVATE_KEY");
    assert!(!wrong.to_string().contains("hunter2"), "{wrong}");
}

#[test]
fn no_template_sees_the_key_or_the_passphrase() {
    let mut sandbox = Sandbox::new();
    pipeline(&mut sandbox, RAW_KEY);
    sandbox.set_env("NOORM_DIALECT", "sqlite");
    sandbox.set_env("NOORM_DATABASE", "app.db");
    for name in ["NOORM_IDENTITY_PRIVATE_KEY", "NOORM_PASSPHRASE", "NOORM_PASSPHRASE_NEW"] {
        sandbox.set_env(name, RAW_KEY);
        sandbox.write("schema/001.sql.j2", format!("SELECT '{{{{ env.{name} }}}}';"));
        let refused = sandbox.noorm("run build --preview").expect_code(1).expect_stderr(name);
        assert!(!refused.to_string().contains(RAW_KEY), "{refused}");
    }
}

#[test]
fn who_ran_it_is_the_config_the_environment_the_pipeline_or_git() {
    let mut project = Project::new(Engine::Sqlite);
    project.add_config("own", "--identity Release<r@x>").expect_success();
    project.write("schema/001.sql", "CREATE TABLE IF NOT EXISTS a (id INTEGER);");
    project.noorm("run build").expect_success();
    project.set_env("NOORM_IDENTITY_NAME", "Pipeline");
    project.noorm("run build --force").expect_success();
    project.set_env("NOORM_IDENTITY", "  CI Bot   <ci@example.com> ");
    project.noorm("run build --force").expect_success();
    project.noorm("-c own run build --force").expect_success();
    let by = project.query("SELECT executed_by FROM __noorm_changeset__ ORDER BY id");
    let expected = ["Ada Lovelace <ada@example.com>", "Pipeline", "CI Bot <ci@example.com>", "Release <r@x>"]
        .map(|by| vec![by.to_owned()]);
    assert_eq!(by, expected);
}

fn registration(project: &mut Project) {
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    let table = project.database.tracking("identities");
    let sql = format!("SELECT identity_hash, name, email, public_key FROM {table} ORDER BY email");
    let row = |identity: &Value| {
        ["identityHash", "name", "email", "publicKey"].map(|name| identity[name].as_str().unwrap().to_owned()).to_vec()
    };
    project.noorm("run build").expect_success();
    let own = identity(project);
    assert_eq!(project.query(&sql), [row(&own)]);

    // A pipeline on the same database, with a name of four bytes a character.
    let environment = |line: &str| -> Output {
        let mut command = project.command(line.split_whitespace());
        command.env("NOORM_IDENTITY_PRIVATE_KEY", RAW_KEY);
        command.env("NOORM_IDENTITY_NAME", "Zoë 🚀").env("NOORM_IDENTITY_EMAIL", "zoe@example.com");
        project.finish(command, "")
    };
    let zoe = environment("identity --json").expect_success().json()["identity"].clone();
    // Its key opens no state of Ada's; what it sees is described by the environment.
    environment("run build --force").expect_code(1);
    assert_eq!(project.query(&sql).len(), 1);
    let insert = format!(
        "INSERT INTO {table} (identity_hash, name, email, machine, os, public_key) VALUES ('{}', '{}', '{}', '{}', '{}', \
         '{}')",
        zoe["identityHash"].as_str().unwrap(),
        zoe["name"].as_str().unwrap(),
        zoe["email"].as_str().unwrap(),
        zoe["machine"].as_str().unwrap(),
        zoe["os"].as_str().unwrap(),
        zoe["publicKey"].as_str().unwrap(),
    );
    project.database.script(&insert);
    let hash = zoe["identityHash"].as_str().unwrap();
    project.database.script(&insert.replace("zoe@", "mallory@").replace(hash, &"0".repeat(64)));
    project.noorm("identity rotate").expect_success();
    let registered = project.query(&sql);
    project.noorm("change list").expect_success();
    assert_eq!(project.query(&sql), registered, "looking registers nobody");

    project.write("schema/002.sql", "CREATE TABLE b (id INTEGER);");
    let run = project.noorm("run build").expect_success();
    run.expect_stderr("is not an identity and is ignored (`Zoë 🚀`");
    assert_eq!(project.query(&sql)[0], row(&identity(project)), "a rotated key is the one of the same identity");
    let known = identities(project);
    assert_eq!(known.len(), 2, "{known:?}");
    assert_eq!((&known[1]["name"], &known[1]["source"]), (&"Zoë 🚀".into(), &"main".into()));
    assert!(known[1]["lastSeen"].as_str().unwrap().ends_with('Z'), "{known:?}");
}

#[test]
fn a_run_registers_the_user_and_remembers_the_others() {
    for_each_database(registration);
}

#[test]
fn a_run_goes_on_where_nobody_may_register() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.noorm("run build").expect_success();
    project.database.script(
        "CREATE TRIGGER guard BEFORE UPDATE ON __noorm_identities__ BEGIN SELECT RAISE(ABORT, 'not for you'); END",
    );
    project.write("schema/002.sql", "CREATE TABLE b (id INTEGER);");
    let run = project.noorm("run build").expect_success();
    run.expect_stderr("warning: your identity is not registered").expect_stderr("not for you");
}
