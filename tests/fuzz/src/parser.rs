//! The parsers of files that may come from elsewhere, and what has to hold for each of them: no input makes it panic or
//! hang; what it takes, it writes as it read it; and what is sealed opens as what was sealed, or not at all.

use std::sync::LazyLock;

use noorm_core::settings::Settings;
use noorm_vault::{
    EncryptedPayload, Host, Identity, MachineId, Person, PrivateKey, PublicKey, SealKey, State, open, seal,
};
use serde_json::Value;

/// One parser.
pub struct Parser {
    /// Its name.
    pub name: &'static str,
    /// Returns files that it takes.
    pub samples: fn() -> Vec<Vec<u8>>,
    /// What its files are made of.
    pub words: &'static [&'static str],
    /// Panics where a law is broken; returns whether the file was taken.
    pub check: fn(&[u8]) -> bool,
}

/// All of them.
pub const PARSERS: [Parser; 5] = [
    Parser { name: "state", samples: states, words: JSON, check: state },
    Parser { name: "state contents", samples: contents, words: JSON, check: content },
    Parser { name: "key", samples: keys, words: HEX, check: key },
    Parser { name: "identity", samples: identities, words: JSON, check: identity },
    Parser { name: "settings", samples: settings_files, words: YAML, check: settings },
];

const HEX: &[&str] =
    &["00", "ff", "a", "302e020100300506032b656e04220420", "302a300506032b656e032100", "\n", " ", "é", "-----BEGIN"];

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551616",
    " ",
    "\n",
    "\"version\":1,",
    "\"version\":2,",
    "\"rounds\":4294967295,",
    "\"kdf\":\"hkdf-sha256\"",
    "\"iv\":\"\"",
    "\"configs\":{}",
    "\"identityHash\"",
    "\"publicKey\"",
    "\"secrets\":{\"dev\":{\"A\":\"b\"}}",
    "\"knownUsers\"",
    "é",
    "\u{0}",
    "\u{feff}",
];

const YAML: &[&str] = &[
    "paths:\n",
    "  schema: ",
    "build:",
    " include: [",
    "]",
    "{",
    "}",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "? ",
    ": ",
    "|\n",
    ">-\n",
    "rules:\n",
    "  - match: {name: dev}\n",
    "stages:\n",
    "secrets:\n",
    "strict: true\n",
    "\n",
    "  ",
    "\t",
    "#",
    "'",
    "\"",
    "~",
    "0x1f",
    "1e999",
    "plugins: {limits: {timeMs: ",
    "é",
    "\u{feff}",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
];

/// The key of all sealed samples.
static KEY: LazyLock<SealKey> = LazyLock::new(|| {
    let key = PrivateKey::from_hex(&"42".repeat(32)).unwrap();
    SealKey::new(key, MachineId::given("fuzz").unwrap(), None)
});

/// Sealed once: a seal has a new salt each time, and the files of chance should be the same ones.
static STATES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| contents().iter().map(|plain| seal(plain, &KEY).unwrap().to_text().into_bytes()).collect());

fn states() -> Vec<Vec<u8>> {
    STATES.clone()
}

fn state(file: &[u8]) -> bool {
    let Ok(payload) = EncryptedPayload::parse(file) else { return false };
    assert_eq!(payload.to_text().as_bytes(), file, "two texts of one payload");
    match open(&payload, &KEY) {
        Ok(plain) => {
            assert!(STATES.iter().any(|sealed| sealed == file), "an altered state opens");
            assert!(contents().contains(&plain), "a state opens as something else");
            true
        }
        Err(_) => false,
    }
}

fn contents() -> Vec<Vec<u8>> {
    let mut state = State::new();
    let empty = serde_json::to_vec(&state).unwrap();
    let connection =
        serde_json::json!({"dialect": "postgres", "host": "db", "port": 5432, "database": "shop", "password": "pw"});
    state.configs.insert("dev".into(), serde_json::json!({"name": "dev", "connection": connection}));
    state.active_config = Some("dev".into());
    state.secrets.entry("dev".into()).or_default().insert("API_KEY".into(), "sk-live-1".into());
    state.global_secrets.insert("TOKEN".into(), "t".into());
    vec![empty, serde_json::to_vec(&state).unwrap()]
}

fn content(file: &[u8]) -> bool {
    let Ok(state) = serde_json::from_slice::<State>(file) else { return false };
    let text = serde_json::to_vec(&state).unwrap();
    // A fraction may be read as its neighbour, by the parser that serde_json has unless it is told to be slow. noorm writes
    // none.
    if !has_fraction(&serde_json::from_slice(&text).unwrap()) {
        let again = serde_json::from_slice::<State>(&text).unwrap();
        assert!(again == state, "a state is read as another one than was written");
    }
    true
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(values) => values.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        _ => false,
    }
}

fn keys() -> Vec<Vec<u8>> {
    let private = format!("302e020100300506032b656e04220420{}", "17".repeat(32));
    let public = format!("302a300506032b656e032100{}", "9a".repeat(32));
    [private, public, "17".repeat(32), format!("{}\n", "9A".repeat(32))].map(String::into_bytes).to_vec()
}

fn key(file: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(file) else { return false };
    let (private, public) = (PrivateKey::from_hex(text).ok(), PublicKey::from_hex(text).ok());
    if let Some(key) = &private {
        assert_eq!(*PrivateKey::from_hex(&key.to_hex()).unwrap().to_hex(), *key.to_hex());
        let lower = text.trim().to_lowercase();
        assert!(lower.ends_with(key.to_hex().as_str()), "a key that is not in the file");
    }
    if let Some(key) = &public {
        assert_eq!(PublicKey::from_hex(&key.to_hex()).unwrap(), *key);
    }
    private.is_some() || public.is_some()
}

fn identities() -> Vec<Vec<u8>> {
    let host = Host { machine: "laptop".into(), os: "linux 6.1".into() };
    let key = PublicKey::from_hex(&"9a".repeat(32)).unwrap();
    let person = Person { name: "Ada", email: "ada@example.com" };
    let identity = Identity::new(person, &host, key, "2026-01-31T12:00:00.000Z").unwrap();
    vec![serde_json::to_vec(&identity).unwrap(), serde_json::to_vec_pretty(&identity).unwrap()]
}

fn identity(file: &[u8]) -> bool {
    let Ok(identity) = serde_json::from_slice::<Identity>(file) else { return false };
    let text = serde_json::to_vec(&identity).unwrap();
    assert_eq!(serde_json::from_slice::<Identity>(&text).unwrap(), identity);
    true
}

fn settings_files() -> Vec<Vec<u8>> {
    let full = "paths:\n  schema: ./db\n  changesets: ./changes\nbuild:\n  include: [tables, views]\n  exclude:\n    - old\n\
                order: linear\nplugins:\n  limits: {timeMs: 50, memoryMb: 64}\nstages:\n  prod:\n    description: live\n    \
                locked: true\n    defaults: {protected: true}\nrules:\n  - match: {isTest: true}\n    include: [seeds]\nsecrets:\n  \
                - key: API_KEY\n    type: api_key\nstrict:\n  enabled: true\n";
    [noorm_core::settings::TEMPLATE, full].map(|text| text.as_bytes().to_vec()).to_vec()
}

fn settings(file: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(file) else { return false };
    match Settings::parse(text) {
        Ok(_) => true,
        Err(error) => {
            assert!(!error.errors.is_empty(), "a file is refused, and nothing is said to be wrong");
            let lines = u32::try_from(text.lines().count()).unwrap();
            let is_there = |line: u32| line >= 1 && line <= lines + 1;
            for finding in error.errors.iter().chain(&error.warnings) {
                assert!(finding.line.is_none_or(is_there), "a line that is not there: {finding:?}");
            }
            false
        }
    }
}
