//! What SQLite promises the host, without a database: the texts are tried on a real one by the host's suites.

use noorm_guest::dialect::exports::noorm::dialect::naming::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::script as wit;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Target;
use noorm_guest::dialect::exports::noorm::dialect::{effect, errors, literals, lock, naming, tracking, transaction};
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure};
use noorm_guest::split::Splitter;

use crate::{Dialect, script};

/// The rows of the README's tables: action and values.
fn contract(title: &str) -> Vec<(String, Vec<String>)> {
    let readme = include_str!("../../../wit/README.md");
    let (_, section) = readme.split_once(&format!("\n### {title}\n")).unwrap();
    let section = section.split("\n#").next().unwrap();
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').collect();
        (words(cells[1]).remove(0), words(cells[2]))
    })
    .collect()
}

fn target() -> Target {
    Target { schema: None, options: Vec::new() }
}

#[test]
fn every_action_of_the_readme_is_there() {
    let (tracking, lock) = (contract("tracking"), contract("lock"));
    assert!(tracking.len() >= 15 && lock.len() >= 5);
    for (name, values) in tracking {
        if name == "turn" {
            let action = <Dialect as tracking::Guest>::action(name, target());
            assert!(matches!(action, Err(Failure::Unsupported(_))), "a transaction of SQLite's begins with its turn");
            continue;
        }
        assert_eq!(<Dialect as tracking::Guest>::action(name, target()).unwrap().parameters, values);
    }
    for (name, values) in lock {
        if name.starts_with("session-") {
            let action = <Dialect as lock::Guest>::action(name, target());
            assert!(matches!(action, Err(Failure::Unsupported(_))), "SQLite's sessions hold no locks");
            continue;
        }
        assert_eq!(<Dialect as lock::Guest>::action(name, target()).unwrap().parameters, values);
    }
    let unknown = <Dialect as tracking::Guest>::action("dance".to_owned(), target());
    assert!(matches!(unknown, Err(Failure::Unsupported(_))), "{unknown:?}");
}

#[test]
fn what_the_original_made_is_taken_over_or_refused() {
    let found = |table: &str, column: &str| tracking::Found {
        schema: String::new(),
        table: table.to_owned(),
        column: column.to_owned(),
    };
    let adopt = |found: &[tracking::Found]| <Dialect as tracking::Guest>::adopt(found.to_vec(), target()).unwrap();
    assert!(adopt(&[]).is_none());
    assert!(adopt(&[found("__noorm_version__", "schema_version")]).is_none());
    let original = [
        found("__noorm_version__", "noorm_version"),
        found("__noorm_change__", "id"),
        found("__noorm_executions__", "change_id"),
        found("__noorm_lock__", "id"),
    ];
    let adoption = adopt(&original).unwrap();
    let texts = adoption.statements.join("\n") + &adoption.check;
    assert!(!texts.contains('{') && texts.contains("DROP TABLE __noorm_change__"), "{texts}");
    assert!(!texts.contains("__noorm_former_identities__"), "{texts}");
    let missing = adopt(&original[..3]).unwrap();
    assert!(missing.check.starts_with("SELECT 'the table `__noorm_lock__` is missing'"), "{}", missing.check);
}

#[test]
fn the_tables_are_where_the_target_says() {
    let target = Target { schema: Some("a\"b'c".to_owned()), options: Vec::new() };
    let upgrade = |from| <Dialect as tracking::Guest>::upgrade(from, target.clone());
    let mut texts: Vec<String> = (0..4).flat_map(|from| upgrade(from).unwrap()).collect();
    for (name, _) in contract("tracking").into_iter().filter(|(name, _)| name != "turn") {
        texts.push(<Dialect as tracking::Guest>::action(name, target.clone()).unwrap().sql);
    }
    for text in texts.iter().filter(|text| text.contains("__noorm_")) {
        assert!(text.contains("\"b'") && !text.contains('{'), "{text}");
    }
    assert_eq!(<Dialect as tracking::Guest>::latest(), 4);
    assert!(upgrade(4).is_err());
}

/// Whoever adds rows to the vault's table changes nothing by that.
#[test]
fn the_vaults_version_is_that_of_its_one_row() {
    for name in ["vault-version", "vault"] {
        let text = <Dialect as tracking::Guest>::action(name.to_owned(), target()).unwrap().sql;
        assert!(
            text.contains("__noorm_vault__ WHERE id = 1") || text.contains("__noorm_vault__\nWHERE id = 1"),
            "{text}"
        );
    }
}

/// Splits a script in one go: the bodies, and how each stands to transactions.
fn pieces(text: &str) -> Vec<(String, String)> {
    let mut splitter = Splitter::new("a.sql", &script::SYNTAX);
    let mut pieces = splitter.push(text.as_bytes()).unwrap();
    pieces.extend(splitter.finish().unwrap());
    let range = |range: &wit::Range| usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
    pieces.retain(|piece| piece.kind != "blank");
    pieces.iter().map(|piece| (text[range(&piece.body)].to_owned(), piece.transaction.clone())).collect()
}

/// `text` is one statement, and it stands to transactions like this.
#[track_caller]
fn check_transaction(text: &str, expected: &str) {
    let x = ("x".to_owned(), "inside".to_owned());
    assert_eq!(pieces(&format!("{text};\nx")), [(text.to_owned(), expected.to_owned()), x]);
}

/// The first diagnostic of a script that cannot be split.
fn fault(text: &str) -> Diagnostic {
    let mut splitter = Splitter::new("a.sql", &script::SYNTAX);
    match splitter.push(text.as_bytes()).and_then(|_| splitter.finish()) {
        Err(Failure::Invalid(diagnostics)) => diagnostics[0].clone(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_literal(value: Scalar, expected: &str) {
    assert_eq!(<Dialect as literals::Guest>::literal(value).unwrap(), expected);
}

#[track_caller]
fn check_class(code: &str, message: &str, expected: &str) {
    let error = errors::ServerError { code: code.to_owned(), message: message.to_owned(), attrs: Vec::new() };
    assert_eq!(<Dialect as errors::Guest>::classify(error), expected, "{code} {message}");
}

#[test]
fn numbers_are_exact_and_safe_after_a_minus_sign() {
    check_literal(Scalar::Null, "NULL");
    check_literal(Scalar::Integer(7), "7");
    check_literal(Scalar::Integer(i64::MIN), "(-9223372036854775808)");
    check_literal(Scalar::Decimal("19.90".to_owned()), "19.90");
    check_literal(Scalar::Decimal("-1.5e-3".to_owned()), "(-1.5e-3)");
    check_literal(Scalar::Real(1.5), "1.5");
    check_literal(Scalar::Real(-0.1), "(-0.1)");
    for text in ["", "-", "1.", ".5", "1e", "1;", "0x1", "1.2.3", "+1", "- 1", "\u{661}"] {
        let literal = <Dialect as literals::Guest>::literal(Scalar::Decimal(text.to_owned()));
        assert!(matches!(literal, Err(Failure::Invalid(_))), "{text}");
    }
}

#[test]
fn strings_cannot_be_left() {
    check_literal(Scalar::Text("O'Reilly \\".to_owned()), r"'O''Reilly \'");
    assert_eq!(<Dialect as literals::Guest>::escape("';--".to_owned()).unwrap(), "'';--");
    assert!(<Dialect as literals::Guest>::escape("a\0b".to_owned()).is_err());
}

#[test]
fn names_are_quoted_or_refused() {
    let quote = |name: &str| Dialect::quote(name.to_owned());
    assert_eq!(quote("a\"b").unwrap(), "\"a\"\"b\"");
    assert!(quote("").is_err() && quote("a\0").is_err());
    assert!(quote(&"x".repeat(1000)).is_ok());
    let name = naming::ObjectName { catalog: None, schema: Some("s".to_owned()), name: "t".to_owned() };
    assert_eq!(Dialect::qualify(name.clone()).unwrap(), "\"s\".\"t\"");
    assert!(Dialect::qualify(naming::ObjectName { catalog: Some("c".to_owned()), ..name }).is_err());
}

#[test]
fn literals_are_sqlites() {
    check_literal(Scalar::Boolean(true), "1");
    check_literal(Scalar::Bytes(vec![0, 255]), "X'00ff'");
    check_literal(Scalar::Real(f64::NEG_INFINITY), "(-9e999)");
    assert!(<Dialect as literals::Guest>::literal(Scalar::Real(f64::NAN)).is_err());
    // SQLite would round these.
    check_literal(Scalar::Decimal("12345678901234567890".to_owned()), "'12345678901234567890'");
    check_literal(Scalar::Decimal("0.1234567890123456".to_owned()), "'0.1234567890123456'");
}

#[test]
fn statements_end_where_sqlite_ends_them() {
    let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n  \
                   SELECT CASE WHEN new.x THEN 1 ELSE 2 END;\n  DELETE FROM b;\nEND";
    check_transaction(trigger, "inside");
    let nested = "BEGIN UPDATE b SET c = CASE d WHEN 1 THEN CASE WHEN e THEN 2 END ELSE 3 END; END";
    check_transaction(&format!("CREATE TRIGGER t INSERT ON a WHEN CASE WHEN 1 THEN 1 END {nested}"), "inside");
    check_transaction(&format!("EXPLAIN QUERY PLAN CREATE TRIGGER t INSERT ON a {nested}"), "inside");
    check_transaction("EXPLAIN SELECT 1", "inside");
    check_transaction("SELECT ';', \";\", `;`, [;] /* ; */ FROM a", "inside");
    check_transaction("CREATE TABLE \"begin\" (a)", "inside");
    let fault = fault("SELECT 1;\n  .read other.sql\n");
    assert_eq!(fault.code, "client-command");
    assert!(fault.message.contains("`.read`") && fault.message.contains("the sqlite3 shell"), "{}", fault.message);
    let span = fault.span.unwrap();
    assert_eq!((span.line, span.column, span.start, span.end), (2, 3, 12, 17));
}

#[test]
fn transaction_words_are_known() {
    for (text, expected) in [
        ("begin exclusive", "begin"),
        ("Commit", "commit"),
        ("END TRANSACTION", "commit"),
        ("ROLLBACK", "rollback"),
        ("ROLLBACK TO SAVEPOINT a", "inside"),
        ("ROLLBACK TRANSACTION TO a", "inside"),
        ("SAVEPOINT a", "inside"),
        ("RELEASE a", "inside"),
        ("VACUUM INTO 'x'", "outside"),
        ("ATTACH 'x' AS y", "outside"),
        ("DETACH y", "outside"),
        ("PRAGMA main.journal_mode(wal)", "outside"),
        ("PRAGMA foreign_keys", "inside"),
        ("PRAGMA user_version = 3", "inside"),
    ] {
        check_transaction(text, expected);
    }
}

#[test]
fn what_does_nothing_inside_a_transaction_stands_around_it() {
    let marks = |text: &str| {
        let mut splitter = Splitter::new("a.sql", &script::SYNTAX);
        let mut pieces = splitter.push(text.as_bytes()).unwrap();
        pieces.extend(splitter.finish().unwrap());
        let hoisted = pieces.iter().filter(|piece| piece.kind == "hoisted").count();
        (hoisted, pieces.into_iter().flat_map(|piece| piece.attrs).collect::<Vec<_>>())
    };
    let around = |text: &str| !<Dialect as transaction::Guest>::around(marks(text).1).before.is_empty();
    assert_eq!(marks("PRAGMA foreign_keys = OFF; PRAGMA main.foreign_keys(1); PRAGMA foreign_keys;").0, 2);
    assert!(around("PRAGMA foreign_keys = OFF;"));
    assert!(!around("PRAGMA foreign_keys = ON;"));
    assert!(around("DROP TABLE a; ALTER TABLE \"b\" RENAME TO a;"));
    assert!(!around("DROP TABLE a; ALTER TABLE b RENAME COLUMN c TO d;"));
    assert!(!around("ALTER TABLE b RENAME TO a; DROP TABLE b;"));
}

#[test]
fn errors_are_classified() {
    for (code, message, expected) in [
        ("SQLITE_ERROR", "near \"SELEC\": syntax error", "syntax"),
        ("SQLITE_ERROR", "no such table: a", "missing-object"),
        ("SQLITE_ERROR", "table a already exists", "existing-object"),
        ("SQLITE_ERROR", "cannot VACUUM from within a transaction", "transaction"),
        ("SQLITE_ERROR", "something else", "other"),
        ("SQLITE_CONSTRAINT_UNIQUE", "", "unique"),
        ("SQLITE_CONSTRAINT_PRIMARYKEY", "", "unique"),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", "", "constraint"),
        ("SQLITE_BUSY", "", "lock"),
        ("SQLITE_LOCKED_SHAREDCACHE", "", "lock"),
        ("SQLITE_READONLY_DBMOVED", "", "permission"),
        ("SQLITE_FULL", "", "resource"),
        ("SQLITE_NOTADB", "", "connection"),
        ("SQLITE_BUSY_SNAPSHOT", "", "transient"),
        ("", "", "other"),
    ] {
        check_class(code, message, expected);
    }
}

#[test]
fn people_are_told_where_to_look() {
    let look = |statement: &str| <Dialect as effect::Guest>::look(statement.to_owned(), Vec::new());
    for (statement, expected) in [
        (
            "CREATE TABLE [a'b] (id)",
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'a''b' COLLATE NOCASE",
        ),
        (
            "CREATE INDEX aux.i ON t (c)",
            "SELECT name FROM \"aux\".sqlite_schema WHERE type = 'index' AND name = 'i' COLLATE NOCASE",
        ),
        ("ALTER TABLE aux.t ADD c", "SELECT name FROM pragma_table_info('t', 'aux') WHERE name = 'c' COLLATE NOCASE"),
    ] {
        let look = look(statement).unwrap();
        assert_eq!((look.query.as_str(), look.present), (expected, true));
    }
    assert!(!look("DROP TABLE a").unwrap().present);
    assert!(look("DELETE FROM a").is_none() && look("").is_none());
}
