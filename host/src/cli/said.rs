//! What plugins said in a command: in every JSON answer, in the log of the project, and on standard error as far as it is
//! for users. What a plugin says never changes how a command ends.

use std::io::Write;

use noorm_ops::plugin::{Ledger, Message, MessageLevel, Messages};
use serde_json::json;

use crate::output::{Answer, log, redact};
use crate::report::Failure;

/// Messages that are printed; a run over a thousand files may have one for each.
const PRINTED_MAX: usize = 20;

/// Puts what plugins said into the log, onto standard error unless the answer is JSON, and into the answer if it is.
pub(super) fn tell(result: Result<Answer, Failure>, ledger: &Ledger, json: bool) -> Result<Answer, Failure> {
    let messages = ledger.take_messages();
    if messages.kept.is_empty() && messages.dropped == 0 {
        return result;
    }
    messages.kept.iter().for_each(log::said);
    if !json {
        let mut out = std::io::stderr().lock();
        for line in lines(&messages) {
            // Whoever has no standard error cannot be told.
            let _ = writeln!(out, "{line}");
        }
    }
    let fields = json!({ "pluginMessages": messages.kept });
    match result {
        Ok(answer) => Ok(answer.with(&fields)),
        Err(failure) => Err(failure.with(&fields)),
    }
}

/// Returns the lines for people: details are for the log.
fn lines(messages: &Messages) -> Vec<String> {
    let shown: Vec<&Message> = messages.kept.iter().filter(|one| one.level <= MessageLevel::Info).collect();
    let line = |one: &&Message| {
        let times = if one.count == 1 { String::new() } else { format!(" ({} times)", one.count) };
        redact(&format!("{}: {}: {}{times}", one.plugin, one.level.as_str(), one.text))
    };
    let mut lines: Vec<String> = shown.iter().take(PRINTED_MAX).map(line).collect();
    let more = (shown.len() as u64 + messages.dropped).saturating_sub(lines.len() as u64);
    if more > 0 {
        lines.push(format!("{more} more messages of plugins"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_for_users_and_not_too_much() {
        let one =
            |level, text: &str, count| Message { plugin: "loader-x".to_owned(), level, text: text.to_owned(), count };
        let mut messages = Messages::default();
        messages.kept =
            vec![one(MessageLevel::Warn, "old", 1), one(MessageLevel::Debug, "d", 1), one(MessageLevel::Info, "i", 3)];
        assert_eq!(lines(&messages), ["loader-x: warn: old", "loader-x: info: i (3 times)"]);
        messages.kept.extend((0..30).map(|number| one(MessageLevel::Error, &number.to_string(), 1)));
        messages.dropped = 5;
        let lines = lines(&messages);
        assert_eq!((lines.len(), lines[20].as_str()), (21, "17 more messages of plugins"));
    }
}
