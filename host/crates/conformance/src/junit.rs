//! The report as JUnit XML, which continuous integration shows.

use std::fmt::Write;

use crate::report::{Check, Fault, Outcome, Report};

/// Writes a report as one test suite, with a test case for each check.
#[must_use]
pub fn junit(report: &Report) -> String {
    let (_, failed, skipped) = report.counts();
    let name = escaped(&report.plugin.name);
    let total_ms = report.checks.iter().map(|check| check.duration_ms).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{}\" failures=\"{failed}\" skipped=\"{skipped}\"", report.checks.len());
    // A text takes everything.
    let _ = writeln!(out, "<testsuites {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{name}\" {counts} errors=\"0\" time=\"{}\">", seconds(total_ms));
    for check in &report.checks {
        case(&mut out, &report.plugin.name, check);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, plugin: &str, check: &Check) {
    let class = check.over.as_ref().map_or(plugin.to_owned(), |over| format!("{plugin} over {over}"));
    let (class, time) = (escaped(&class), seconds(check.duration_ms));
    let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{}\" time=\"{time}\"", check.name);
    let _ = match &check.outcome {
        Outcome::Passed { .. } => writeln!(out, "/>"),
        Outcome::Skipped { reason } => {
            writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", escaped(reason))
        }
        Outcome::Failed(fault) => {
            let message = escaped(&fault.what);
            let details = escaped(&details(check, fault));
            writeln!(out, ">\n      <failure message=\"{message}\">{details}</failure>\n    </testcase>")
        }
    };
}

fn details(check: &Check, fault: &Fault) -> String {
    let mut details = format!("law: {}", check.law);
    if let Some(example) = &fault.example {
        let _ = write!(details, "\nexample ({} bytes): {}", example.bytes, example.text);
    }
    for function in &fault.trace {
        let _ = write!(details, "\n  in {function}");
    }
    details
}

#[allow(clippy::cast_precision_loss)] // durations of years would lose milliseconds
fn seconds(duration_ms: u64) -> f64 {
    duration_ms as f64 / 1000.0
}

/// A text in an attribute or an element. What XML 1.0 has no way to write (section 2.2) becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // As they are, a parser would make blanks of them in an attribute.
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            one if one.is_control() && !('\u{7f}'..='\u{9f}').contains(&one) => out.push(char::REPLACEMENT_CHARACTER),
            one => out.push(one),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_xml_is_escaped() {
        let mut report = Report::of_stranger("a<b>&\"c\"", 1);
        let check = |name, outcome| Check { name, over: None, law: "a < b", outcome, cases: 1, duration_ms: 1500 };
        report.checks.push(check("one", Outcome::Passed { note: None }));
        report.checks.push(check("two", Outcome::Skipped { reason: "]]> & \u{1b}".to_owned() }));
        report.checks.push(check("three", Outcome::Failed(Fault::new("\"<\"\n").with(b"\0<a>\xff"))));
        assert_eq!(
            junit(&report),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites tests=\"3\" failures=\"1\" skipped=\"1\">\n\
             \x20 <testsuite name=\"a&lt;b&gt;&amp;&quot;c&quot;\" tests=\"3\" failures=\"1\" skipped=\"1\" errors=\"0\" time=\"4.5\">\n\
             \x20   <testcase classname=\"a&lt;b&gt;&amp;&quot;c&quot;\" name=\"one\" time=\"1.5\"/>\n\
             \x20   <testcase classname=\"a&lt;b&gt;&amp;&quot;c&quot;\" name=\"two\" time=\"1.5\">\n\
             \x20     <skipped message=\"]]&gt; &amp; \u{fffd}\"/>\n    </testcase>\n\
             \x20   <testcase classname=\"a&lt;b&gt;&amp;&quot;c&quot;\" name=\"three\" time=\"1.5\">\n\
             \x20     <failure message=\"&quot;&lt;&quot;&#10;\">law: a &lt; b&#10;example (5 bytes): \\0&lt;a&gt;\\xff</failure>\n\
             \x20   </testcase>\n  </testsuite>\n</testsuites>\n"
        );
    }
}
