//! Reads one workbook.

use std::io::Cursor;

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::problem::Problem;

use crate::choice::{Choice, SheetChoice};
use crate::{Plugin, sheet};

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        match Choice::read(&request.options).and_then(|choice| read(&request.content, &choice)) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}

/// Reads a file's bytes.
pub fn read(bytes: &[u8], choice: &Choice) -> Result<Value, Problem> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| no_workbook(&error))?;
    let worksheets: Vec<_> =
        workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect();
    let all = || worksheets.iter().map(|sheet| format!("`{}`", sheet.name)).collect::<Vec<_>>().join(", ");
    let chosen = match &choice.sheet {
        None => {
            let visible = worksheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
            let names: Vec<_> = visible.map(|sheet| sheet.name.clone()).collect();
            match <[String; 1]>::try_from(names) {
                Ok([only]) => only,
                Err(several) => return all_of(&mut workbook, several, choice),
            }
        }
        Some(SheetChoice::Name(name)) if worksheets.iter().any(|sheet| sheet.name == *name) => name.clone(),
        Some(SheetChoice::Name(name)) => {
            let problem = Problem::new("sheet", format!("there is no sheet `{name}`"));
            return Err(problem.help(format!("there are {}", all())));
        }
        Some(SheetChoice::Number(number)) => match worksheets.get(number - 1) {
            Some(sheet) => sheet.name.clone(),
            None => {
                let message = format!("there is no sheet {number}: the workbook has {}", worksheets.len());
                return Err(Problem::new("sheet", message).help(format!("there are {}", all())));
            }
        },
    };
    one(&mut workbook, &chosen, choice)
}

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

fn all_of(workbook: &mut Workbook<'_>, names: Vec<String>, choice: &Choice) -> Result<Value, Problem> {
    if names.is_empty() {
        return Err(Problem::new("sheet", "the workbook has no visible sheet").help("name one with the option `sheet`"));
    }
    let mut entries: Vec<(String, Value)> = Vec::with_capacity(names.len());
    for name in names {
        if entries.iter().any(|(other, _)| *other == name) {
            return Err(Problem::new("sheet", format!("two sheets are called `{name}`")));
        }
        let rows = one(workbook, &name, choice)?;
        entries.push((name, rows));
    }
    Ok(Value::Map(entries))
}

fn one(workbook: &mut Workbook<'_>, name: &str, choice: &Choice) -> Result<Value, Problem> {
    let cells = workbook.worksheet_cells_reader(name);
    let cells = cells.map_err(|error| Problem::new("syntax", format!("the sheet `{name}` cannot be read: {error}")))?;
    sheet::read(name, cells, choice.header)
}

fn no_workbook(error: &XlsxError) -> Problem {
    match error {
        XlsxError::Password => Problem::new("password", "the workbook is protected by a password")
            .help("save it without a password; what is secret belongs into noorm's vault"),
        XlsxError::Zip(_) => Problem::new("syntax", format!("this is not an Excel workbook: {error}"))
            .help("save it as `Excel workbook (.xlsx)`; the former `.xls` is not read"),
        _ => Problem::new("syntax", format!("the workbook cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests;
