//! How deep a source nests, before it is parsed: the parser calls itself for each level, and the stack of the sandbox ends
//! without a word. This knows texts and comments, no more of the language; what it takes for a bracket too many is in a
//! regular expression or a template, and so many of them in a row are nobody's data.

use noorm_guest::problem::Problem;

/// Deepest brackets within brackets that are parsed: at 60 the parser has used up the megabyte of its stack.
pub(crate) const NESTING_MAX: usize = 40;

/// Refuses a source that nests too deep. `bytes` is the file, of which `text` begins at `skipped`.
pub(crate) fn check(bytes: &[u8], text: &str, skipped: usize) -> Result<(), Problem> {
    match too_deep(text.as_bytes()) {
        None => Ok(()),
        Some(at) => Err(Problem::new("too-deep", format!("the source is nested deeper than {NESTING_MAX}"))
            .at_offset(bytes, skipped + at)),
    }
}

/// Returns where the first bracket is that is one too deep, or the first sign of a row of them: `- - - 1` nests as well.
pub(crate) fn too_deep(text: &[u8]) -> Option<usize> {
    let (mut depth, mut signs, mut in_template, mut at) = (0_usize, 0_usize, false, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            // A line of dashes in a text is data.
            b'-' | b'+' | b'!' | b'~' if !in_template => {
                signs += 1;
                if signs > NESTING_MAX {
                    return Some(at);
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => signs = 0,
        }
        match byte {
            b'`' => in_template = !in_template,
            b'\\' if in_template => at += 1,
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > NESTING_MAX {
                    return Some(at);
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' if !in_template => at = end_of_text(text, at),
            b'/' if text[at..].starts_with(b"//") => at = find(text, at, b"\n"),
            b'/' if text[at..].starts_with(b"/*") => at = find(text, at, b"*/"),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns where the text ends that begins here; one that does not end on its line is none.
fn end_of_text(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return start,
            byte if *byte == text[start] => return at,
            _ => {}
        }
        at += 1;
    }
    start
}

fn find(text: &[u8], start: usize, end: &[u8]) -> usize {
    text[start..].windows(end.len()).position(|window| window == end).map_or(text.len(), |at| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_where_they_are_code() {
        let deep = "[".repeat(NESTING_MAX);
        assert_eq!(too_deep(deep.as_bytes()), None);
        assert_eq!(too_deep(format!("{deep}\n{{").as_bytes()), Some(NESTING_MAX + 1));
        assert_eq!(too_deep("[({})]".repeat(1000).as_bytes()), None);
        for text in ["'", "\"", "//", "/*"] {
            let end = if text == "/*" {
                "*/"
            } else if text == "//" {
                "\n"
            } else {
                text
            };
            assert_eq!(too_deep(format!("{deep}{text}(\\{end}{end}").as_bytes()), None, "{text}");
        }
        assert_eq!(too_deep(format!("// don't\n{deep}(").as_bytes()), Some(9 + NESTING_MAX));
        assert_eq!(too_deep(format!("/don't/\n{deep}(").as_bytes()), Some(8 + NESTING_MAX));
    }

    #[test]
    fn signs_in_a_row_nest_too() {
        let deep = "- ".repeat(NESTING_MAX);
        assert_eq!(too_deep(format!("{deep}1").as_bytes()), None);
        assert_eq!(too_deep(format!("{deep}- 1").as_bytes()), Some(2 * NESTING_MAX));
        assert_eq!(too_deep("1 + ".repeat(1000).as_bytes()), None);
        for text in ["`", "\"", "// "] {
            assert_eq!(too_deep(format!("{text}{deep}- -{text}").as_bytes()), None, "{text}");
        }
        assert_eq!(too_deep(format!("`don't \\` {deep}- -`").as_bytes()), None);
    }
}
