//! Bodies of blocks in blocks: which `END` ends what. It counts, and knows only where a statement of the body begins, as
//! `IF` begins a block there and calls a function elsewhere.

use super::word::Head;

/// How deep a body is, while it is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Blocks {
    /// Blocks that are open.
    depth: u32,
    /// `CASE` expressions that are open, which hold no blocks.
    cases: u32,
    /// Whether a statement of the body may begin here.
    fresh: bool,
    statement: Begun,
}

/// What the statement of the body began with, as far as it matters to a word after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Begun {
    #[default]
    Otherwise,
    Declare,
    /// `DECLARE … HANDLER`, in which `BEGIN` opens a block.
    Handler,
    /// `UNTIL …`, which `END` may follow.
    Until,
}

/// What a word before the body says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// The header goes on.
    NotYet,
    /// The body is one plain statement.
    Never,
    /// A block begins.
    Now,
}

impl Blocks {
    /// What `word` says in the header of a routine, trigger or event, outside of parentheses.
    pub(super) fn opening(previous: &str, word: &str) -> Opening {
        match word {
            "BEGIN" if previous != "." => Opening::Now,
            "IF" | "CASE" | "LOOP" | "REPEAT" | "WHILE" if ends_header(previous) => Opening::Now,
            "SELECT" | "CALL" | "RETURN" | "REPLACE" | "WITH" if previous != "OR" => Opening::Never,
            "SET" if !matches!(previous, "CHARACTER" | "CHAR") => Opening::Never,
            "INSERT" | "UPDATE" | "DELETE" if !matches!(previous, "BEFORE" | "AFTER" | "OR" | ",") => Opening::Never,
            _ => Opening::NotYet,
        }
    }

    /// Whether `word`, after these first words, begins a statement that is a block itself.
    pub(super) fn opens_statement(head: &Head, word: &str) -> bool {
        match word {
            "IF" | "CASE" | "LOOP" | "REPEAT" | "WHILE" | "FOR" => head.is_empty(),
            "ATOMIC" => head.ask(|head| head == ["BEGIN", "NOT"]),
            _ => false,
        }
    }

    /// Whether a statement that begins with these words is a block itself.
    pub(super) fn is_statement(head: &[&str]) -> bool {
        matches!(head, ["IF" | "CASE" | "LOOP" | "REPEAT" | "WHILE" | "FOR", ..] | ["BEGIN", "NOT", "ATOMIC", ..])
    }

    /// A body that a block begins with `word`.
    pub(super) fn open(word: &str) -> Self {
        let fresh = matches!(word, "BEGIN" | "ATOMIC" | "LOOP" | "REPEAT");
        Self { depth: 1, fresh, ..Self::default() }
    }

    /// Takes a word of the body. `false`: the body ends with it.
    pub(super) fn word(&mut self, previous: &str, word: &str) -> bool {
        let fresh = std::mem::take(&mut self.fresh);
        if self.cases > 0 {
            match word {
                "CASE" => self.cases += 1,
                "END" if previous != "." => self.cases -= 1,
                _ => {}
            }
            return true;
        }
        match word {
            "END" if fresh || self.statement == Begun::Until => {
                self.statement = Begun::Otherwise;
                self.depth -= 1;
                return self.depth > 0;
            }
            "BEGIN" if fresh || self.statement == Begun::Handler => self.block(true),
            "LOOP" | "REPEAT" if fresh => self.block(true),
            "IF" | "CASE" | "WHILE" | "FOR" if fresh => self.block(false),
            "CASE" if previous != "END" && previous != "." => self.cases = 1,
            "THEN" | "ELSE" | "DO" => self.fresh = true,
            "DECLARE" if fresh => self.statement = Begun::Declare,
            "UNTIL" if fresh => self.statement = Begun::Until,
            "HANDLER" if self.statement == Begun::Declare => self.statement = Begun::Handler,
            _ => {}
        }
        true
    }

    /// Takes anything else of the body.
    pub(super) fn symbol(&mut self, byte: u8) {
        self.fresh = match byte {
            // What was miscounted before it does not go on after it.
            b';' => {
                (self.cases, self.statement) = (0, Begun::Otherwise);
                true
            }
            // After a label.
            b':' => self.cases == 0,
            _ => false,
        };
    }

    fn block(&mut self, fresh: bool) {
        self.depth = self.depth.saturating_add(1);
        (self.fresh, self.statement) = (fresh, Begun::Otherwise);
    }
}

/// Whether the header of a routine, trigger or event may end with this token.
fn ends_header(token: &str) -> bool {
    const LAST: [&str; 10] = ["ROW", "DO", "DETERMINISTIC", "SQL", "DATA", "DEFINER", "INVOKER", ")", ":", "'"];
    LAST.contains(&token)
}
