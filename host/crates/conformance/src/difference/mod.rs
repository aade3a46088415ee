//! What one dialect says otherwise than another: both are asked everything of the corpus, and the answers are compared.
//!
//! For whoever reviews a quirk. It judges nothing: whether a difference is meant is for people to say.

mod compare;
mod transcript;

pub use compare::{Change, Line};

use std::collections::BTreeSet;

use noorm_plugin_host::{Dialect, Facts};
use serde::Serialize;

use crate::corpus::SERVERS;
use transcript::{Answer, transcript};

/// One question that is answered otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Interface and function, such as `naming.quote`.
    pub function: &'static str,
    /// What was asked.
    pub question: String,
    /// The server that the dialects think they speak to; none where no server was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<&'static str>,
    /// The answers, line by line.
    pub lines: Vec<Line>,
}

/// All differences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// How many questions were asked.
    pub asked: usize,
    /// Those that are answered otherwise.
    pub differences: Vec<Difference>,
}

/// Compares two dialects, first without a server and then with each that the first one knows. What differs from server to
/// server in the same way is there once.
#[must_use]
pub fn compare(before: &Dialect, after: &Dialect) -> Comparison {
    let mut found = Comparison::default();
    let mut seen = Vec::new();
    note(&mut found, &mut seen, None, &transcript(before, true), &transcript(after, true));
    for (server, answer) in SERVERS {
        let answer: Facts = answer.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (Ok(one), Ok(other)) = (before.facts(&answer), after.facts(&answer)) else { continue };
        let views = (before.with_facts(one), after.with_facts(other));
        note(&mut found, &mut seen, Some(server), &transcript(&views.0, false), &transcript(&views.1, false));
    }
    found
}

/// Adds what differs and was not seen yet.
fn note(
    found: &mut Comparison,
    seen: &mut Vec<(&'static str, String, Vec<Line>)>,
    server: Option<&'static str>,
    before: &[Answer],
    after: &[Answer],
) {
    found.asked += before.len();
    for (function, question) in questions(before, after) {
        let lines = compare::lines(answer(before, function, &question), answer(after, function, &question));
        if lines.iter().all(|line| matches!(line.change, Change::Same | Change::Left)) {
            continue;
        }
        let key = (function, question.clone(), lines.clone());
        if !seen.contains(&key) {
            found.differences.push(Difference { function, question, server, lines });
            seen.push(key);
        }
    }
}

/// Returns what one of the two was asked, each once: which statements a script has is an answer itself.
fn questions(before: &[Answer], after: &[Answer]) -> Vec<(&'static str, String)> {
    let mut seen = BTreeSet::new();
    let all = before.iter().chain(after).map(|it| (it.function, it.question.clone()));
    all.filter(|question| seen.insert(question.clone())).collect()
}

fn answer<'a>(answers: &'a [Answer], function: &str, question: &str) -> &'a [String] {
    let found = answers.iter().find(|it| it.function == function && it.question == question);
    found.map_or(&[], |it| it.lines.as_slice())
}
