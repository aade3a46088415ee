//! What counts, and what does not.

use super::*;

/// A chain of links that weigh so much each: it is taken while there is room for what else is open, and no longer.
#[track_caller]
fn weighs(weight: usize, before: &str, link: &str, after: &str) {
    let source = |count: usize| format!("{before}{}{after}", link.repeat(count));
    assert_eq!(too_deep(source((WEIGHT_MAX - 2 * BRACKET) / weight).as_bytes()), None, "{link}");
    let at = too_deep(source(WEIGHT_MAX / weight + 1).as_bytes());
    assert!(at.is_some_and(|at| at > before.len()), "{link}: {at:?}");
}

/// What may stand any number of times.
#[track_caller]
fn free(source: &str) {
    assert_eq!(too_deep(source.repeat(2000).as_bytes()), None, "{source}");
}

#[test]
fn brackets_count_where_they_are_code() {
    let deep = "[".repeat(NESTING_MAX);
    assert_eq!(too_deep(deep.as_bytes()), None);
    assert_eq!(too_deep(format!("{deep}\n{{").as_bytes()), Some(NESTING_MAX + 1));
    free("[({})];");
    for (text, end) in [("'", "'"), ("\"", "\""), ("//", "\n"), ("/*", "*/"), ("`", "`"), ("/[/", "]/")] {
        assert_eq!(too_deep(format!("{deep}{text}(\\{end}{end}").as_bytes()), None, "{text}");
    }
    assert!(TOO_DEEP.contains(&NESTING_MAX.to_string()));
}

#[test]
fn what_looks_like_the_beginning_of_a_text_is_told_from_one() {
    let deep = "[".repeat(NESTING_MAX + 1);
    for before in [
        "// don't\n",
        "// don't\u{2028}",
        "/don't/\n",
        "const quote = /[`/]/g, other = /\\/'`/;",
        "if (a) /`/.test(a);",
        "const half = a / 2; // `\n",
        "const part = (a + b) / 2, c = '`', d = list[0] / 2;",
        "const u = `https://x/${v}`;",
        "const glob = `schema/*.sql`;",
        "const nested = `${list.map(x => `<${x}>`).join(`,`)}`;",
        "const brace = `${{a: '}'}.a}{`;",
        "const escaped = `\\`\\${`;",
        "x = a++ / 2 + '`';",
        "x = a.in / 2 + '`';",
        "for await (const a of b) /`/.test(a);",
    ] {
        let at = before.len() + NESTING_MAX;
        assert_eq!(too_deep(format!("{before}{deep}").as_bytes()), Some(at), "{before}");
    }
}

#[test]
fn a_template_is_text_and_its_code_is_code() {
    free("const u = `https://x/${v}`;\n");
    free("const u = `((([[[${v}`;\n");
    weighs(BRACKET, "x = ", "`${", "1");
    weighs(2 * BRACKET + 1, "x = ", "`[${f(", "1");
}

#[test]
fn chains_nest_without_brackets() {
    weighs(4, "f = ", "a => ", "1");
    weighs(4, "f = ", "async a => ", "1");
    weighs(4, "f = ", "(a) => ", "1");
    weighs(1, "x = ", "a ? 1 : ", "2");
    weighs(2, "x = ", "a === 1\n? 'b'\n: ", "2");
    weighs(1, "x = ", "a ? ", "1");
    weighs(1, "if (a) b = 1;\n", "else if (a === 1) b = 2;\n", "");
    weighs(1, "if (a) { b } ", "else if (a) { b } ", "else { c }");
    weighs(1, "", "if (a) ", "b;");
    weighs(2, "", "for (const a of b) ", "c;");
    weighs(1, "", "do ", "c; while (d)");
    weighs(1, "b: ", "a: ", "c");
    weighs(1, "x = ", "a || ", "1");
    weighs(1, "x = ", "'a' +\n", "'b'");
    weighs(2, "x = ", "a ** ", "1");
    weighs(2, "", "a = ", "1");
    weighs(1, "x = ", "typeof ", "1");
    weighs(1, "x = ", "- ", "1");
    weighs(1, "x = ", "await ", "1");
    weighs(1, "x = ", "yield ", "1");
    weighs(2, "x = ", "new ", "A");
    weighs(3, "x = class A ", "extends class ", "{}");
    weighs(2, "x = a", ".b", ";");
    weighs(3, "x = a", ".b(1)", ";");
    weighs(1, "x = a", "(1)", ";");
    weighs(1, "x = a", "``", ";");
}

#[test]
fn chains_end() {
    for source in [
        "const f = a => a ? 1 : 2;\n",
        // Without semicolons.
        "const f = a => a ? 1 : 2\n",
        "x = a => b\n",
        "f(a).b = c ** d\n",
        "if (a) b = c ? 1 : 2\n",
        "if (a) b; else if (c) d; else e;\n",
        "if (a) { b } else if (c) { d }\n",
        "for (const a of b) if (a) c()\n",
        "while (a) b();",
        "{a: b ? c : d, e: f => g},",
        "[a ? b : c, ...d, -1.5e-3, 1 / 2], ",
        "case A.B: case A.C: ",
        "case 1: return a ? b : c\n",
        "export const a = async () => await b\n",
        "function f(a = 1) { return a + 1 }\n",
        "class A { b = c => d\n static e() { return new F() } }\n",
        "`${a ? b : c}`, ",
        "a?.b?.[c], ",
        "x = y.delete;\n",
    ] {
        free(source);
    }
}
