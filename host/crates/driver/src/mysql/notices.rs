//! What a server says besides results: how many warnings a statement left. What they say would have to be asked for with
//! a statement of its own, and a driver has none.

/// A script in a loop can leave any number of warnings: the first ones are kept, the others counted.
const NOTICES_KEPT: usize = 500;

/// The notices since they were last taken.
#[derive(Debug, Default)]
pub(super) struct Notices {
    kept: Vec<String>,
    dropped: usize,
}

impl Notices {
    /// Notes the warnings of a statement, with what the server says of its effect.
    pub(super) fn note(&mut self, warnings: u16, effect: &str) {
        if warnings == 0 {
            return;
        }
        if self.kept.len() == NOTICES_KEPT {
            self.dropped += 1;
            return;
        }
        let noun = if warnings == 1 { "warning" } else { "warnings" };
        self.kept.push(match effect {
            "" => format!("{warnings} {noun}"),
            effect => format!("{warnings} {noun} ({effect})"),
        });
    }

    /// Returns the notices since the last time.
    pub(super) fn take(&mut self) -> Vec<String> {
        let mut notices = std::mem::take(&mut self.kept);
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            notices.push(format!("{dropped} more notices were dropped"));
        }
        notices
    }
}
