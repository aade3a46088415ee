//! What `cli_version` of an operation says: the version of noorm, and the plugins that were given for that run alone.
//!
//! The plugins stand behind the version as its build metadata (Semantic Versioning 2.0.0, item 10), such as
//! `0.1.0+with.loader-ini`, so that a list of operations has them without a look at the files of each.

use std::fmt;

/// Between the version and the plugins, of which each further one stands behind a dot.
const MARK: &str = "+with.";

/// In the place of plugins for which there is no room; no plugin is called that.
const MORE: &str = "more";

/// Widest text of the column.
const BYTES_MAX: usize = 50;

/// The version, and the plugins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// The version of noorm.
    pub cli_version: String,
    /// The names of the plugins; `more` stands for those that had no room.
    pub with: Vec<String>,
}

impl MadeBy {
    /// Reads the column.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (cli_version, names) = text.split_once(MARK).unwrap_or((text, ""));
        let with = names.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self { cli_version: cli_version.to_owned(), with }
    }
}

impl fmt::Display for MadeBy {
    /// Writes the column.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.cli_version.clone();
        for (at, name) in self.with.iter().enumerate() {
            text += if at == 0 { MARK } else { "." };
            let is_last = at + 1 == self.with.len();
            let behind = if is_last { 0 } else { 1 + MORE.len() };
            if text.len() + name.len() + behind > BYTES_MAX {
                text += MORE;
                break;
            }
            text += name;
        }
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written, and what is read of that.
    #[track_caller]
    fn check(with: &[&str], written: &str, read: &[&str]) {
        let made_by = |with: &[&str]| MadeBy {
            cli_version: "0.1.0".to_owned(),
            with: with.iter().map(|&name| name.to_owned()).collect(),
        };
        assert_eq!(made_by(with).to_string(), written);
        assert!(written.len() <= BYTES_MAX);
        assert_eq!(MadeBy::parse(written), made_by(read));
    }

    #[test]
    fn plugins_stand_behind_the_version() {
        check(&[], "0.1.0", &[]);
        check(&["loader-ini"], "0.1.0+with.loader-ini", &["loader-ini"]);
        let two = ["dialect-acme", "loader-price-list"];
        check(&two, "0.1.0+with.dialect-acme.loader-price-list", &two);
    }

    #[test]
    fn what_has_no_room_is_counted_as_more() {
        let long = "loader-of-a-name-that-fills-the-column-all-by-itself";
        check(&[long], "0.1.0+with.more", &["more"]);
        check(&["loader-ini", long], "0.1.0+with.loader-ini.more", &["loader-ini", "more"]);
        // One that would just fit leaves no room to say that there are others.
        let fits = "loader-that-just-fits-to-the-last-bytes";
        check(&[fits], "0.1.0+with.loader-that-just-fits-to-the-last-bytes", &[fits]);
        check(&[fits, "loader-z"], "0.1.0+with.more", &["more"]);
    }

    #[test]
    fn another_versions_text_is_its_version() {
        for text in ["", "1.0.0-alpha.20", "1.0.0+build.7"] {
            assert_eq!(MadeBy::parse(text), MadeBy { cli_version: text.to_owned(), with: Vec::new() });
        }
    }
}
