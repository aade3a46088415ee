//! Bytes of a file → its value, or what is wrong with it and where.

use noorm_guest::cbor::Value;
use noorm_guest::position;
use noorm_guest::problem::Problem;

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = position::text(bytes).map_err(Problem::not_utf8)?;
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut offset = text.skipped;
    for line in text.text.split_inclusive('\n') {
        if let Some((name, value)) = entry(line).map_err(|problem| problem.at_offset(bytes, offset))? {
            if entries.iter().any(|(known, _)| known == name) {
                let problem = Problem::new("duplicate-name", format!("`{name}` has a value already"));
                return Err(problem.at_offset(bytes, offset).help("remove one of them"));
            }
            entries.push((name.to_owned(), Value::Text(value.to_owned())));
        }
        offset += line.len();
    }
    Ok(Value::Map(entries))
}

/// Reads a line; `None` for a blank one and for a comment.
fn entry(line: &str) -> Result<Option<(&str, &str)>, Problem> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    match line.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok(Some((name.trim(), value.trim()))),
        _ => Err(Problem::new("no-name", "this line is not `name = value`").help("begin a comment with `#`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_a_map() {
        let value = read(b"\xef\xbb\xbf# prices\r\ncurrency = EUR\r\n\r\nvat=19\r\n").expect("reads");
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(value, Value::Map(vec![("currency".into(), text("EUR")), ("vat".into(), text("19"))]));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (bytes, code, line) in [
            (&b"a = 1\nb\n"[..], "no-name", 2),
            (b"a = 1\n\na = 2\n", "duplicate-name", 3),
            (b"a = \xff\n", "invalid-utf8", 1),
        ] {
            let problem = read(bytes).expect_err("refuses");
            assert_eq!((problem.code, problem.at.map(|at| at.line)), (code, Some(line)));
        }
    }
}
