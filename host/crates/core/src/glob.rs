//! Which files a setting or a grant means: `*` and `?` within a folder, `**` for any number of folders.
//!
//! Paths are those of the project, relative to its root and with `/`. Nothing is looked for here.

use ::glob::{MatchOptions, Pattern};

/// A folder is not crossed by `*`, and a leading dot is a letter like any other.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// Says what is wrong with a pattern.
pub fn check(pattern: &str) -> Result<(), String> {
    if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
        return Err("it leads out of the project".to_owned());
    }
    Pattern::new(pattern).map(|_| ()).map_err(|error| error.msg.to_owned())
}

/// Returns whether a path matches a pattern; one that is wrong matches nothing.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(path, OPTIONS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_crossed_by_two_stars_alone() {
        for (pattern, path, is_match) in [
            ("schema/*.csv", "schema/a.csv", true),
            ("schema/*.csv", "schema/seeds/a.csv", false),
            ("schema/**/*.csv", "schema/a.csv", true),
            ("schema/**/*.csv", "schema/seeds/more/a.csv", true),
            ("**/*.js", "a.js", true),
            ("schema/**", "schema/a/b", true),
            ("schema/**", "other/a", false),
            ("[", "[", false),
        ] {
            assert_eq!(matches(pattern, path), is_match, "{pattern} {path}");
        }
    }

    #[test]
    fn what_leads_out_or_is_no_pattern_is_told() {
        assert!(check("schema/**").is_ok());
        for pattern in ["/etc/*", "../*", "a/../b", "a[", "a**b/c"] {
            assert!(check(pattern).is_err(), "{pattern}");
        }
    }
}
