//! The order in which files run: byte order of their paths, segment by segment (ruling 7).
//!
//! It does not guess what an author meant; where byte order and natural order differ, it says so.

use std::cmp::Ordering;

/// Two names whose byte order is not the order a person would read into them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderWarning {
    /// Runs first.
    pub first: String,
    /// Runs later, although its number is smaller.
    pub second: String,
}

impl std::fmt::Display for OrderWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` runs before `{}`: names run in byte order, and theirs differs from the order of their numbers",
            self.first, self.second
        )
    }
}

/// Finds the first neighbours, in byte order, whose natural order differs. `names` are sorted.
pub fn natural_conflict<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<OrderWarning> {
    let mut previous: Option<&str> = None;
    for name in names {
        if let Some(first) = previous.filter(|first| natural(first, name) == Ordering::Greater) {
            return Some(OrderWarning { first: first.to_owned(), second: name.to_owned() });
        }
        previous = Some(name);
    }
    None
}

/// Compares two names, runs of digits by their number.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let (digits_a, digits_b) = (digits(a), digits(b));
        if digits_a > 0 && digits_b > 0 {
            let number = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().skip_while(|byte| *byte == b'0').collect() };
            let (left, right) = (number(&a[..digits_a]), number(&b[..digits_b]));
            match left.len().cmp(&right.len()).then_with(|| left.cmp(&right)) {
                Ordering::Equal => (a, b) = (&a[digits_a..], &b[digits_b..]),
                unequal => return unequal,
            }
            continue;
        }
        match (a.split_first(), b.split_first()) {
            (Some((x, rest_a)), Some((y, rest_b))) if x == y => (a, b) = (rest_a, rest_b),
            (x, y) => return x.map(|(byte, _)| byte).cmp(&y.map(|(byte, _)| byte)),
        }
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: Option<(&str, &str)>) {
        let found = natural_conflict(names.iter().copied());
        assert_eq!(found.as_ref().map(|w| (w.first.as_str(), w.second.as_str())), expected);
    }

    #[test]
    fn numbers_of_different_length_are_warned_about() {
        check(&["10_b", "9_a"], Some(("10_b", "9_a")));
        check(&["001_a", "002_b", "010_c"], None);
        check(&["2024-01-02_a", "20240101_b"], None);
        check(&["20140924_a", "2017-08-31_b"], Some(("20140924_a", "2017-08-31_b")));
        check(&["a", "a1", "b"], None);
    }
}
