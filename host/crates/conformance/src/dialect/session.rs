//! How sessions begin and transactions are controlled, how databases are made, and what errors mean.

use noorm_plugin_host::{Dialect, Facts, PieceTransaction};

use super::statement::Statements;
use super::{answered, sound};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::corpus::{NAMES, PLAIN_NAMES};
use crate::report::Fault;

/// The words of `errors.classify`.
const CLASSES: [&str; 12] = [
    "syntax",
    "unique",
    "constraint",
    "missing-object",
    "existing-object",
    "permission",
    "lock",
    "transient",
    "connection",
    "resource",
    "transaction",
    "other",
];

/// Codes as servers have them, and as none has.
const CODES: [&str; 30] = [
    "42601",
    "23505",
    "23503",
    "42P01",
    "42P07",
    "42501",
    "55P03",
    "40001",
    "40P01",
    "08006",
    "53100",
    "25001",
    "57014",
    "1064",
    "1062",
    "1146",
    "1205",
    "1213",
    "2627",
    "208",
    "1222",
    "1105",
    "5",
    "1",
    "SQLITE_BUSY",
    "ORA-00001",
    "0",
    "",
    "-1",
    "\0",
];

pub(super) fn check(dialect: &Dialect, statements: &Statements, bench: &mut Bench<'_>) {
    let law = "a transaction has words to begin, commit and take back, which the dialect's own splitter knows";
    statements.check(bench, "control-text", law, |cases| control(dialect, statements, cases));
    let law = "logins, probes and facts are answered, whatever a server says of itself";
    statements.check(bench, "sessions", law, |cases| sessions(dialect, statements, cases));
    let law = "databases are made and removed by statements in which the name stays a name, or that is `unsupported`";
    statements.check(bench, "databases", law, |cases| databases(dialect, statements, cases));
    let law = "every error of a server has one of the words of the interface";
    bench.check("error-classes", law, |cases| classes(dialect, cases));
}

fn control(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let control = answered(dialect.control(), "")?;
    let expected = [
        ("begin", &control.begin, PieceTransaction::Begin),
        ("commit", &control.commit, PieceTransaction::Commit),
        ("rollback", &control.rollback, PieceTransaction::Rollback),
    ];
    for (name, text, transaction) in expected {
        cases.next();
        if text.trim().is_empty() {
            return Err(Fault::new(format!("the text of `{name}` is empty")));
        }
        statements.is_one(dialect, text)?;
        let script = format!("{text}{}", statements.end.unwrap_or_default());
        let pieces = answered(dialect.split("script", &script), &script)?;
        let found = pieces.first().map(|piece| piece.transaction);
        // What ends a transaction may be several statements, or one with a condition, which is of no kind.
        let may_be_of_no_kind =
            name != "begin" && matches!(found, Some(PieceTransaction::Inside | PieceTransaction::Outside));
        if found != Some(transaction) && !may_be_of_no_kind {
            let what = format!("the splitter does not take the text of `{name}` for transaction control of that kind");
            return Err(Fault::new(what).with(text));
        }
    }
    for text in control.setup.iter().chain(&control.reset) {
        cases.next();
        if text.trim().is_empty() || text.contains('\0') {
            return Err(Fault::new("a statement of `setup` or `reset` cannot be sent").with(text));
        }
    }
    Ok(Pass::Noted(
        format!("DDL takes {} part in transactions", if control.ddl { "" } else { "no " }).replace("  ", " "),
    ))
}

fn pairs(pairs: &[(&str, &str)]) -> Facts {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn sessions(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    for wishes in [
        pairs(&[]),
        pairs(&[("lock-timeout-ms", "5000"), ("statement-timeout-ms", "0")]),
        pairs(&[("lock-timeout-ms", "99999999999999999999"), ("statement-timeout-ms", "-1")]),
        pairs(&[("lock-timeout-ms", "1'; DROP TABLE users; --"), ("no-such-wish", "x")]),
    ] {
        cases.next();
        let shown = format!("{wishes:?}");
        sound(dialect.login(&wishes), &shown)?;
        let with_wishes = dialect.with_facts(wishes);
        sound(with_wishes.control(), &shown)?;
    }
    let probe = answered(dialect.probe(), "")?;
    if !probe.is_empty() {
        statements.is_one(dialect, probe.trim_end().trim_end_matches(';'))?;
    }
    for answer in [
        pairs(&[]),
        pairs(&[("version", ""), ("version", "99999999999999999999.99999999999999999999"), ("", "")]),
        pairs(&[("version", "8.0.36-é😀"), ("product", "x'; DROP TABLE users; --"), ("session", "-1")]),
        pairs(&[("version_comment", "\u{1b}[2J"), ("edition", ""), ("sql_mode", "ANSI_QUOTES,,")]),
    ] {
        cases.next();
        let shown = format!("{answer:?}");
        if let Some(facts) = sound(dialect.facts(&answer), &shown)? {
            sound(dialect.with_facts(facts).control(), &shown)?;
        }
    }
    Ok(Pass::Held)
}

fn databases(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    sound(dialect.maintenance(), "maintenance")?;
    if let Some(query) = sound(dialect.database_exists(), "exists")?
        && (query.parameters != ["database"] || query.columns != ["present"])
    {
        let what = format!(
            "`exists` takes {:?} and returns {:?}, not `database` and `present`",
            query.parameters, query.columns
        );
        return Err(Fault::new(what).with(query.sql));
    }
    let mut count = 0;
    for name in PLAIN_NAMES.iter().chain(NAMES) {
        for answer in [dialect.create_database(name), dialect.destroy_database(name)] {
            cases.next();
            let Some(texts) = sound(answer, name)? else { continue };
            for text in texts {
                count += 1;
                statements.is_one(dialect, text.trim_end().trim_end_matches(';'))?;
            }
        }
    }
    for name in ["", "a\0b"] {
        cases.next();
        if sound(dialect.create_database(name), name)?.is_some_and(|texts| !texts.is_empty()) {
            return Err(Fault::new("a database is made under a name that is none").with(name));
        }
    }
    Ok(if count == 0 { Pass::Noted("unsupported".to_owned()) } else { Pass::Held })
}

fn classes(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    for code in CODES {
        for message in ["", "relation \"users\" does not exist", "\u{1b}[2J'; --", "duplicate entry"] {
            cases.next();
            let input = format!("{code}: {message}");
            let word = answered(dialect.class_word(code, message), &input)?;
            if !CLASSES.contains(&word.as_str()) {
                return Err(Fault::new(format!("`{word}` is none of {}", CLASSES.join(", "))).with(input));
            }
        }
    }
    Ok(Pass::Held)
}
