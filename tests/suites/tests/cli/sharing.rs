//! `config export|import`, `identity verify|pin|unpin|pins` and `state import`: two people with homes of their own who
//! exchange files.

use std::path::PathBuf;

use noorm_testkit::{Output, Sandbox};
use serde_json::{Value, json};

/// Somebody with a home, an identity and a project.
struct Person {
    sandbox: Sandbox,
    email: String,
}

fn person(name: &str) -> Person {
    let mut sandbox = Sandbox::new();
    let git = sandbox.home().join("gitconfig");
    std::fs::write(&git, format!("[user]\n\tname = {name}\n\temail = {name}@example.com\n")).unwrap();
    sandbox.set_env("GIT_CONFIG_GLOBAL", git);
    sandbox.set_env("USER", name);
    sandbox.noorm("init").expect_success();
    let identity: Value = serde_json::from_str(&public_identity(&sandbox)).unwrap();
    Person { sandbox, email: identity["email"].as_str().unwrap().to_owned() }
}

/// What somebody hands over so that others can seal something to them.
fn public_identity(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.home().join(".noorm/identity.json")).unwrap()
}

fn public_key(person: &Person) -> String {
    let identity: Value = serde_json::from_str(&public_identity(&person.sandbox)).unwrap();
    identity["publicKey"].as_str().unwrap().to_owned()
}

/// Puts a file of one into the project of another.
fn give(from: &Person, file: &str, to: &Person) {
    to.sandbox.write(file, from.sandbox.read(file));
}

/// Puts somebody's public identity into another's project, as `NAME.json`.
fn introduce(who: &Person, file: &str, to: &Person) {
    to.sandbox.write(file, public_identity(&who.sandbox));
}

/// Alice, who has a config with a password, and Bob, whose identity she has in `bob.json`.
fn alice_and_bob() -> (Person, Person) {
    let (alice, bob) = (person("alice"), person("bob"));
    let mut add = alice.sandbox.command(
        "config add live --dialect postgres --host db.example.com --port 5433 --database app --user alice \
         --password-env PASSWORD --protected --type remote --ssl --pool-max 1"
            .split_whitespace(),
    );
    add.env("PASSWORD", "hunter2-hunter2");
    alice.sandbox.finish(add, "").expect_success();
    introduce(&bob, "bob.json", &alice);
    introduce(&alice, "alice.json", &bob);
    (alice, bob)
}

fn code(output: &Output) -> String {
    output.json()["error"]["code"].as_str().unwrap().to_owned()
}

fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/original").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// A sandbox whose identity has a key that the original made.
fn with_key_of_the_original(name: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let folder = sandbox.home().join(".noorm");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("identity.key"), fixture(name)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder.join("identity.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    sandbox.noorm("identity init").expect_success();
    sandbox.noorm("init").expect_success();
    sandbox
}

#[test]
fn a_config_reaches_its_recipient_without_user_and_password() {
    let (alice, bob) = alice_and_bob();
    alice.sandbox.noorm("identity pin bob.json").expect_success();
    bob.sandbox.noorm("identity pin alice.json").expect_success();
    let exported = alice.sandbox.noorm("config export --to bob.json --json").expect_success().json();
    assert_eq!(exported["file"], "live.noorm.enc");
    assert_eq!(exported["recipients"][0]["standing"], "pinned");

    give(&alice, "live.noorm.enc", &bob);
    let mut import =
        bob.sandbox.command(["config", "import", "live.noorm.enc", "--user", "bob", "--password-env", "P", "--json"]);
    import.env("P", "bobs-password");
    let imported = bob.sandbox.finish(import, "").expect_success().json();
    assert_eq!(imported["senderStanding"], "pinned");
    assert_eq!(imported["sender"]["email"], alice.email.as_str());
    let listed = bob.sandbox.noorm("config list --json").expect_success().json();
    let config = &listed["configs"][0];
    for (field, expected) in [
        ("name", json!("live")),
        ("host", json!("db.example.com")),
        ("port", json!(5433)),
        ("database", json!("app")),
        ("user", json!("bob")),
        ("type", json!("remote")),
        ("protected", json!(true)),
        ("isActive", json!(true)),
    ] {
        assert_eq!(config[field], expected, "{field}");
    }
}

#[test]
fn nothing_is_sealed_to_a_key_that_nobody_vouched_for_without_asking() {
    let (alice, bob) = alice_and_bob();
    let output = alice.sandbox.noorm("config export live --to bob.json").expect_code(5);
    output.expect_stderr(&bob.email).expect_stderr("noorm identity pin").expect_stderr("--yes");
    assert!(!alice.sandbox.exists("live.noorm.enc"));
    // Whoever says yes pins the key: the second time nothing is asked.
    alice.sandbox.noorm("config export live --to bob.json --yes").expect_success();
    alice.sandbox.noorm(&format!("config export live --to {} --output again.enc", bob.email)).expect_success();
    // Neither is a config taken from somebody unknown.
    give(&alice, "live.noorm.enc", &bob);
    let output = bob.sandbox.noorm("config import live.noorm.enc --json").expect_code(5);
    assert_eq!(code(&output), "untrusted-key");
    assert_eq!(bob.sandbox.noorm("config list --json").json()["configs"], json!([]));
    let imported = bob.sandbox.noorm("config import live.noorm.enc --yes --json").expect_success().json();
    assert_eq!(imported["senderStanding"], "unknown");
    let pins = bob.sandbox.noorm("identity pins --json").expect_success().json();
    assert_eq!(pins["pins"][0]["email"], alice.email.as_str());
    assert_eq!(pins["pins"][0]["standing"], "pinned");
}

#[test]
fn several_recipients_open_one_file_and_others_are_told_whom_it_is_for() {
    let (alice, bob) = alice_and_bob();
    let (carol, dave) = (person("carol"), person("dave"));
    introduce(&carol, "carol.json", &alice);
    alice.sandbox.noorm("config export --to bob.json --to carol.json --to bob.json --yes -o team.enc").expect_success();
    for who in [&bob, &carol] {
        give(&alice, "team.enc", who);
        who.sandbox.noorm("config import team.enc --yes").expect_success();
    }
    give(&alice, "team.enc", &dave);
    let output = dave.sandbox.noorm("config import team.enc --yes --json").expect_code(1);
    assert_eq!(code(&output), "not-for-you");
    let message = output.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(&bob.email) && message.contains(&carol.email), "{message}");
}

#[test]
fn altered_cut_and_foreign_files_change_nothing() {
    let (alice, bob) = alice_and_bob();
    alice.sandbox.noorm("config export --to bob.json --yes").expect_success();
    let text = alice.sandbox.read("live.noorm.enc");
    let check = |text: &str, expected: &str| {
        bob.sandbox.write("file.enc", text);
        let output = bob.sandbox.noorm("config import file.enc --yes --json").expect_code(1);
        assert_eq!(code(&output), expected, "{output}");
        assert!(!bob.sandbox.exists(".noorm/state.enc"), "nothing is written");
    };
    check(&text.replace(&alice.email, "mallory@example.com"), "altered");
    check(&text.replacen("    ", "     ", 1), "altered");
    check(&text[..text.len() / 2], "truncated");
    check("", "truncated");
    check("hello", "no-shared-config");
    check("{}", "no-shared-config");
    check(&text.replace("\"version\": 2", "\"version\": 3"), "unknown-version");
    let sealed: Value = serde_json::from_str(&text).unwrap();
    let ephemeral = sealed["recipients"][0]["ephemeralPubKey"].as_str().unwrap();
    check(&text.replace(ephemeral, &format!("01{}", "0".repeat(62))), "low-order-key");
    bob.sandbox.noorm("config import nothing.enc --json").expect_code(2);
}

#[test]
fn a_file_that_came_before_is_a_replay() {
    let (alice, bob) = alice_and_bob();
    introduce(&person("carol"), "carol.json", &alice);
    alice.sandbox.noorm("config export --to bob.json --to carol.json --yes").expect_success();
    give(&alice, "live.noorm.enc", &bob);
    bob.sandbox.noorm("config import live.noorm.enc --yes").expect_success();
    bob.sandbox.noorm("config rm live --yes").expect_success();
    // Somebody else's entry is not what makes a file another one.
    let mut sealed: Value = serde_json::from_str(&bob.sandbox.read("live.noorm.enc")).unwrap();
    sealed["recipients"][1]["authTag"] = json!("00000000000000000000000000000000");
    bob.sandbox.write("live.noorm.enc", serde_json::to_string_pretty(&sealed).unwrap() + "\n");
    let output = bob.sandbox.noorm("config import live.noorm.enc --json").expect_code(1);
    assert_eq!(code(&output), "replayed");
    output.expect_stdout("--again");
    bob.sandbox.noorm("config import live.noorm.enc --again").expect_success();
}

#[test]
fn a_config_of_the_name_is_not_replaced_unless_it_is_said() {
    let (alice, bob) = alice_and_bob();
    bob.sandbox.noorm("config add live --dialect sqlite --filename mine.db --protected").expect_success();
    alice.sandbox.noorm("config export --to bob.json --yes").expect_success();
    give(&alice, "live.noorm.enc", &bob);
    bob.sandbox.noorm("identity pin alice.json").expect_success();
    let output = bob.sandbox.noorm("config import live.noorm.enc").expect_code(1);
    output.expect_stderr("--name").expect_stderr("--force");
    // The one that is there is protected.
    bob.sandbox.noorm("config import live.noorm.enc --force").expect_code(5);
    bob.sandbox.noorm("config import live.noorm.enc --name theirs").expect_success();
    let replaced =
        bob.sandbox.noorm("config import live.noorm.enc --force --yes --again --json").expect_success().json();
    assert_eq!(replaced["replaced"], true);
    let listed = bob.sandbox.noorm("config list --json").json();
    let names: Vec<_> = listed["configs"].as_array().unwrap().iter().map(|config| &config["host"]).collect();
    assert_eq!(names, ["db.example.com", "db.example.com"]);
}

#[test]
fn a_changed_key_is_loud_and_yes_is_no_answer_to_it() {
    let (alice, bob) = alice_and_bob();
    let pinned = alice.sandbox.noorm("identity pin bob.json --json").expect_success().json();
    let old = pinned["person"]["fingerprint"].as_str().unwrap().to_owned();
    // The same identity with another key: Bob lost his, or somebody else wrote this file.
    let mut identity: Value = serde_json::from_str(&public_identity(&bob.sandbox)).unwrap();
    identity["publicKey"] = json!(public_key(&person("mallory")));
    alice.sandbox.write("new.json", identity.to_string());
    let output = alice.sandbox.noorm("config export --to new.json --yes").expect_code(1);
    let output = output.expect_stderr("HAS CHANGED").expect_stderr(&old);
    let words = output.stderr.split("now it is \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_ne!(words, old);
    alice.sandbox.noorm("identity pin new.json").expect_code(1).expect_stderr(&old);
    let wrong = alice.sandbox.noorm_args(["identity", "pin", "new.json", "--fingerprint", &old]).expect_code(1);
    wrong.expect_stderr(&words);
    let pinned = alice.sandbox.noorm_args(["identity", "pin", "new.json", "--fingerprint", &words, "--json"]);
    assert_eq!(pinned.expect_success().json()["person"]["standing"], "verified");
    // The old key went with the identity that had it.
    let pins = alice.sandbox.noorm("identity pins --json").json();
    assert_eq!(pins["pins"].as_array().unwrap().len(), 1);
    alice.sandbox.noorm(&format!("config export --to {}", bob.email)).expect_success();
}

#[test]
fn a_sender_whose_key_changed_is_refused() {
    let (alice, bob) = alice_and_bob();
    bob.sandbox.noorm("identity pin alice.json").expect_success();
    // Mallory says that she is Alice.
    let mallory = person("alice");
    mallory.sandbox.noorm("config add live --dialect sqlite --filename evil.db").expect_success();
    introduce(&bob, "bob.json", &mallory);
    mallory.sandbox.noorm("config export --to bob.json --yes").expect_success();
    give(&mallory, "live.noorm.enc", &bob);
    let output = bob.sandbox.noorm("config import live.noorm.enc --yes --json").expect_code(1);
    assert_eq!(code(&output), "changed-key");
    assert_eq!(bob.sandbox.noorm("config list --json").json()["configs"], json!([]));
    assert_eq!(alice.email, mallory.email, "this is what the test is about");
}

#[test]
fn keys_are_verified_listed_and_unpinned() {
    let (alice, bob) = alice_and_bob();
    let output = alice.sandbox.noorm("identity verify bob.json").expect_code(5);
    output.expect_stderr("--fingerprint");
    // Nobody would have compared anything.
    alice.sandbox.noorm("identity verify bob.json --yes").expect_code(5);
    let shown = bob.sandbox.noorm("identity show --json").expect_success().json();
    let words = shown["fingerprint"].as_str().unwrap_or_else(|| panic!("{shown}"));
    let pin = ["identity", "pin", "bob.json", "--fingerprint", words, "--json"];
    let verified = alice.sandbox.noorm_args(pin).expect_success().json();
    assert_eq!(verified["person"]["standing"], "verified");
    let words = verified["person"]["fingerprint"].as_str().unwrap();
    assert_eq!(words.split(' ').count(), 8, "{words}");
    alice.sandbox.noorm("identity pins").expect_success().expect_stdout(words).expect_stdout("verified");
    // A name in other letters, the start of the hash and the key itself are the same person.
    let hash = verified["person"]["identityHash"].as_str().unwrap();
    for who in [bob.email.to_uppercase().as_str(), &hash[..10], &public_key(&bob)] {
        alice.sandbox.noorm(&format!("config export --to {who} --force")).expect_success();
    }
    alice.sandbox.noorm(&format!("identity unpin {}", bob.email)).expect_success().expect_stdout(words);
    alice.sandbox.noorm(&format!("identity unpin {}", bob.email)).expect_code(2);
    let output = alice.sandbox.noorm("config export --to nobody@example.com").expect_code(2);
    output.expect_stderr("nobody@example.com");
}

#[test]
fn the_teams_file_is_trusted_and_its_mistakes_have_a_line() {
    let (alice, bob) = alice_and_bob();
    let team = |key: &str, more: &str| {
        let text = format!("members:\n  - name: Bob\n    email: {}\n    publicKey: {key}\n{more}", bob.email);
        alice.sandbox.write(".noorm/team.yml", text);
    };
    team(&public_key(&bob), "    telephone: 1\n");
    let export = alice.sandbox.noorm("config export --to Bob --json").expect_success();
    assert_eq!(export.json()["recipients"][0]["standing"], "team");
    alice.sandbox.noorm("identity pins").expect_success().expect_stderr("telephone");
    team("abcd", "");
    let output = alice.sandbox.noorm("config export --to Bob --force --json").expect_code(1).json();
    assert_eq!((&output["error"]["code"], &output["error"]["line"]), (&json!("wrong-team"), &json!(4)));
    team(&public_key(&bob), "    fingerprint: abandon ability able about above absent absorb abstract\n");
    alice.sandbox.noorm("config export --to Bob --force").expect_code(1).expect_stderr("fingerprint");
    // A file that contradicts a pin does not win over it.
    alice.sandbox.remove(".noorm/team.yml");
    alice.sandbox.noorm("identity pin bob.json").expect_success();
    team(&public_key(&person("mallory")), "");
    let listed = alice.sandbox.noorm("identity pins --json").expect_success().json();
    assert_eq!(listed["pins"][1]["standing"], "changed");
    let export = alice.sandbox.noorm(&format!("config export --to {} --force --json", bob.email)).expect_success();
    assert_eq!(export.json()["recipients"][0]["publicKey"], public_key(&bob).as_str());
}

#[test]
fn secrets_go_only_when_it_is_said_and_print_nowhere() {
    let alice = with_key_of_the_original("alice.key");
    let bob = person("bob");
    alice.write("state.enc", fixture("state.enc"));
    alice.noorm("state import state.enc").expect_success();
    alice.write("bob.json", public_identity(&bob.sandbox));
    let sandbox = alice;
    let mut outputs = Vec::new();
    let mut export = |flags: &str, secrets: Value| {
        let output = sandbox.noorm(&format!("config export production --to bob.json --yes --force --json {flags}"));
        assert_eq!(output.json()["secrets"], secrets);
        bob.sandbox.write("production.noorm.enc", sandbox.read("production.noorm.enc"));
        let import = bob.sandbox.noorm("config import production.noorm.enc --yes --force --json").expect_success();
        assert_eq!(import.json()["secrets"], secrets);
        outputs.extend([output, import]);
    };
    export("", json!([]));
    export("--secrets API_KEY", json!(["API_KEY"]));
    export("--with-secrets", json!(["API_KEY", "WEBHOOK"]));
    let unknown = sandbox.noorm("config export production --to bob.json --secrets NOPE").expect_code(2);
    unknown.clone().expect_stderr("API_KEY");
    outputs.push(unknown);
    for output in &outputs {
        assert!(!output.to_string().contains("canary") && !output.to_string().contains("hunter2"), "{output}");
    }
    for file in sandbox.files().into_iter().filter(|file| file != "state.enc") {
        assert!(!sandbox.read(&file).contains("canary"), "{file}");
    }
}

#[test]
fn a_file_of_the_original_is_imported_and_its_sender_is_not_verified() {
    let bob = with_key_of_the_original("bob.key");
    bob.write("production.noorm.enc", fixture("production.noorm.enc"));
    bob.noorm("config import production.noorm.enc").expect_code(5).expect_stderr("version 1");
    let imported = bob.noorm("config import production.noorm.enc --yes").expect_success();
    imported.expect_stdout("sender not verified").expect_stdout("API_KEY");
    let listed = bob.noorm("config list --json").json();
    assert_eq!(listed["configs"][0]["name"], "production");
    assert_eq!(listed["configs"][0]["protected"], true);
    bob.noorm("config import production.noorm.enc --name other --yes").expect_code(1).expect_stderr("--again");
    let other = person("carol");
    other.sandbox.write("production.noorm.enc", fixture("production.noorm.enc"));
    let output = other.sandbox.noorm("config import production.noorm.enc --yes --json").expect_code(1);
    assert_eq!(code(&output), "not-for-you");
}

#[test]
fn the_state_of_the_original_is_taken_over_once_and_without_loss() {
    let alice = with_key_of_the_original("alice.key");
    alice.write("theirs.enc", fixture("state.enc"));
    let merged = alice.noorm("state import theirs.enc --json").expect_success().json();
    assert_eq!(merged["configs"], json!(["local", "production"]));
    assert_eq!(merged["secrets"], json!(["production.API_KEY", "production.WEBHOOK", "SHARED"]));
    assert_eq!(merged["knownUsers"], json!(["bob@example.com"]));
    assert_eq!(merged["activeConfig"], "production");
    let again = alice.noorm("state import theirs.enc --json").expect_success().json();
    assert_eq!((&again["configs"], &again["replaced"]), (&json!([]), &json!([])));
    // Bob is known from it, and not trusted for that.
    let sandbox = alice;
    let output = sandbox.noorm("config export local --to bob@example.com").expect_code(5);
    output.expect_stderr("vague produce radio all runway step head dentist");
    // Something else under the name stops all of it.
    sandbox.noorm("config rm local --yes").expect_success();
    sandbox.noorm("config add local --dialect sqlite --filename other.db").expect_success();
    let before = sandbox.read(".noorm/state.enc");
    sandbox.noorm("state import theirs.enc").expect_code(1).expect_stderr("config `local`").expect_stderr("--force");
    assert_eq!(sandbox.read(".noorm/state.enc"), before);
    let merged = sandbox.noorm("state import theirs.enc --force --json").expect_success().json();
    assert_eq!(merged["replaced"], json!(["config `local`"]));
    // What is protected, or of a locked stage, is asked about first, or stays.
    sandbox.noorm("config rm local --yes").expect_success();
    sandbox.noorm("config add local --dialect sqlite --filename other.db --protected").expect_success();
    let before = sandbox.read(".noorm/state.enc");
    sandbox.noorm("state import theirs.enc --force").expect_code(5).expect_stderr("yes-local");
    sandbox.write(".noorm/settings.yml", "stages: {local: {locked: true}}\n");
    sandbox.noorm("state import theirs.enc --force --yes").expect_code(5).expect_stderr("locked");
    assert_eq!(sandbox.read(".noorm/state.enc"), before);
    sandbox.write(".noorm/settings.yml", "");
    sandbox.noorm("state import theirs.enc --force --yes").expect_success();
}

#[test]
fn a_state_of_the_original_needs_its_own_key() {
    let carol = person("carol");
    carol.sandbox.write("theirs.enc", fixture("state.enc"));
    carol.sandbox.write("alice.key", fixture("alice.key"));
    carol.sandbox.noorm("state import theirs.enc").expect_code(1).expect_stderr("--key");
    carol.sandbox.noorm("state import theirs.enc --key theirs.enc").expect_code(2);
    carol.sandbox.noorm("state import theirs.enc --key alice.key").expect_success();
    // A project that the original used has its state where this one's belongs.
    let alice = with_key_of_the_original("alice.key");
    alice.write(".noorm/state.enc", fixture("state.enc"));
    let output = alice.noorm("state import .noorm/state.enc").expect_code(2);
    output.expect_stderr("move");
    assert_eq!(alice.read(".noorm/state.enc"), fixture("state.enc"));
    alice.write("elsewhere.enc", alice.read(".noorm/state.enc"));
    alice.remove(".noorm/state.enc");
    alice.noorm("state import elsewhere.enc").expect_success();
}

#[test]
fn on_a_terminal_the_words_are_compared_and_the_login_is_asked_for() {
    let (alice, bob) = alice_and_bob();
    let mut terminal = alice.sandbox.terminal("identity verify bob.json");
    terminal.answer("type yes", "no");
    assert_eq!(terminal.end().1, 5);
    assert_eq!(alice.sandbox.noorm("identity pins --json").json()["pins"], json!([]));
    let mut terminal = alice.sandbox.terminal("identity verify bob.json");
    terminal.answer("type yes", "yes");
    let (screen, code) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    alice.sandbox.noorm("config export --to bob.json").expect_success();

    give(&alice, "live.noorm.enc", &bob);
    let mut terminal = bob.sandbox.terminal("config import live.noorm.enc");
    terminal.answer("type yes", "yes");
    terminal.answer("user", "bob");
    terminal.answer("password", "hunter2-hunter2");
    let (screen, code) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("has the words") && !screen.contains("hunter2"), "{screen}");
    assert_eq!(bob.sandbox.noorm("config list --json").json()["configs"][0]["user"], "bob");
}

#[test]
fn what_a_former_key_was_sealed_to_still_opens() {
    let (alice, bob) = alice_and_bob();
    alice.sandbox.noorm("config export --to bob.json --yes").expect_success();
    bob.sandbox.noorm("identity rotate").expect_success();
    give(&alice, "live.noorm.enc", &bob);
    bob.sandbox.noorm("config import live.noorm.enc --yes").expect_success();
}
