//! The parsers of files that may come from elsewhere, and what has to hold for each of them: no input makes it panic or
//! hang; what it takes, it writes as it read it; and what is sealed opens as what was sealed, or not at all.

use std::sync::LazyLock;

use noorm_core::settings::Settings;
use noorm_core::team::Team;
use noorm_vault::share::SharedConfig;
use noorm_vault::{EncryptedPayload, Host, Identity, MachineId, Person, PrivateKey, PublicKey, SealKey, State};
use noorm_vault::{legacy, open};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::boundary::BOUNDARY;

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

/// All of them, with what is decoded of plugins.
pub fn parsers() -> impl Iterator<Item = &'static Parser> {
    PARSERS.iter().chain(&BOUNDARY)
}

static PARSERS: [Parser; 8] = [
    Parser { name: "state", samples: states, words: JSON, check: state },
    Parser { name: "state contents", samples: contents, words: JSON, check: content },
    Parser { name: "key", samples: keys, words: HEX, check: key },
    Parser { name: "identity", samples: identities, words: JSON, check: identity },
    Parser { name: "shared config", samples: shares, words: SHARE, check: share },
    Parser { name: "the original's state", samples: originals, words: SHARE, check: original },
    Parser { name: "team", samples: teams, words: TEAM, check: team },
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

const SHARE: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "null",
    "-1",
    "1e999",
    " ",
    "\n",
    "\"version\": 1,",
    "\"version\": 2,",
    "\"version\": 3,",
    "\"sender\": \"\"",
    "\"recipients\": []",
    "\"senderPubKey\"",
    "\"recipientPubKey\"",
    "\"ephemeralPubKey\"",
    "\"authTag\"",
    "\"ciphertext\": \"\"",
    "\"iv\"",
    "\"algorithm\": \"aes-256-gcm\"",
    "00",
    "AA==",
    "é",
    "\\u0000",
    "\u{0}",
    "\u{feff}",
    "0100000000000000000000000000000000000000000000000000000000000000",
];

const TEAM: &[&str] = &[
    "members:\n",
    "  - ",
    "name: ",
    "email: ",
    "publicKey: ",
    "fingerprint: ",
    "\n",
    "    ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "~",
    "#",
    "---\n",
    "!!binary ",
    "é",
    "\u{feff}",
    "\t",
    "0x1f",
    "? ",
    ": ",
];

/// The key of all sealed samples.
static KEY: LazyLock<SealKey> = LazyLock::new(|| {
    let key = PrivateKey::from_hex(&"42".repeat(32)).unwrap();
    SealKey::new(key, MachineId::given("fuzz").unwrap(), None)
});

/// Files that noorm wrote, sealed with [`KEY`]. They are kept, for a seal has a new salt each time, and the
/// files of chance should be the same ones.
fn states() -> Vec<Vec<u8>> {
    [&include_bytes!("../samples/empty-state.enc")[..], include_bytes!("../samples/state.enc")]
        .map(<[u8]>::to_vec)
        .to_vec()
}

/// What is in them.
static PLAIN: LazyLock<Vec<Zeroizing<Vec<u8>>>> = LazyLock::new(|| {
    let opened = |file: &Vec<u8>| open(&EncryptedPayload::parse(file).unwrap(), &KEY).unwrap();
    states().iter().map(opened).collect()
});

fn state(file: &[u8]) -> bool {
    let Ok(payload) = EncryptedPayload::parse(file) else { return false };
    assert_eq!(payload.to_text().as_bytes(), file, "two texts of one payload");
    match open(&payload, &KEY) {
        Ok(plain) => {
            assert!(states().iter().any(|sealed| sealed == file), "an altered state opens");
            assert!(PLAIN.contains(&plain), "a state opens as something else");
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

/// Those of both versions, for the same person.
fn shares() -> Vec<Vec<u8>> {
    let ours = include_bytes!("../../../host/crates/vault/vectors/share-2.noorm.enc");
    let originals = include_bytes!("../../fixtures/original/production.noorm.enc");
    [&ours[..], originals].map(<[u8]>::to_vec).to_vec()
}

/// What is in them.
static SHARED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let opened = |file: Vec<u8>| SharedConfig::parse(&file).unwrap().open(&SHARE_KEYS).unwrap().contents.to_vec();
    shares().into_iter().map(opened).collect()
});

static SHARE_KEYS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
    let vectors: Value = serde_json::from_str(include_str!("../../../host/crates/vault/vectors/share.json")).unwrap();
    let of_ours = vectors["recipient"]["privateKey"].as_str().unwrap();
    [of_ours, include_str!("../../fixtures/original/bob.key")].map(|key| PrivateKey::from_hex(key).unwrap()).to_vec()
});

fn share(file: &[u8]) -> bool {
    let Ok(shared) = SharedConfig::parse(file) else { return false };
    if let SharedConfig::V2(shared) = &shared {
        assert!(shared.recipients().count() >= 1);
        assert_eq!(shared.to_text().as_bytes(), file, "two texts of one file");
    }
    if let Ok(opened) = shared.open(&SHARE_KEYS) {
        assert!(SHARED.contains(&opened.contents), "an altered file opens as something else");
    }
    true
}

fn originals() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../fixtures/original/state.enc").to_vec()]
}

fn original(file: &[u8]) -> bool {
    static OPENED: LazyLock<(PrivateKey, State)> = LazyLock::new(|| {
        let key = PrivateKey::from_hex(include_str!("../../fixtures/original/alice.key")).unwrap();
        let state = legacy::open_state(&originals()[0], &key).unwrap();
        (key, state)
    });
    let Ok(state) = legacy::open_state(file, &OPENED.0) else { return false };
    assert!(state == OPENED.1, "an altered state opens as something else");
    true
}

fn teams() -> Vec<Vec<u8>> {
    let one = "members:\n  - name: Bob\n    email: bob@example.com\n    publicKey: 20eb50267e2fe5fb11126e4da03ce5c2c1f8bad3f9e44e1590a7d7d261b33e4d\n";
    let other = "members:\n  - {name: Ann, email: ann@example.com, publicKey: 00ff, fingerprint: vague produce radio}\n  - {name: '', email: '', publicKey: ''}\nmore: 1\n";
    [one, other].map(|text| text.as_bytes().to_vec()).to_vec()
}

fn team(file: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(file) else { return false };
    let is_there = |line: Option<u32>| line.is_none_or(|line| line >= 1 && line <= lines(text) + 1);
    match Team::parse(text) {
        Ok(team) => {
            assert!(team.members.iter().all(|member| is_there(member.line)), "a member on a line that is not there");
            true
        }
        Err(error) => {
            assert!(is_there(error.line), "a line that is not there: {error:?}");
            false
        }
    }
}

/// How many lines a text has for YAML, to which a carriage return alone ends one too (YAML 1.2.2 §5.4).
fn lines(text: &str) -> u32 {
    u32::try_from(text.split(['\n', '\r']).count()).unwrap()
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
            let is_there = |line: u32| line >= 1 && line <= lines(text) + 1;
            for finding in error.errors.iter().chain(&error.warnings) {
                assert!(finding.line.is_none_or(is_there), "a line that is not there: {finding:?}");
            }
            false
        }
    }
}
