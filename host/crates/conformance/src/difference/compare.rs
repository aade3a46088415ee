//! Two texts, line by line, with a few lines around what differs.

use serde::Serialize;

/// Lines that are shown before and after a change.
const AROUND: usize = 2;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is in both.
    Same,
    /// It is in the first alone.
    Gone,
    /// It is in the second alone.
    New,
    /// Lines that are the same stand here.
    Left,
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What became of it.
    pub change: Change,
    /// Its text.
    pub text: String,
}

impl Line {
    fn new(change: Change, text: &str) -> Self {
        Self { change, text: text.to_owned() }
    }
}

/// Compares two texts.
pub(super) fn lines(before: &[String], after: &[String]) -> Vec<Line> {
    near(aligned(before, after))
}

/// Puts the lines of both into one row, as few as can be of them as gone and new.
fn aligned(before: &[String], after: &[String]) -> Vec<Line> {
    let (rows, columns) = (before.len(), after.len());
    // How many lines both have from here to the end.
    let mut common = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            common[row][column] = match before[row] == after[column] {
                true => common[row + 1][column + 1] + 1,
                false => common[row + 1][column].max(common[row][column + 1]),
            };
        }
    }
    let (mut row, mut column, mut lines) = (0, 0, Vec::new());
    while row < rows || column < columns {
        if row < rows && column < columns && before[row] == after[column] {
            lines.push(Line::new(Change::Same, &before[row]));
            (row, column) = (row + 1, column + 1);
        } else if row < rows && (column == columns || common[row + 1][column] >= common[row][column + 1]) {
            lines.push(Line::new(Change::Gone, &before[row]));
            row += 1;
        } else {
            lines.push(Line::new(Change::New, &after[column]));
            column += 1;
        }
    }
    lines
}

/// Leaves out what is the same and far from a change.
fn near(lines: Vec<Line>) -> Vec<Line> {
    let changed: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.change != Change::Same).map(|(at, _)| at).collect();
    let is_near = |at: usize| changed.iter().any(|change| change.abs_diff(at) <= AROUND);
    let mut kept: Vec<Line> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if is_near(at) {
            kept.push(line);
        } else if kept.last().is_none_or(|last| last.change != Change::Left) {
            kept.push(Line::new(Change::Left, "…"));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &str) {
        let split = |text: &str| text.chars().map(|c| c.to_string()).collect::<Vec<_>>();
        let told = lines(&split(before), &split(after)).into_iter().map(|line| match line.change {
            Change::Same => format!(" {}", line.text),
            Change::Gone => format!("-{}", line.text),
            Change::New => format!("+{}", line.text),
            Change::Left => "…".to_owned(),
        });
        assert_eq!(told.collect::<Vec<_>>().concat(), expected, "{before} and {after}");
    }

    #[test]
    fn lines_are_gone_new_or_around() {
        check("abc", "axc", " a-b+x c");
        check("", "a", "+a");
        check("a", "", "-a");
        check("abcdefg", "abcdexg", "… d e-f+x g");
        check("abcdefgh", "xbcdefgy", "-a+x b c… f g-h+y");
    }
}
