//! The names under which a template sees the data files beside it: the file's stem as it stands, in camel case and in
//! snake case. `user-roles.csv` is `userRoles` and `user_roles`.

/// Returns the names of a data file, without those that are no identifiers.
pub(super) fn of_file(file_name: &str) -> Vec<String> {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let words = words(stem);
    let mut names = vec![stem.to_owned(), camel(&words), words.join("_")];
    names.retain(|name| is_identifier(name));
    names.sort();
    names.dedup();
    names
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Cuts at whatever is no letter or digit, and before a capital that follows a small letter.
fn words(stem: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in stem.chars() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
        } else {
            if letter.is_uppercase() && was_small {
                words.push(String::new());
            }
            words.last_mut().expect("there is always one").extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn camel(words: &[String]) -> String {
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if !name.is_empty() => name.extend(first.to_uppercase()),
            Some(first) => name.push(first),
            None => {}
        }
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: &[&str]) {
        assert_eq!(of_file(file), expected, "{file}");
    }

    #[test]
    fn a_file_has_up_to_three_names() {
        check("users.csv", &["users"]);
        check("user-roles.csv", &["userRoles", "user_roles"]);
        check("user_roles.csv", &["userRoles", "user_roles"]);
        check("userRoles.yaml", &["userRoles", "user_roles"]);
        check("Users.json", &["Users", "users"]);
        check("2024-rates.csv", &[]);
        check("app.settings.toml", &["appSettings", "app_settings"]);
        check("größen.csv", &[]);
    }
}
