//! Names of changesets: `YYYY-MM-DD_slug` (ruling 6); `YYYY-MM-DD-slug` and any other folder name are read as well.

use jiff::civil::Date;

/// Longest name, in bytes: the width of its column in the tracking table.
pub const NAME_BYTES_MAX: usize = 255;

/// Why a changeset cannot have a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left of the text once it is a slug.
    #[error("`{text}` has no letter or digit to make a name of")]
    Empty {
        /// What was given.
        text: String,
    },
    /// It does not fit its column.
    #[error("the name has {bytes} bytes, more than {NAME_BYTES_MAX}")]
    TooLong {
        /// How long it would be.
        bytes: usize,
    },
}

/// A changeset's name: the name of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangesetName(String);

impl ChangesetName {
    /// Reads the name of an existing folder.
    pub fn parse(folder: &str) -> Result<Self, NameError> {
        if folder.is_empty() {
            return Err(NameError::Empty { text: folder.to_owned() });
        }
        if folder.len() > NAME_BYTES_MAX {
            return Err(NameError::TooLong { bytes: folder.len() });
        }
        Ok(Self(folder.to_owned()))
    }

    /// Makes the name of a new changeset from a day and a description. A date that the description begins with wins.
    pub fn new(day: Date, description: &str) -> Result<Self, NameError> {
        let (date, rest) = split_date(description.trim()).map_or((day, description), |(date, rest)| (date, rest));
        let slug = slug(rest);
        if slug.is_empty() {
            return Err(NameError::Empty { text: description.to_owned() });
        }
        Self::parse(&format!("{date}_{slug}"))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the day that the name begins with.
    pub fn date(&self) -> Option<Date> {
        split_date(&self.0).map(|(date, _)| date)
    }

    /// Returns the name without its day, for people.
    pub fn description(&self) -> String {
        let rest = split_date(&self.0).map_or(self.0.as_str(), |(_, rest)| rest);
        rest.replace(['-', '_'], " ")
    }
}

impl std::fmt::Display for ChangesetName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn split_date(name: &str) -> Option<(Date, &str)> {
    let date = name.get(..10)?.parse::<Date>().ok()?;
    let rest = &name[10..];
    rest.strip_prefix(['_', '-']).map(|rest| (date, rest))
}

fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_styles_of_names_are_read() {
        for name in ["2024-01-15_add-users", "2024-01-15-add-users"] {
            let name = ChangesetName::parse(name).expect("a good name");
            assert_eq!(name.date(), Some(date(2024, 1, 15)));
            assert_eq!(name.description(), "add users");
        }
        assert_eq!(ChangesetName::parse("initial").expect("a good name").date(), None);
        assert_eq!(ChangesetName::parse("2024-13-15_x").expect("a good name").date(), None);
    }

    #[test]
    fn new_names_are_dated_slugs() {
        let check = |text: &str, expected: &str| {
            let name = ChangesetName::new(date(2026, 1, 31), text).expect("a good name");
            assert_eq!(name.as_str(), expected);
        };
        check("Add  Users!", "2026-01-31_add-users");
        check("2026-02-01_x", "2026-02-01_x");
        check("über/daten", "2026-01-31_über-daten");
        assert!(ChangesetName::new(date(2026, 1, 31), "--").is_err());
        assert!(ChangesetName::new(date(2026, 1, 31), &"x".repeat(300)).is_err());
    }
}
