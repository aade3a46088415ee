//! What of noorm's requests differs from run to run. Everything else of them has to be the same.

use noorm_tds::holes::Value;

/// Returns the name of the hole in whose place a value is.
pub(super) fn chance(value: &Value<'_>) -> Option<&'static str> {
    let text = value.text.strip_prefix("N'").and_then(|text| text.strip_suffix('\''));
    match text {
        Some(text) if is_token(text) => Some("token"),
        Some(text) if is_process(text) => Some("process"),
        // A version of noorm's that changes no request makes no recording stale.
        Some(text) if is_version(text) && value.sql.contains("cli_version") => Some("version"),
        // Who runs it: a new key each time, and the machine's name and system.
        Some(_) if value.sql.contains("__noorm_identities__") => Some("identity"),
        None if value.goes_to("duration_ms") => Some("duration"),
        _ => None,
    }
}

/// The token of a lock: a random UUID.
fn is_token(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The process that holds a lock: boot, process namespace, number, start.
fn is_process(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    words.len() >= 4 && is_token(words[0]) && words[1].starts_with("pid:[")
}

fn is_version(text: &str) -> bool {
    let numbers: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.len() == 3 && numbers.iter().all(is_number)
}

#[test]
fn what_is_chance_is_known_and_nothing_else() {
    let check = |sql: &str, text: &str, expected: Option<&str>| {
        assert_eq!(chance(&Value { sql, number: 1, text }), expected, "{text}");
    };
    check("f(@P1)", "N'9b2f7c1e-0d3a-4c55-8f6b-2a1d3e4f5a6b'", Some("token"));
    check("f(@P1)", "N'9b2f7c1e-0d3a-4c55-8f6b-2a1d3e4f5a6b pid:[4026531836] 12 345 +session'", Some("process"));
    check("INSERT INTO t (cli_version) VALUES (@P1)", "N'0.1.0'", Some("version"));
    check("UPDATE t SET duration_ms = @P1", "17", Some("duration"));
    check("UPDATE noorm.__noorm_identities__ SET public_key = @P1", "N'00ff'", Some("identity"));
    check("UPDATE t SET name = @P1", "N'0.1.0'", None);
    check("UPDATE t SET status = @P1 WHERE duration_ms = 1", "17", None);
    check("f(@P1)", "N'schema/001.sql'", None);
    check("f(@P1)", "NULL", None);
}
