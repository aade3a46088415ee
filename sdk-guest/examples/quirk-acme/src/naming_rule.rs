//! Tables are called `acme_` and words in lower case: whoever reads a query plan of a shared server knows whose they are.

use noorm_guest::quirk::{Diagnostic, Piece, Statement};

const PREFIX: &str = "acme_";

/// How noorm's own tables begin: they stand in a schema of their own, and nobody mistakes them.
const NOORMS: &str = "__noorm_";

/// How names are quoted in scripts.
const QUOTES: &[(char, char)] = &[('"', '"')];

/// Refuses a `CREATE TABLE` of another name.
pub(crate) fn tables_are_ours(statement: &Statement<'_>, _piece: &mut Piece) -> Result<(), Diagnostic> {
    let Some(subject) = statement.subject(QUOTES).filter(|it| it.is_made && it.kind == "TABLE" && it.of.is_empty())
    else {
        return Ok(());
    };
    let Some(name) = subject.name.last() else { return Ok(()) };
    // The server folds a name that is not quoted.
    let stored = if name.is_quoted { name.text.clone() } else { name.text.to_lowercase() };
    if is_ours(&stored) {
        return Ok(());
    }
    let help = format!("call it `{}`", suggestion(&name.text));
    let message =
        format!("the table `{}` is not called as Acme's tables are: `{PREFIX}` and words in snake case", name.text);
    Err(statement.error("acme-table-name", message, statement.place_of(name), &help))
}

fn is_ours(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(NOORMS) || name.strip_prefix(PREFIX).is_some_and(|rest| rest.split('_').all(is_word))
}

/// Returns the name that was probably meant.
fn suggestion(name: &str) -> String {
    let mut words = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && was_lower) {
            words.push('_');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        words.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()));
    }
    let words: Vec<_> = words.split('_').filter(|word| !word.is_empty()).collect();
    let words = words.join("_");
    format!("{PREFIX}{}", words.strip_prefix(PREFIX).unwrap_or(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ours() {
        for (name, ours) in [
            ("acme_orders", true),
            ("acme_order_lines_2", true),
            ("orders", false),
            ("acme_", false),
            ("acme_Orders", false),
            ("acme__orders", false),
            ("acmeorders", false),
            ("__noorm_version__", true),
        ] {
            assert_eq!(is_ours(name), ours, "{name}");
        }
    }

    #[test]
    fn what_is_suggested_is_ours() {
        for (name, meant) in [
            ("orders", "acme_orders"),
            ("OrderLines", "acme_order_lines"),
            ("acme_OrderLines", "acme_order_lines"),
            ("order-lines", "acme_order_lines"),
            ("ACME_ORDERS", "acme_orders"),
        ] {
            assert_eq!(suggestion(name), meant);
            assert!(is_ours(&suggestion(name)), "{name}");
        }
    }
}
