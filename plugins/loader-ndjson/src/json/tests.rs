//! Values that JSON allows, and what it does not.

use super::*;

fn check(text: &str, expected: Value) {
    assert_eq!(read(text).ok(), Some(expected), "{text}");
}

fn fails(text: &str, offset: usize, message: &str) {
    let wrong = read(text).expect_err(text);
    assert_eq!(wrong.offset, offset, "{text}: {wrong:?}");
    assert!(wrong.message.contains(message), "{text}: {wrong:?}");
}

#[test]
fn numbers_are_exact_where_they_are_integers() {
    check("0", Value::Integer(0));
    check("-9223372036854775809", Value::Integer(-9_223_372_036_854_775_809));
    check("170141183460469231731687303715884105727", Value::Integer(i128::MAX));
    check("1.50", Value::Real(1.5));
    check("-1E-2", Value::Real(-0.01));
    fails("170141183460469231731687303715884105728", 0, "as text");
    fails("1e999", 0, "too large");
    for text in ["01", "1.", ".5", "+1", "1e", "-", "0x1f", "--1", "1.2.3", "NaN", "Infinity"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn texts_are_unescaped() {
    check(r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#, Value::Text("\"\\/\u{8}\u{c}\n\r\té😀é".to_owned()));
    fails(r#""\x""#, 1, "escape");
    fails(r#""\u12""#, 1, "escape");
    fails(r#""\ud83d""#, 1, "surrogate");
    fails(r#""\ud83d\u0041""#, 1, "surrogate");
    fails(r#""\ude00""#, 1, "surrogate");
    fails("\"a\tb\"", 2, "control character");
    fails("\"abc", 4, "does not end");
    fails("\"abc\\", 4, "escape");
}

#[test]
fn lists_and_maps_nest() {
    let expected = Value::Map(vec![
        ("a".to_owned(), Value::List(vec![Value::Null, Value::Boolean(true), Value::Boolean(false)])),
        (String::new(), Value::Map(Vec::new())),
    ]);
    check(" {\"a\" : [ null,true , false ] , \"\":{ } } ", expected);
    fails("[1,]", 3, "missing");
    fails("[1 2]", 3, "`,` or `]`");
    fails("{\"a\" 1}", 5, "`:`");
    fails("{a: 1}", 1, "double quotes");
    fails("{\"a\": 1", 7, "`,` or `}`");
    fails("{\"a\":1,\"\\u0061\":2}", 7, "stands twice");
    fails("nul", 0, "`nul` is not a value");
    fails("null // c", 5, "ends before this");
    fails(&"[".repeat(10_000), 120, "nested deeper");
    assert!(read(&format!("{}{}", "[".repeat(119), "]".repeat(119))).is_ok());
}
