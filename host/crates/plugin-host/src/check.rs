//! Judges what guests say about their input, and turns it into the host's words.
//!
//! A guest's text is data: nothing in it may move a terminal's cursor, point outside the input, or grow
//! without bound. What it says is not judged, only whether it can be shown.

use noorm_core::diagnostic::{Diagnostic, Severity, Span};
use noorm_core::plugin::PluginRef;

use crate::bindings::report;
use crate::error::PluginError;

/// Bytes of one message that are shown.
const TEXT_BYTES_MAX: usize = 4096;

/// Diagnostics of one answer that are shown.
const DIAGNOSTICS_MAX: usize = 200;

/// Returns `text` in a form that can be printed: control characters replaced, the end cut off where it is
/// too long.
pub(crate) fn plain(text: &str) -> String {
    let end = text.floor_char_boundary(TEXT_BYTES_MAX);
    let shown = text[..end].chars().map(|one| match one {
        '\n' | '\t' => one,
        one if one.is_control() || is_direction_mark(one) => char::REPLACEMENT_CHARACTER,
        one => one,
    });
    let mut shown: String = shown.collect();
    if end < text.len() {
        shown.push('…');
    }
    shown
}

/// Returns whether a character reorders what stands around it, so that a line reads as what it is not.
fn is_direction_mark(one: char) -> bool {
    matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Turns a guest's refusal into an error. `len_of` is the length of an input, by its path.
pub(crate) fn failure(
    plugin: &PluginRef,
    function: &str,
    failure: report::Failure,
    len_of: impl Fn(&str) -> u64,
) -> PluginError {
    let plugin = Box::new(plugin.clone());
    match failure {
        report::Failure::Invalid(diagnostics) => {
            let says_error = diagnostics.iter().any(|one| matches!(one.severity, report::Severity::Error));
            if !says_error {
                let what = "`invalid` without an error among its diagnostics".to_owned();
                return PluginError::Nonsense { plugin, function: function.to_owned(), what };
            }
            let diagnostics =
                diagnostics.into_iter().take(DIAGNOSTICS_MAX).map(|one| diagnostic(one, &len_of)).collect();
            PluginError::Input { plugin, diagnostics }
        }
        report::Failure::Unsupported(what) => PluginError::Unsupported { plugin, what: plain(&what) },
        report::Failure::Denied(what) => PluginError::Denied { plugin, what: plain(&what) },
        report::Failure::Internal(message) => {
            PluginError::Internal { plugin, function: function.to_owned(), message: plain(&message), layer: None }
        }
    }
}

fn diagnostic(one: report::Diagnostic, len_of: impl Fn(&str) -> u64) -> Diagnostic {
    let mut one = word_for_word(one);
    // A span that lies is dropped and the message kept: it may still help.
    one.span = one
        .span
        .filter(|span| span.start <= span.end && span.end <= len_of(&span.input) && span.line > 0 && span.column > 0);
    one
}

/// Returns a diagnostic with its span as it came, in words that can be shown.
pub(crate) fn word_for_word(one: report::Diagnostic) -> Diagnostic {
    let severity = match one.severity {
        report::Severity::Error => Severity::Error,
        report::Severity::Warning => Severity::Warning,
        report::Severity::Note => Severity::Note,
    };
    let span = one.span.map(|span| Span {
        input: plain(&span.input),
        start: span.start,
        end: span.end,
        line: span.line,
        column: span.column,
    });
    Diagnostic {
        severity,
        code: plain(&one.code),
        message: plain(&one.message),
        span,
        help: one.help.as_deref().map(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin() -> PluginRef {
        PluginRef { name: "loader-x".into(), version: "1.0.0".into(), digest: String::new() }
    }

    fn invalid(start: u64, end: u64) -> report::Failure {
        let span = report::Span { input: "a.csv".into(), start, end, line: 1, column: 1 };
        report::Failure::Invalid(vec![report::Diagnostic {
            severity: report::Severity::Error,
            code: "ragged-row".into(),
            message: "three cells\u{7}".into(),
            span: Some(span),
            help: None,
            attrs: Vec::new(),
        }])
    }

    #[test]
    fn control_characters_do_not_pass() {
        assert_eq!(plain("a\u{1b}[31mb\r\n\u{202e}c"), "a\u{fffd}[31mb\u{fffd}\n\u{fffd}c");
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        let text = "é".repeat(5000);
        let shown = plain(&text);
        assert_eq!(shown.len(), 4096 + '…'.len_utf8());
    }

    #[test]
    fn spans_outside_the_input_are_dropped() {
        for (start, end, kept) in [(0, 3, true), (3, 3, true), (2, 1, false), (0, 4, false)] {
            let PluginError::Input { diagnostics, .. } = failure(&plugin(), "load", invalid(start, end), |_| 3) else {
                panic!("an input error");
            };
            assert_eq!(diagnostics[0].span.is_some(), kept, "{start}..{end}");
            assert_eq!(diagnostics[0].message, "three cells\u{fffd}");
        }
    }

    #[test]
    fn invalid_without_an_error_is_nonsense() {
        let error = failure(&plugin(), "load", report::Failure::Invalid(Vec::new()), |_| 0);
        assert!(matches!(error, PluginError::Nonsense { .. }));
        assert!(error.is_plugin_fault());
    }
}
