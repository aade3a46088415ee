//! What plugins say to whoever runs them, kept until somebody shows it. Secrets in it are for whoever shows it to mask.

use serde::Serialize;

/// Messages that are kept of all plugins of a process. The same one again is counted.
const MESSAGES_MAX: usize = 1000;

/// Bytes of their texts.
const BYTES_MAX: usize = 1 << 20;

/// How important a message is, as its plugin sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the words of `noorm:host/log`
pub enum MessageLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl MessageLevel {
    /// Returns the word of it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// What a plugin said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The plugin's name.
    pub plugin: String,
    /// How important it is.
    pub level: MessageLevel,
    /// The text, of one line and without control characters.
    pub text: String,
    /// How often it said just this.
    pub count: u64,
}

/// What plugins said, in the order in which it was said first.
#[derive(Debug, Default)]
pub struct Messages {
    /// What was kept.
    pub kept: Vec<Message>,
    /// How many others there were.
    pub dropped: u64,
    bytes: usize,
}

impl Messages {
    pub(crate) fn say(&mut self, plugin: &str, level: MessageLevel, text: &str) {
        let is_same = |one: &&mut Message| one.plugin == plugin && one.level == level && one.text == text;
        if let Some(same) = self.kept.iter_mut().find(is_same) {
            same.count += 1;
        } else if self.kept.len() < MESSAGES_MAX && self.bytes + text.len() <= BYTES_MAX {
            self.bytes += text.len();
            self.kept.push(Message { plugin: plugin.to_owned(), level, text: text.to_owned(), count: 1 });
        } else {
            self.dropped += 1;
        }
    }

    pub(crate) fn drop_more(&mut self, count: u64) {
        self.dropped += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_again_is_counted_and_too_much_is_dropped() {
        let mut messages = Messages::default();
        for _ in 0..3 {
            messages.say("loader-a", MessageLevel::Info, "x");
        }
        messages.say("loader-b", MessageLevel::Info, "x");
        assert_eq!(messages.kept.iter().map(|one| one.count).collect::<Vec<_>>(), [3, 1]);
        for number in 0..MESSAGES_MAX {
            messages.say("loader-a", MessageLevel::Debug, &number.to_string());
        }
        messages.say("loader-a", MessageLevel::Info, "x");
        assert_eq!((messages.kept.len(), messages.dropped, messages.kept[0].count), (MESSAGES_MAX, 2, 4));
        let mut long = Messages::default();
        long.say("loader-a", MessageLevel::Info, &"x".repeat(BYTES_MAX + 1));
        long.drop_more(5);
        assert_eq!((long.kept.len(), long.dropped), (0, 6));
    }
}
