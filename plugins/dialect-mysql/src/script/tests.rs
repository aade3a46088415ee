//! How scripts of MySQL and MariaDB are cut, and how their statements stand to transactions.

use super::*;
use noorm_guest::dialect::exports::noorm::dialect::script as wit;
use noorm_guest::dialect::noorm::types::report::Diagnostic;

/// Splits a script in one go, in a mode: the bodies, and how each stands to transactions.
fn pieces_in(mode: &str, text: &str) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let mut splitter = Splitter::new("a.sql", &Syntax { quotes: quotes(mode), ..SYNTAX });
    let pieces = splitter.push(text.as_bytes()).and_then(|mut pieces| {
        pieces.extend(splitter.finish()?);
        Ok(pieces)
    });
    let mut pieces = match pieces {
        Ok(pieces) => pieces,
        Err(Failure::Invalid(diagnostics)) => return Err(diagnostics),
        Err(other) => panic!("{other:?}"),
    };
    let range = |range: &wit::Range| usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
    pieces.retain(|piece| piece.kind != "blank");
    Ok(pieces.iter().map(|piece| (text[range(&piece.body)].to_owned(), piece.transaction.clone())).collect())
}

#[track_caller]
fn check_in(mode: &str, text: &str, expected: &[&str]) {
    let pieces = pieces_in(mode, text).unwrap();
    assert_eq!(pieces.iter().map(|piece| piece.0.as_str()).collect::<Vec<_>>(), expected);
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_in("", text, expected);
}

/// `text` is one statement, and it stands to transactions like this.
#[track_caller]
fn check_transaction(text: &str, expected: &str) {
    let x = ("x".to_owned(), "inside".to_owned());
    assert_eq!(pieces_in("", &format!("{text};\nx")).unwrap(), [(text.to_owned(), expected.to_owned()), x]);
}

/// What is wrong with a script: its code, and what to do about it.
#[track_caller]
fn check_fault(text: &str, line: u32, code: &str, help: &str) {
    let diagnostics = pieces_in("", text).unwrap_err();
    let said = &diagnostics[0];
    assert_eq!((said.code.as_str(), said.span.as_ref().unwrap().line), (code, line), "{text}");
    assert!(said.help.as_ref().unwrap().contains(help), "{said:?}");
}

#[test]
fn a_dump_is_cut_as_the_client_cuts_it() {
    let dump = include_str!("tests/dump.sql");
    let pieces = pieces_in("", dump).unwrap();
    let bodies: Vec<_> = pieces.iter().map(|piece| piece.0.as_str()).collect();
    assert_eq!(bodies.len(), 17, "{bodies:#?}");
    assert!(bodies[0].starts_with("/*!40101 SET @OLD_SQL_MODE"));
    let trigger = bodies.iter().find(|body| body.contains("TRIGGER")).unwrap();
    assert!(trigger.starts_with("/*!50003 CREATE*/") && trigger.ends_with("END */"), "{trigger}");
    let routine = bodies.iter().find(|body| body.contains("PROCEDURE `p`(")).unwrap();
    assert!(routine.starts_with("CREATE DEFINER") && routine.ends_with("END"), "{routine}");
    assert!(bodies.iter().any(|body| body.ends_with(r#"(2,"a \"; b",'c\'; d',0x3B)"#)), "{bodies:#?}");
}

#[test]
fn routines_are_held_together_without_a_delimiter() {
    for routine in [
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE DEFINER=`root`@`%` FUNCTION IF NOT EXISTS f(a INT) RETURNS INT DETERMINISTIC BEGIN RETURN 1; END",
        "CREATE DEFINER=CURRENT_USER() PROCEDURE p() l: BEGIN IF 1 THEN LEAVE l; END IF; END l",
        "CREATE AGGREGATE FUNCTION f(a INT) RETURNS INT BEGIN LOOP FETCH GROUP NEXT ROW; END LOOP; END",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW FOLLOWS b BEGIN SET NEW.c = 1; END",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT 'x' DO BEGIN DELETE FROM a; END",
        "ALTER EVENT e DO BEGIN DELETE FROM a; END",
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
    ] {
        check_transaction(routine, "outside");
    }
    check("CREATE FUNCTION f() RETURNS INT RETURN 1;x", &["CREATE FUNCTION f() RETURNS INT RETURN 1", "x"]);
    check("CREATE TABLE event (begin INT);x", &["CREATE TABLE event (begin INT)", "x"]);
    check("BEGIN;x;END", &["BEGIN", "x", "END"]);
    check("CREATE VIEW v AS SELECT 1;BEGIN;x", &["CREATE VIEW v AS SELECT 1", "BEGIN", "x"]);
    check_fault("CREATE PROCEDURE p()\nBEGIN\nIF a THEN b;\nEND;", 2, "unterminated-body", "END");
}

#[test]
fn the_mode_says_what_is_quoted() {
    check(r#"'\';' "\";" `\`;x"#, &[r#"'\';' "\";" `\`"#, "x"]);
    check_in("ANSI_QUOTES", r#"'\';' "\";x"#, &[r#"'\';' "\""#, "x"]);
    check_in("STRICT_ALL_TABLES, ANSI", r#""\";x"#, &[r#""\""#, "x"]);
    check_in("NO_BACKSLASH_ESCAPES", r#"'\'; "\";x"#, &[r"'\'", r#""\""#, "x"]);
    check_in("NO_BACKSLASH_ESCAPES,ANSI_QUOTES", r#"'\'; "\";x"#, &[r"'\'", r#""\""#, "x"]);
    let script =
        "/*!40101 SET SQL_MODE='NO_BACKSLASH_ESCAPES' */;\n'\\';\n/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;'\\';'";
    assert_eq!(pieces_in("", script).unwrap().len(), 4);
    check(
        r"SET SESSION sql_mode = 'x,no_backslash_escapes';'\';x",
        &["SET SESSION sql_mode = 'x,no_backslash_escapes'", r"'\'", "x"],
    );
    check(r"SET sql_mode=ANSI_QUOTES, autocommit=0;'\'';x", &["SET sql_mode=ANSI_QUOTES, autocommit=0", r"'\''", "x"]);
}

#[test]
fn the_clients_commands_are_named() {
    check_fault("SELECT 1\\G\n", 1, "client-command", "end the statement with `;`");
    check_fault("SELECT 1;\nsource a.sql\n", 2, "client-command", "include()");
    check_fault("\\. a.sql\n", 1, "client-command", "include()");
    check_fault("DELIMITER\n", 1, "delimiter", "such as `delimiter //`");
    check("SELECT \\N, source FROM status; USE a; help 'x'", &["SELECT \\N, source FROM status", "USE a", "help 'x'"]);
}

#[test]
fn a_session_begins_in_the_mode_of_the_options() {
    let options = vec![("sql-mode".to_owned(), "No_Backslash_Escapes".to_owned())];
    let syntax = syntax(&options);
    assert_eq!(syntax.quotes, PLAIN);
    assert_eq!(super::syntax(&[]).quotes, ESCAPED);
}

#[test]
fn transaction_words_are_known() {
    for (text, expected) in [
        ("begin", "begin"),
        ("BEGIN WORK", "begin"),
        ("START TRANSACTION READ ONLY", "begin"),
        ("COMMIT", "commit"),
        ("COMMIT WORK AND NO CHAIN NO RELEASE", "commit"),
        ("COMMIT AND CHAIN", "outside"),
        ("COMMIT RELEASE", "outside"),
        ("ROLLBACK AND NO CHAIN RELEASE", "outside"),
        ("ROLLBACK WORK", "rollback"),
        ("ROLLBACK TO a", "inside"),
        ("ROLLBACK WORK TO SAVEPOINT a", "inside"),
        ("SAVEPOINT a", "inside"),
        ("RELEASE SAVEPOINT a", "inside"),
        ("XA START 'a'", "outside"),
    ] {
        check_transaction(text, expected);
    }
}

#[test]
fn what_commits_is_outside() {
    for text in [
        "CREATE TABLE a (b INT)",
        "/*!40101 CREATE TABLE a (b INT) */",
        "ALTER TABLE a ADD b INT",
        "DROP INDEX a ON b",
        "RENAME TABLE a TO b",
        "TRUNCATE a",
        "CREATE DATABASE a",
        "CREATE OR REPLACE VIEW a AS SELECT 1",
        "CREATE USER a",
        "GRANT ALL ON *.* TO a",
        "REVOKE ALL ON *.* FROM a",
        "SET PASSWORD = 'x'",
        "ANALYZE TABLE a",
        "ANALYZE NO_WRITE_TO_BINLOG TABLE a",
        "OPTIMIZE LOCAL TABLE a",
        "REPAIR TABLE a",
        "CHECK TABLE a",
        "CACHE INDEX a IN b",
        "LOAD INDEX INTO CACHE a",
        "FLUSH PRIVILEGES",
        "RESET QUERY CACHE",
        "LOCK TABLES a WRITE",
        "UNLOCK TABLES",
        "INSTALL PLUGIN a SONAME 'b'",
        "UNINSTALL PLUGIN a",
        "START SLAVE",
        "CHANGE MASTER TO MASTER_HOST='a'",
        "SET autocommit = 1",
        "SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT, AUTOCOMMIT=0",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "CALL p()",
        "EXECUTE a",
    ] {
        check_transaction(text, "outside");
    }
    for text in [
        "CREATE TEMPORARY TABLE a (b INT)",
        "CREATE OR REPLACE TEMPORARY TABLE a (b INT)",
        "DROP TEMPORARY TABLE a",
        "DROP PREPARE a",
        "LOAD DATA INFILE 'a' INTO TABLE b",
        "INSERT INTO a VALUES (1)",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "ANALYZE SELECT 1",
        "SET NAMES utf8mb4",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SELECT 'CREATE TABLE'",
        "HANDLER a OPEN",
    ] {
        check_transaction(text, "inside");
    }
}
