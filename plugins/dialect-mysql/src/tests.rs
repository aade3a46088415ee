//! What MySQL promises the host, without a database: the texts are tried on a real one by the host's suites.

mod denied;

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

/// The actions on noorm's tables; there are no transactions to take turns with.
fn actions() -> Vec<(String, Vec<String>)> {
    let turn = <Dialect as tracking::Guest>::action("turn".to_owned(), target());
    assert!(matches!(turn, Err(Failure::Unsupported(_))), "{turn:?}");
    contract("tracking").into_iter().filter(|(name, _)| name != "turn").collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Facts {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn target() -> Target {
    Target { schema: None, options: Vec::new() }
}

/// What a server's probe would bring back, with every setting at a value.
fn answer(version: &str, more: &[(&str, &str)]) -> Facts {
    let probe = Dialect::probe();
    let names = probe.split("SELECT '").skip(1).filter_map(|part| part.split('\'').next());
    let mut answer: Facts = pairs(more);
    answer.push(("version".to_owned(), version.to_owned()));
    let missing: Vec<&str> = names.filter(|name| !answer.iter().any(|(known, _)| known == name)).collect();
    answer.extend(missing.iter().map(|name| ((*name).to_owned(), "1".to_owned())));
    answer
}

/// The facts of every product, and none.
fn all_facts() -> Vec<Facts> {
    let one = |version: &str, group: &str, galera: &str| {
        let more = [("database", "it's"), ("comment", "x"), ("group", group), ("galera", galera)];
        let mut facts = Dialect::facts(answer(version, &more)).unwrap();
        facts.extend(pairs(&[("lock-timeout-ms", "1500"), ("statement-timeout-ms", "2500")]));
        facts
    };
    let wsrep = [("database", "a"), ("comment", "Percona XtraDB Cluster (GPL)"), ("group", "0")];
    let all = vec![
        one("8.0.36", "0", ""),
        one("8.4.2-log", "1", ""),
        Dialect::facts(answer("8.0.36-28.1", &wsrep)).unwrap(),
        one("10.11.19-MariaDB-0+deb12u1", "", "OFF"),
        one("11.4.2-MariaDB", "", "ON"),
        one("8.0.11-TiDB-v7.5.0", "0", ""),
        Vec::new(),
    ];
    let named = |product: &Product| all.iter().any(|facts| crate::server::product(facts) == *product);
    assert!(Product::ALL.iter().all(named));
    all
}

/// A query with its second statement, in one text.
fn texts(query: &Query) -> String {
    assert_eq!(query.sql.matches('?').count(), query.parameters.len(), "{}", query.sql);
    let then: Vec<&str> = query.attrs.iter().map(|(_, sql)| sql.as_str()).collect();
    format!("{}\n{}", query.sql, then.join("\n"))
}

/// Every text that the dialect can say, but for the names and values of users.
fn everything() -> Vec<String> {
    let mut all = vec![Dialect::probe()];
    for options in all_facts() {
        let target = Target { schema: None, options: options.clone() };
        for (name, _) in actions() {
            all.push(texts(&<Dialect as tracking::Guest>::action(name, target.clone()).unwrap()));
        }
        let locks = contract("lock").into_iter();
        all.extend(
            locks
                .filter_map(|(name, _)| <Dialect as lock::Guest>::action(name, target.clone()).ok())
                .map(|it| texts(&it)),
        );
        for installed in 0..<Dialect as tracking::Guest>::latest() {
            all.extend(<Dialect as tracking::Guest>::upgrade(installed, target.clone()).unwrap());
        }
        // Whole, begun, and with a table missing.
        let (whole, version) = (originals(), found(&[("__noorm_version__", "noorm_version")]));
        let begun = [whole.clone(), found(&[("__noorm_changeset__", "id")])].concat();
        for found in [whole, begun, version] {
            let adoption = <Dialect as tracking::Guest>::adopt(found, target.clone()).unwrap().unwrap();
            all.extend(adoption.statements);
            all.push(adoption.check);
        }
        let control = Dialect::control(options.clone());
        all.extend(control.setup.into_iter().chain(control.reset));
        all.extend([control.begin, control.commit, control.rollback]);
        let around = Dialect::around(Vec::new());
        all.extend(around.before.into_iter().chain(around.after).chain([around.check]));
        all.push(texts(&<Dialect as database::Guest>::exists(options.clone()).unwrap()));
        all.extend(<Dialect as database::Guest>::create("a".to_owned(), options.clone()).unwrap());
        all.extend(<Dialect as database::Guest>::destroy("a".to_owned(), options).unwrap());
    }
    let values = [
        Scalar::Null,
        Scalar::Boolean(false),
        Scalar::Integer(-1),
        Scalar::Decimal("1e99".to_owned()),
        Scalar::Real(-0.5),
        Scalar::Text("\\".to_owned()),
        Scalar::Bytes(vec![0]),
    ];
    all.extend(values.map(|value| <Dialect as literals::Guest>::literal(value).unwrap()));
    let statements = [
        "CREATE TABLE a (b INT)",
        "ALTER TABLE a ADD COLUMN b INT",
        "ALTER TABLE a DROP CONSTRAINT b",
        "DROP INDEX b ON a",
        "CREATE FUNCTION a () RETURNS INT RETURN 1",
        "DROP TRIGGER a",
        "CREATE EVENT a ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        "DROP DATABASE a",
    ];
    let look = |statement: &str| <Dialect as effect::Guest>::look(statement.to_owned(), Vec::new()).unwrap().query;
    all.extend(statements.map(look));
    all
}

fn found(columns: &[(&str, &str)]) -> Vec<Found> {
    let one = |(table, column): &(&str, &str)| Found {
        schema: String::new(),
        table: (*table).to_owned(),
        column: (*column).to_owned(),
    };
    columns.iter().map(one).collect()
}

fn originals() -> Vec<Found> {
    let tables = [("__noorm_change__", "id"), ("__noorm_executions__", "id"), ("__noorm_lock__", "id")];
    found(&[&[("__noorm_version__", "noorm_version")], &tables[..]].concat())
}

#[test]
fn every_action_of_the_readme_is_there() {
    let (tracking, lock) = (actions(), contract("lock"));
    assert!(tracking.len() >= 15 && lock.len() >= 5);
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names.dedup();
        names
    };
    for (name, values) in tracking {
        let query = <Dialect as tracking::Guest>::action(name, target()).unwrap();
        assert_eq!(sorted(query.parameters), sorted(values), "{}", query.sql);
    }
    for (name, values) in lock {
        // `KILL` takes no values: whose session it is, the lock says alone.
        let values = if name == "session-end" { Vec::new() } else { values };
        let query = <Dialect as lock::Guest>::action(name, target()).unwrap();
        assert_eq!(sorted(query.parameters), sorted(values), "{}", query.sql);
    }
    let unknown = <Dialect as tracking::Guest>::action("dance".to_owned(), target());
    assert!(matches!(unknown, Err(Failure::Unsupported(_))), "{unknown:?}");
}

#[test]
fn the_tables_are_where_the_target_says() {
    let target = Target { schema: Some("a`b'c\\".to_owned()), options: pairs(&[("database", "other")]) };
    let upgrade = |from| <Dialect as tracking::Guest>::upgrade(from, target.clone());
    let mut texts: Vec<String> = (0..4).flat_map(|from| upgrade(from).unwrap()).collect();
    for (name, _) in actions() {
        texts.push(<Dialect as tracking::Guest>::action(name, target.clone()).unwrap().sql);
    }
    // As a name, or as a string, which has no backslash between quotes.
    let places = ["`a``b'c\\`", "x'61606227635c'"];
    for text in texts.iter().filter(|text| text.contains("__noorm_")) {
        assert!(places.iter().any(|place| text.contains(place)) && !text.contains('{'), "{text}");
    }
    assert_eq!(<Dialect as tracking::Guest>::latest(), 4);
    assert!(upgrade(4).is_err());
    let followed = Target { schema: None, options: pairs(&[("database", "other")]) };
    let version = <Dialect as tracking::Guest>::action("version".to_owned(), followed).unwrap();
    assert!(version.sql.contains("FROM `other`.__noorm_version__"), "{}", version.sql);
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

#[test]
fn only_the_originals_tables_are_taken_over() {
    let adopt = |columns: &[(&str, &str)]| <Dialect as tracking::Guest>::adopt(found(columns), target()).unwrap();
    let files = [("__noorm_executions__", "id"), ("__noorm_lock__", "id")];
    let version = ("__noorm_version__", "noorm_version");
    let with = |more: &[(&str, &str)]| adopt(&[&files, more].concat()).map(|adoption| adoption.check);
    assert_eq!(with(&[]), None);
    assert_eq!(with(&[("__noorm_version__", "schema_version"), ("__noorm_changeset__", "id")]), None);
    assert!(with(&[version, ("__noorm_change__", "id")]).unwrap().contains("FROM __noorm_change__\n"));
    // One that was begun: the table is renamed, the version is the original's.
    assert!(with(&[version, ("__noorm_changeset__", "id")]).unwrap().contains("FROM __noorm_changeset__\n"));
    assert!(with(&[version]).unwrap().contains("`__noorm_change__` is missing"));
    let both = [version, ("__noorm_changeset__", "id"), ("__noorm_change__", "id")];
    assert!(with(&both).unwrap().contains("not clear"));
    assert!(adopt(&both[..2]).unwrap().check.contains("`__noorm_executions__` is missing"));
    let statements = adopt(&[version]).unwrap().statements;
    let last = statements.iter().rfind(|sql| sql.contains("TABLE")).unwrap();
    assert!(last.contains("RENAME COLUMN noorm_version TO schema_version"), "{last}");
}

#[test]
fn the_product_is_told_from_the_answer() {
    let fact = |facts: &Facts, name: &str| crate::server::fact(facts, name).map(str::to_owned);
    let expected = [
        ("MySQL", "8.0.36", true, true),
        ("MySQL Group Replication", "8.4.2", true, false),
        ("MySQL Galera", "8.0.36", true, false),
        ("MariaDB", "10.11.19", true, true),
        ("MariaDB Galera", "11.4.2", true, false),
        ("TiDB", "7.5.0", false, false),
    ];
    for (facts, (product, version, has_number, has_locks)) in all_facts().iter().zip(expected) {
        assert_eq!(fact(facts, "product").as_deref(), Some(product));
        assert_eq!(fact(facts, "version").as_deref(), Some(version));
        assert_eq!(fact(facts, "session").is_some(), has_number, "{product}");
        assert_eq!(fact(facts, "ignores").is_none(), product.starts_with("MariaDB"), "{product}");
        let target = Target { schema: None, options: facts.clone() };
        let session = <Dialect as lock::Guest>::action("session-try".to_owned(), target);
        assert_eq!(session.is_ok(), has_locks, "{product}");
    }
}

#[test]
fn settings_go_back_to_what_the_session_began_with() {
    let more = [
        ("database", "a`b"),
        ("set.sql_mode", ""),
        ("set.time_zone", "+01:00"),
        ("set.character_set_results", ""),
        ("set.max_statement_time", "0.000000"),
    ];
    let facts = Dialect::facts(answer("10.11.19-MariaDB", &more)).unwrap();
    let reset = Dialect::control(facts.clone()).reset;
    assert_eq!(reset[0], "USE `a``b`");
    for part in [
        "autocommit = 1,",
        "sql_mode = '',",
        "time_zone = '+01:00',",
        "character_set_results = NULL,",
        "lock_wait_timeout = 1,",
        "max_statement_time = 0.000000",
    ] {
        assert!(reset[1].contains(part), "{part}: {}", reset[1]);
    }
    let mut wished = facts;
    wished.extend(pairs(&[("lock-timeout-ms", "1001"), ("statement-timeout-ms", "1500")]));
    let control = Dialect::control(wished);
    assert_eq!(control.setup, [control.reset[1].clone()]);
    assert!(control.setup[0].ends_with(
        "SESSION innodb_lock_wait_timeout = 2, SESSION lock_wait_timeout = 2, SESSION max_statement_time = 1.500"
    ));
    let mysql = Dialect::control(pairs(&[("product", "MySQL"), ("statement-timeout-ms", "1500")]));
    assert_eq!(mysql.reset, ["SET SESSION autocommit = 1, SESSION max_execution_time = 1500"]);
}

#[test]
fn names_of_locks_are_within_the_limit() {
    let name = |options: &[(&str, &str)]| crate::lock::session_lock("session", &pairs(options));
    // The text around it is the name's other part: 14 characters and 40 of the digest.
    assert_eq!(name(&[("database", "Ab")]), "CONCAT('noorm.session.', LEFT(SHA2(x'4162', 256), 40))");
    assert_eq!(name(&[("database", "Ab"), ("lower-case-table-names", "2")]), name(&[("database", "ab")]));
    assert!(name(&[]).contains("SHA2(DATABASE(), 256)"));
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
    check_literal(Scalar::Decimal("-1.5e-3".to_owned()), "(-0.0015)");
    check_literal(Scalar::Decimal("1.5e3".to_owned()), "1500");
    check_literal(Scalar::Decimal("12.345E+1".to_owned()), "123.45");
    check_literal(Scalar::Real(1.5), "1.5e0");
    check_literal(Scalar::Real(-0.1), "(-1e-1)");
    for text in ["", "-", "1.", ".5", "1e", "1;", "0x1", "1.2.3", "+1", "- 1", "\u{661}", "1e1.5"] {
        let literal = <Dialect as literals::Guest>::literal(Scalar::Decimal(text.to_owned()));
        assert!(matches!(literal, Err(Failure::Invalid(_))), "{text}");
    }
}

#[test]
fn numbers_that_would_be_rounded_are_texts() {
    check_literal(Scalar::Decimal("9".repeat(65)), &"9".repeat(65));
    for text in
        ["9".repeat(66), "1e65".to_owned(), "1e99999999999999999999".to_owned(), format!("0.{}1", "0".repeat(30))]
    {
        check_literal(Scalar::Decimal(text.clone()), &format!("'{text}'"));
    }
}

#[test]
fn strings_cannot_be_left() {
    check_literal(Scalar::Text("O'Reilly \"é\"".to_owned()), "'O''Reilly \"é\"'");
    // Whether a backslash escapes is up to the session.
    check_literal(Scalar::Text("\\'".to_owned()), "_utf8mb4 x'5c27'");
    check_literal(Scalar::Text("a\0".to_owned()), "_utf8mb4 x'6100'");
    let escape = |text: &str| <Dialect as literals::Guest>::escape(text.to_owned());
    assert_eq!(escape("';--").unwrap(), "'';--");
    // Neither `\'` nor `\\'` ends the string, in sessions of either kind.
    assert_eq!(escape("\\'").unwrap(), "\\\\''");
    assert!(escape("a\0b").is_err());
}

#[test]
fn names_are_quoted_or_refused() {
    let quote = |name: &str| Dialect::quote(name.to_owned());
    assert_eq!(quote("a`\"b").unwrap(), "`a``\"b`");
    assert!(quote("").is_err() && quote("a\0").is_err() && quote("a ").is_err() && quote("\u{1f600}").is_err());
    assert!(quote(&"é".repeat(64)).is_ok() && quote(&"x".repeat(65)).is_err());
    let name = naming::ObjectName { catalog: None, schema: Some("s".to_owned()), name: "t".to_owned() };
    assert_eq!(Dialect::qualify(name.clone()).unwrap(), "`s`.`t`");
    assert!(Dialect::qualify(naming::ObjectName { catalog: Some("c".to_owned()), ..name }).is_err());
}

#[test]
fn literals_are_mysqls() {
    check_literal(Scalar::Boolean(true), "TRUE");
    check_literal(Scalar::Bytes(vec![0, 255]), "x'00ff'");
    check_literal(Scalar::Bytes(Vec::new()), "x''");
    assert!(<Dialect as literals::Guest>::literal(Scalar::Real(f64::NAN)).is_err());
    assert!(<Dialect as literals::Guest>::literal(Scalar::Real(f64::INFINITY)).is_err());
}

#[test]
fn databases_are_made_and_removed() {
    assert_eq!(<Dialect as database::Guest>::maintenance().unwrap(), "");
    let create = <Dialect as database::Guest>::create("a`b".to_owned(), Vec::new()).unwrap();
    assert_eq!(create, ["CREATE DATABASE `a``b` CHARACTER SET utf8mb4"]);
    // Whoever has a transaction on one of its tables is not waited for for long, unless the config wishes it.
    let destroy = |facts| <Dialect as database::Guest>::destroy("a".to_owned(), facts).unwrap();
    assert_eq!(destroy(Vec::new()), ["SET SESSION lock_wait_timeout = 3", "DROP DATABASE `a`"]);
    assert_eq!(destroy(pairs(&[("lock-timeout-ms", "60000")])), ["DROP DATABASE `a`"]);
}

#[test]
fn errors_are_classified() {
    for (code, expected) in [
        ("1064", "syntax"),
        ("1062", "unique"),
        ("1452", "constraint"),
        ("3819", "constraint"),
        ("4025", "constraint"),
        ("1146", "missing-object"),
        ("1049", "missing-object"),
        ("1050", "existing-object"),
        ("1061", "existing-object"),
        ("1142", "permission"),
        ("1205", "lock"),
        ("3572", "lock"),
        ("1213", "transient"),
        ("2013", "connection"),
        ("1927", "connection"),
        ("1114", "resource"),
        ("1399", "transaction"),
        // Where nothing may be written, another way to run the statement does not help.
        ("1290", "other"),
        ("1792", "other"),
        ("1836", "other"),
        ("1644", "other"),
        ("42000", "other"),
        ("é", "other"),
        ("", "other"),
    ] {
        check_class(code, "", expected);
    }
}

#[test]
fn a_statement_that_a_cluster_stopped_may_be_tried_again() {
    for facts in all_facts() {
        let expected = if crate::server::product(&facts).is_galera() { "transient" } else { "other" };
        let error = errors::ServerError { code: "1317".to_owned(), message: String::new(), attrs: facts };
        assert_eq!(<Dialect as errors::Guest>::classify(error), expected);
    }
}

#[test]
fn people_are_told_where_to_look() {
    let look = |statement: &str| <Dialect as effect::Guest>::look(statement.to_owned(), Vec::new());
    for (statement, expected) in [
        (
            "CREATE TABLE `a'b` (id INT)",
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'a''b'",
        ),
        (
            "ALTER TABLE shop.a ADD COLUMN b INT",
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop' AND COLUMN_NAME = 'b' AND TABLE_NAME = 'a'",
        ),
        (
            "CREATE INDEX i ON a (b)",
            "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'i' AND TABLE_NAME = 'a'",
        ),
        (
            "CREATE PROCEDURE p () SELECT 1",
            "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_NAME = 'p' AND ROUTINE_TYPE = 'PROCEDURE'",
        ),
        ("CREATE DATABASE d", "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'd'"),
    ] {
        let look = look(statement).unwrap();
        assert_eq!((look.query.as_str(), look.present), (expected, true));
    }
    assert!(!look("DROP TABLE a").unwrap().present);
    assert!(look("DELETE FROM a").is_none() && look("").is_none());
}
