//! The shape of every text that the dialect can say: that it holds what every product takes, and that it is whole.
//!
//! No parser of the language can be had that refuses what it should. What can be had is a list of words that have no place
//! here, and a look at what has to match.

use super::everything;

/// What only newer products take, or only other ones, each with a text that has it.
const DENIED: &[(&str, &str)] = &[
    ("LIMIT", "SELECT a FROM b LIMIT 1"),
    ("RETURNING", "INSERT INTO a (b) VALUES (1) RETURNING c"),
    ("`", "SELECT `a`"),
    ("||", "SELECT N'a' || N'b'"),
    (" IF NOT EXISTS ", "CREATE TABLE IF NOT EXISTS a (b INT)"),
    (" IF EXISTS ", "DROP TABLE IF EXISTS a"),
    ("TRUE", "SELECT TRUE"),
    ("FALSE", "SELECT FALSE"),
    ("MERGE", "MERGE INTO a USING b ON a.c = b.c"),
    ("OR ALTER", "CREATE OR ALTER VIEW a AS SELECT 1 AS b"),
    ("OR REPLACE", "CREATE OR REPLACE VIEW a AS SELECT 1 AS b"),
    ("ON CONFLICT", "INSERT INTO a (b) VALUES (1) ON CONFLICT DO NOTHING"),
    ("ON DUPLICATE", "INSERT INTO a (b) VALUES (1) ON DUPLICATE KEY UPDATE b = 2"),
    ("FETCH", "SELECT a FROM b ORDER BY a OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY"),
    ("FOR UPDATE", "SELECT a FROM b FOR UPDATE"),
    ("ADD COLUMN", "ALTER TABLE a ADD COLUMN b INT"),
    ("AUTO_INCREMENT", "CREATE TABLE a (b INT AUTO_INCREMENT)"),
    ("SERIAL", "CREATE TABLE a (b SERIAL)"),
    ("BOOLEAN", "CREATE TABLE a (b BOOLEAN)"),
    ("TIMESTAMP", "CREATE TABLE a (b TIMESTAMP)"),
    ("TEXT)", "CREATE TABLE a (b NTEXT)"),
    (" VARCHAR", "CREATE TABLE a (b VARCHAR(10))"),
    (" DATETIME ", "CREATE TABLE a (b DATETIME NOT NULL)"),
    ("NOW(", "SELECT NOW()"),
    ("GETDATE(", "SELECT GETDATE()"),
    ("SYSDATETIME(", "SELECT SYSDATETIME()"),
    ("CONCAT(", "SELECT CONCAT(a, b)"),
    ("CONCAT_WS(", "SELECT CONCAT_WS(N',', a, b)"),
    ("STRING_AGG(", "SELECT STRING_AGG(a, N',') FROM b"),
    ("TRIM(", "SELECT TRIM(a)"),
    ("FORMAT(", "SELECT FORMAT(a, N'd')"),
    ("GREATEST(", "SELECT GREATEST(a, b)"),
    ("AT TIME ZONE", "SELECT a AT TIME ZONE 'UTC'"),
    ("SCOPE_IDENTITY", "SELECT SCOPE_IDENTITY()"),
    ("::", "SELECT a::int"),
    ("$1", "SELECT $1"),
    ("?", "SELECT ?"),
    ("\"", "SELECT \"a\""),
    ("208", "IF ERROR_NUMBER() = 208 SELECT 1"),
    ("{", "SELECT 1 FROM {noorm}.a"),
];

fn denied(text: &str) -> Vec<&'static str> {
    // A condition is not a clause of the statement behind it.
    let lines = text.lines().map(|line| line.strip_prefix("IF ").unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n").to_uppercase().replace("(IF ", "(");
    DENIED.iter().map(|(word, _)| *word).filter(|word| text.contains(word)).collect()
}

/// What is wrong with the shape of a text.
fn faults(text: &str, parameters: usize) -> Vec<String> {
    let mut faults = Vec::new();
    let code = match without_strings(text) {
        Ok(code) => code,
        Err(fault) => return vec![fault],
    };
    let count = |what: &str| code.matches(what).count();
    if count("(") != count(")") {
        faults.push("parentheses do not match".to_owned());
    }
    if count("BEGIN\n") + count("BEGIN TRY") + count("BEGIN CATCH") + count("CASE ") != words(&code, "END") {
        faults.push("`BEGIN`, `CASE` and `END` do not match".to_owned());
    }
    for number in 1..=parameters {
        if !words(&code, &format!("@P{number}")).gt(&0) {
            faults.push(format!("@P{number} is not used"));
        }
    }
    if words(&code, &format!("@P{}", parameters + 1)) > 0 {
        faults.push(format!("@P{} has no value", parameters + 1));
    }
    faults
}

/// Takes strings and quoted names out. A string without its `N` loses what is not of the database's code page.
fn without_strings(text: &str) -> Result<String, String> {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['\'', '[']) {
        let (before, quoted) = rest.split_at(at);
        let close = if quoted.starts_with('[') { ']' } else { '\'' };
        if close == '\'' && !before.ends_with('N') && !before.ends_with("SERVERPROPERTY(") {
            return Err(format!("a string has no N: {quoted}"));
        }
        let mut from = 1;
        let end = loop {
            let Some(found) = quoted[from..].find(close) else { return Err(format!("it does not end: {quoted}")) };
            from += found + 1;
            match quoted[from..].starts_with(close) {
                true => from += 1,
                false => break from,
            }
        };
        code.push_str(before);
        // What is run from a string is looked at like all else.
        code.push_str(if before.ends_with("EXEC(N") { &quoted[1..end - 1] } else { "_" });
        rest = &quoted[end..];
    }
    Ok(code + rest)
}

/// How often a text has a word.
fn words(text: &str, word: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '@').filter(|found| *found == word).count()
}

#[test]
fn the_texts_hold_what_every_product_takes() {
    let all = everything();
    assert!(all.len() > 300);
    for (text, _) in all {
        let code = without_strings(&text).unwrap();
        assert_eq!(denied(&code), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn what_is_denied_is_found() {
    for (word, example) in DENIED {
        assert!(denied(example).contains(word), "{example}");
    }
    let taken = "IF NOT EXISTS (SELECT 1 FROM a)\nCREATE TABLE [b] (c NVARCHAR(10) NOT NULL DEFAULT N'')";
    assert_eq!(denied(taken), Vec::<&str>::new());
}

#[test]
fn every_text_is_whole() {
    for (text, parameters) in everything() {
        assert_eq!(faults(&text, parameters.len()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_not_whole_is_found() {
    for (text, parameters, fault) in [
        ("SELECT (1", 0, "parentheses"),
        ("SELECT 'a'", 0, "no N"),
        ("SELECT N'a", 0, "does not end"),
        ("SELECT [a", 0, "does not end"),
        ("BEGIN TRY SELECT 1", 0, "`END`"),
        ("SELECT CASE a WHEN 1 THEN 2", 0, "`END`"),
        ("SELECT @P1", 2, "@P2 is not used"),
        ("SELECT @P1", 0, "@P1 has no value"),
        ("SELECT N'@P1'", 1, "@P1 is not used"),
        ("SELECT @P10", 1, "@P1 is not used"),
    ] {
        let found = faults(text, parameters);
        assert!(found.iter().any(|it| it.contains(fault)), "{text}: {found:?}");
    }
    assert_eq!(faults("SELECT N'it''s)' AS [a]](b], @P1\nBEGIN\nEND", 1), Vec::<String>::new());
}

#[test]
fn a_column_is_not_used_where_it_is_made() {
    let columns: Vec<String> =
        everything().into_iter().map(|(text, _)| text).filter(|it| it.contains(" ADD ")).collect();
    assert!(columns.len() > 30);
    for text in columns {
        let (_, added) = text.split_once(" ADD ").unwrap();
        // One column, and nothing behind it.
        assert!(!added.contains(';') && !added.contains('\n') && !added.contains(", "), "{text}");
    }
}

#[test]
fn a_statement_that_stands_alone_does() {
    for (text, _) in everything() {
        for alone in ["CREATE SCHEMA", "ALTER SCHEMA"] {
            assert!(!text.contains(alone) || text.contains(&format!("EXEC(N'{alone}")), "{text}");
        }
        assert!(!text.contains("ALTER DATABASE") || text.starts_with("ALTER DATABASE"), "{text}");
    }
}

/// The statements of an upgrade behind their conditions, but for those that change rows.
fn made(installed: u32) -> Vec<String> {
    let target = super::target();
    let texts = <crate::Dialect as super::tracking::Guest>::upgrade(installed, target).unwrap();
    let texts = texts.iter().filter(|text| !text.starts_with("UPDATE") && !text.starts_with("DELETE"));
    texts.map(|text| text.split_once(")\n").map_or(text.as_str(), |(_, made)| made).to_owned()).collect()
}

#[test]
fn the_kept_installations_are_what_the_versions_made() {
    let first = include_str!("../../../../tests/fixtures/tracking/noorm-v1.mssql.sql");
    let second = include_str!("../../../../tests/fixtures/tracking/noorm-v2.mssql.sql");
    let in_schema = |text: String| text.replace("[noorm]", "[{schema}]").replace("N'noorm'", "N'{schema}'");
    for text in made(0).into_iter().map(in_schema) {
        assert!(first.contains(&format!("{text};\n")) && second.contains(&format!("{text};\n")), "{text}");
    }
    for text in made(1).into_iter().map(in_schema) {
        assert!(second.contains(&format!("{text};\n")) && !first.contains(&text), "{text}");
    }
    assert_eq!((made(0).len(), made(1).len()), (6, 10));
}
