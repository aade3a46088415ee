//! Rows of the vault that somebody wrote by hand: none of them is taken, and none does harm.

use noorm_testkit::{Engine, Project, on, on_each};

use crate::answers::error;
use crate::vault::{ENGINES, colleague, hash_of, key_column, pin_all, reads, secrets, set};

#[test]
fn rows_that_were_changed_by_hand_are_told() {
    on_each(&ENGINES, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        let (table, key) = (secrets(alice), key_column(alice));
        let vault = alice.database.tracking("vault");
        set(alice, "ONE", "value-one").expect_success();
        set(alice, "TWO", "value-two").expect_success();
        bob.noorm("vault sync").expect_success();
        let of_bob = |name: &str, column: &str| {
            let hash = bob.noorm("identity show --json").expect_success().json()["identity"]["identityHash"].clone();
            let hash = hash.as_str().unwrap().to_owned();
            (
                alice.value(&format!(
                    "SELECT {column} FROM {table} WHERE {key} = '{name}' AND recipient_hash = '{hash}'"
                )),
                format!("{key} = '{name}' AND recipient_hash = '{hash}'"),
            )
        };
        let change = |column: &str, value: &str, which: &str| {
            alice.database.script(&format!("UPDATE {table} SET {column} = '{value}' WHERE {which}"));
        };
        let tampered = |line: &str| {
            let output = bob.noorm(&format!("{line} --json"));
            assert_eq!(error(&output, "code"), "vault-tampered", "{output}");
            assert!(!output.to_string().contains("value-"), "{output}");
        };
        // The value of one in the place of another.
        let ((one, at_one), (two, _)) = (of_bob("ONE", "encrypted_value"), of_bob("TWO", "encrypted_value"));
        change("encrypted_value", &two, &at_one);
        tampered("vault sync");
        tampered("vault get ONE");
        bob.noorm("vault get ONE --local").expect_success().expect_stdout("value-one");
        change("encrypted_value", &one, &at_one);
        bob.noorm("vault sync").expect_success();
        // An old row in the place of a newer one.
        set(alice, "ONE", "value-new").expect_success();
        bob.noorm("vault sync").expect_success();
        let (version, _) = of_bob("ONE", "vault_version");
        for (column, old) in [("encrypted_value", one.as_str()), ("key_version", "1"), ("vault_version", "1")] {
            change(column, old, &at_one);
        }
        tampered("vault sync");
        assert_eq!(version, "3");
        // The whole vault, as it was before.
        alice.database.script(&format!("DELETE FROM {table} WHERE {key} = 'ONE'"));
        alice.database.script(&format!("UPDATE {vault} SET version = 2"));
        let output = bob.noorm("vault sync --json").expect_code(1);
        assert_eq!(error(&output, "code"), "vault-rollback", "{output}");
        bob.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        bob.noorm("run build").expect_success().expect_stderr("THE VAULT HAS GONE BACK");
        assert_eq!(error(&set(alice, "TWO --json", "value-x").expect_code(1), "code"), "vault-rollback");
        bob.noorm("vault sync --accept-rollback").expect_success().expect_stdout("removed ONE");
        alice.noorm("vault sync --accept-rollback").expect_success();
        set(alice, "ONE", "value-again").expect_success();
        reads(&bob, "ONE", "value-again");
    });
}

/// A row that somebody adds who can write into the database and is nobody's colleague.
fn plant(project: &Project, key: &str, recipient: &str, numbers: [i64; 2]) {
    let [key_version, vault_version] = numbers;
    let (table, column) = (secrets(project), key_column(project));
    project.database.script(&format!(
        "INSERT INTO {table} ({column}, encrypted_value, recipient_hash, recipient_key, sender_hash, sender_key, key_version, \
         vault_version) VALUES ('{key}', 'zz', '{recipient}', 'x', 'x', 'x', {key_version}, {vault_version})"
    ));
}

#[test]
fn a_planted_number_destroys_no_value() {
    on_each(&ENGINES, &[], |alice| {
        let bob = colleague(alice, "Bob");
        pin_all(&[alice, &bob]);
        set(alice, "ONE", "value-one").expect_success();
        plant(alice, "ONE", "nobody", [i64::MAX, 1]);
        // Alice says who is to read it, for nobody knows the reader that was added.
        let output = set(alice, "ONE --all --json", "value-two").expect_success();
        assert_eq!(output.json()["keyVersion"], 1, "{output}");
        reads(alice, "ONE", "value-two");
        reads(&bob, "ONE", "value-two");
        reads(alice, "ONE", "value-two");
        bob.noorm("vault sync").expect_success();
        // A version that cannot grow is an error, and nothing is lost.
        let vault = alice.database.tracking("vault");
        alice.database.script(&format!("UPDATE {vault} SET version = {}", i64::MAX));
        let output = set(alice, "ONE --json", "value-three").expect_code(1);
        assert_eq!(error(&output, "code"), "vault-tampered", "{output}");
        reads(&bob, "ONE", "value-two");
    });
}

#[test]
fn a_change_tells_what_is_refused() {
    on(Engine::Sqlite, &[], |alice| {
        set(alice, "ONE", "value-one").expect_success();
        plant(alice, "JUNK", &hash_of(alice), [1, 1]);
        set(alice, "TWO", "value-two").expect_success().expect_stderr("`JUNK` is refused");
        alice.noorm("vault list").expect_success().expect_stdout("your copy is not whole");
    });
}

#[test]
fn a_row_that_is_refused_switches_no_protection_off() {
    on_each(&ENGINES, &[], |alice| {
        let vault = alice.database.tracking("vault");
        alice.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        set(alice, "ONE", "value-one").expect_success();
        plant(alice, "JUNK", &hash_of(alice), [1, 1]);
        set(alice, "TWO", "value-two").expect_success();
        set(alice, "ONE", "value-new").expect_success();
        alice.noorm("run build").expect_success().expect_stderr("`JUNK` that were refused");
        alice.database.script(&format!("UPDATE {vault} SET version = 2"));
        let output = alice.noorm("vault sync --json").expect_code(1);
        assert_eq!(error(&output, "code"), "vault-rollback", "{output}");
        alice.database.script(&format!("UPDATE {vault} SET version = 3"));
        alice.noorm("vault rm JUNK").expect_success();
        alice.noorm("vault list").expect_success().expect_stdout("your copy is current");
        // A second row of the vault's own table is nobody's version.
        alice.database.script(&format!("INSERT INTO {vault} (id, vault_id, version) VALUES (2, 'x', 99)"));
        let output = alice.noorm("run build").expect_success();
        assert!(!output.stderr.contains("out of sync"), "{output}");
    });
}
