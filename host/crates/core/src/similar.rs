//! How far two names are apart, for "did you mean".

/// Returns how many characters have to be put in, taken out or replaced to get from one name to the other
/// (the Levenshtein distance).
pub fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (taken, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = taken + 1;
        for (at, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[to.len()]
}

/// Returns the name that is most like what was typed, if one is like it at all.
pub fn closest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 2.max(typed.chars().count() / 4);
    let close = |name: &&str| distance(typed, name) <= allowed || (typed.len() >= 3 && name.contains(typed));
    names.into_iter().filter(close).min_by_key(|name| distance(typed, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_single_edits() {
        for (from, to, expected) in
            [("", "", 0), ("a", "", 1), ("users", "user", 1), ("sed", "seed", 1), ("ab", "ba", 2)]
        {
            assert_eq!(distance(from, to), expected, "{from} {to}");
            assert_eq!(distance(to, from), expected, "{to} {from}");
        }
    }

    #[test]
    fn only_a_name_that_is_like_it_is_offered() {
        let names = ["2026-01-01_a", "2026-01-02_reviews", "products"];
        assert_eq!(closest("2026-01-01_aa", names), Some("2026-01-01_a"));
        assert_eq!(closest("reviews", names), Some("2026-01-02_reviews"));
        assert_eq!(closest("nothing-like-it", names), None);
    }
}
