//! What PostgreSQL promises the host, without a database: the texts are tried on a real one by the host's suites.

use noorm_guest::dialect::exports::noorm::dialect::database::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::naming::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::script as wit;
use noorm_guest::dialect::exports::noorm::dialect::server::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Target;
use noorm_guest::dialect::exports::noorm::dialect::transaction::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::{effect, errors, literals, lock, naming, tracking};
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure};
use noorm_guest::split::{Splitter, Syntax};

use crate::{Dialect, script};

/// What servers answer to `version()`, and what that makes of them.
const BANNERS: [(&str, &str, &str); 7] = [
    ("PostgreSQL 17.2 (Debian 17.2-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc", "PostgreSQL", "17.2"),
    ("PostgreSQL 16.4 on aarch64-unknown-linux-gnu, compiled by aarch64-unknown-linux-gnu-gcc", "PostgreSQL", "16.4"),
    ("PostgreSQL 15beta1, compiled by Visual C++ build 1914, 64-bit", "PostgreSQL", "15beta1"),
    ("CockroachDB CCL v25.2.1 (x86_64-pc-linux-gnu, built 2025/05/28, go1.23.7)", "CockroachDB", "25.2.1"),
    ("PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu, compiled by clang", "YugabyteDB", "11.2-YB-2.20.1.0-b0"),
    ("PostgreSQL 15.2-YB-2.25.0.0-b1 on x86_64-pc-linux-gnu", "YugabyteDB", "15.2-YB-2.25.0.0-b1"),
    ("", "PostgreSQL", ""),
];

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

fn facts(banner: &str) -> Result<Vec<(String, String)>, Failure> {
    let answer = [("banner", banner), ("session", "4711")];
    Dialect::facts(answer.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
}

/// The facts of a server of this product.
fn facts_of(product: &str) -> Vec<(String, String)> {
    let (banner, ..) = BANNERS.iter().find(|(_, name, _)| *name == product).unwrap();
    facts(banner).unwrap()
}

#[test]
fn servers_are_told_apart() {
    for (banner, product, version) in BANNERS {
        let facts = facts(banner).unwrap();
        let fact = |name: &str| facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(fact("product"), Some(product), "{banner}");
        assert_eq!(fact("version").unwrap_or_default(), version, "{banner}");
        // The others make the number up.
        assert_eq!(fact("session").is_some(), product == "PostgreSQL", "{banner}");
    }
    let redshift = "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.77467";
    assert!(matches!(facts(redshift), Err(Failure::Unsupported(why)) if why.contains("Redshift")));
}

#[test]
fn the_lock_asks_for_nothing_that_a_product_lacks() {
    for (product, has_locks) in [("PostgreSQL", true), ("CockroachDB", false), ("YugabyteDB", false)] {
        let target = Target { schema: None, options: facts_of(product) };
        let lock = |name: &str| <Dialect as lock::Guest>::action(name.to_owned(), target.clone());
        let turn = <Dialect as tracking::Guest>::action("turn".to_owned(), target.clone());
        for query in [lock("session-try"), lock("session-release"), lock("session-end"), turn] {
            assert_eq!(query.is_ok(), has_locks, "{product}: {query:?}");
        }
        for name in ["acquire", "renew", "release", "force-release", "status", "status-former"] {
            let sql = lock(name).unwrap().sql;
            assert_eq!(sql.contains("advisory"), has_locks && name == "acquire", "{product}: {sql}");
            assert!(!sql.contains("{turn}"), "{sql}");
        }
    }
}

#[test]
fn a_product_whose_ddl_is_for_good_runs_it_outside_of_transactions() {
    let control = |product| Dialect::control(facts_of(product));
    assert!(control("PostgreSQL").ddl);
    assert!(control("PostgreSQL").reset[0].starts_with("RESET SESSION AUTHORIZATION; RESET ALL"));
    assert_eq!(control("CockroachDB").reset, ["RESET ROLE; RESET ALL"]);
    assert_eq!(control("YugabyteDB").reset, ["RESET SESSION AUTHORIZATION; RESET ALL"]);
    for product in ["CockroachDB", "YugabyteDB"] {
        assert!(!control(product).ddl, "{product}");
        let destroyed = Dialect::destroy("a".to_owned(), facts_of(product)).unwrap();
        assert_eq!(destroyed, ["DROP DATABASE \"a\""], "{product}");
        let splits = |text: &str| split(text, script::syntax(&facts_of(product)));
        for text in ["CREATE TABLE a (b int)", "TRUNCATE a", "DO $$ BEGIN END $$", "CALL p()", "GRANT SELECT ON a TO b"]
        {
            assert_eq!(splits(text), [(text.to_owned(), "outside".to_owned())], "{product}");
        }
        for text in
            ["INSERT INTO a VALUES (1)", "WITH x AS (SELECT 1) SELECT 1", "SET a = 1", "MERGE INTO a", "(SELECT 1)"]
        {
            assert_eq!(splits(text), [(text.to_owned(), "inside".to_owned())], "{product}");
        }
        assert_eq!(
            splits("BEGIN; SELECT 1; COMMIT").iter().map(|piece| &piece.1).collect::<Vec<_>>(),
            ["begin", "inside", "commit"]
        );
    }
}

#[test]
fn every_action_of_the_readme_is_there() {
    let (tracking, lock) = (contract("tracking"), contract("lock"));
    assert!(tracking.len() >= 15 && lock.len() >= 5);
    for (name, values) in tracking {
        assert_eq!(<Dialect as tracking::Guest>::action(name, target()).unwrap().parameters, values);
    }
    for (name, values) in lock {
        assert_eq!(<Dialect as lock::Guest>::action(name, target()).unwrap().parameters, values);
    }
    let unknown = <Dialect as tracking::Guest>::action("dance".to_owned(), target());
    assert!(matches!(unknown, Err(Failure::Unsupported(_))), "{unknown:?}");
}

/// What `elsewhere` finds of tables in a schema.
fn found(schema: &str, columns: &[(&str, &str)]) -> Vec<tracking::Found> {
    let found = |(table, column): &(&str, &str)| tracking::Found {
        schema: schema.to_owned(),
        table: (*table).to_owned(),
        column: (*column).to_owned(),
    };
    columns.iter().map(found).collect()
}

const ORIGINAL: [(&str, &str); 4] = [
    ("__noorm_version__", "noorm_version"),
    ("__noorm_change__", "id"),
    ("__noorm_executions__", "change_id"),
    ("__noorm_lock__", "id"),
];

#[test]
fn what_stands_elsewhere_is_moved_or_refused() {
    let adopt = |found: &[tracking::Found]| <Dialect as tracking::Guest>::adopt(found.to_vec(), target()).unwrap();
    assert!(adopt(&[]).is_none());
    assert!(adopt(&found("app", &[("__noorm_vault__", "id")])).is_none());

    let original = adopt(&found("a\"b", &ORIGINAL)).unwrap();
    assert_eq!(original.origin, "the tables of noorm's TypeScript original in the schema `a\"b`");
    assert!(original.check.contains("FROM \"a\"\"b\".__noorm_change__"), "{}", original.check);
    let texts = original.statements.join("\n") + &original.check;
    assert!(!texts.contains('{') && texts.contains("SET SCHEMA \"noorm\""), "{texts}");

    let missing = adopt(&found("app", &ORIGINAL[..3])).unwrap();
    assert!(missing.check.starts_with("SELECT 'the table `__noorm_lock__` is missing'"), "{}", missing.check);

    let ours = [("__noorm_version__", "schema_version"), ("__noorm_changeset__", "id")];
    let several = [found("b", &ours), found("a", &ORIGINAL)].concat();
    let several = adopt(&several).unwrap();
    assert_eq!(several.origin, "tables of noorm's in the schemas `a` and `b`");
    assert!(!several.check.is_empty() && several.statements.is_empty());

    let later = adopt(&found("noorm", &[("version", "noorm_version")])).unwrap();
    assert!(later.check.contains("\"noorm\".version") && later.statements.is_empty(), "{}", later.check);
}

#[test]
fn the_tables_are_where_the_target_says() {
    let target = Target { schema: Some("a\"b'c".to_owned()), options: Vec::new() };
    let upgrade = |from| <Dialect as tracking::Guest>::upgrade(from, target.clone());
    let mut texts: Vec<String> = (0..4).flat_map(|from| upgrade(from).unwrap()).collect();
    for (name, _) in contract("tracking") {
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
    split(text, &script::SYNTAX)
}

fn split(text: &str, syntax: &Syntax) -> Vec<(String, String)> {
    let mut splitter = Splitter::new("a.sql", syntax);
    let mut pieces = splitter.push(text.as_bytes()).unwrap();
    pieces.extend(splitter.finish().unwrap());
    let range = |range: &wit::Range| usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
    pieces.retain(|piece| piece.kind != "blank");
    pieces.iter().map(|piece| (text[range(&piece.body)].to_owned(), piece.transaction.clone())).collect()
}

#[test]
fn old_dumps_escape_with_backslashes() {
    let bodies = |text: &str| pieces(text).into_iter().map(|(body, _)| body).collect::<Vec<_>>();
    for set in ["SET standard_conforming_strings = off", "set session standard_conforming_strings to 'FALSE'"] {
        let script = format!(r"{set}; '\';'; SET standard_conforming_strings = on; '\';x");
        assert_eq!(bodies(&script), [set, r"'\';'", "SET standard_conforming_strings = on", r"'\'", "x"]);
    }
    assert_eq!(bodies(r"SET a = off; '\';x").len(), 3);
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
    assert!(quote(&"x".repeat(63)).is_ok() && quote(&"x".repeat(64)).is_err() && quote(&"é".repeat(32)).is_err());
    let name = naming::ObjectName { catalog: None, schema: Some("s".to_owned()), name: "t".to_owned() };
    assert_eq!(Dialect::qualify(name.clone()).unwrap(), "\"s\".\"t\"");
    assert!(Dialect::qualify(naming::ObjectName { catalog: Some("c".to_owned()), ..name }).is_err());
}

#[test]
fn literals_are_postgresqls() {
    check_literal(Scalar::Boolean(true), "TRUE");
    check_literal(Scalar::Bytes(vec![0, 255]), r"'\x00ff'::bytea");
    check_literal(Scalar::Real(f64::NAN), "'NaN'::float8");
    check_literal(Scalar::Real(f64::NEG_INFINITY), "'-Infinity'::float8");
    check_literal(Scalar::Decimal("12345678901234567890".to_owned()), "12345678901234567890");
}

#[test]
fn statements_end_where_postgresql_ends_them() {
    let bodies = [
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END FROM b; DELETE FROM c; END",
        "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)",
        r"SELECT E'\';', U&'\0061;', ';' /* ; /* ; */ ; */, $$;$$",
    ];
    for body in bodies {
        check_transaction(body, "inside");
    }
    assert_eq!(pieces("\\restrict 'x\nSELECT 1;\n\\unrestrict 'x\n").len(), 1);
    assert_eq!(pieces("COPY a FROM stdin;\n1\t;\n\\.\nSELECT 1;").len(), 2);
    let fault = fault("SELECT 1;\n  \\connect other\n");
    assert_eq!(fault.code, "client-command");
    assert!(fault.message.contains(r"`\connect`") && fault.message.contains("psql"), "{}", fault.message);
    let span = fault.span.unwrap();
    assert_eq!((span.line, span.column, span.start, span.end), (2, 3, 12, 20));
}

#[test]
fn transaction_words_are_known() {
    for (text, expected) in [
        ("begin isolation level serializable", "begin"),
        ("START TRANSACTION", "begin"),
        ("Commit", "commit"),
        ("END", "commit"),
        ("PREPARE TRANSACTION 'a'", "commit"),
        ("PREPARE a AS SELECT 1", "inside"),
        ("ROLLBACK", "rollback"),
        ("ABORT", "rollback"),
        ("ROLLBACK TO a", "inside"),
        ("ROLLBACK WORK TO SAVEPOINT a", "inside"),
        ("SAVEPOINT a", "inside"),
        ("RELEASE a", "inside"),
    ] {
        check_transaction(text, expected);
    }
}

#[test]
fn what_the_server_refuses_in_a_transaction_is_known() {
    for text in [
        "VACUUM (FULL) a",
        "COMMIT PREPARED 'a'",
        "CREATE UNIQUE INDEX CONCURRENTLY a ON b (c)",
        "CREATE INDEX CONCURRENTLY ON b (c)",
        "DROP INDEX CONCURRENTLY IF EXISTS a",
        "REINDEX TABLE CONCURRENTLY a",
        "REINDEX (CONCURRENTLY) INDEX a",
        "REINDEX DATABASE a",
        "REINDEX SYSTEM a",
        "ALTER TABLE IF EXISTS ONLY s.a DETACH PARTITION s.b CONCURRENTLY",
        "CREATE DATABASE a",
        "DROP DATABASE IF EXISTS a",
        "CREATE TABLESPACE a LOCATION 'b'",
        "ALTER SYSTEM SET a = 1",
        "ALTER DATABASE a SET TABLESPACE b",
        "DROP SUBSCRIPTION a",
        "DISCARD ALL",
        "CLUSTER VERBOSE",
    ] {
        check_transaction(text, "outside");
    }
    for text in [
        "REFRESH MATERIALIZED VIEW CONCURRENTLY a",
        "CREATE INDEX \"concurrently\" ON b (c)",
        "REINDEX TABLE a",
        "DISCARD PLANS",
        "CLUSTER a USING b",
        "ALTER DATABASE a SET b = 1",
        "ALTER SUBSCRIPTION a DISABLE",
    ] {
        check_transaction(text, "inside");
    }
}

#[test]
fn errors_are_classified() {
    for (code, expected) in [
        ("42601", "syntax"),
        ("23505", "unique"),
        ("23503", "constraint"),
        ("42P01", "missing-object"),
        ("42P07", "existing-object"),
        ("42501", "permission"),
        ("55P03", "lock"),
        ("40P01", "transient"),
        ("57P01", "connection"),
        ("08006", "connection"),
        ("53100", "resource"),
        ("25001", "transaction"),
        // A standby: to run it without a transaction would not help.
        ("25006", "other"),
        ("P0001", "other"),
        ("é", "other"),
        ("", "other"),
    ] {
        check_class(code, "", expected);
    }
}

#[test]
fn people_are_told_where_to_look() {
    let look = |statement: &str| <Dialect as effect::Guest>::look(statement.to_owned(), Vec::new());
    for (statement, expected) in [
        (
            "CREATE INDEX CONCURRENTLY \"I\" ON s.t (c)",
            "SELECT indexrelid FROM pg_index WHERE indexrelid = to_regclass('s.\"I\"') AND indisvalid",
        ),
        ("CREATE TABLE \"a'b\" (id int)", "SELECT relname FROM pg_class WHERE oid = to_regclass('\"a''b\"')"),
        (
            "ALTER TABLE s.T ADD C int",
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('s.T') AND attname = 'c' AND NOT attisdropped",
        ),
        ("CREATE DATABASE D", "SELECT datname FROM pg_database WHERE datname = 'd'"),
    ] {
        let look = look(statement).unwrap();
        assert_eq!((look.query.as_str(), look.present), (expected, true));
    }
    assert!(!look("DROP TABLE a").unwrap().present);
    assert!(look("DELETE FROM a").is_none() && look("").is_none());
}
