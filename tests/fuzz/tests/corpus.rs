//! Published scripts, in the native splitters: each keeps all laws, and those for SQL Server are cut into the batches that
//! sqlcmd would send, as far as a reference of a few lines knows. What the other databases' clients make of theirs is
//! compared where the clients are: `tests/suites/tests/cli/native.rs`.
#![allow(clippy::unwrap_used)]

use noorm_fuzz::{DIALECTS, Dialect, laws};
use noorm_testkit::corpus;

/// Dialect and file.
const FILES: [(&str, &str); 9] = [
    ("mssql", "chinook/Chinook_SqlServer.sql"),
    ("mssql", "sakila/sql-server-sakila-schema.sql"),
    ("mysql", "chinook/Chinook_MySql.sql"),
    ("mysql", "sakila/mysql-sakila-schema.sql"),
    ("postgres", "chinook/Chinook_PostgreSql.sql"),
    ("postgres", "sakila/postgres-sakila-schema.sql"),
    ("postgres", "sakila/postgres-sakila-insert-data-using-copy.sql"),
    ("sqlite", "chinook/Chinook_Sqlite.sql"),
    ("sqlite", "sakila/sqlite-sakila-schema.sql"),
];

fn dialect(name: &str) -> &'static Dialect {
    DIALECTS.iter().find(|dialect| dialect.name == name).unwrap()
}

#[test]
fn published_scripts_keep_the_laws() {
    let Some(corpus) = corpus() else { return };
    for (name, file) in FILES {
        let script = std::fs::read(corpus.join(file)).unwrap();
        let cuts: Vec<usize> = (0..script.len()).step_by(997).collect();
        // `\c` is for psql, and said to be.
        let is_script = !file.ends_with("Chinook_PostgreSql.sql");
        assert_eq!(laws::check(dialect(name), &script, &cuts), is_script, "{file}");
    }
}

#[test]
fn published_batches_are_those_of_sqlcmd() {
    let Some(corpus) = corpus() else { return };
    for (file, count) in [("chinook/Chinook_SqlServer.sql", 30), ("sakila/sql-server-sakila-schema.sql", 50)] {
        let script = std::fs::read_to_string(corpus.join(file)).unwrap();
        let expected = batches(&script);
        assert!(expected.len() >= count, "{file}: {}", expected.len());
        assert_eq!(sent(&script), expected, "{file}");
    }
}

#[test]
fn the_reference_knows_strings_and_comments() {
    let script =
        "a 'x\nGO\n' -- it's\ngo\n/* GO\nGO\n/* */\nGO\n*/ b [c'\nGO\n]]\n] \"d\nGO\n\"\n Go \nGOTO e\nGO\n-- f\n";
    let expected = ["a 'x\nGO\n'", "b [c'\nGO\n]]\n] \"d\nGO\n\"", "GOTO e"];
    assert_eq!(batches(script), expected);
    assert_eq!(sent(script), expected);
}

/// What noorm would send, without comments.
fn sent(script: &str) -> Vec<String> {
    let pieces = laws::split(dialect("mssql"), script.as_bytes(), &[]).unwrap();
    let at = |offset| usize::try_from(offset).unwrap();
    let sent = pieces.iter().filter(|piece| piece.kind == "statement");
    sent.flat_map(|piece| batches(&script[at(piece.body.start)..at(piece.body.end)])).collect()
}

/// The batches of a script, without comments: a line that says `GO` and nothing else ends one, unless it is inside of
/// something.
fn batches(script: &str) -> Vec<String> {
    let (mut batches, mut inside) = (vec![String::new()], Inside::Nothing);
    for line in script.lines() {
        if inside == Inside::Nothing && line.trim().eq_ignore_ascii_case("GO") {
            batches.push(String::new());
        } else if let Some(batch) = batches.last_mut() {
            inside = without_comments(line, inside, batch);
            batch.push('\n');
        }
    }
    batches.iter().map(|batch| batch.trim().to_owned()).filter(|batch| !batch.is_empty()).collect()
}

/// What a line ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    /// A string or a name, up to this character.
    Quote(char),
    Comment(u32),
}

fn without_comments(line: &str, mut inside: Inside, kept: &mut String) -> Inside {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let two = rest.get(..2).unwrap_or_default();
        let mut len = first.len_utf8();
        match inside {
            Inside::Comment(depth) => match two {
                "*/" => (inside, len) = (if depth == 1 { Inside::Nothing } else { Inside::Comment(depth - 1) }, 2),
                "/*" => (inside, len) = (Inside::Comment(depth + 1), 2),
                _ => {}
            },
            Inside::Nothing if two == "--" => break,
            Inside::Nothing if two == "/*" => (inside, len) = (Inside::Comment(1), 2),
            // A doubled end begins the same again.
            Inside::Quote(end) if first == end => {
                kept.push(first);
                inside = Inside::Nothing;
                if rest[len..].starts_with(end) && end == ']' {
                    kept.push(end);
                    (inside, len) = (Inside::Quote(end), 2);
                }
            }
            Inside::Quote(_) => kept.push(first),
            Inside::Nothing => {
                kept.push(first);
                inside = match first {
                    '\'' | '"' => Inside::Quote(first),
                    '[' => Inside::Quote(']'),
                    _ => Inside::Nothing,
                };
            }
        }
        rest = &rest[len..];
    }
    inside
}
