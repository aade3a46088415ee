//! `noorm vault`: several people with homes of their own, and one database.

use std::process::{Child, Stdio};
use std::time::Duration;

use noorm_testkit::{Engine, Output, Project, Sandbox, for_each_database, on, on_each};
use serde_json::Value;

use crate::answers::error;
use crate::interrupt::signal;

pub(crate) const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mariadb];

/// Somebody else with a home and a checkout, and the same database.
pub(crate) fn colleague(alice: &Project, name: &str) -> Sandbox {
    let mut sandbox = Sandbox::new();
    let person = format!("identity init --name {name} --email {}@example.com", name.to_lowercase());
    sandbox.noorm(&person).expect_success();
    sandbox.noorm("init").expect_success();
    let flags = match alice.database.address() {
        None => format!("--dialect sqlite --filename {}", alice.project().join("app.db").display()),
        Some(address) => {
            sandbox.set_env("TEST_PASSWORD", address.password);
            format!(
                "--dialect {} --host {} --port {} --database {} --user {} --password-env TEST_PASSWORD {}",
                address.dialect, address.host, address.port, address.database, address.user, address.ssl
            )
        }
    };
    sandbox.noorm(&format!("config add main {flags}")).expect_success();
    sandbox
}

/// `who` trusts the key of `other`.
fn pin(who: &Sandbox, other: &Sandbox) {
    let file = other.project().join("public.json");
    other.noorm(&format!("identity export -o {}", file.display())).expect_success();
    let shown = other.noorm("identity show --json").expect_success().json();
    let words = shown["fingerprint"].as_str().unwrap_or_else(|| panic!("{shown}"));
    who.noorm_args(["identity", "pin", file.to_str().unwrap(), "--fingerprint", words]).expect_success();
    std::fs::remove_file(file).unwrap();
}

/// Everybody trusts everybody.
pub(crate) fn pin_all(people: &[&Sandbox]) {
    for who in people {
        for other in people.iter().filter(|other| other.project() != who.project()) {
            pin(who, other);
        }
    }
}

pub(crate) fn set(who: &Sandbox, line: &str, value: &str) -> Output {
    who.noorm_input(&format!("vault set {line} --stdin"), &format!("{value}\n"))
}

#[track_caller]
pub(crate) fn reads(who: &Sandbox, key: &str, value: &str) {
    let output = who.noorm(&format!("vault get {key}")).expect_success();
    assert_eq!(output.stdout, format!("{value}\n"));
}

pub(crate) fn secrets(project: &Project) -> String {
    project.database.tracking("secrets")
}

/// Returns the name of the column `key` as each database wants it.
pub(crate) fn key_column(project: &Project) -> &'static str {
    match project.database.engine() {
        Engine::Mariadb | Engine::Mysql => "`key`",
        Engine::Mssql => "[key]",
        _ => "key",
    }
}

/// Returns a list of keys of a JSON answer.
#[track_caller]
fn keys(output: &Output, field: &str) -> Vec<String> {
    let json = output.json();
    let keys = json[field].as_array().unwrap_or_else(|| panic!("no `{field}` in\n{output}"));
    keys.iter().map(|key| key.as_str().or_else(|| key["key"].as_str()).unwrap().to_owned()).collect()
}

/// Returns the identity hash of somebody.
pub(crate) fn hash_of(who: &Sandbox) -> String {
    let shown = who.noorm("identity show --json").expect_success().json();
    shown["identity"]["identityHash"].as_str().unwrap().to_owned()
}

#[test]
fn a_value_reaches_those_it_is_for() {
    for_each_database(|alice| {
        let (bob, carol) = (colleague(alice, "Bob"), colleague(alice, "Carol"));
        pin_all(&[alice, &bob, &carol]);
        let output = set(alice, "API_KEY --recipients me,bob@example.com --json", "hunter2-hunter2").expect_success();
        let json = output.json();
        assert_eq!((&json["version"], &json["keyVersion"], &json["canRead"]), (&1.into(), &1.into(), &true.into()));
        assert_eq!(json["recipients"].as_array().unwrap().len(), 2);
        reads(alice, "API_KEY", "hunter2-hunter2");
        reads(&bob, "API_KEY", "hunter2-hunter2");
        let refused = carol.noorm("vault get API_KEY --json").expect_code(1);
        assert_eq!(error(&refused, "code"), "not-readable");
        // Who can read what is visible without decrypting.
        let listed = carol.noorm("vault list").expect_success();
        listed.expect_stdout("API_KEY").expect_stdout("bob@example.com").expect_stdout("not for you");
        let rows = carol.noorm("vault recipients API_KEY --json").expect_success().json();
        assert_eq!(rows["keys"][0]["recipients"].as_array().unwrap().len(), 2);

        bob.noorm("vault get API_KEY --local").expect_code(1).expect_stderr("vault sync");
        assert_eq!(keys(&bob.noorm("vault sync --json").expect_success(), "added"), ["API_KEY"]);
        bob.noorm("vault sync").expect_success().expect_stdout("nothing to do");
        bob.noorm("vault get API_KEY --local").expect_success().expect_stdout("hunter2-hunter2");
        bob.write(
            "schema/001.sql.j2",
            "CREATE TABLE a (b VARCHAR(50)); INSERT INTO a VALUES ({{ quote(secrets.API_KEY) }});",
        );
        bob.noorm("run build").expect_success();
        assert_eq!(alice.value("SELECT b FROM a"), "hunter2-hunter2");
        // It is in no output but that of `get`, in no file and in none of noorm's tables.
        let preview = bob.noorm("run build --preview").expect_success();
        assert!(!preview.to_string().contains("hunter2"), "{preview}");
        let row = alice.query(&format!("SELECT * FROM {}", secrets(alice)));
        assert!(!format!("{row:?}").contains("hunter2"));
        for file in bob.files() {
            let bytes = std::fs::read(bob.project().join(&file)).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"hunter2"), "{file}");
        }
    });
}

#[test]
fn a_copy_that_is_behind_is_told_when_a_run_connects() {
    on_each(&ENGINES, &[], |alice| {
        let (bob, carol) = (colleague(alice, "Bob"), colleague(alice, "Carol"));
        pin_all(&[alice, &bob, &carol]);
        for who in [&**alice, &bob, &carol] {
            who.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        }
        let quiet = |who: &Sandbox| {
            let output = who.noorm("run build").expect_success();
            assert!(!output.stderr.contains("out of sync"), "{output}");
        };
        let warned = |who: &Sandbox, line: &str| drop(who.noorm(line).expect_success().expect_stderr("out of sync"));
        quiet(alice);
        set(alice, "API_KEY --recipients me,bob@example.com", "value-1").expect_success();
        quiet(alice);
        quiet(&carol);
        warned(&bob, "run build");
        warned(&bob, "change ff");
        bob.noorm("vault list").expect_success().expect_stdout("vault sync");
        bob.noorm("vault sync").expect_success();
        quiet(&bob);
        bob.noorm("vault list").expect_success().expect_stdout("your copy is current");
        set(alice, "API_KEY", "value-2").expect_success();
        warned(&bob, "run build --json");
        bob.noorm("vault get API_KEY --local").expect_success().expect_stdout("value-1");
        let synced = bob.noorm("vault sync --json").expect_success();
        assert_eq!(keys(&synced, "updated"), ["API_KEY"]);
        quiet(&bob);
    });
}

#[test]
fn people_join_and_leave() {
    on_each(&ENGINES, &[], |alice| {
        let (bob, carol) = (colleague(alice, "Bob"), colleague(alice, "Carol"));
        pin_all(&[alice, &bob, &carol]);
        set(alice, "ONE --recipients me,bob@example.com", "value-one").expect_success();
        set(alice, "TWO --recipients me", "value-two").expect_success();
        bob.noorm("vault grant carol@example.com TWO").expect_code(1).expect_stderr("you cannot read `TWO`");
        let granted = bob.noorm("vault grant carol@example.com --all --json").expect_success();
        assert_eq!((keys(&granted, "granted"), keys(&granted, "leftOut")), (vec!["ONE".into()], vec!["TWO".into()]));
        reads(&carol, "ONE", "value-one");
        let again = bob.noorm("vault grant carol@example.com ONE --json").expect_success();
        assert_eq!((keys(&again, "unchanged"), &again.json()["version"]), (vec!["ONE".into()], &Value::from(3)));
        carol.noorm("vault sync").expect_success();

        let revoked = alice.noorm("vault revoke carol@example.com --json").expect_success();
        assert_eq!(keys(&revoked, "rotateAtSource"), ["ONE"]);
        assert_eq!(keys(&carol.noorm("vault sync --json").expect_success(), "removed"), ["ONE"]);
        carol.noorm("vault get ONE --local").expect_code(1);
        // A new value is for those who are left.
        let output = set(alice, "ONE --json", "value-new").expect_success();
        assert_eq!(output.json()["recipients"].as_array().unwrap().len(), 2);
        let output = alice.noorm("vault revoke carol@example.com --json").expect_code(2);
        assert_eq!(error(&output, "code"), "unknown-person");
        alice.noorm("vault revoke me").expect_code(1).expect_stderr("nobody else can read `TWO`");
        // Whoever is left out of a new value is told.
        let output = set(alice, "ONE --recipients me --json", "value-mine").expect_success();
        assert_eq!(output.json()["noLonger"][0]["email"], "bob@example.com");
        alice.noorm("vault rm ONE").expect_success();
        assert_eq!(error(&alice.noorm("vault get ONE --json").expect_code(2), "code"), "unknown-key");
        assert_eq!(alice.value(&format!("SELECT count(*) FROM {}", secrets(alice))), "1");
    });
}

#[test]
fn nothing_is_sealed_to_a_key_that_nobody_vouched_for() {
    on_each(&ENGINES, &[], |alice| {
        let bob = colleague(alice, "Bob");
        alice.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        bob.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        // Bob registers, and Alice sees him: a row of a database is a hint and no trust.
        bob.noorm("run build").expect_success();
        alice.noorm("run build --force").expect_code(1);
        let refused = set(alice, "API_KEY --recipients bob@example.com --json", "value").expect_code(1);
        assert_eq!(error(&refused, "code"), "untrusted-key");
        assert!(error(&refused, "hint").contains("identity pin"), "{refused}");
        assert_eq!(alice.value(&format!("SELECT count(*) FROM {}", secrets(alice))), "0");
        let nobody = set(alice, "API_KEY --recipients nobody@example.com --json", "value").expect_code(2);
        assert!(!nobody.to_string().contains("value\n"), "{nobody}");
        // Without a word about it, it is for those who are trusted: Alice alone.
        let output = set(alice, "API_KEY --json", "value").expect_success();
        assert_eq!(output.json()["recipients"].as_array().unwrap().len(), 1);
        // And what comes from a key that Bob does not know is not his.
        pin(alice, &bob);
        alice.noorm("vault grant bob@example.com API_KEY").expect_success();
        let refused = bob.noorm("vault sync --json").expect_code(1);
        assert_eq!(error(&refused, "code"), "vault-refused");
        pin(&bob, alice);
        bob.noorm("vault sync").expect_success();
    });
}

#[test]
fn a_new_key_is_sealed_to_after_it_is_trusted() {
    on(Engine::Sqlite, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        set(alice, "ONE", "value-one").expect_success();
        bob.noorm("identity rotate").expect_success();
        // What the former key opens stays readable; what comes later is sealed to the new one, once that is trusted.
        reads(&bob, "ONE", "value-one");
        pin(alice, &bob);
        let rows = alice.noorm("vault recipients --json").expect_success().json();
        let of_bob = |rows: &Value| {
            let readers = rows["keys"][0]["recipients"].as_array().unwrap().clone();
            readers.into_iter().find(|reader| reader["email"] == "bob@example.com").unwrap()["hasFormerKey"].clone()
        };
        assert_eq!(of_bob(&rows), true);
        alice.noorm("vault rotate").expect_success().expect_stdout("sealed 1 value anew");
        assert_eq!(of_bob(&alice.noorm("vault recipients --json").expect_success().json()), false);
        for name in std::fs::read_dir(bob.home().join(".noorm")).unwrap() {
            let path = name.unwrap().path();
            if path.to_str().unwrap().contains("former") {
                std::fs::remove_file(path).unwrap();
            }
        }
        alice.noorm("vault list").expect_success();
        bob.noorm("identity show").expect_success();
        reads(&bob, "ONE", "value-one");
    });
}

#[test]
fn whoever_is_revoked_stays_trusted_and_that_is_told() {
    on(Engine::Sqlite, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        set(alice, "ONE", "value-one").expect_success();
        let output = alice.noorm("vault revoke bob@example.com").expect_success();
        let output = output.expect_stdout("removed what was sealed to bob@example.com so far");
        output.expect_stdout("  ONE").expect_stdout("noorm identity unpin bob@example.com");
        let recipients = |output: &Output| output.json()["recipients"].as_array().unwrap().len();
        assert_eq!(recipients(&set(alice, "TWO --json", "value-two").expect_success()), 2);
        alice.noorm("identity unpin bob@example.com").expect_success();
        let output = alice.noorm(&format!("vault revoke {} --json", hash_of(&bob))).expect_success();
        assert_eq!((keys(&output, "rotateAtSource"), keys(&output, "stillTrusted")), (vec!["TWO".into()], vec![]));
        assert_eq!(recipients(&set(alice, "THREE --json", "value-three").expect_success()), 1);
    });
}

#[test]
fn somebody_with_another_name_is_the_same_person() {
    on(Engine::Sqlite, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        for who in [&**alice, &bob] {
            who.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        }
        set(alice, "ONE", "value-one").expect_success();
        bob.noorm("vault sync").expect_success();
        let output = bob.noorm("identity edit --name Robert").expect_success();
        output.expect_stderr("granted to you anew").expect_stderr("Bob <bob@example.com>");
        assert!(!bob.noorm("identity edit --name Robert").expect_success().stderr.contains("anew"));
        // He registers under the new hash, and sets a value.
        set(&bob, "TWO --recipients me,ada@example.com", "value-two").expect_success();
        // What is granted or set reaches him under every hash that he has.
        let granted = alice.noorm("vault grant bob@example.com ONE").expect_success();
        granted.expect_stdout("1 more value");
        reads(&bob, "ONE", "value-one");
        // With that Alice has seen the new hash, and what he set is from the key that she trusts.
        reads(alice, "TWO", "value-two");
        set(alice, "THREE --all", "value-three").expect_success();
        reads(&bob, "THREE", "value-three");
    });
}

#[test]
fn another_key_of_a_recipient_is_told_when_it_is_left_out() {
    on(Engine::Sqlite, &[], |alice| {
        let (bob, second) = (colleague(alice, "Bob"), colleague(alice, "Bob"));
        second.noorm("identity edit --name Robert").expect_success();
        pin(alice, &bob);
        second.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        second.noorm("run build").expect_success();
        // The first change brings the registered identities along.
        set(alice, "ONE --recipients me", "value-one").expect_success();
        let output = set(alice, "ONE --recipients me,bob@example.com", "value-one").expect_success();
        output.expect_stderr("has another key").expect_stderr("nothing is sealed to it");
        alice.noorm("vault grant bob@example.com ONE").expect_success().expect_stderr("has another key");
    });
}

/// Starts `vault set` in the background, with a value in its environment.
fn spawn(who: &Sandbox, key: &str, value: &str) -> Child {
    let mut command = who.command(["vault", "set", key, "--from-env", "VALUE", "--wait"]);
    command.env("VALUE", value).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn two_who_set_at_once_come_one_after_the_other() {
    on_each(&ENGINES, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        set(alice, "ONE", "value-0").expect_success();
        let children = [spawn(alice, "ONE", "value-1"), spawn(&bob, "ONE", "value-2"), spawn(alice, "TWO", "value-3")];
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let value = alice.noorm("vault get ONE").expect_success().stdout;
        assert!(["value-1\n", "value-2\n"].contains(&value.as_str()), "{value}");
        reads(&bob, "ONE", value.trim());
        let versions =
            format!("SELECT DISTINCT key_version FROM {} WHERE {} = 'ONE'", secrets(alice), key_column(alice));
        assert_eq!(alice.value(&versions), "3");
        assert_eq!(alice.value(&format!("SELECT version FROM {}", alice.database.tracking("vault"))), "4");
    });
}

#[test]
fn a_change_that_was_killed_leaves_the_vault_as_it_was() {
    on_each(&[Engine::Postgres, Engine::Mariadb], &[], |alice| {
        set(alice, "ONE", "value-before").expect_success();
        let table = secrets(alice);
        let hold = match alice.database.engine() {
            Engine::Mariadb => format!("LOCK TABLES {table} READ; SELECT sleep(4); UNLOCK TABLES"),
            _ => format!("BEGIN; LOCK TABLE {table} IN SHARE MODE; SELECT pg_sleep(4); COMMIT"),
        };
        let alice = &*alice;
        std::thread::scope(|scope| {
            scope.spawn(|| alice.query(&hold));
            std::thread::sleep(Duration::from_millis(500));
            let mut child = spawn(alice, "ONE", "value-after");
            std::thread::sleep(Duration::from_millis(2000));
            signal(&child, "KILL");
            child.wait().unwrap();
        });
        assert_eq!(alice.value(&format!("SELECT version FROM {}", alice.database.tracking("vault"))), "1");
        reads(alice, "ONE", "value-before");
        set(alice, "ONE", "value-last").expect_success();
        reads(alice, "ONE", "value-last");
    });
}

#[test]
fn the_configs_own_secret_comes_first_then_the_vaults_then_one_of_all_configs() {
    on(Engine::Sqlite, &[], |alice| {
        for (name, value) in [("ALL", "global"), ("BOTH", "global"), ("VAULT", "global")] {
            alice.noorm_input(&format!("secret set {name} --global --stdin"), &format!("{value}\n")).expect_success();
        }
        set(alice, "BOTH", "of-vault").expect_success();
        set(alice, "VAULT", "of-vault").expect_success();
        alice.noorm_input("secret set BOTH --stdin", "own-one\n").expect_success();
        alice.write(
            "schema/001.sql.j2",
            "CREATE TABLE a (b TEXT);\n{% for value in [secrets.BOTH, secrets.VAULT, secrets.ALL, global_secrets.VAULT] %}\
             INSERT INTO a VALUES ({{ quote(value) }});\n{% endfor %}",
        );
        alice.noorm("run build").expect_success();
        let values = alice.query("SELECT b FROM a ORDER BY rowid").concat();
        assert_eq!(values, ["own-one", "of-vault", "global", "global"]);
    });
}

#[test]
fn a_value_of_the_vault_is_a_secret_that_the_settings_require() {
    on(Engine::Sqlite, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        set(alice, "API_KEY", "value-one").expect_success();
        let settings = bob.read(".noorm/settings.yml");
        bob.write(".noorm/settings.yml", format!("{settings}\nsecrets:\n  - {{key: API_KEY, type: string}}\n"));
        bob.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        bob.noorm("run build").expect_code(1).expect_stderr("API_KEY");
        bob.noorm("vault sync").expect_success();
        bob.noorm("run build").expect_success();
    });
}

#[test]
fn a_protected_config_asks_and_a_value_is_no_argument() {
    on(Engine::Sqlite, &[], |alice| {
        alice.add_config("live", "--protected").expect_success();
        set(alice, "ONE", "value-one").expect_success();
        for line in ["vault rm ONE", "vault grant me --all", "vault revoke me", "vault rotate", "vault set ONE --stdin"]
        {
            let output = alice.noorm_input(&format!("-c live {line}"), "value\n").expect_code(5);
            output.expect_stderr("yes-live");
        }
        reads(alice, "ONE", "value-one");
        let output = alice.noorm("vault set ONE hunter2-hunter2").expect_code(2);
        assert!(!output.to_string().replace("noorm vault set ONE hunter2-hunter2", "").contains("hunter2"), "{output}");
        for key in ["1ONE", "ONE-TWO"] {
            assert_eq!(error(&set(alice, &format!("{key} --json"), "value").expect_code(2), "code"), "wrong-key");
        }
        let output = alice.noorm("vault get ON --json").expect_code(2);
        assert!(error(&output, "hint").contains("`ONE`"), "{output}");
    });
}

#[test]
fn without_a_vault_there_is_nothing_to_read() {
    on_each(&ENGINES, &[], |alice| {
        alice.noorm("vault list").expect_success().expect_stdout("the vault is empty");
        alice.noorm("vault sync").expect_success();
        alice.noorm("vault recipients").expect_success();
        alice.noorm("vault get ONE").expect_code(2);
        if let Some(path) = (alice.database.engine() == Engine::Sqlite).then(|| alice.project().join("app.db")) {
            assert!(!path.exists(), "looking makes no database");
        }
    });
}
