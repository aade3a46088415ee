//! What may be shown of texts that others wrote: no control characters, no end that never comes, no password. What the
//! texts mean is not judged.

/// Characters of another's text that are shown.
const CHARACTERS_MAX: usize = 200;

/// Returns a text in a form that can be printed in a line.
pub(crate) fn plain(text: &str) -> String {
    let mut characters = text.chars().map(|one| match one {
        '\n' | '\t' => ' ',
        one if one.is_control() || is_direction_mark(one) => char::REPLACEMENT_CHARACTER,
        one => one,
    });
    let mut shown: String = characters.by_ref().take(CHARACTERS_MAX).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a character reorders what stands around it, so that a line reads as what it is not.
fn is_direction_mark(one: char) -> bool {
    matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns what was written as an address in a form that can be printed, without what stands where a login does.
pub(crate) fn plain_address(text: &str) -> String {
    let is_slash = |one: char| matches!(one, '/' | '\\');
    let behind = text.split_once(':').map_or(text, |(_, behind)| behind);
    let rest = if behind.starts_with(is_slash) { behind.trim_start_matches(is_slash) } else { text };
    let scheme = &text[..text.len() - rest.len()];
    // The `@` of a digest ends no login.
    let name = rest.rfind("@sha256:").map_or(rest, |at| &rest[..at]);
    let host = name.split(is_slash).next().unwrap_or_default();
    let end = match host.rfind('@') {
        // A `/` in a password ends what looks like the host, behind a colon without a port.
        None if has_no_port(host) => name.rfind('@'),
        end => end,
    };
    plain(&format!("{scheme}{}", end.map_or(rest, |at| &rest[at + 1..])))
}

fn has_no_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.parse::<u16>().is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_not_shown() {
        assert_eq!(plain("a\u{1b}[31mb\r\nc\t\u{202e}d"), "a\u{fffd}[31mb\u{fffd} c \u{fffd}d");
    }

    #[test]
    fn a_text_without_end_is_cut_at_a_character() {
        assert_eq!(plain(&"é".repeat(200)), "é".repeat(200));
        assert_eq!(plain(&"é".repeat(1 << 20)), "é".repeat(200) + "…");
    }

    #[test]
    fn a_login_in_an_address_is_not_shown() {
        let check = |text: &str, shown: &str| assert_eq!(plain_address(text), shown);
        check("https://me:hunter2@example.org:port/a", "https://example.org:port/a");
        check("https://me:hunter2@", "https://");
        check("https://me:hun@ter2@example.org/a@b", "https://example.org/a@b");
        check("https://me:hunter2#?@example.org", "https://example.org");
        check("oci://me:hunter2@ghcr.io/a/x:1@sha256:00", "oci://ghcr.io/a/x:1@sha256:00");
        check("oci://me:hunter2@x:1@sha256:00", "oci://x:1@sha256:00");
        check("me:hunter2@ghcr.io/x:1", "ghcr.io/x:1");
        check("https:me:hunter2@example.org/a", "example.org/a");
        check("https:/me:hunter2@example.org/a", "https:/example.org/a");
        check(r"https:\\me:hunter2@example.org\a", r"https:\\example.org\a");
        // The password has a `/`.
        check("https://me:hunter2/3@example.org/a", "https://example.org/a");
        check("oci://me:hunter2/3@ghcr.io/x:1", "oci://ghcr.io/x:1");
    }

    #[test]
    fn an_address_without_a_login_stays() {
        for text in [
            "https://example.org/@scope/a.wasm",
            "https://example.org:8443/@scope/a.wasm",
            "oci://ghcr.io/acme/x@sha512:00",
            "oci://localhost:5000/x:1@sha256:00",
            "oci://x:latest@sha256:00",
            "ghcr.io/acme/x:1",
            "",
        ] {
            assert_eq!(plain_address(text), text);
        }
    }
}
