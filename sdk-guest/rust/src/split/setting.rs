//! The setting of the session that changes what is quoted, as far as a script sets it itself: `SET name = 'value'` or
//! `SET name TO value`, in any of the forms of that.

use super::syntax::{Quote, Setting, Syntax};
use super::word::Word;

/// What the statement that is being read does to the setting.
#[derive(Debug)]
pub(super) struct Assignment {
    step: Step,
    /// The two tokens before, the last one first.
    before: [Word; 2],
    /// What is quoted after the statement; `Some(None)` is what was quoted at the beginning.
    quotes: Option<Option<&'static [Quote]>>,
}

/// How much of `name = value` has been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Nothing,
    Name,
    Equals,
    /// A bare word, which is a value unless it calls a function.
    Word,
}

impl Assignment {
    pub(super) const NONE: Self = Self { step: Step::Nothing, before: [Word::NONE; 2], quotes: None };

    /// Whether the text of a string that comes now matters.
    pub(super) fn wants_text(&self) -> bool {
        self.step == Step::Equals
    }

    /// Takes a token of a `SET` statement; `text` is that of a string.
    pub(super) fn take(&mut self, syntax: &Syntax, token: &Word, text: Option<&str>) {
        let Some(setting) = &syntax.setting else { return };
        let step = self.step;
        self.step = Step::Nothing;
        match (step, token.as_str()) {
            (Step::Nothing | Step::Word, name) if name == setting.name && self.is_of_session() => {
                self.step = Step::Name
            }
            (Step::Name, ":") => self.step = Step::Name,
            (Step::Name, "=" | "TO") => self.step = Step::Equals,
            (Step::Equals, "'") => self.quotes = text.map(|text| Some(of(setting, text))),
            (Step::Equals, "DEFAULT" | "@") => self.quotes = Some(None),
            (Step::Equals, word) if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
                self.quotes = Some(Some(of(setting, word)));
                self.step = Step::Word;
            }
            (Step::Word, "(") => self.quotes = None,
            _ => {}
        }
        self.before = [*token, self.before[0]];
    }

    /// What is quoted from now on, if the statement said so.
    pub(super) fn quotes(&self) -> Option<Option<&'static [Quote]>> {
        self.quotes
    }

    /// Whether a name that comes now is neither a variable of the user's nor the server's setting.
    fn is_of_session(&self) -> bool {
        match [self.before[0].as_str(), self.before[1].as_str()] {
            ["@", "@"] => true,
            ["@", _] | [".", "GLOBAL" | "PERSIST" | "PERSIST_ONLY"] | ["GLOBAL" | "PERSIST" | "PERSIST_ONLY", _] => {
                false
            }
            _ => true,
        }
    }
}

fn of(setting: &Setting, value: &str) -> &'static [Quote] {
    (setting.quotes)(&value.to_ascii_uppercase())
}
