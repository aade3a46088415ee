//! What goes to standard output: text for people, or one JSON object.
//!
//! Diagnostics go to standard error and are made in `report`. With `--json` everything is in the one object. noorm itself
//! writes no colours: what moves a terminal's cursor came from somebody else, and is taken out of what is shown, unless
//! exactly that was asked for.

mod list;
pub(crate) mod log;
mod progress;
mod redaction;

pub(crate) use list::List;
pub(crate) use progress::progress;
pub(crate) use redaction::{redact, redact_json, redact_with};

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::report::Failure;

/// What a command has to say when it succeeded.
#[derive(Debug)]
pub(crate) struct Answer {
    lines: Vec<String>,
    fields: Map<String, Value>,
    continues: bool,
    is_unheard: bool,
    reveals: bool,
    is_data: bool,
}

impl Answer {
    /// Takes the lines for people.
    pub(crate) fn new(lines: Vec<String>) -> Self {
        Self { lines, fields: Map::new(), continues: false, is_unheard: false, reveals: false, is_data: false }
    }

    /// Adds the fields of a structure to the JSON object.
    pub(crate) fn with(mut self, fields: &impl Serialize) -> Self {
        if let Ok(Value::Object(fields)) = serde_json::to_value(fields) {
            self.fields.extend(fields);
        }
        self
    }

    /// The JSON object is open: a list printed its first field.
    pub(crate) fn continues(mut self, is_open: bool) -> Self {
        self.continues = is_open;
        self
    }

    /// The answer is a secret that was asked for: it is shown as it is.
    pub(crate) fn revealing(mut self) -> Self {
        self.reveals = true;
        self
    }

    /// The answer is something that others go on with, such as SQL: they get it as it is, and only a terminal does not.
    pub(crate) fn data(mut self) -> Self {
        self.is_data = true;
        self
    }

    /// Nobody reads standard output any more.
    pub(crate) fn unheard(mut self) -> Self {
        self.is_unheard = true;
        self
    }
}

impl Answer {
    /// Takes secrets out of everything that is shown.
    fn redacted(mut self) -> Self {
        if !self.reveals {
            self.lines.iter_mut().for_each(|line| *line = redact(line));
            self.fields.values_mut().for_each(redact_json);
        }
        self
    }
}

/// How many columns a line may have: those of the terminal, or what a terminal usually has.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0)).max(60)
}

/// Prints what a command came to, and returns its exit code.
pub(crate) fn print(result: Result<Answer, Failure>, json: bool) -> ExitCode {
    let result = result.map(Answer::redacted).map_err(Failure::redacted);
    let code = result.as_ref().err().map_or(0, |failure| failure.exit_code);
    let written = if json { print_json(&result) } else { print_text(&result) };
    let code = match written {
        Ok(()) => code,
        // A reader that has seen enough, such as `head`, is no failure of the command.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => code,
        Err(_) => code.max(1),
    };
    log::end(result.as_ref().err(), code);
    ExitCode::from(code)
}

fn print_json(result: &Result<Answer, Failure>) -> std::io::Result<()> {
    let mut object = Map::new();
    let (continues, is_unheard) = match result {
        Ok(answer) => (answer.continues, answer.is_unheard),
        Err(failure) => (failure.continues, false),
    };
    if is_unheard {
        return Ok(());
    }
    object.insert("success".to_owned(), Value::Bool(result.is_ok()));
    match result {
        Ok(answer) => object.extend(answer.fields.clone()),
        Err(failure) => {
            object.extend(failure.fields.clone());
            object.insert("error".to_owned(), failure.to_json());
        }
    }
    let text = Value::Object(object).to_string();
    // What is open has its brace.
    writeln!(std::io::stdout().lock(), "{}", &text[usize::from(continues)..])
}

fn print_text(result: &Result<Answer, Failure>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let is_terminal = out.is_terminal();
    write_lines(result, &mut out, is_terminal)?;
    match result {
        Ok(_) => Ok(()),
        Err(failure) => write!(std::io::stderr().lock(), "{}", tame(&failure.to_string())),
    }
}

fn write_lines(result: &Result<Answer, Failure>, out: &mut impl Write, is_terminal: bool) -> std::io::Result<()> {
    let (lines, is_wanted_as_it_is) = match result {
        Ok(answer) => (&answer.lines, answer.reveals || (answer.is_data && !is_terminal)),
        Err(failure) => (&failure.lines, false),
    };
    for line in lines {
        match is_wanted_as_it_is {
            true => writeln!(out, "{line}")?,
            false => writeln!(out, "{}", tame(line))?,
        }
    }
    out.flush()
}

/// Takes out of a text what would write on the terminal as it likes, or show a line in another order than it has: names come
/// from databases and from others' files. Line ends and tabs stay.
pub(crate) fn tame(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' => letter,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(shown).collect()
}

/// Sets rows in columns. The first row is the heading.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| tame(cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_moves_the_cursor() {
        let printed = |result: Result<Answer, Failure>, is_terminal: bool| {
            let mut out = Vec::new();
            write_lines(&result, &mut out, is_terminal).expect("memory");
            String::from_utf8(out).expect("UTF-8")
        };
        let hostile = || vec!["a\tb\nc\u{1b}[2J\r\u{9b}1A\u{202e}d".to_owned()];
        let tamed = "a\tb\nc\u{fffd}[2J\u{fffd}\u{fffd}1A\u{fffd}d\n";
        let raw = format!("{}\n", hostile()[0]);
        for is_terminal in [true, false] {
            assert_eq!(printed(Ok(Answer::new(hostile())), is_terminal), tamed);
            assert_eq!(printed(Err(Failure::user("x", "x").after(hostile())), is_terminal), tamed);
            // One letter less, and a secret opens nothing.
            assert_eq!(printed(Ok(Answer::new(hostile()).revealing()), is_terminal), raw);
        }
        assert_eq!(printed(Ok(Answer::new(hostile()).data()), true), tamed);
        assert_eq!(printed(Ok(Answer::new(hostile()).data()), false), raw);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["A", "B"], ["zoë-1", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), ["A      B", "zoë-1  x"]);
        let hostile = [["A"], ["x\u{1b}[2J"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&hostile), ["A", "x\u{fffd}[2J"]);
    }
}
