//! What differs from one run of a client to the next: values of statements that the client's test declares to be chance,
//! such as a random token. A recording has a hole in their place, with a name, and every value fits into it. What is not
//! declared has to be the same.

/// A value that is sent with a statement.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    /// The statement.
    pub sql: &'a str,
    /// Which of its values it is, from 1.
    pub number: usize,
    /// The value, such as `7`, `N'text'` or `NULL`.
    pub text: &'a str,
}

/// Returns the name of the hole in whose place a value is, or `None` where it has to be the same.
pub type Holes = fn(&Value<'_>) -> Option<&'static str>;

/// No value is chance.
pub fn none(_: &Value<'_>) -> Option<&'static str> {
    None
}

impl Value<'_> {
    /// Whether the statement puts the value, as it is, into the column of this name: `SET column = @P1`, or in its place
    /// among the values of an `INSERT`.
    pub fn goes_to(&self, column: &str) -> bool {
        let placeholder = format!("@P{}", self.number);
        self.is_set(column, &placeholder) || self.inserted(&placeholder).is_some_and(|found| found == column)
    }

    fn is_set(&self, column: &str, placeholder: &str) -> bool {
        let words: Vec<&str> = self.sql.split(|c: char| c.is_whitespace() || c == ',').collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.windows(3).any(|words| words == [column, "=", placeholder])
    }

    /// Finds the column of an `INSERT` of whose values this is one.
    fn inserted(&self, placeholder: &str) -> Option<&str> {
        let (_, rest) = self.sql.split_once("INSERT INTO")?;
        let (_, rest) = rest.split_once('(')?;
        let (columns, rest) = rest.split_once(')')?;
        let (_, values) = rest.split_once("VALUES")?;
        let values = values.trim_start().strip_prefix('(')?;
        let place = parts(values).iter().position(|part| part.trim() == placeholder)?;
        columns.split(',').nth(place).map(str::trim)
    }
}

/// Cuts a list at its commas, up to the bracket that ends it; what is in brackets stays whole.
fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                parts.push(&list[start..at]);
                break;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, number: usize, column: &str, expected: bool) {
        let value = Value { sql, number, text: "1" };
        assert_eq!(value.goes_to(column), expected, "{sql}: @P{number} into {column}");
    }

    #[test]
    fn the_column_of_a_value_is_found() {
        let update = "UPDATE t SET status = @P1,\n  duration_ms = @P2\nWHERE id = @P12";
        check(update, 2, "duration_ms", true);
        check(update, 1, "duration_ms", false);
        check(update, 12, "id", true);
        let insert = "INSERT INTO [a].t (name, who,\n took) OUTPUT INSERTED.id VALUES (@P1, LEFT(@P2, 255), @P3)";
        check(insert, 3, "took", true);
        check(insert, 1, "name", true);
        // It is not what arrives in the column.
        check(insert, 2, "who", false);
        check("SELECT @P1", 1, "name", false);
        check("INSERT INTO t (a) SELECT @P1", 1, "a", false);
    }
}
