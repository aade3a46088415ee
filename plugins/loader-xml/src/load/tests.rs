//! The mapping, and what is refused.

use super::*;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

/// What the root element `a` is.
#[track_caller]
fn check(source: &str, expected: Value) {
    assert_eq!(read(source.as_bytes(), &[]), Ok(map(&[("a", expected)])), "{source}");
}

#[track_caller]
fn fails(source: &str, code: &str, place: (u32, u32)) -> Problem {
    let problem = read(source.as_bytes(), &[]).expect_err("a wrong file");
    assert_eq!((problem.code, problem.at.map(|at| (at.line, at.column))), (code, Some(place)), "{source}: {problem:?}");
    problem
}

#[test]
fn elements_become_texts_maps_and_lists() {
    check("<a/>", text(""));
    check("<a> x </a>", text(" x "));
    check("<a>007</a>", text("007"));
    check("<a>\n  <b>1</b>\n  <c/>\n</a>", map(&[("b", text("1")), ("c", text(""))]));
    check("<a><b>1</b><c>x</c><b>2</b></a>", map(&[("b", Value::List(vec![text("1"), text("2")])), ("c", text("x"))]));
    check("<a id=\"1\" n=''/>", map(&[("@id", text("1")), ("@n", text(""))]));
    check("<a id='1'> x</a>", map(&[("@id", text("1")), ("#text", text(" x"))]));
    check("<a>one <b>two</b> three</a>", map(&[("#text", text("one  three")), ("b", text("two"))]));
}

#[test]
fn names_are_kept_as_they_are_written() {
    check(
        "<?xml version='1.0' encoding='UTF-8'?>\r\n<!DOCTYPE a SYSTEM 'a.dtd'>\n<a xmlns:x=\"urn:x\"><x:b x:c=\"1\">2</x:b></a>\n<!-- end -->",
        map(&[("@xmlns:x", text("urn:x")), ("x:b", map(&[("@x:c", text("1")), ("#text", text("2"))]))]),
    );
}

#[test]
fn a_name_begins_as_xml_says() {
    for name in ["b", "_b", ":b", "é", "水", "Ж"] {
        check(&format!("<a><{name}>1</{name}></a>"), map(&[(name, text("1"))]));
        check(&format!("<a {name}='1'/>"), map(&[(&format!("@{name}"), text("1"))]));
    }
    // What would be a key twice: the one of the attribute, of the text.
    fails("<a x=\"1\"><@x>2</@x></a>", "syntax", (1, 10));
    fails("<a>1<#text/></a>", "syntax", (1, 5));
    for name in ["1b", "-b", ".b", "×", "÷", "\u{300}", "$b", "<", "\u{37e}"] {
        fails(&format!("<a><{name}>1</{name}></a>"), "syntax", (1, 4));
        fails(&format!("<a><b {name}='1'/></a>"), "syntax", (1, 7));
    }
}

#[test]
fn text_is_unescaped_and_joined() {
    check("<a>&lt;b&gt; &amp;&quot;&apos;&#233;&#x1F600;</a>", text("<b> &\"'é😀"));
    check("<a>1<![CDATA[<&]]>2<!-- c -->3<?pi x?>4</a>", text("1<&234"));
    check("<a>l1\r\nl2</a>", text("l1\nl2"));
    check("<a b='&lt;&#9;x\n\ty'/>", map(&[("@b", text("<\tx  y"))]));
}

#[test]
fn lists_can_be_asked_for_by_name_and_by_path() {
    let source = b"<shop><item>1</item><old><item>2</item></old></shop>";
    let one = |number: &str| Value::List(vec![text(number)]);
    let named = map(&[("shop", map(&[("item", one("1")), ("old", map(&[("item", one("2"))]))]))]);
    assert_eq!(read(source, &["item"]), Ok(named));
    let by_path = map(&[("shop", map(&[("item", one("1")), ("old", map(&[("item", text("2"))]))]))]);
    assert_eq!(read(source, &["/shop/item"]), Ok(by_path));
}

#[test]
fn errors_have_a_place() {
    fails("", "syntax", (1, 1));
    fails("\u{feff}<a>\n <b>é</c></a>", "syntax", (2, 6));
    fails("<a>\n<b>", "syntax", (2, 4));
    fails("<a/>\n<b/>", "syntax", (2, 1));
    fails("<a/>\n x", "syntax", (2, 2));
    fails("x<a/>", "syntax", (1, 1));
    fails("<a></a></b>", "syntax", (1, 8));
    fails("<a>\n <b x='1' x='2'/></a>", "syntax", (2, 11));
    fails("<a>\n <b x=1/></a>", "syntax", (2, 7));
    fails("<a>\n <b x/></a>", "syntax", (2, 6));
    fails("<a b='1 < 2'/>", "syntax", (1, 4));
    fails("<a>1 & 2</a>", "syntax", (1, 6));
    fails("<a>x\n<!-- open </a>", "syntax", (2, 1));
    fails("<a>\n<b", "syntax", (2, 1));
    fails(" <?xml version='1.0'?><a/>", "syntax", (1, 2));
    fails("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "encoding", (1, 1));
    fails(&"<a>".repeat(10_000), "too-deep", (1, 181));
    assert_eq!(read(b"<a>\xff</a>", &[]).expect_err("not UTF-8").code, "invalid-utf8");
    assert_eq!(read(b"\xff\xfe<\0a\0/\0>\0", &[]).expect_err("UTF-16").code, "invalid-utf8");
}

#[test]
fn entities_cannot_grow_or_read_files() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]>\n<a>&lol2;</a>";
    fails(laughs, "document-type", (1, 1));
    fails("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "document-type", (1, 1));
    let problem = fails("<a>\n&lol;</a>", "entity", (2, 1));
    assert!(problem.message.contains("`&lol;`"), "{problem:?}");
    fails("<a>\n <b c='&x;'/></a>", "entity", (2, 5));
    fails("<a>&#0;</a>", "syntax", (1, 4));
    fails("<a>&#xD800;</a>", "syntax", (1, 4));
}
