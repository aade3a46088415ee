//! `noorm split`.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::Args;
use noorm_ops::split::{self, PieceRow, Reason, SplitError, SplitReport, SplitRequest};

use serde_json::json;

use super::Context;
use super::run::counted;
use crate::output::{Answer, List};
use crate::report::Failure;

/// What stands in the first columns, before the statement.
const HEADING: &str = "    #  LINES        KIND            TRANSACTION  ";

/// Arguments of `split`.
#[derive(Debug, Args)]
pub(crate) struct SplitArgs {
    /// The script; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The database's dialect, instead of that of the config
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Say what ends each piece, and why the script runs as it does
    #[arg(long)]
    explain: bool,
}

/// Shows a script's pieces.
pub(crate) fn run(args: &SplitArgs, context: &Context) -> Result<Answer, Failure> {
    let is_input = args.file.as_os_str() == "-";
    let path = if is_input { "standard input".to_owned() } else { args.file.display().to_string() };
    let project = match &args.dialect {
        Some(_) => context.project_optional()?,
        None => context.project_of_surroundings()?,
    };
    let named = args.dialect.as_deref();
    let dialect =
        split::dialect(context.here(project.as_ref()), &context.home, context.config.as_deref(), named, &path)?;
    let file = (!is_input).then(|| context.home.working_dir.join(&args.file));
    let request = SplitRequest { file, path, blank: args.explain };

    let mut list = List::new("pieces", context.json);
    let columns = Columns { width: crate::output::width(), explain: args.explain };
    let result = split::split(&request, &dialect, std::io::stdin().lock(), |row| {
        list.item(row, || columns.heading(), || columns.row(row))
    });
    let is_open = match list.end() {
        Ok(is_open) => is_open,
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(Answer::new(Vec::new()).unheard()),
        Err(error) => return Err(Failure::from(SplitError::Unheard(error))),
    };
    match result {
        Ok(report) => {
            let lines = if args.explain { explanation(&report) } else { vec![summary(&report)] };
            let answer = Answer::new(lines).with(&report).continues(is_open);
            Ok(if is_open { answer } else { answer.with(&json!({ "pieces": [] })) })
        }
        Err(error) => Err(Failure::from(error).continues(is_open)),
    }
}

/// How pieces are set.
struct Columns {
    width: usize,
    explain: bool,
}

impl Columns {
    fn heading(&self) -> String {
        let end = if self.explain { "ENDED BY     " } else { "" };
        format!("{HEADING}{end}STATEMENT")
    }

    fn row(&self, row: &PieceRow) -> String {
        let number = row.number.map_or("-".to_owned(), |number| number.to_string());
        let lines =
            if row.last_line > row.line { format!("{}-{}", row.line, row.last_line) } else { row.line.to_string() };
        let repeat = if row.repeat > 1 { format!(" x{}", row.repeat) } else { String::new() };
        let kind = format!("{}{repeat}", row.kind);
        let end = if self.explain { format!("{:<13}", row.ended_by) } else { String::new() };
        // What is not sent stands to no transaction.
        let transaction = if row.number.is_some() { row.transaction } else { "" };
        let line = format!("{number:>5}  {lines:<11}  {kind:<14}  {transaction:<11}  {end}{}", plain(&row.text));
        cut(line.trim_end(), self.width)
    }
}

/// A text in which nothing moves the terminal's cursor. Most texts are that already, and there may be a million of them.
fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    let plain = text.chars().map(|one| match one {
        '\t' => ' ',
        _ if one.is_control() => '\u{fffd}',
        _ => one,
    });
    Cow::Owned(plain.collect())
}

fn cut(line: &str, width: usize) -> String {
    // A character beyond the width, if there is one, and the place of the last one within it.
    let mut places = line.char_indices().skip(width.saturating_sub(1));
    match (places.next(), places.next()) {
        (Some((last, _)), Some(_)) => format!("{}…", &line[..last]),
        _ => line.to_owned(),
    }
}

fn summary(report: &SplitReport) -> String {
    let count = usize::try_from(report.statements).unwrap_or(usize::MAX);
    let how = if report.in_transaction { "in one transaction" } else { "statement by statement" };
    match count {
        0 => "nothing to send".to_owned(),
        _ => format!("{}, {how}", counted(count, "statement")),
    }
}

fn explanation(report: &SplitReport) -> Vec<String> {
    let mut lines = vec![summary(report)];
    lines.extend(match report.because {
        Reason::Nothing if report.statements == 0 => None,
        Reason::Nothing => Some("every statement can run in a transaction".to_owned()),
        Reason::Wrapper => Some("the transaction that the script puts around itself becomes noorm's".to_owned()),
        Reason::Directive => Some("the first line says `no-transaction`".to_owned()),
        Reason::Piece { number, line, transaction } => {
            let why = match transaction {
                "outside" => "cannot run in a transaction, or ends the one that is open",
                "begin" => "starts a transaction that does not end with the script",
                "commit" => "commits a transaction before the end of the script, or without its beginning",
                _ => "rolls a transaction back",
            };
            Some(format!("because statement {number} on line {line} {why}"))
        }
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_to_the_width() {
        assert_eq!(cut("zoë", 3), "zoë");
        assert_eq!(cut("zoë 1", 4), "zoë…");
        assert_eq!(plain("a\tb\u{1b}[1m"), "a b\u{fffd}[1m");
    }
}
