//! The rows of one sheet. Cells come one by one, so that what a sheet says of its own size is never believed.

use std::collections::HashMap;
use std::io::{Read, Seek};

use calamine::XlsxCellReader;
use noorm_guest::cbor::Value;
use noorm_guest::problem::Problem;

use crate::cell;
use crate::choice::Header;

/// Reads all rows. `name` is the sheet's.
pub(crate) fn read<S: Read + Seek>(
    name: &str,
    mut cells: XlsxCellReader<'_, S>,
    header: Header,
) -> Result<Value, Problem> {
    let mut rows = Rows { sheet: name, header, names: None, pending: Row::default(), done: Vec::new() };
    let mut last = None;
    loop {
        let next = cells.next_cell().map_err(|error| {
            let place = last.map_or_else(
                || "before its first cell".to_owned(),
                |(row, column)| format!("behind cell {}", cell::name(row, column)),
            );
            Problem::new("syntax", format!("the sheet `{name}` cannot be read, {place}: {error}"))
        })?;
        let Some(found) = next else { return rows.end() };
        let place = found.get_position();
        if last.is_some_and(|last| last >= place) {
            return Err(rows.problem("order", place, "comes out of order"));
        }
        last = Some(place);
        let value = cell::value(found.get_value());
        rows.add(place, value.map_err(|what| rows.problem("cell", place, &what))?)?;
    }
}

/// The cells of one row that have a value.
#[derive(Debug, Default)]
struct Row {
    number: u32,
    cells: Vec<(u32, Value)>,
}

struct Rows<'a> {
    sheet: &'a str,
    header: Header,
    /// The columns with their names, in order.
    names: Option<Vec<(u32, String)>>,
    pending: Row,
    done: Vec<Vec<(u32, Value)>>,
}

impl Rows<'_> {
    fn problem(&self, code: &'static str, (row, column): (u32, u32), what: &str) -> Problem {
        Problem::new(code, format!("the sheet `{}`: cell {} {what}", self.sheet, cell::name(row, column)))
    }

    fn add(&mut self, (row, column): (u32, u32), value: Value) -> Result<(), Problem> {
        if row != self.pending.number {
            self.end_row()?;
            self.pending.number = row;
        }
        if value != Value::Null {
            self.pending.cells.push((column, value));
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Problem> {
        let Row { number, cells } = std::mem::take(&mut self.pending);
        if cells.is_empty() {
            return Ok(());
        }
        match (&self.names, self.header) {
            (_, Header::Letters) => self.done.push(cells),
            (None, Header::First) => self.names = Some(self.names(number, cells)?),
            (None, Header::Row(wanted)) if number + 1 == wanted => self.names = Some(self.names(number, cells)?),
            (None, Header::Row(wanted)) if number + 1 < wanted => {}
            (None, Header::Row(wanted)) => return Err(self.no_header(wanted)),
            (Some(names), _) => {
                let nameless =
                    cells.iter().find(|(column, _)| names.binary_search_by_key(column, |name| name.0).is_err());
                if let Some((column, _)) = nameless {
                    let problem = self.problem("column", (number, *column), "has a value, and its column has no name");
                    return Err(problem.help("name the column, or say with the option `header` which row names them"));
                }
                self.done.push(cells);
            }
        }
        Ok(())
    }

    fn no_header(&self, wanted: u32) -> Problem {
        Problem::new("header", format!("the sheet `{}`: row {wanted}, which names the columns, is empty", self.sheet))
            .help("the option `header` is the number of that row, as Excel shows it")
    }

    fn names(&self, row: u32, cells: Vec<(u32, Value)>) -> Result<Vec<(u32, String)>, Problem> {
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut names = Vec::with_capacity(cells.len());
        for (column, value) in cells {
            let name = match value {
                Value::Text(text) => text.trim().to_owned(),
                Value::Integer(number) => number.to_string(),
                Value::Real(number) => number.to_string(),
                Value::Boolean(flag) => flag.to_string(),
                Value::Null | Value::List(_) | Value::Map(_) => String::new(),
            };
            if name.is_empty() {
                return Err(self.problem("column", (row, column), "names a column, and holds blanks alone"));
            }
            if let Some(other) = seen.insert(name.clone(), column) {
                let what = format!("names its column `{name}`, as {} does", cell::name(row, other));
                return Err(self.problem("column", (row, column), &what).help("rename one of them"));
            }
            names.push((column, name));
        }
        Ok(names)
    }

    /// No more cells will come.
    fn end(mut self) -> Result<Value, Problem> {
        self.end_row()?;
        let names = match (self.names, self.header) {
            (Some(names), _) => names,
            (None, Header::First) => Vec::new(),
            (None, Header::Row(wanted)) => {
                self.names = None;
                return Err(self.no_header(wanted));
            }
            (None, Header::Letters) => {
                let width = self.done.iter().filter_map(|cells| cells.last()).map(|(column, _)| column + 1).max();
                (0..width.unwrap_or_default()).map(|column| (column, cell::letters(column))).collect()
            }
        };
        let rows = self.done.into_iter().map(|cells| {
            let mut cells = cells.into_iter().peekable();
            let entries = names.iter().map(|(column, name)| {
                let value = cells.next_if(|(of, _)| of == column).map_or(Value::Null, |(_, value)| value);
                (name.clone(), value)
            });
            Value::Map(entries.collect())
        });
        Ok(Value::List(rows.collect()))
    }
}
