//! How long a large state takes to open and to seal, in this process, without a passphrase: from the text of the file to the
//! state in memory and back. A passphrase is slow on purpose. The store adds what the disk takes.

use std::time::{Duration, Instant};

use noorm_vault::{EncryptedPayload, MachineId, PrivateKey, SealKey, State, StateStore, open, seal};
use serde_json::json;

const CONFIGS: usize = 100;
const SECRETS: usize = 1000;

/// Prints a row for each step.
pub(crate) fn measure(runs: usize) {
    let key = SealKey::new(PrivateKey::generate().unwrap(), MachineId::given("bench").unwrap(), None);
    let state = state();
    let text = seal(&serde_json::to_vec(&state).unwrap(), &key).unwrap().to_text();
    println!("{CONFIGS} configs, {SECRETS} secrets, a file of {} bytes\n", text.len());
    println!("| what | median ms | fastest | slowest |");
    println!("|---|---:|---:|---:|");

    row("open: file to state", runs, || drop(opened(&text, &key)));
    row("seal: state to file", runs, || drop(sealed(&state, &key)));
    row("open and seal", runs, || drop(sealed(&opened(&text, &key), &key)));

    let folder = tempfile::tempdir().unwrap();
    let store = StateStore::new(folder.path().join("state.enc"), key);
    store.save(&state).unwrap();
    row("store, load", runs, || drop(store.load().unwrap()));
    let mut number = 0;
    row("store, change of one secret, with backup and fsync", runs, || {
        number += 1;
        let value = format!("value {number}");
        let changed = store.update(|state| {
            state.global_secrets.insert("CHANGED".to_owned(), value.as_str().into());
            Ok::<(), noorm_vault::StoreError>(())
        });
        changed.unwrap();
    });
}

fn opened(text: &str, key: &SealKey) -> State {
    let payload = EncryptedPayload::parse(text.as_bytes()).unwrap();
    serde_json::from_slice(&open(&payload, key).unwrap()).unwrap()
}

fn sealed(state: &State, key: &SealKey) -> String {
    seal(&serde_json::to_vec(state).unwrap(), key).unwrap().to_text()
}

fn state() -> State {
    let mut state = State::new();
    for number in 0..CONFIGS {
        let name = format!("config-{number:03}");
        let connection = json!({
            "dialect": "postgres", "host": "db.example.com", "port": 5432, "database": name, "user": "deploy",
            "password": format!("password of {name}"), "ssl": true
        });
        let config = json!({
            "name": name, "type": "remote", "isTest": false, "protected": true, "connection": connection,
            "paths": {"schema": "schema", "changesets": "changesets"}
        });
        for secret in 0..SECRETS / CONFIGS {
            let value = format!("sk-live-{number:03}-{secret:03}-0123456789abcdef0123456789abcdef");
            state.secrets.entry(name.clone()).or_default().insert(format!("SECRET_{secret}"), value.as_str().into());
        }
        state.configs.insert(name, config);
    }
    state
}

fn row(what: &str, runs: usize, mut step: impl FnMut()) {
    step();
    let mut times: Vec<Duration> = (0..runs.max(1))
        .map(|_| {
            let started = Instant::now();
            step();
            started.elapsed()
        })
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let median = ms(times[times.len() / 2]);
    println!("| {what} | {median:.2} | {:.2} | {:.2} |", ms(times[0]), ms(times[times.len() - 1]));
}
