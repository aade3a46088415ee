//! Which sheet is read, and what its first row is: the options.

use noorm_guest::cbor::Value;
use noorm_guest::options::{Options, wrong};
use noorm_guest::problem::Problem;

/// JSON Schema of the options.
pub(crate) const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "sheet": {
      "description": "The sheet to read, by name or by number from 1; without it, all that are visible",
      "type": ["string", "integer"], "minLength": 1, "minimum": 1
    },
    "header": {
      "description": "Whether the first row that is not empty names the columns, or the number of the row that does",
      "type": ["boolean", "integer"], "minimum": 1, "default": true
    }
  }
}"#;

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which sheet; `None` is every visible one.
    pub sheet: Option<SheetChoice>,
    /// What names the columns.
    pub header: Header,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetChoice {
    /// By name.
    Name(String),
    /// By number, counted from 1.
    Number(usize),
}

/// What names the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// The first row that is not empty.
    First,
    /// A row, counted from 1.
    Row(u32),
    /// Nothing: the letters of the columns do.
    Letters,
}

impl Default for Choice {
    fn default() -> Self {
        Self { sheet: None, header: Header::First }
    }
}

impl Choice {
    /// Reads a file's options.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let options = Options::read(bytes)?;
        options.only(&["sheet", "header"])?;
        let sheet = match options.value("sheet") {
            None => None,
            Some(Value::Integer(_)) => Some(SheetChoice::Number(number(&options, "sheet")?)),
            Some(_) => options.text("sheet")?.map(|name| SheetChoice::Name(name.to_owned())),
        };
        let header = match options.value("header") {
            Some(Value::Integer(_)) => Header::Row(number(&options, "header")?),
            _ => match options.flag("header")? {
                None | Some(true) => Header::First,
                Some(false) => Header::Letters,
            },
        };
        Ok(Self { sheet, header })
    }
}

fn number<T: TryFrom<i64> + PartialEq + Default>(options: &Options, name: &str) -> Result<T, Problem> {
    let number = options.integer(name)?.unwrap_or_default();
    let counted = T::try_from(number).ok().filter(|number| *number != T::default());
    counted.ok_or_else(|| wrong(format!("the option `{name}` is counted from 1, and not {number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: Value) -> Result<Choice, String> {
        let options = Value::Map(vec![(name.to_owned(), value)]);
        Choice::read(&options.encode()).map_err(|problem| problem.message)
    }

    #[test]
    fn a_sheet_has_a_name_or_a_number() {
        let of = |sheet| Ok(Choice { sheet: Some(sheet), ..Choice::default() });
        assert_eq!(read("sheet", Value::Text("Prices".into())), of(SheetChoice::Name("Prices".into())));
        assert_eq!(read("sheet", Value::Integer(2)), of(SheetChoice::Number(2)));
        assert_eq!(read("sheet", Value::Integer(0)), Err("the option `sheet` is counted from 1, and not 0".into()));
        assert!(read("sheet", Value::Boolean(true)).is_err());
        assert!(read("sheets", Value::Integer(1)).is_err());
    }

    #[test]
    fn a_header_is_a_row_or_there_is_none() {
        let of = |header| Ok(Choice { sheet: None, header });
        assert_eq!(read("header", Value::Boolean(true)), of(Header::First));
        assert_eq!(read("header", Value::Boolean(false)), of(Header::Letters));
        assert_eq!(read("header", Value::Integer(3)), of(Header::Row(3)));
        assert!(read("header", Value::Integer(-1)).is_err());
        assert!(read("header", Value::Text("yes".into())).is_err());
        assert_eq!(Choice::read(&[]), Ok(Choice::default()));
    }
}
