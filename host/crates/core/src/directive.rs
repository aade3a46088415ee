//! What the first line of a script tells noorm: `-- noorm: no-transaction`.

/// What a script asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Directives {
    /// Run statement by statement, outside a transaction.
    pub no_transaction: bool,
}

/// The first line has a word that is not a directive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line 1: unknown directive `{word}`; the one that is known is `no-transaction`")]
pub struct DirectiveError {
    /// The word.
    pub word: String,
}

/// Reads the first line of a script.
pub fn parse(script: &str) -> Result<Directives, DirectiveError> {
    let mut directives = Directives::default();
    let script = script.strip_prefix('\u{feff}').unwrap_or(script);
    let first = script.lines().next().unwrap_or_default().trim();
    let Some(words) = first.strip_prefix("--").and_then(|rest| rest.trim_start().strip_prefix("noorm:")) else {
        return Ok(directives);
    };
    for word in words.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        match word {
            "no-transaction" => directives.no_transaction = true,
            _ => return Err(DirectiveError { word: word.to_owned() }),
        }
    }
    Ok(directives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_line_counts() {
        let no_transaction = |script: &str| parse(script).map(|directives| directives.no_transaction);
        assert_eq!(no_transaction("-- noorm: no-transaction\nVACUUM;"), Ok(true));
        assert_eq!(no_transaction("\u{feff}--noorm:no-transaction\r\nVACUUM;"), Ok(true));
        assert_eq!(no_transaction("SELECT 1;\n-- noorm: no-transaction"), Ok(false));
        assert_eq!(no_transaction("-- about noorm: nothing"), Ok(false));
        assert_eq!(no_transaction(""), Ok(false));
    }

    #[test]
    fn an_unknown_word_is_an_error() {
        assert_eq!(parse("-- noorm: no-transactions"), Err(DirectiveError { word: "no-transactions".to_owned() }));
    }
}
