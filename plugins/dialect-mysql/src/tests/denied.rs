//! What no text of the dialect has in it, since only MySQL takes it, or only MariaDB, or neither. A syntax check of one
//! server would find half of it, and MySQL 8 is not at hand.

use super::everything;

/// What only one of the two servers takes, or neither, each with a text that has it.
const DENIED: &[(&str, &str)] = &[
    (" RETURNING", "INSERT INTO a VALUES (1) RETURNING id"),
    ("COLUMN IF ", "ALTER TABLE a ADD COLUMN IF NOT EXISTS b INT"),
    ("INDEX IF ", "CREATE INDEX IF NOT EXISTS b ON a (c)"),
    ("KEY IF ", "ALTER TABLE a DROP FOREIGN KEY IF EXISTS b"),
    ("OR REPLACE", "CREATE OR REPLACE TABLE a (b INT)"),
    ("SEQUENCE", "CREATE SEQUENCE a"),
    ("NEXTVAL", "SELECT NEXTVAL(a)"),
    ("EXECUTE IMMEDIATE", "EXECUTE IMMEDIATE 'DO 0'"),
    ("NVL(", "SELECT NVL(a, 1)"),
    ("TO_CHAR(", "SELECT TO_CHAR(a)"),
    ("MEDIAN(", "SELECT MEDIAN(a) OVER ()"),
    ("NOPAD", "CREATE TABLE a (b TEXT COLLATE utf8mb4_nopad_bin)"),
    ("_0900_", "CREATE TABLE a (b TEXT COLLATE utf8mb4_0900_bin)"),
    ("->>", "SELECT a->>'$.b'"),
    ("LATERAL", "SELECT 1 FROM a, LATERAL (SELECT 2) AS b"),
    ("ANY_VALUE(", "SELECT ANY_VALUE(a) FROM b"),
    ("FOR SHARE", "SELECT 1 FROM a FOR SHARE"),
    ("FOR UPDATE WAIT", "SELECT 1 FROM a FOR UPDATE WAIT 1"),
    ("SET STATEMENT ", "SET STATEMENT max_statement_time = 1 FOR SELECT 1"),
    ("METADATA_LOCK_INFO", "SELECT * FROM information_schema.METADATA_LOCK_INFO"),
    ("KILL HARD", "KILL HARD 1"),
    ("KILL SOFT", "KILL SOFT 1"),
    ("ROWNUM(", "SELECT ROWNUM()"),
    ("SYSTEM VERSIONING", "CREATE TABLE a (b INT) WITH SYSTEM VERSIONING"),
    ("IGNORED", "ALTER TABLE a ALTER INDEX b IGNORED"),
    (" INVISIBLE", "ALTER TABLE a ALTER INDEX b INVISIBLE"),
    (") AS NEW ON", "INSERT INTO a VALUES (1) AS new ON DUPLICATE KEY UPDATE b = new.b"),
    ("::", "SELECT 1::bigint"),
    ("ON CONFLICT", "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING"),
    ("||", "SELECT 'a' || 'b'"),
    ("$1", "SELECT $1"),
    ("\"", "SELECT \"a\""),
    ("\\", "SELECT 'a\\'b'"),
    ("{", "SELECT 1 FROM {noorm}a"),
];

fn denied(text: &str) -> Vec<&'static str> {
    let text = text.to_uppercase();
    DENIED.iter().map(|(word, _)| *word).filter(|word| text.contains(word)).collect()
}

#[test]
fn the_texts_hold_what_both_servers_take() {
    let all = everything();
    assert!(all.len() > 300);
    for text in all {
        assert_eq!(denied(&text), Vec::<&str>::new(), "{text}");
    }
}

/// What MySQL 8 has reserved and MariaDB has not (dev.mysql.com/doc/refman/8.4/en/keywords.html): no name of ours.
const RESERVED: &[&str] = &[
    "CUBE",
    "CUME_DIST",
    "DENSE_RANK",
    "EMPTY",
    "FIRST_VALUE",
    "FUNCTION",
    "GENERATED",
    "GET",
    "GROUPING",
    "GROUPS",
    "INTERSECT",
    "IO_AFTER_GTIDS",
    "IO_BEFORE_GTIDS",
    "JSON_TABLE",
    "LAG",
    "LAST_VALUE",
    "LATERAL",
    "LEAD",
    "MANUAL",
    "MASTER_BIND",
    "NTH_VALUE",
    "NTILE",
    "OF",
    "OPTIMIZER_COSTS",
    "PARALLEL",
    "PERCENT_RANK",
    "QUALIFY",
    "RANK",
    "ROW_NUMBER",
    "STORED",
    "SYSTEM",
    "TABLESAMPLE",
    "VIRTUAL",
];

/// The reserved words that stand outside of quotes.
fn reserved(text: &str) -> Vec<&'static str> {
    let mut quote = None;
    let bare: String = text
        .chars()
        .map(|c| match quote {
            Some(end) => {
                quote = (c != end).then_some(end);
                ' '
            }
            None => {
                quote = matches!(c, '\'' | '`').then_some(c);
                c
            }
        })
        .collect();
    let bare = bare.to_uppercase();
    let words: Vec<&str> = bare.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    RESERVED.iter().copied().filter(|word| words.contains(word)).collect()
}

#[test]
fn no_name_is_a_word_that_only_mysql_has_reserved() {
    for text in everything() {
        assert_eq!(reserved(&text), Vec::<&str>::new(), "{text}");
    }
    assert_eq!(reserved("SELECT rank FROM a"), ["RANK"]);
    assert_eq!(reserved("SELECT `rank`, 'it''s a function' FROM ranks"), Vec::<&str>::new());
}

#[test]
fn what_is_denied_is_found() {
    for (word, example) in DENIED {
        assert!(denied(example).contains(word), "{example}");
    }
    assert_eq!(denied("CREATE TABLE IF NOT EXISTS `a` (b INT); SELECT CONCAT('x', @b)"), Vec::<&str>::new());
}
