//! `noorm split` beside the databases' own clients, on scripts that are as nasty as they come: both cut them alike. psql and
//! MariaDB's client talk to an endpoint that notes what they send, so that a script need not make sense to a server.

mod scripts;

use noorm_testkit::{Chance, Sandbox, run_by_sqlite3, sent_by_mariadb, sent_by_psql};

use scripts::Soup;

/// A dialect and its client.
struct Rules {
    dialect: &'static str,
    client: fn(&[u8]) -> Vec<Vec<u8>>,
    quotes: &'static str,
    /// Whether a backslash escapes in strings, and `#` and `-- ` begin comments, as in MySQL.
    is_mysql: bool,
    nested_comments: bool,
}

const POSTGRES: Rules =
    Rules { dialect: "postgres", client: sent_by_psql, quotes: "'\"", is_mysql: false, nested_comments: true };
const MYSQL: Rules =
    Rules { dialect: "mysql", client: sent_by_mariadb, quotes: "'\"`", is_mysql: true, nested_comments: false };
const SQLITE: Rules =
    Rules { dialect: "sqlite", client: run_by_sqlite3, quotes: "'\"`", is_mysql: false, nested_comments: false };

#[test]
fn psql_and_noorm_cut_alike() {
    check_all(&POSTGRES, scripts::POSTGRES, &scripts::POSTGRES_SOUP);
}

#[test]
fn mariadb_and_noorm_cut_alike() {
    check_all(&MYSQL, scripts::MYSQL, &scripts::MYSQL_SOUP);
}

#[test]
fn sqlite3_and_noorm_cut_alike() {
    check_all(&SQLITE, scripts::SQLITE, &scripts::SQLITE_SOUP);
}

/// What is compared is what remains of a statement without blanks and comments: clients leave some of them out.
#[test]
fn what_is_compared_is_all_but_blanks_and_comments() {
    assert_eq!(bare(&POSTGRES, "-- c\n a /* /* */ b */ 'c -- d' \"/*\" ;"), "a'c -- d'\"/*\";");
    assert_eq!(bare(&MYSQL, "a--1 -- b\n# c\n'\\'# d' /*! e */ /* /* */ `-- f`\r\n"), "a--1'\\'# d'/*!e*/`-- f`");
}

/// Scripts that somebody thought of, and many that nobody did.
fn check_all(rules: &Rules, scripts: &[&str], soup: &Soup) {
    for script in scripts {
        check(rules, script);
    }
    let mut chance = Chance::new(0x5eed);
    for _ in 0..120 {
        check(rules, &soup.script(&mut chance));
    }
}

#[track_caller]
fn check(rules: &Rules, script: &str) {
    let sandbox = Sandbox::new();
    let output = sandbox.noorm_input(&format!("split - --json --dialect {}", rules.dialect), script);
    let json = output.expect_success().json();
    let pieces = json["pieces"].as_array().unwrap();
    let at = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let text = script.strip_prefix('\u{feff}').unwrap_or(script);
    // Some clients send the terminator too, and some send lone ones.
    let bare = |text: &str| bare(rules, text).trim_matches(';').to_owned();
    let ours = pieces.iter().filter(|piece| piece["kind"] != "blank");
    let ours: Vec<String> = ours.map(|piece| bare(&text[at(&piece["start"])..at(&piece["end"])])).collect();
    let theirs = (rules.client)(script.as_bytes());
    let theirs = theirs.iter().map(|sent| bare(std::str::from_utf8(sent).unwrap()));
    let theirs: Vec<String> = theirs.filter(|sent| !sent.is_empty()).collect();
    assert_eq!(ours, theirs, "{script}");
}

/// The text without blanks and comments, but for those in quotes, and with line feeds only.
fn bare(rules: &Rules, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let (mut bare, mut rest) = (String::new(), text.as_str());
    while let Some(first) = rest.chars().next() {
        let len = match first {
            _ if rules.quotes.contains(first) => {
                let len = quoted(rest, first, rules.is_mysql && first != '`');
                bare.push_str(&rest[..len]);
                len
            }
            '#' if rules.is_mysql => line(rest),
            '-' if rest.starts_with("--") && (!rules.is_mysql || !rest[2..].starts_with(|next| next > ' ')) => {
                line(rest)
            }
            '/' if rest.starts_with("/*")
                && !(rules.is_mysql && (rest.starts_with("/*!") || rest.starts_with("/*M!"))) =>
            {
                comment(rest, rules.nested_comments)
            }
            _ if first.is_ascii_whitespace() || first == '\u{b}' => 1,
            _ => {
                bare.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[len..];
    }
    bare
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

fn quoted(rest: &str, quote: char, escapes: bool) -> usize {
    let mut inside = rest.char_indices().skip(1);
    while let Some((at, one)) = inside.next() {
        match one {
            '\\' if escapes => drop(inside.next()),
            _ if one == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn comment(rest: &str, nested: bool) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 && at < rest.len() {
        let here = &rest.as_bytes()[at..];
        at += 2;
        match here {
            [b'*', b'/', ..] => depth -= 1,
            [b'/', b'*', ..] if nested => depth += 1,
            _ => at -= 1,
        }
    }
    at
}
