//! Where two values of a data file differ: what an update of its loader would change.
//!
//! It compares values and knows no file and no loader.

use crate::value::Value;

/// A place at which two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where, such as `[3].name`; empty for all of it.
    pub path: String,
    /// What was there, if something was.
    pub old: Option<Value>,
    /// What is there, if something is.
    pub new: Option<Value>,
}

impl Difference {
    /// Returns how much there is to look at, in characters.
    fn size(&self) -> usize {
        let length = |value: &Option<Value>| value.as_ref().map_or(0, |value| shown(value).len());
        self.path.len() + length(&self.old) + length(&self.new)
    }
}

/// Returns where two values differ, the smallest difference first.
#[must_use]
pub fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), old, new, &mut found);
    // Those of one size stay in the order of the data.
    found.sort_by_cached_key(Difference::size);
    found
}

fn compare(path: String, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => compare_maps(&path, old, new, found),
        (Value::List(old), Value::List(new)) => compare_lists(&path, old, new, found),
        (old, new) if is_same(old, new) => {}
        (old, new) => found.push(Difference { path, old: Some(old.clone()), new: Some(new.clone()) }),
    }
}

fn compare_maps(path: &str, old: &[(String, Value)], new: &[(String, Value)], found: &mut Vec<Difference>) {
    let of = |entries: &[(String, Value)], name: &str| {
        entries.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    };
    for (name, value) in old {
        let path = key(path, name);
        match of(new, name) {
            Some(other) => compare(path, value, &other, found),
            None => found.push(Difference { path, old: Some(value.clone()), new: None }),
        }
    }
    for (name, value) in new.iter().filter(|(name, _)| of(old, name).is_none()) {
        found.push(Difference { path: key(path, name), old: None, new: Some(value.clone()) });
    }
}

/// One item more or less in the middle is one difference, and not one of all that come after it.
fn compare_lists(path: &str, old: &[Value], new: &[Value], found: &mut Vec<Difference>) {
    if old.len() == new.len() {
        let pairs = old.iter().zip(new).enumerate();
        pairs.for_each(|(at, (old, new))| compare(format!("{path}[{at}]"), old, new, found));
        return;
    }
    let shorter = old.len().min(new.len());
    let before = old.iter().zip(new).take_while(|(old, new)| is_same(old, new)).count();
    let after = old.iter().rev().zip(new.iter().rev()).take(shorter - before);
    let after = after.take_while(|(old, new)| is_same(old, new)).count();
    let (old, new) = (&old[before..old.len() - after], &new[before..new.len() - after]);
    for at in 0..old.len().max(new.len()) {
        let path = format!("{path}[{}]", before + at);
        match (old.get(at), new.get(at)) {
            (Some(old), Some(new)) => compare(path, old, new, found),
            (old, new) => found.push(Difference { path, old: old.cloned(), new: new.cloned() }),
        }
    }
}

/// Whether two values are the same, in the order of their keys too: templates see it.
fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        // Not a number is the same as itself here, and -0 is not 0: both are written in another way.
        (Value::Real(old), Value::Real(new)) => old.to_bits() == new.to_bits(),
        (Value::List(old), Value::List(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_same(old, new))
        }
        (Value::Map(old), Value::Map(new)) => {
            let same =
                |((name, old), (other, new)): (&(String, Value), &(String, Value))| name == other && is_same(old, new);
            old.len() == new.len() && old.iter().zip(new).all(same)
        }
        (old, new) => old == new,
    }
}

fn key(path: &str, name: &str) -> String {
    let is_plain = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    match (is_plain, path.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => format!("{path}[{name:?}]"),
    }
}

/// Writes a value on one line, so that its kind is seen: a text has quotes.
#[must_use]
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Big(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(name, value)| format!("{name:?}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn list(items: &[i64]) -> Value {
        Value::List(items.iter().copied().map(Value::Integer).collect())
    }

    fn check(old: &Value, new: &Value, expected: &[&str]) {
        let one = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), shown);
        let found = differences(old, new);
        let found: Vec<String> =
            found.iter().map(|it| format!("{}: {} → {}", it.path, one(&it.old), one(&it.new))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_same_has_no_differences() {
        let value = map(&[("a", list(&[1, 2])), ("b", Value::Real(f64::NAN)), ("c", Value::Null)]);
        check(&value, &value, &[]);
        // The order in which a row's columns come is no difference of the data.
        check(&map(&[("a", text("x")), ("b", text("y"))]), &map(&[("b", text("y")), ("a", text("x"))]), &[]);
    }

    #[test]
    fn a_difference_is_told_with_its_place_and_kind() {
        check(&text("1"), &Value::Integer(1), &[": \"1\" → 1"]);
        check(&Value::Real(0.0), &Value::Real(-0.0), &[": 0.0 → -0.0"]);
        let old = map(&[("shop", map(&[("open hours", text("9")), ("name", text("A"))]))]);
        let new = map(&[("shop", map(&[("open hours", Value::Integer(9)), ("name", text("A")), ("x", Value::Null)]))]);
        check(&old, &new, &["shop.x: - → null", "shop[\"open hours\"]: \"9\" → 9"]);
        check(&new, &old, &["shop.x: null → -", "shop[\"open hours\"]: 9 → \"9\""]);
    }

    #[test]
    fn a_row_more_is_one_difference() {
        check(&list(&[1, 2, 3]), &list(&[1, 9, 2, 3]), &["[1]: - → 9"]);
        check(&list(&[0, 1, 2, 3]), &list(&[1, 2, 3]), &["[0]: 0 → -"]);
        check(&list(&[1, 1]), &list(&[1, 1, 1]), &["[2]: - → 1"]);
        check(&list(&[]), &list(&[7]), &["[0]: - → 7"]);
        check(&list(&[1, 2, 3]), &list(&[1, 5, 3]), &["[1]: 2 → 5"]);
    }

    #[test]
    fn small_differences_come_first() {
        let old = map(&[("a", text("a long text of which one letter")), ("b", Value::Integer(1))]);
        let new = map(&[("a", text("a long text of which two letter")), ("b", Value::Integer(2))]);
        let found = differences(&old, &new);
        assert_eq!(found.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    }
}
