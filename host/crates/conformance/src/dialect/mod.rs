//! The laws of dialects.

mod actions;
mod fuzz;
mod literals;
mod naming;
mod script;
mod session;
mod statement;
mod tables;

use noorm_core::checksum::Checksum;
use noorm_core::value::Scalar;
use noorm_plugin_host::{Dialect, PluginError};

use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::corpus::{DECIMALS, NAMES, PLAIN_NAMES, SCRIPTS, TEXTS};
use crate::order::{Digests, compare_elsewhere};
use crate::report::Fault;
use statement::Statements;

/// Makes every check of a dialect.
pub(crate) fn test(dialect: &Dialect, bench: &mut Bench<'_>) {
    let statements = Statements::learn(dialect);
    naming::check(dialect, &statements, bench);
    literals::check(dialect, &statements, bench);
    script::check(dialect, &statements, bench);
    tables::check(dialect, &statements, bench);
    session::check(dialect, &statements, bench);
    bench.check("repeats", "the same question gets the same answer in a fresh instance", |cases| {
        repeats(dialect, cases)
    });
    compare_elsewhere(bench, || digests(dialect));
    script::measure(dialect, &statements, bench);
    fuzz::check(dialect, bench);
}

/// Passes an answer on, whatever a plugin may say of its input. Everything else is its fault.
pub(crate) fn sound<T>(answer: Result<T, PluginError>, input: impl AsRef<[u8]>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_plugin_fault() => Err(Fault::of(&error).with(input)),
        Err(_) => Ok(None),
    }
}

/// Passes an answer on that has to be there.
pub(crate) fn answered<T>(answer: Result<T, PluginError>, input: impl AsRef<[u8]>) -> Result<T, Fault> {
    answer.map_err(|error| Fault::of(&error).with(input))
}

fn repeats(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    let (one, other) = (answers(&dialect.fresh()), answers(&dialect.fresh()));
    for (one, other) in one.iter().zip(&other) {
        cases.next();
        if one != other {
            return Err(Fault::new(format!("two answers to {}", one.0)));
        }
    }
    Ok(Pass::Held)
}

/// Returns checksums of the dialect's answers.
pub(crate) fn digests(dialect: &Dialect) -> Digests {
    let digest = |(question, answer): (String, String)| (question, Checksum::of_text(&answer).as_str().to_owned());
    answers(&dialect.fresh()).into_iter().map(digest).collect()
}

/// Asks everything of which the question is known beforehand.
fn answers(dialect: &Dialect) -> Vec<(String, String)> {
    fn text<T: std::fmt::Debug>(answer: Result<T, PluginError>) -> String {
        answer.map_or_else(|error| error.to_string(), |answer| format!("{answer:?}"))
    }
    let mut answers = Vec::new();
    let mut put = |question: String, answer: String| answers.push((question, answer));
    for name in PLAIN_NAMES.iter().chain(NAMES) {
        put(format!("quote {name:?}"), text(dialect.quote(name)));
    }
    for value in TEXTS {
        put(format!("literal {value:?}"), text(dialect.literal(&Scalar::Text((*value).to_owned()))));
    }
    for value in DECIMALS {
        put(format!("literal {value}"), text(dialect.literal(&Scalar::Decimal((*value).to_owned()))));
    }
    for (name, script) in SCRIPTS {
        put(format!("script {name}"), text(dialect.split("script", script)));
    }
    for action in actions::ACTIONS {
        put(format!("action {}", action.name), text(action.ask(dialect)));
    }
    for version in 0..dialect.latest().unwrap_or(0) {
        put(format!("upgrade {version}"), text(dialect.upgrade(version)));
    }
    put("control".to_owned(), text(dialect.control()));
    put("rules".to_owned(), text(dialect.rules()));
    answers
}
