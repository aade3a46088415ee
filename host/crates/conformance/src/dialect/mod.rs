//! The laws of dialects.

mod actions;
mod fuzz;
mod literals;
mod naming;
mod places;
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
use crate::shrink::shrink_text;
use statement::Statements;

/// More versions of noorm's tables than there will be. What a dialect says is asked about no further.
pub(crate) const VERSIONS_MAX: u32 = 1000;

/// Makes every check of a dialect.
pub(crate) fn test(dialect: &Dialect, bench: &mut Bench<'_>) {
    let statements = Statements::learn(dialect);
    naming::check(dialect, &statements, bench);
    literals::check(dialect, &statements, bench);
    script::check(dialect, &statements, bench);
    places::check(dialect, bench);
    tables::check(dialect, &statements, bench);
    session::check(dialect, &statements, bench);
    let law = "the same question gets the same answer, whatever was asked before";
    bench.check("repeats", law, |cases| repeats(dialect, cases));
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

/// Looks for a fault with an input, and passes it on with the smallest one that was found.
fn smaller_fault(input: &str, find: impl Fn(&str) -> Option<Fault>) -> Result<(), Fault> {
    match find(input) {
        None => Ok(()),
        // Each try would take all the time of a call.
        Some(fault) if fault.is_stuck => Err(fault),
        Some(fault) => {
            let smallest = shrink_text(input, |smaller| find(smaller).is_some());
            Err(find(&smallest).unwrap_or(fault))
        }
    }
}

/// Asks one instance everything twice, and another one in the opposite order: an instance that serves many calls has to
/// remember none of them.
fn repeats(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    let (one, other) = (dialect.fresh(), dialect.fresh());
    let questions = questions(dialect);
    let mut first = Vec::new();
    for (question, ask) in &questions {
        cases.next();
        let answer = ask(&one);
        // The host keeps answers with what it knows of a server; what is asked behind them is the same instance.
        if ask(&one.with_facts(Vec::new())) != answer {
            return Err(Fault::new(format!("another answer to `{question}` when the same instance is asked again")));
        }
        first.push(answer);
    }
    for ((question, ask), answer) in questions.iter().zip(first).rev() {
        cases.next();
        if ask(&other) != answer {
            return Err(Fault::new(format!(
                "another answer to `{question}` in another instance, asked in another order"
            )));
        }
    }
    Ok(Pass::Held)
}

/// Returns checksums of the dialect's answers.
pub(crate) fn digests(dialect: &Dialect) -> Digests {
    let fresh = dialect.fresh();
    let digest = |(question, ask): (String, Question)| (question, Checksum::of_text(&ask(&fresh)).as_str().to_owned());
    questions(dialect).into_iter().map(digest).collect()
}

/// Asks a dialect something, and returns its answer in a form that can be compared.
type Question = Box<dyn Fn(&Dialect) -> String>;

/// Returns all questions that are known beforehand, and how many steps there are from version to version.
fn questions(dialect: &Dialect) -> Vec<(String, Question)> {
    fn text<T: std::fmt::Debug>(answer: Result<T, PluginError>) -> String {
        answer.map_or_else(|error| error.to_string(), |answer| format!("{answer:?}"))
    }
    let mut questions: Vec<(String, Question)> = Vec::new();
    let mut put = |question: String, ask: Question| questions.push((question, ask));
    for name in PLAIN_NAMES.iter().chain(NAMES) {
        put(format!("quote {name:?}"), Box::new(|dialect| text(dialect.quote(name))));
    }
    for value in TEXTS {
        let scalar = Scalar::Text((*value).to_owned());
        put(format!("literal {value:?}"), Box::new(move |dialect| text(dialect.literal(&scalar))));
    }
    for value in DECIMALS {
        let scalar = Scalar::Decimal((*value).to_owned());
        put(format!("literal {value}"), Box::new(move |dialect| text(dialect.literal(&scalar))));
    }
    for (name, script) in SCRIPTS {
        put(format!("script {name}"), Box::new(|dialect| text(dialect.split("script", script))));
    }
    for action in actions::ACTIONS {
        put(format!("action {}", action.name), Box::new(|dialect| text(action.ask(dialect))));
    }
    for version in 0..dialect.latest().unwrap_or(0).min(VERSIONS_MAX) {
        put(format!("upgrade {version}"), Box::new(move |dialect| text(dialect.upgrade(version))));
    }
    put("control".to_owned(), Box::new(|dialect| text(dialect.control())));
    put("rules".to_owned(), Box::new(|dialect| text(dialect.rules())));
    questions
}
