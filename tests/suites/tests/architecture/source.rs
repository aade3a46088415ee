//! A Rust source as the rules see it: code without comments and tests, and the string literals apart. It knows just
//! enough of the language for that, and nothing of its grammar.

use std::iter::repeat_n;

/// A source file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the workspace, with `/`.
    pub(crate) path: String,
    /// The file as it stands.
    pub(crate) text: String,
    /// Without comments, contents of literals and `#[cfg(test)]` items; lines and columns are those of the file.
    pub(crate) code: String,
    /// The string literals outside tests, with their lines.
    pub(crate) literals: Vec<Literal>,
}

/// What stands between the quotes of a literal, escapes as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl Source {
    /// Takes a source apart.
    pub(crate) fn new(path: impl Into<String>, text: &str) -> Self {
        let (mut code, mut literals) = take_apart(text);
        while let Some((start, end)) = test_item(&code) {
            let lines = line_of(&code, start)..=line_of(&code, end);
            literals.retain(|literal| !lines.contains(&literal.line));
            blank(&mut code, start, end);
        }
        Self { path: path.into(), text: text.to_owned(), code, literals }
    }

    /// Tells whether the whole file is a test or part of one.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
    }

    /// Returns the names and words of the code with their lines.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.lines().zip(1..);
        lines.flat_map(|(text, line)| {
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.filter(|word| !word.is_empty()).map(move |word| (line, word))
        })
    }

    /// Returns the lines of the code that contain `part`.
    pub(crate) fn lines_with(&self, part: &str) -> Vec<usize> {
        let lines = self.code.lines().zip(1..);
        lines.filter(|(text, _)| text.contains(part)).map(|(_, line)| line).collect()
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Puts blanks in the place of a stretch, so that positions stay.
fn blank(code: &mut String, start: usize, end: usize) {
    let blanks: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    code.replace_range(start..end, &blanks);
}

fn take_apart(text: &str) -> (String, Vec<Literal>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at = text.len() - rest.len();
        let follows_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            hide(&mut code, rest, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            hide(&mut code, rest, block_comment(rest))
        } else if let Some((body, length)) = string(rest).filter(|_| first == '"' || !follows_word) {
            literals.push(Literal { line: line_of(text, at), text: body.to_owned() });
            hide(&mut code, rest, length)
        } else if let Some(length) = character(rest) {
            hide(&mut code, rest, length)
        } else {
            code.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    (code, literals)
}

/// Puts blanks in the place of the next `length` bytes, and returns `length`.
fn hide(code: &mut String, rest: &str, length: usize) -> usize {
    let hidden = rest[..length].chars();
    code.extend(hidden.flat_map(|c| repeat_n(if c == '\n' { '\n' } else { ' ' }, 1)));
    length
}

/// Returns the length of a comment that may hold others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Returns the body and the whole length of a plain, byte, C or raw string.
fn string(text: &str) -> Option<(&str, usize)> {
    let after_letter = text.strip_prefix(['b', 'c']).unwrap_or(text);
    if let Some(raw) = after_letter.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let body = raw[hashes..].strip_prefix('"')?;
        let closing: String = std::iter::once('"').chain(repeat_n('#', hashes)).collect();
        let end = body.find(&closing).unwrap_or(body.len());
        return Some((&body[..end], text.len() - body.len() + (end + closing.len()).min(body.len())));
    }
    let body = after_letter.strip_prefix('"')?;
    let mut escaped = false;
    let end = body.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let end = end.unwrap_or(body.len());
    Some((&body[..end], text.len() - body.len() + (end + 1).min(body.len())))
}

/// Returns the length of a character literal; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('\'')?.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 2);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 2)
}

/// Returns where the first item that is only compiled for tests starts and ends.
fn test_item(code: &str) -> Option<(usize, usize)> {
    let start = code.find("#[cfg(test)]")?;
    let body = code[start..].find(['{', ';']).map_or(code.len(), |at| start + at);
    if code[body..].starts_with(';') {
        return Some((start, body + 1));
    }
    let mut depth = 0_usize;
    for (at, c) in code[body..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some((start, body + at + 1)),
            '}' => depth -= 1,
            _ => {}
        }
    }
    Some((start, code.len()))
}

#[test]
fn literals_are_found_and_comments_are_not() {
    let text = "// \"a\"\nlet x = \"b\"; /* /* \"c\" */ */ f(r#\"d\"e\"#, b\"f\\\"g\", '\"', 'h);\n";
    let literals = Source::new("x.rs", text).literals;
    let found: Vec<_> = literals.iter().map(|literal| (literal.line, literal.text.as_str())).collect();
    assert_eq!(found, [(2, "b"), (2, "d\"e"), (2, "f\\\"g")]);
}

#[test]
fn tests_are_left_out() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { \"c\" } }\n#[cfg(test)]\nuse d;\nfn e() { \"f\" }\n";
    let source = Source::new("x.rs", text);
    let words: Vec<_> = source.words().collect();
    assert_eq!(words, [(1, "fn"), (1, "a"), (6, "fn"), (6, "e")]);
    assert_eq!(source.literals, [Literal { line: 6, text: "f".into() }]);
}
