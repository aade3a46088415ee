//! How scripts of SQL Server are cut, and how their batches stand to transactions.

use super::*;
use noorm_guest::dialect::exports::noorm::dialect::script as wit;
use noorm_guest::dialect::noorm::types::report::Diagnostic;

/// Splits a script in one go: each piece with its body.
fn pieces(text: &str) -> Result<Vec<(Piece, String)>, Vec<Diagnostic>> {
    let mut splitter = Splitter::new("a.sql", &SYNTAX);
    let pieces = splitter.push(text.as_bytes()).and_then(|mut pieces| {
        pieces.extend(splitter.finish()?);
        Ok(pieces)
    });
    let pieces = match pieces {
        Ok(pieces) => pieces,
        Err(Failure::Invalid(diagnostics)) => return Err(diagnostics),
        Err(other) => panic!("{other:?}"),
    };
    let range = |range: &wit::Range| usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
    let sent = pieces.into_iter().filter(|piece| piece.kind != "blank");
    Ok(sent.map(|piece| (piece.clone(), text[range(&piece.body)].to_owned())).collect())
}

/// The bodies, each with its line and how often it runs.
#[track_caller]
fn check(text: &str, expected: &[(&str, u32, u32)]) {
    let pieces = pieces(text).unwrap();
    let said = pieces.iter().map(|(piece, body)| {
        let repeat = piece.attrs.iter().find(|(name, _)| name == "repeat");
        (body.as_str(), piece.line, repeat.map_or(1, |(_, count)| count.parse().unwrap()))
    });
    assert_eq!(said.collect::<Vec<_>>(), expected);
}

/// `text` is one batch, and it stands to transactions like this.
#[track_caller]
fn check_transaction(text: &str, expected: &str) {
    let script = format!("{text}\nGO\nx");
    let pieces = pieces(&script).unwrap();
    let said: Vec<_> = pieces.iter().map(|(piece, body)| (body.as_str(), piece.transaction.as_str())).collect();
    assert_eq!(said, [(text, expected), ("x", "inside")]);
}

#[track_caller]
fn check_fault(text: &str, line: u32, code: &str, help: &str) {
    let diagnostics = pieces(text).unwrap_err();
    let said = &diagnostics[0];
    assert_eq!((said.code.as_str(), said.span.as_ref().unwrap().line), (code, line), "{text}");
    assert!(said.help.as_ref().unwrap().contains(help), "{said:?}");
}

#[test]
fn batches_end_with_go_alone_on_a_line() {
    check(
        "CREATE TABLE a (b int);\r\nINSERT a VALUES (1)\r\nGO\r\n\r\n-- c\r\nSELECT 1;\r\n  go 3\r\nSELECT 2",
        &[("CREATE TABLE a (b int);\r\nINSERT a VALUES (1)", 1, 1), ("SELECT 1;", 6, 3), ("SELECT 2", 8, 1)],
    );
    check(
        "SELECT 1\nGO /* Signals the end of the batch */\nSELECT 2\nGO -- the end\n",
        &[("SELECT 1", 1, 1), ("SELECT 2", 3, 1)],
    );
    let held = "SELECT 'a\nGO\n', N'b''\nGO\n', [c]]\nGO\n], \"d\nGO\n\" /* /*\nGO\n*/\nGO\n*/ go, @go\nGO_ON";
    check(&format!("{held}\nGO"), &[(held, 1, 1)]);
    check("GO\n-- nothing\nGO 7\n", &[]);
    check_fault("SELECT 1\nGO;\n", 2, "separator-line", "remove the `;`");
    check_fault("SELECT 1\nGO 0\n", 2, "separator-count", "how many times");
}

#[test]
fn sqlcmds_commands_are_named() {
    check_fault("SELECT 1\nGO\n:r other.sql\n", 3, "client-command", "include()");
    check_fault(":setvar a b\n", 1, "client-command", "variables");
    check_fault("  !! dir\n", 1, "client-command", "programs");
    check("SELECT geometry\n::Parse('x')\n!= 1", &[("SELECT geometry\n::Parse('x')\n!= 1", 1, 1)]);
}

#[test]
fn only_transaction_control_alone_is_called_so() {
    for (text, expected) in [
        ("BEGIN TRAN", "begin"),
        ("begin transaction;", "begin"),
        ("BEGIN TRANSACTION [a b]", "begin"),
        ("BEGIN TRAN @a WITH MARK 'b';", "begin"),
        ("COMMIT", "commit"),
        ("COMMIT TRANSACTION a;", "commit"),
        ("COMMIT TRAN a WITH (DELAYED_DURABILITY = ON)", "commit"),
        ("ROLLBACK WORK", "rollback"),
        ("ROLLBACK TRAN a", "rollback"),
        // More than that stays as it is.
        ("BEGIN TRAN CHECKPOINT", "outside"),
        ("BEGIN TRAN\nSELECT 1", "outside"),
        ("SET XACT_ABORT ON; BEGIN TRAN", "outside"),
        ("BEGIN TRAN UPDATE a SET b = 1 COMMIT", "outside"),
        ("BEGIN DISTRIBUTED TRAN", "outside"),
        ("UPDATE a SET b = 1; COMMIT", "outside"),
        ("IF @@TRANCOUNT > 0 ROLLBACK", "outside"),
        ("SET IMPLICIT_TRANSACTIONS ON", "outside"),
        // Blocks are none.
        ("BEGIN SELECT 1 END", "inside"),
        ("BEGIN TRY SELECT 1 END TRY BEGIN CATCH THROW END CATCH", "inside"),
        ("SAVE TRAN a", "inside"),
        ("SELECT @commit, [COMMIT], 'COMMIT', a.[ROLLBACK] -- COMMIT\nFROM #rollback", "inside"),
    ] {
        check_transaction(text, expected);
    }
}

#[test]
fn what_a_module_does_is_done_another_time() {
    for kind in ["PROC", "PROCEDURE", "FUNCTION", "TRIGGER"] {
        for create in ["CREATE", "ALTER", "CREATE OR ALTER"] {
            check_transaction(&format!("{create} {kind} a AS BEGIN TRAN; SELECT 1; COMMIT"), "inside");
        }
    }
    check_transaction("CREATE TABLE a (b int) BEGIN TRAN COMMIT", "outside");
}

#[test]
fn what_the_server_refuses_in_a_transaction_is_known() {
    for text in [
        "CREATE DATABASE a",
        "SELECT 1; ALTER DATABASE a SET RECOVERY SIMPLE",
        "ALTER DATABASE SCOPED CONFIGURATION SET MAXDOP = 1",
        "DROP DATABASE IF EXISTS a",
        "BACKUP DATABASE a TO DISK = 'b'",
        "RESTORE LOG a FROM DISK = 'b'",
        "EXEC sp_configure 'a', 1\nRECONFIGURE",
        "CREATE FULLTEXT CATALOG a",
        "EXEC sys.sp_fulltext_table 'a', 'create'",
        "EXEC sp_addlinkedserver 'a'",
        "KILL 55",
    ] {
        check_transaction(text, "outside");
    }
    for text in ["CREATE TABLE a (b int)", "SELECT [backup], a.restore FROM b", "EXEC sp_rename 'a', 'b'"] {
        check_transaction(text, "inside");
    }
}

#[test]
fn a_batch_that_may_be_done_in_part_is_told() {
    for (text, expected) in [
        ("INSERT INTO a VALUES (1)", false),
        ("CREATE TABLE a (id INT REFERENCES b (id) ON DELETE CASCADE)", false),
        ("SET XACT_ABORT ON; PRINT 'a'; UPDATE a SET b = 1 FROM c", false),
        ("ALTER DATABASE CURRENT SET RECOVERY SIMPLE", false),
        ("CREATE PROC a AS INSERT INTO b VALUES (1); DELETE FROM b", false),
        ("SELECT 1", false),
        ("INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)", true),
        ("INSERT INTO a VALUES (1) SELECT 1 INTO b", true),
        ("UPDATE a SET b = 1; COMMIT; SELECT 1 / 0", true),
        // What these do is not in the batch.
        ("EXEC a", true),
        ("sp_rename 'a', 'b'", true),
        ("WHILE 1 = 1 DELETE TOP (10) FROM a", true),
    ] {
        let mut splitter = Splitter::new("a.sql", &SYNTAX);
        let mut pieces = splitter.push(text.as_bytes()).unwrap();
        pieces.extend(splitter.finish().unwrap());
        let is_told = pieces[0].attrs.iter().any(|(name, _)| name == "several");
        assert_eq!(is_told, expected, "{text}");
    }
}

#[test]
fn an_unknown_product_changes_its_schema_outside_of_transactions() {
    let options = vec![("product".to_owned(), "a product compatible with SQL Server".to_owned())];
    for (text, known, unknown) in [
        ("CREATE TABLE a (id INT)", "inside", "outside"),
        ("INSERT INTO a VALUES (1)", "inside", "inside"),
        ("SELECT b.[create], b.drop FROM a AS b", "inside", "inside"),
        ("BEGIN TRAN", "begin", "begin"),
    ] {
        for (options, expected) in [(&Vec::new(), known), (&options, unknown)] {
            let mut splitter = Splitter::new("a.sql", syntax(options));
            let mut pieces = splitter.push(text.as_bytes()).unwrap();
            pieces.extend(splitter.finish().unwrap());
            assert_eq!(pieces[0].transaction, expected, "{text}");
        }
    }
}
