//! What of a database's rows is taken, and that nothing that was done by hand is.

use super::*;
use crate::team::value::seal_value;

const BOB: &str = "b0b";
const ALICE: &str = "a11ce";
const VAULT: &str = "5c9ad1c0";

fn private(byte: u8) -> PrivateKey {
    PrivateKey::from_hex(&hex::encode([byte; 32])).unwrap()
}

/// A row that Alice sealed to Bob.
fn row(key: &str, value: &str, key_version: u64, vault_version: u64) -> Row {
    let header = Header { vault_id: VAULT, key, recipient_hash: BOB, sender_hash: ALICE, key_version, vault_version };
    Row {
        key: key.to_owned(),
        recipient_key: private(2).public_key().to_hex(),
        sender_hash: ALICE.to_owned(),
        sender_key: private(1).public_key().to_hex(),
        key_version,
        vault_version,
        encrypted_value: seal_value(&header, &private(2).public_key(), &private(1), &value.into()).unwrap(),
    }
}

fn snapshot(version: u64, rows: &[Row]) -> Snapshot {
    let newest = rows.iter().map(|row| (row.key.clone(), row.key_version)).collect();
    Snapshot { vault: Some((VAULT.to_owned(), version)), rows: rows.to_vec(), newest }
}

fn synced(snapshot: &Snapshot, local: Option<&LocalVault>, keys: &[PrivateKey]) -> Result<Synced, Rollback> {
    let trusts_alice = |hash: &str, key: &PublicKey| hash == ALICE && *key == private(1).public_key();
    sync(snapshot, local, &Reader { hash: BOB, keys, is_trusted: &trusts_alice }, "now")
}

/// Synchronises, and tells what became of each key in a word.
fn check(snapshot: &Snapshot, local: Option<&LocalVault>, expected: &[&str]) -> LocalVault {
    let synced = synced(snapshot, local, &[private(2)]).unwrap();
    let word = |(key, change): (&String, &Change)| match change {
        Change::Added => format!("{key} added"),
        Change::Updated => format!("{key} updated"),
        Change::Unchanged => format!("{key} unchanged"),
        Change::Removed => format!("{key} removed"),
        Change::Refused(refusal) => {
            let name = format!("{refusal:?}");
            let tampering = if refusal.is_tampering() { "!" } else { "" };
            format!("{key} {}{tampering}", name.split([' ', '(', '{']).next().unwrap())
        }
    };
    assert_eq!(synced.changes.iter().map(word).collect::<Vec<_>>(), expected);
    synced.local.unwrap()
}

fn values(local: &LocalVault) -> Vec<String> {
    local.secrets.iter().map(|(key, secret)| format!("{key}={}", secret.value.expose())).collect()
}

#[test]
fn a_copy_follows_the_vault() {
    let one = check(&snapshot(2, &[row("A", "a1", 1, 1), row("B", "b1", 1, 2)]), None, &["A added", "B added"]);
    assert_eq!((one.version, values(&one)), (2, vec!["A=a1".to_owned(), "B=b1".to_owned()]));
    let same = snapshot(2, &[row("A", "a1", 1, 1), row("B", "b1", 1, 2)]);
    check(&same, Some(&one), &["A unchanged", "B unchanged"]);
    let two = check(&snapshot(4, &[row("A", "a2", 2, 3)]), Some(&one), &["A updated", "B removed"]);
    assert_eq!((two.version, values(&two)), (4, vec!["A=a2".to_owned()]));
}

#[test]
fn an_older_vault_and_another_one_are_told() {
    let local = check(&snapshot(2, &[row("A", "a1", 1, 1)]), None, &["A added"]);
    let behind = synced(&snapshot(1, &[row("A", "a1", 1, 1)]), Some(&local), &[private(2)]).unwrap_err();
    assert_eq!(behind, Rollback::Behind { found: 1, seen: 2 });
    let other = Snapshot { vault: Some(("another".to_owned(), 9)), ..snapshot(9, &[]) };
    assert_eq!(synced(&other, Some(&local), &[private(2)]).unwrap_err(), Rollback::Replaced);
    let gone = Snapshot { vault: None, ..snapshot(0, &[]) };
    assert_eq!(synced(&gone, Some(&local), &[private(2)]).unwrap_err(), Rollback::Gone);
    assert!(synced(&gone, None, &[private(2)]).unwrap().local.is_none());
}

#[test]
fn what_somebody_changed_by_hand_is_refused_and_the_copy_stays() {
    let (a1, a2, b1) = (row("A", "a1", 1, 1), row("A", "a2", 2, 3), row("B", "b1", 1, 2));
    let local = check(&snapshot(3, &[a2.clone(), b1.clone()]), None, &["A added", "B added"]);
    let still = |local: &LocalVault| assert_eq!(values(local), ["A=a2", "B=b1"]);
    // An old row in the place of a newer one, under a newer version of the vault.
    let after = check(&snapshot(4, &[a1.clone(), b1.clone()]), Some(&local), &["A Older!", "B unchanged"]);
    still(&after);
    assert_eq!((after.version, &after.refused), (4, &BTreeMap::from([("A".to_owned(), 3)])), "it is not current");
    // The values of two rows, exchanged.
    let swapped = [
        Row { encrypted_value: b1.encrypted_value.clone(), ..a2.clone() },
        Row { encrypted_value: a2.encrypted_value.clone(), ..b1.clone() },
    ];
    still(&check(&snapshot(3, &swapped), Some(&local), &["A Value!", "B Value!"]));
    // An old value under a new version, and a row from the future.
    let dressed = Row { encrypted_value: a1.encrypted_value, ..row("A", "x", 3, 4) };
    still(&check(&snapshot(4, &[dressed, b1.clone()]), Some(&local), &["A Value!", "B unchanged"]));
    still(&check(&snapshot(4, &[row("A", "a3", 3, 5), b1.clone()]), Some(&local), &["A Ahead!", "B unchanged"]));
    // Others have a newer value.
    let mut behind = snapshot(4, &[a2, b1]);
    behind.newest.insert("A".to_owned(), 3);
    still(&check(&behind, Some(&local), &["A Withheld!", "B unchanged"]));
}

#[test]
fn a_row_that_was_removed_does_not_come_back() {
    let b1 = row("B", "b1", 1, 1);
    let local = check(&snapshot(1, std::slice::from_ref(&b1)), None, &["B added"]);
    let local = check(&snapshot(2, &[]), Some(&local), &["B removed"]);
    let local = check(&snapshot(3, &[b1]), Some(&local), &["B Older!"]);
    assert!(local.secrets.is_empty());
    assert_eq!(values(&check(&snapshot(4, &[row("B", "b2", 1, 4)]), Some(&local), &["B added"])), ["B=b2"]);
}

#[test]
fn a_sender_whom_nobody_vouches_for_is_refused() {
    let mallory = private(9);
    let header =
        Header { vault_id: VAULT, key: "A", recipient_hash: BOB, sender_hash: ALICE, key_version: 1, vault_version: 1 };
    let planted = Row {
        sender_key: mallory.public_key().to_hex(),
        encrypted_value: seal_value(&header, &private(2).public_key(), &mallory, &"evil".into()).unwrap(),
        ..row("A", "a1", 1, 1)
    };
    let local = check(&snapshot(1, std::slice::from_ref(&planted)), None, &["A UntrustedSender"]);
    assert!(local.secrets.is_empty() && local.refused.contains_key("A"));
    // With the trusted key beside it, it is no row of that sender's.
    let claimed = Row { sender_key: private(1).public_key().to_hex(), ..planted };
    check(&snapshot(1, &[claimed]), None, &["A Value!"]);
}

#[test]
fn a_row_that_is_refused_switches_nothing_off() {
    let (a1, b1) = (row("A", "a1", 1, 1), row("B", "b1", 1, 2));
    let junk = Row { encrypted_value: "zz".to_owned(), ..row("JUNK", "x", 1, 3) };
    let whole = check(&snapshot(2, &[a1.clone(), b1.clone()]), None, &["A added", "B added"]);
    let rows = [row("A", "a2", 2, 3), b1.clone(), junk.clone()];
    let local = check(&snapshot(3, &rows), Some(&whole), &["A updated", "B unchanged", "JUNK Value!"]);
    // The vault as it was before the row, with or without it, and a removed value.
    let back = synced(&snapshot(2, &[a1, b1.clone()]), Some(&local), &[private(2)]).unwrap_err();
    assert_eq!(back, Rollback::Behind { found: 2, seen: 3 });
    let local = check(&snapshot(4, &[junk]), Some(&local), &["A removed", "B removed", "JUNK Value!"]);
    check(&snapshot(5, &[b1]), Some(&local), &["B Older!"]);
}

#[test]
fn what_was_refused_is_taken_later_and_what_was_before_it_is_not() {
    let old = row("A", "a1", 1, 1);
    let local = check(&snapshot(1, std::slice::from_ref(&old)), None, &["A added"]);
    let local = check(&snapshot(2, &[]), Some(&local), &["A removed"]);
    let later = row("A", "a2", 1, 3);
    let behind =
        Snapshot { newest: BTreeMap::from([("A".to_owned(), 2)]), ..snapshot(3, std::slice::from_ref(&later)) };
    let local = check(&behind, Some(&local), &["A Withheld!"]);
    // It stays as it was refused, however often it is looked at.
    let local = check(&Snapshot { vault: Some((VAULT.to_owned(), 4)), ..behind }, Some(&local), &["A Withheld!"]);
    check(&snapshot(4, &[old]), Some(&local), &["A Older!"]);
    let local = check(&snapshot(4, &[later]), Some(&local), &["A added"]);
    assert_eq!((local.version, local.refused.len(), values(&local)), (4, 0, vec!["A=a2".to_owned()]));
}

#[test]
fn former_keys_open_and_a_lost_key_takes_nothing() {
    let rows = snapshot(1, &[row("A", "a1", 1, 1)]);
    let rotated = synced(&rows, None, &[private(7), private(2)]).unwrap();
    assert!(matches!(rotated.changes["A"], Change::Added));
    let lost = synced(&rows, rotated.local.as_ref(), &[private(7)]).unwrap();
    assert!(matches!(lost.changes["A"], Change::Unchanged));
    let lost = synced(&rows, None, &[private(7)]).unwrap();
    assert!(matches!(lost.changes["A"], Change::Refused(Refusal::OtherKey)));
}

#[test]
fn nothing_secret_prints() {
    let synced = synced(&snapshot(1, &[row("A", "hunter2", 1, 1)]), None, &[private(2)]).unwrap();
    assert!(!format!("{synced:?}").contains("hunter2"));
}
