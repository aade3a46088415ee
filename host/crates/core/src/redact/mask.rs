//! How a list shows a secret: that it is there, and how long it is.
//!
//! The form is that of the original's log. Its verbose form has the first characters, which are a part of the secret; it is
//! left out.

use crate::secret::Secret;

/// More asterisks say no more.
const STARS_MAX: usize = 12;

/// Returns what a list shows for a value, such as `<ApiKey ************... (19) />`.
pub fn masked(name: &str, value: &Secret) -> String {
    let length = value.expose().chars().count();
    let stars = "*".repeat(length.min(STARS_MAX));
    let more = if length > STARS_MAX { "..." } else { "" };
    format!("<{} {stars}{more} ({length}) />", pascal(name))
}

/// `DB_PASSWORD` is `DbPassword`.
fn pascal(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let word = |word: &str| -> String {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        first + &letters.as_str().to_lowercase()
    };
    words.map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_the_original() {
        let check = |name: &str, value: &str, expected: &str| {
            assert_eq!(masked(name, &Secret::new(value.to_owned())), expected);
        };
        check("password", "hunter2", "<Password ******* (7) />");
        check("api_key", "sk-1234567890abcdef", "<ApiKey ************... (19) />");
        check("token", "", "<Token  (0) />");
        check("DB_PASSWORD", "aaaaaaaaaaaaaaaaaaaaaaaaa", "<DbPassword ************... (25) />");
    }
}
