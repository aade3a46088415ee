//! What SQL Server promises the host, without a database: the texts are tried on a real one by the host's suites.

mod structure;

use noorm_guest::dialect::exports::noorm::dialect::naming::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::server::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::tracking::{Found, Query, Target};
use noorm_guest::dialect::exports::noorm::dialect::transaction::Guest as _;
use noorm_guest::dialect::exports::noorm::dialect::{database, effect, errors, literals, lock, naming, tracking};
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::server::Product;

type Facts = Vec<(String, String)>;

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

fn pairs(pairs: &[(&str, &str)]) -> Facts {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn target() -> Target {
    Target { schema: None, options: Vec::new() }
}

/// What a server's probe brings back.
fn answer(banner: &str, kind: &str, babelfish: &str) -> Facts {
    let names = [("banner", banner), ("kind", kind), ("babelfish", babelfish)];
    let rest = [("version", "16.0.1000.6"), ("session", "57"), ("database", "it's]")];
    pairs(&[&names[..], &rest[..]].concat())
}

const BABELFISH: &str = "Babelfish for PostgreSQL with SQL Server Compatibility - 12.0.2000.8";
const SQL_SERVER: &str = "Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64)";
const AZURE: &str = "Microsoft SQL Azure (RTM) - 12.0.2000.8";

/// The facts of every product with every wish, and none.
fn all_facts() -> Vec<Facts> {
    let servers = [
        (SQL_SERVER, "3", ""),
        (AZURE, "8", ""),
        (AZURE, "5", ""),
        (BABELFISH, "3", "4.2.0"),
        ("A small server", "", ""),
    ];
    let one = |(banner, kind, babelfish): &(&str, &str, &str)| {
        let mut facts = Dialect::facts(answer(banner, kind, babelfish)).unwrap();
        facts.extend(pairs(&[("lock-timeout-ms", "1500"), ("statement-timeout-ms", "2500")]));
        facts
    };
    let all: Vec<Facts> = servers.iter().map(one).chain([Vec::new()]).collect();
    let products: Vec<Product> = all.iter().map(|facts| crate::server::product(facts)).collect();
    assert_eq!(products[..5], Product::ALL);
    all
}

/// Every text that the dialect can say, but for the names and values of users; each with the names of its values.
fn everything() -> Vec<(String, Vec<String>)> {
    let mut queries: Vec<Query> = Vec::new();
    let mut texts = vec![Dialect::probe()];
    for options in all_facts() {
        let target = Target { schema: None, options: options.clone() };
        let action = |(name, _)| <Dialect as tracking::Guest>::action(name, target.clone()).ok();
        queries.extend(contract("tracking").into_iter().filter_map(action));
        let action = |(name, _)| <Dialect as lock::Guest>::action(name, target.clone()).ok();
        queries.extend(contract("lock").into_iter().filter_map(action));
        queries.push(<Dialect as database::Guest>::exists(options.clone()).unwrap());
        for installed in 0..<Dialect as tracking::Guest>::latest() {
            texts.extend(<Dialect as tracking::Guest>::upgrade(installed, target.clone()).unwrap());
        }
        for found in [ours("dbo"), originals("a]b'c"), [ours("a"), ours("b")].concat(), later()] {
            let adoption = <Dialect as tracking::Guest>::adopt(found, target.clone()).unwrap().unwrap();
            texts.extend(adoption.statements);
            texts.push(adoption.check);
        }
        let control = Dialect::control(options.clone());
        texts.extend(control.setup.into_iter().chain(control.reset));
        texts.extend([control.begin, control.commit, control.rollback]);
        let around = Dialect::around(Vec::new());
        texts.extend(around.before.into_iter().chain(around.after).chain([around.check]));
        texts.extend(<Dialect as database::Guest>::create("a".to_owned(), options.clone()).unwrap());
        texts.extend(<Dialect as database::Guest>::destroy("a".to_owned(), options).unwrap());
    }
    assert!(queries.iter().all(|query| query.attrs.is_empty()));
    let texts = texts.into_iter().map(|text| (text, Vec::new()));
    texts.chain(queries.into_iter().map(|query| (query.sql, query.parameters))).collect()
}

/// What `elsewhere` finds of tables in a schema.
fn found(schema: &str, columns: &[(&str, &str)]) -> Vec<Found> {
    let one = |(table, column): &(&str, &str)| Found {
        schema: schema.to_owned(),
        table: (*table).to_owned(),
        column: (*column).to_owned(),
    };
    columns.iter().map(one).collect()
}

const ORIGINAL: [(&str, &str); 4] = [
    ("__noorm_version__", "noorm_version"),
    ("__noorm_change__", "id"),
    ("__noorm_executions__", "change_id"),
    ("__noorm_lock__", "id"),
];

fn originals(schema: &str) -> Vec<Found> {
    found(schema, &ORIGINAL)
}

fn ours(schema: &str) -> Vec<Found> {
    let tables = [("__noorm_changeset__", "id"), ("__noorm_executions__", "id"), ("__noorm_lock__", "id")];
    found(schema, &[&[("__noorm_version__", "schema_version")], &tables[..]].concat())
}

fn later() -> Vec<Found> {
    found("noorm", &[("version", "noorm_version")])
}

#[test]
fn every_action_of_the_readme_is_there() {
    let (tracking, lock) = (contract("tracking"), contract("lock"));
    assert!(tracking.len() >= 15 && lock.len() >= 5);
    for (name, values) in tracking {
        assert_eq!(<Dialect as tracking::Guest>::action(name, target()).unwrap().parameters, values);
    }
    for (name, values) in lock {
        let query = <Dialect as lock::Guest>::action(name.clone(), target());
        // The number of a session may be somebody else's by the time it is ended.
        assert_eq!(matches!(query, Err(Failure::Unsupported(_))), name == "session-end", "{name}");
        assert!(query.is_err() || query.unwrap().parameters == values, "{name}");
    }
    let unknown = <Dialect as tracking::Guest>::action("dance".to_owned(), target());
    assert!(matches!(unknown, Err(Failure::Unsupported(_))), "{unknown:?}");
}

#[test]
fn the_tables_are_where_the_target_says() {
    let facts = answer(SQL_SERVER, "2", "");
    let target = Target { schema: Some("a]b'c".to_owned()), options: Dialect::facts(facts).unwrap() };
    let upgrade = |from| <Dialect as tracking::Guest>::upgrade(from, target.clone());
    let texts: Vec<String> = (0..4).flat_map(|from| upgrade(from).unwrap()).collect();
    for text in texts.iter().filter(|text| text.contains("__noorm_")) {
        assert!(text.contains("[a]]b'c].__noorm_") && !text.contains('{'), "{text}");
    }
    for (name, _) in contract("tracking") {
        let text = <Dialect as tracking::Guest>::action(name.clone(), target.clone()).unwrap().sql;
        // Scripts may leave the database with `USE`. What is asked of the whole catalog is asked before them.
        let is_there = match name.as_str() {
            "exists" => text.contains("object_id = OBJECT_ID(N'[a]]b''c].__noorm_version__')"),
            "elsewhere" => text.contains("LOWER(N'a]b''c')"),
            "turn" => text.contains("N'noorm.upgrade.it''s]'"),
            _ => text.contains("[it's]]].[a]]b'c].__noorm_"),
        };
        assert!(is_there && !text.contains('{'), "{text}");
    }
    assert_eq!(<Dialect as tracking::Guest>::latest(), 4);
    assert!(upgrade(4).is_err());
}

/// Whoever adds rows to the vault's table changes nothing by that.
#[test]
fn the_vaults_version_is_that_of_its_one_row() {
    for name in ["vault-version", "vault"] {
        let text = <Dialect as tracking::Guest>::action(name.to_owned(), target()).unwrap().sql;
        assert!(text.replace('\n', " ").contains("__noorm_vault__ WHERE id = 1"), "{text}");
    }
}

#[test]
fn what_stands_elsewhere_becomes_noorms_or_is_refused() {
    let adopt = |found: &[Found]| <Dialect as tracking::Guest>::adopt(found.to_vec(), target()).unwrap();
    assert!(adopt(&[]).is_none());
    assert!(adopt(&found("app", &[("__noorm_vault__", "id")])).is_none());
    // Tables in noorm's own schema whose making was cut short.
    assert!(adopt(&ours("NoOrm")).is_none());

    let moved = adopt(&ours("dbo")).unwrap();
    assert_eq!(moved.origin, "noorm's tables in the schema `dbo`");
    let last = moved.statements.last().unwrap();
    assert!(last.ends_with("EXEC(N'ALTER SCHEMA [noorm] TRANSFER [dbo].__noorm_version__')"), "{last}");

    let original = adopt(&originals("a]b'c")).unwrap();
    assert_eq!(original.origin, "the tables of noorm's TypeScript original in the schema `a]b'c`");
    assert!(original.check.contains("FROM [a]]b'c].__noorm_change__"), "{}", original.check);
    let texts = original.statements.join("\n") + &original.check;
    assert!(!texts.contains('{') && texts.contains("TRANSFER [a]]b''c].__noorm_secrets__"), "{texts}");
    assert!(original.statements.last().unwrap().ends_with("DROP TABLE [a]]b'c].__noorm_version__"));

    let missing = adopt(&found("app", &ORIGINAL[..3])).unwrap();
    assert!(missing.check.starts_with("SELECT N'the table `__noorm_lock__` is missing'"), "{}", missing.check);

    let several = adopt(&[ours("b"), originals("a")].concat()).unwrap();
    assert_eq!(several.origin, "tables of noorm's in the schemas `a` and `b`");
    assert!(!several.check.is_empty() && several.statements.is_empty());

    let later = adopt(&later()).unwrap();
    assert!(later.check.contains("[noorm].version") && later.statements.is_empty(), "{}", later.check);
}

#[test]
fn what_cannot_be_moved_is_copied_as_it_is() {
    let target = Target { schema: None, options: pairs(&[("product", "Babelfish for PostgreSQL")]) };
    let adopt = |more: &[(&str, &str)]| {
        let found = [ours("dbo"), found("dbo", more)].concat();
        <Dialect as tracking::Guest>::adopt(found, target.clone()).unwrap().unwrap().statements.join("\n")
    };
    let first = adopt(&[("__noorm_executions__", "checksum")]);
    let files =
        "INSERT INTO [noorm].__noorm_executions__ (id, checksum)\nSELECT id, checksum\nFROM [dbo].__noorm_executions__";
    assert!(first.contains(files) && first.ends_with("DROP TABLE [dbo].__noorm_version__"), "{first}");
    assert!(!first.contains(" ADD ") && !first.contains("INTO [noorm].__noorm_identities__"), "{first}");
    let second = adopt(&[("__noorm_executions__", "statements_done")]);
    assert!(second.contains("ADD token") && !second.contains("ADD origin"), "{second}");
    let third = adopt(&[("__noorm_executions__", "statements_done"), ("__noorm_executions__", "statement_started")]);
    assert!(third.contains("ADD origin") && third.contains("(id, statements_done, statement_started)"), "{third}");
}

#[test]
fn what_was_cut_short_goes_on() {
    let adopt = |found: Vec<Found>| <Dialect as tracking::Guest>::adopt(found, target()).unwrap().unwrap();
    // The files are moved already.
    let rest = ours("dbo").into_iter().filter(|it| it.table != "__noorm_executions__");
    let half = adopt(found("noorm", &[("__noorm_executions__", "id")]).into_iter().chain(rest).collect());
    assert!(half.check.contains("schema_version > 4"), "{}", half.check);
    // All is copied, and the original's operations and files are dropped.
    let half = adopt([ours("noorm"), found("dbo", &[ORIGINAL[0], ORIGINAL[3]])].concat());
    assert!(half.check.contains("noorm_version <> 1") && !half.check.contains("UNION"), "{}", half.check);
}

#[test]
fn the_product_is_told_from_the_answer() {
    let fact = |facts: &Facts, name: &str| crate::server::fact(facts, name).map(str::to_owned);
    let expected = [
        ("SQL Server", "16.0.1000.6", true, true),
        ("Azure SQL Managed Instance", "16.0.1000.6", true, true),
        ("Azure SQL Database", "16.0.1000.6", true, true),
        ("Babelfish for PostgreSQL", "4.2.0", false, true),
        ("a product compatible with SQL Server", "16.0.1000.6", false, false),
    ];
    for (facts, (product, version, has_number, is_known)) in all_facts().iter().zip(expected) {
        assert_eq!(fact(facts, "product").as_deref(), Some(product));
        assert_eq!(fact(facts, "version").as_deref(), Some(version));
        assert_eq!(fact(facts, "session").is_some(), has_number, "{product}");
        assert_eq!(fact(facts, "ignores").as_deref(), Some("statement-timeout-ms"));
        let target = Target { schema: None, options: facts.clone() };
        for action in ["session-try", "session-release"] {
            let query = <Dialect as lock::Guest>::action(action.to_owned(), target.clone());
            assert_eq!(query.is_ok(), is_known, "{product}");
        }
        assert_eq!(<Dialect as tracking::Guest>::action("turn".to_owned(), target).is_ok(), is_known, "{product}");
        assert_eq!(Dialect::control(facts.clone()).ddl, is_known, "{product}");
    }
    // Names that only look alike, and a server that says nothing.
    for (banner, kind) in [(SQL_SERVER, ""), (SQL_SERVER, "99"), ("SQL Server by somebody else", "3"), ("", "")] {
        let facts = Dialect::facts(answer(banner, kind, "")).unwrap();
        assert_eq!(fact(&facts, "product").as_deref(), Some(Product::Other.name()), "{banner} {kind}");
    }
    assert_eq!(Dialect::facts(Vec::new()).unwrap().len(), 2);
}

#[test]
fn a_warehouse_is_refused() {
    for (banner, kind) in [("Microsoft Azure SQL Data Warehouse - 10.0.1", "6"), (AZURE, "11"), (AZURE, "6")] {
        let refused = Dialect::facts(answer(banner, kind, ""));
        assert!(matches!(&refused, Err(Failure::Unsupported(what)) if what.contains("warehouse")), "{refused:?}");
    }
}

#[test]
fn settings_go_back_to_where_they_began() {
    let reset = |banner: &str, kind: &str| {
        let control = Dialect::control(Dialect::facts(answer(banner, kind, "")).unwrap());
        assert!(control.setup[0].starts_with("SET XACT_ABORT ON; ") && control.reset[0].ends_with(&control.setup[0]));
        control.reset[0].clone()
    };
    let server = reset(SQL_SERVER, "3");
    assert!(server.starts_with("IF DB_NAME() <> N'it''s]' USE [it's]]]; SET XACT_ABORT ON; "), "{server}");
    for part in ["NOCOUNT OFF; ", "QUOTED_IDENTIFIER ON; ", "ROWCOUNT 0; ", "IMPLICIT_TRANSACTIONS OFF; "] {
        assert!(server.contains(&format!("; SET {part}")), "{server}");
    }
    assert!(server.ends_with("; SET LOCK_TIMEOUT -1"), "{server}");
    // Nobody can leave a database there.
    assert!(!reset(AZURE, "5").contains("USE"));
    let small = reset("A small server", "");
    assert!(!small.contains("USE") && !small.contains("ROWCOUNT"), "{small}");
    for (wish, expected) in [("1500", "1500"), ("4000000000", "2147483647"), ("soon", "-1")] {
        let control = Dialect::control(pairs(&[("lock-timeout-ms", wish)]));
        assert!(control.setup[0].ends_with(&format!("; SET LOCK_TIMEOUT {expected}")), "{}", control.setup[0]);
    }
}

#[test]
fn the_lock_is_read_from_rows_that_a_script_cannot_hide() {
    let action = |name: &str| <Dialect as lock::Guest>::action(name.to_owned(), target()).unwrap().sql;
    assert!(action("renew").starts_with("SET NOCOUNT OFF;\n"));
    assert!(action("release").starts_with("SET NOCOUNT OFF;\nSET IMPLICIT_TRANSACTIONS OFF;\n"));
    // A session in another database would not find its own lock.
    let facts = Dialect::facts(answer(SQL_SERVER, "3", "")).unwrap();
    let target = Target { schema: None, options: facts };
    let release = <Dialect as lock::Guest>::action("session-release".to_owned(), target).unwrap().sql;
    let call = "EXEC @got = [it's]]].sys.sp_releaseapplock @Resource = N'noorm.session.it''s]'";
    assert!(release.contains(call), "{release}");
    let longest = pairs(&[("database", &"\u{e9}".repeat(128))]);
    let target = Target { schema: None, options: longest };
    let longest = <Dialect as lock::Guest>::action("session-try".to_owned(), target).unwrap().sql;
    let name = longest.split("= N'").nth(1).unwrap().split('\'').next().unwrap();
    assert!((140..=255).contains(&name.chars().count()), "{name}");
}

#[track_caller]
fn check_literal(value: Scalar, expected: &str) {
    assert_eq!(<Dialect as literals::Guest>::literal(value).unwrap(), expected);
}

#[track_caller]
fn check_string(text: &str, expected: &str) {
    check_literal(Scalar::Text(text.to_owned()), expected);
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
    check_literal(Scalar::Decimal("-1.5e-3".to_owned()), "(-0.0015)");
    check_literal(Scalar::Decimal("1.5e3".to_owned()), "1500");
    check_literal(Scalar::Decimal("12.345E+1".to_owned()), "123.45");
    check_literal(Scalar::Real(1.5), "1.5e0");
    check_literal(Scalar::Real(-0.1), "(-1e-1)");
    check_literal(Scalar::Real(0.0), "0e0");
    for text in ["", "-", "1.", ".5", "1e", "1;", "0x1", "1.2.3", "+1", "- 1", "\u{661}", "1e1.5"] {
        let literal = <Dialect as literals::Guest>::literal(Scalar::Decimal(text.to_owned()));
        assert!(matches!(literal, Err(Failure::Invalid(_))), "{text}");
    }
}

#[test]
fn numbers_that_would_be_rounded_are_texts() {
    check_literal(Scalar::Decimal("9".repeat(38)), &"9".repeat(38));
    for text in
        ["9".repeat(39), "1e38".to_owned(), "1e99999999999999999999".to_owned(), format!("0.{}1", "0".repeat(38))]
    {
        check_literal(Scalar::Decimal(text.clone()), &format!("N'{text}'"));
    }
}

#[test]
fn strings_cannot_be_left() {
    check_string("O'Reilly \"\u{1f600}\"", "N'O''Reilly \"\u{1f600}\"'");
    check_string("", "N''");
    check_string("\\'", "N'\\'''");
    check_string(&"x".repeat(5000), &format!("N'{}'", "x".repeat(5000)));
    let escape = |text: &str| <Dialect as literals::Guest>::escape(text.to_owned());
    assert_eq!(escape("';--").unwrap(), "'';--");
    assert_eq!(escape("").unwrap(), "");
    assert!(escape("a\0b").is_err());
}

#[test]
fn what_quotes_cannot_hold_is_added() {
    check_string("a\0", "(CAST(N'' AS NVARCHAR(MAX)) + N'a' + NCHAR(0))");
    check_string("\0", "(CAST(N'' AS NVARCHAR(MAX)) + NCHAR(0))");
    check_string("\0\0'", "(CAST(N'' AS NVARCHAR(MAX)) + NCHAR(0) + NCHAR(0) + N'''')");
    // The server would take the backslash and the end of the line out.
    check_string("a\\\nb\\", "(CAST(N'' AS NVARCHAR(MAX)) + N'a\\' + N'\nb\\')");
    check_string("\\\r\n", "(CAST(N'' AS NVARCHAR(MAX)) + N'\\' + N'\r\n')");
    check_string("a\\n\n", "N'a\\n\n'");
    let escape = <Dialect as literals::Guest>::escape("it's\\\nso".to_owned());
    assert_eq!(escape.unwrap(), "it''s\\' + N'\nso");
}

#[test]
fn names_are_quoted_or_refused() {
    let quote = |name: &str| Dialect::quote(name.to_owned());
    assert_eq!(quote("a]\"b").unwrap(), "[a]]\"b]");
    assert!(quote("").is_err() && quote("a\0").is_err());
    assert!(quote(&"\u{e9}".repeat(128)).is_ok() && quote(&"x".repeat(129)).is_err());
    assert!(quote(&"\u{1f600}".repeat(64)).is_ok() && quote(&"\u{1f600}".repeat(65)).is_err());
    let name = naming::ObjectName { catalog: None, schema: Some("s".to_owned()), name: "t".to_owned() };
    assert_eq!(Dialect::qualify(name.clone()).unwrap(), "[s].[t]");
    let name = naming::ObjectName { catalog: Some("c".to_owned()), ..name };
    assert_eq!(Dialect::qualify(name.clone()).unwrap(), "[c].[s].[t]");
    assert_eq!(Dialect::qualify(naming::ObjectName { schema: None, ..name }).unwrap(), "[c]..[t]");
}

#[test]
fn literals_are_sql_servers() {
    check_literal(Scalar::Boolean(true), "1");
    check_literal(Scalar::Boolean(false), "0");
    check_literal(Scalar::Bytes(vec![0, 255]), "0x00ff");
    check_literal(Scalar::Bytes(Vec::new()), "0x");
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324] {
        assert!(<Dialect as literals::Guest>::literal(Scalar::Real(value)).is_err(), "{value}");
    }
}

#[test]
fn databases_are_made_and_removed() {
    assert_eq!(<Dialect as database::Guest>::maintenance().unwrap(), "master");
    let create = <Dialect as database::Guest>::create("a]b".to_owned(), Vec::new()).unwrap();
    assert_eq!(create, ["CREATE DATABASE [a]]b]"]);
    let destroy = |options| <Dialect as database::Guest>::destroy("a".to_owned(), options).unwrap();
    let [one] = destroy(Vec::new()).try_into().unwrap();
    assert_eq!(
        one.lines().map(str::trim).collect::<Vec<_>>(),
        [
            "ALTER DATABASE [a] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;",
            "BEGIN TRY",
            "DROP DATABASE [a];",
            "END TRY",
            "BEGIN CATCH",
            "ALTER DATABASE [a] SET MULTI_USER;",
            "THROW;",
            "END CATCH",
        ]
    );
    assert_eq!(destroy(pairs(&[("product", "Azure SQL Database")])), ["DROP DATABASE [a]"]);
}

#[test]
fn errors_are_classified() {
    for (code, expected) in [
        ("102", "syntax"),
        ("156", "syntax"),
        ("2627", "unique"),
        ("2601", "unique"),
        ("547", "constraint"),
        ("515", "constraint"),
        ("2628", "constraint"),
        ("208", "missing-object"),
        ("3701", "missing-object"),
        ("2714", "existing-object"),
        ("1913", "existing-object"),
        ("229", "permission"),
        ("262", "permission"),
        ("1222", "lock"),
        ("3702", "lock"),
        ("1205", "transient"),
        ("3960", "transient"),
        ("40613", "transient"),
        ("4060", "connection"),
        ("18456", "connection"),
        ("08S01", "connection"),
        ("1105", "resource"),
        ("9002", "resource"),
        ("226", "transaction"),
        ("3998", "transaction"),
        ("50000", "other"),
        ("8134", "other"),
        ("HY000", "other"),
        ("\u{e9}", "other"),
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
            "CREATE TABLE shop.[a'b] (id INT)",
            "SELECT name FROM sys.objects WHERE object_id = OBJECT_ID(N'[shop].[a''b]')",
        ),
        ("ALTER TABLE a ADD b INT", "SELECT name FROM sys.columns WHERE object_id = OBJECT_ID(N'[a]') AND name = N'b'"),
        (
            "CREATE UNIQUE INDEX i ON dbo.a (b)",
            "SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID(N'[dbo].[a]') AND name = N'i'",
        ),
        ("CREATE DATABASE d", "SELECT name FROM sys.databases WHERE name = N'd'"),
    ] {
        let look = look(statement).unwrap();
        assert_eq!((look.query.as_str(), look.present), (expected, true));
    }
    assert!(!look("DROP TABLE a").unwrap().present);
    assert!(look("DROP INDEX i").is_none() && look("DELETE FROM a").is_none());
}
