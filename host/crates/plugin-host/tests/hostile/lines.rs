//! A loader that behaves: each line of its file is a row.

use noorm_core::value::Value;
use noorm_plugin_host::Limits;

use crate::loader;

#[test]
fn fifty_megabytes_of_rows_pass() {
    let limits = Limits { time_ms: 10_000, ..Limits::default() };
    let loader = loader("lines", "lines", limits);
    let content =
        "one line of a file that has half a million of them, each a hundred bytes long, and all of them alike\n";
    let rows = 50_000_000 / content.len();
    let Value::List(list) = loader.load("a.lines", content.repeat(rows).as_bytes()).unwrap() else {
        panic!("a list of rows");
    };
    assert_eq!(list.len(), rows);
    let cell = Value::Text(content.trim_end().to_owned());
    assert_eq!(list[rows - 1], Value::Map(vec![("line".to_owned(), cell)]));
}
