//! `.noorm/team.yml`: whose keys a team trusts. It is committed, so that a new key is reviewed like any other change.
//!
//! Whether a key is one is not decided here: its text and its line are handed on.

use serde::Deserialize;
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

/// A team file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TeamError {
    /// What is wrong.
    pub message: String,
    /// Line, counted from 1, when it is known.
    pub line: Option<u32>,
    /// Column, counted from 1, when it is known.
    pub column: Option<u32>,
}

/// The people of a team.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Team {
    /// One entry for each key: somebody with two machines has two.
    pub members: Vec<Member>,
    /// Keys of the file that mean nothing, such as `members[0].emial`.
    pub unknown_keys: Vec<String>,
}

/// A person with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Display name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// X25519 public key in hex.
    pub public_key: String,
    /// The words of the key, for those who review the file.
    pub fingerprint: Option<String>,
    /// Where the public key stands: line, counted from 1.
    pub line: Option<u32>,
    /// Column, counted from 1.
    pub column: Option<u32>,
}

#[derive(Deserialize)]
struct FileText {
    #[serde(default)]
    members: Vec<MemberText>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberText {
    name: String,
    email: String,
    public_key: Spanned<String>,
    #[serde(default)]
    fingerprint: Option<String>,
}

/// How deep lists and groups may stand in each other: a team is three deep, and every level takes some of the stack.
const DEPTH_MAX: usize = 8;

const MEMBER_KEYS: [&str; 4] = ["name", "email", "publicKey", "fingerprint"];

impl Team {
    /// Reads the file's text. An empty file is a team of nobody.
    pub fn parse(text: &str) -> Result<Self, TeamError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        let options = || serde_saphyr::options! { budget: serde_saphyr::budget! { max_depth: DEPTH_MAX } };
        let file: FileText = serde_saphyr::from_str_with_options(text, options()).map_err(error)?;
        // Once more without types, for what the types leave out.
        let all: Map<String, Value> = serde_saphyr::from_str_with_options(text, options()).map_err(error)?;
        let members = file.members.into_iter().map(|member| Member {
            name: member.name,
            email: member.email,
            line: number(member.public_key.referenced.line()),
            column: number(member.public_key.referenced.column()),
            public_key: member.public_key.value,
            fingerprint: member.fingerprint,
        });
        Ok(Self { members: members.collect(), unknown_keys: unknown_keys(&all) })
    }
}

fn unknown_keys(file: &Map<String, Value>) -> Vec<String> {
    let mut unknown: Vec<String> = file.keys().filter(|key| *key != "members").cloned().collect();
    let members = file.get("members").and_then(Value::as_array).into_iter().flatten();
    for (at, member) in members.enumerate() {
        let keys = member.as_object().into_iter().flat_map(Map::keys);
        let wrong = keys.filter(|key| !MEMBER_KEYS.contains(&key.as_str()));
        unknown.extend(wrong.map(|key| format!("members[{at}].{key}")));
    }
    unknown
}

fn error(error: serde_saphyr::Error) -> TeamError {
    let place = error.location();
    TeamError {
        message: error.without_snippet().to_string(),
        line: place.and_then(|place| number(place.line())),
        column: place.and_then(|place| number(place.column())),
    }
}

fn number(value: u64) -> Option<u32> {
    u32::try_from(value).ok().filter(|value| *value > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_with_the_lines_of_their_keys() {
        let text = "members:\n  - name: Bob\n    email: bob@example.com\n    publicKey: 20eb50\n    fingerprint: vague produce\n";
        let team = Team::parse(text).expect("a team");
        let bob = &team.members[0];
        assert_eq!(
            (bob.name.as_str(), bob.email.as_str(), bob.public_key.as_str()),
            ("Bob", "bob@example.com", "20eb50")
        );
        assert_eq!((bob.line, bob.column), (Some(4), Some(16)));
        assert_eq!(bob.fingerprint.as_deref(), Some("vague produce"));
        assert!(team.unknown_keys.is_empty());
    }

    #[test]
    fn a_key_of_digits_stays_a_text() {
        let text = "members:\n  - {name: B, email: b@x, publicKey: 1000000000000000000000000000000000000000000000000000000000000000}\n";
        assert_eq!(Team::parse(text).expect("a team").members[0].public_key, format!("1{}", "0".repeat(63)));
    }

    #[test]
    fn an_empty_file_is_a_team_of_nobody() {
        assert_eq!(Team::parse(""), Ok(Team::default()));
        assert_eq!(Team::parse("# nobody yet\n"), Ok(Team::default()));
    }

    #[test]
    fn unknown_keys_are_told_and_wrong_ones_have_a_line() {
        let text = "memebers: []\nmembers:\n  - {name: B, email: b@x, publicKey: ab, keyy: 1}\n";
        assert_eq!(Team::parse(text).expect("a team").unknown_keys, ["memebers", "members[0].keyy"]);
        let error = Team::parse("members:\n  - name: B\n    email: b@x\n").expect_err("no key");
        assert!(error.message.contains("publicKey"), "{error}");
        assert!(error.line.is_some());
        assert_eq!(Team::parse("members:\n  - name: [1]\n").expect_err("a list").line, Some(2));
    }
}
