//! Data files of every format, used by a template of the built binary: what a person writes, and what arrives in the table.

use noorm_testkit::{Engine, Project, for_each_database};
use noorm_workbook::{DATE, Workbook, number, row, shared, styled, text, typed};

use crate::answers::{error, files};

const TABLE: &str = "CREATE TABLE items (name TEXT, amount INTEGER);";
const SEED: &str = "{% for item in items -%}\nINSERT INTO items VALUES ({{ quote(item.name) }}, {{ quote(item.amount) }});\n{% endfor %}";

/// A workbook of two items.
fn workbook() -> Vec<u8> {
    let rows = row(1, &[text("A1", "name"), text("B1", "amount")])
        + &row(2, &[text("A2", "O'Neil"), number("B2", "1")])
        + &row(3, &[shared("A3", 0), number("B3", "2")]);
    Workbook::new().shared("<t>two\nlines</t>").sheet("Items", rows).hidden("Notes", "").bytes()
}

#[test]
fn every_format_fills_the_same_rows() {
    let workbook = workbook();
    for (file, content) in [
        ("items.ndjson", "{\"name\": \"O'Neil\", \"amount\": 1}\n\n{\"name\": \"two\\nlines\", \"amount\": 2}\n".as_bytes()),
        ("items.jsonl", b"{\"name\": \"O'Neil\", \"amount\": 1}\r\n{\"name\": \"two\\nlines\", \"amount\": 2}\r\n"),
        ("items.xlsx", &workbook),
        ("items.js", b"const names = [\"O'Neil\", 'two\\nlines'];\nexport default names.map((name, i) => ({ name, amount: i + 1 }));\n"),
        ("items.mjs", b"export default [{name: \"O'Neil\", amount: 1n}, {name: `two\nlines`, amount: 2.0}];\n"),
    ] {
        let project = Project::new(Engine::Sqlite);
        project.write("schema/001.sql", TABLE);
        project.write("schema/002_seed.sql.j2", SEED);
        project.write(&format!("schema/{file}"), content);
        project.noorm("run build").expect_success();
        assert_eq!(
            project.query("SELECT name, amount FROM items ORDER BY amount"),
            [["O'Neil", "1"], ["two\nlines", "2"]],
            "{file}"
        );
    }
}

#[test]
fn xml_is_reached_by_its_names() {
    for_each_database(|project| {
        project.write("schema/001.sql", TABLE);
        project.write(
            "schema/002.sql.j2",
            "{% for item in shop.shop.item -%}\nINSERT INTO items VALUES ({{ quote(item['#text']) }}, {{ item['@amount'] }});\n{% endfor %}",
        );
        project.write(
            "schema/shop.xml",
            "<?xml version=\"1.0\"?>\n<shop>\n  <item amount='1'>O&apos;Neil</item>\n  <item amount='2'><![CDATA[<b>]]></item>\n</shop>\n",
        );
        project.noorm("run build").expect_success();
        assert_eq!(project.query("SELECT name, amount FROM items ORDER BY amount"), [["O'Neil", "1"], ["<b>", "2"]]);
    });
}

#[test]
fn a_script_is_data_where_nothing_else_has_its_name() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", TABLE);
    project.write("tools/body.sql", "SELECT 'it''s {{ not }} a template'\n");
    project.write("tools/items.sql", "this is no script that anybody runs");
    project.write("tools/items.csv", "name,amount\na,1\n");
    project.write(
        "tools/all.sql.j2",
        "INSERT INTO items VALUES ({{ quote(body) }}, {{ items | length }});\nINSERT INTO items VALUES ({{ quote(load('items.sql')) }}, 2);",
    );
    project.noorm("run build").expect_success();
    project.noorm("run file tools/all.sql.j2").expect_success();
    assert_eq!(
        project.query("SELECT name, amount FROM items ORDER BY amount"),
        [["SELECT 'it''s {{ not }} a template'\n", "1"], ["this is no script that anybody runs", "2"]]
    );
}

#[test]
fn dates_of_a_workbook_are_texts_that_a_database_reads() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE days (day DATE, price NUMERIC(6,2), note VARCHAR(20));");
        let rows = row(1, &[text("A1", "day"), text("B1", "price"), text("C1", "note")])
            + &row(2, &[styled("A2", DATE, "46053"), number("B2", "19.9")])
            + &row(4, &[styled("A4", DATE, "46054"), number("B4", "5"), typed("C4", "str", "of a formula")]);
        project.write("schema/days.xlsx", Workbook::new().sheet("Days", rows).bytes());
        project.write(
            "schema/002.sql.j2",
            "{% for d in days %}INSERT INTO days VALUES ({{ quote(d.day) }}, {{ quote(d.price) }}, {{ quote(d.note) }});\n{% endfor %}",
        );
        project.noorm("run build").expect_success();
        let count = "SELECT count(*) FROM days WHERE day = '2026-01-31' AND note IS NULL AND price > 19 AND price < 20";
        assert_eq!(project.value(count), "1");
        assert_eq!(project.value("SELECT count(*) FROM days WHERE day = '2026-02-01' AND note = 'of a formula'"), "1");
    });
}

#[test]
fn several_sheets_have_names() {
    let project = Project::new(Engine::Sqlite);
    let sheet = |name: &str| row(1, &[text("A1", "name")]) + &row(2, &[text("A2", name)]);
    let bytes = Workbook::new().sheet("Staff", sheet("a")).sheet("Shops", sheet("b")).bytes();
    project.write("schema/book.xlsx", bytes);
    project.write("schema/001.sql", TABLE);
    project.write(
        "schema/002.sql.j2",
        "INSERT INTO items VALUES ({{ quote(book.Staff[0].name ~ book['Shops'][0].name) }}, 1);",
    );
    project.noorm("run build").expect_success();
    assert_eq!(project.value("SELECT name FROM items"), "ab");
}

#[test]
fn what_a_module_imports_is_an_input_of_the_template() {
    for_each_database(|project| {
        project.write("schema/001.sql", TABLE);
        project.write("schema/002.sql.j2", SEED);
        project.write(
            "schema/items.js",
            "import { rate } from '../lib/rates.mjs';\nexport default [{ name: 'a', amount: rate(2) }];\n",
        );
        project.write("lib/rates.mjs", "import base from './base.json';\nexport const rate = n => n * base.factor;\n");
        project.write("lib/base.json", "{\"factor\": 3}\n");
        let run = |expected: &str| {
            let output = project.noorm("run build --json").expect_success();
            assert_eq!(files(&output)[1], format!("schema/002.sql.j2 {expected}"));
        };
        run("success");
        run("skipped unchanged");
        project.write("lib/base.json", "{\"factor\": 10}\n");
        run("success");
        assert_eq!(project.query("SELECT amount FROM items ORDER BY amount"), [["6"], ["20"]]);
        let output = project.noorm("run build --json").expect_success();
        assert_eq!(files(&output)[1], "schema/002.sql.j2 skipped unchanged");
    });
}

#[test]
fn what_is_wrong_is_shown_with_its_place() {
    let broken =
        Workbook::new().sheet("Prices", row(1, &[text("A1", "a")]) + &row(7, &[typed("A7", "e", "#REF!")])).bytes();
    for (file, content, line, message) in [
        ("items.ndjson", "{\"a\": 1}\n{\"a\" 2}\n".as_bytes(), "2", "`:` is missing"),
        ("items.xml", b"<a>\n  <b>\n  </c>\n</a>\n", "3", "`</c>` stands where `</b>` is expected"),
        ("items.xml", b"<!DOCTYPE a [<!ENTITY x \"y\">]>\n<a>&x;</a>", "1", "the document type defines things"),
        ("items.js", b"const a = 1;\nexport default a.b.c;\n", "2", "TypeError"),
        ("items.js", b"export default {\n  day: new Date(),\n};\n", "2", "no clock"),
        ("items.js", b"export default [{ name: () => 'x' }];\n", "", "`[0].name` is a function"),
        ("items.js", b"\nimport fs from 'node:fs';\nexport default fs;\n", "2", "there are no packages"),
        ("items.js", b"import x from '../../outside.js';\nexport default x;\n", "1", "outside of the project"),
        ("items.xlsx", &broken, "", "the sheet `Prices`: cell A7 holds the error `#REF!`"),
        ("items.xlsx", b"name,amount\n", "", "not an Excel workbook"),
    ] {
        let project = Project::new(Engine::Sqlite);
        project.write("schema/002_seed.sql.j2", SEED);
        project.write(&format!("schema/{file}"), content);
        let output = project.noorm("run build --json").expect_code(1);
        let said = error(&output, "message");
        assert!(output.stdout.contains(message) && output.stdout.contains(file), "{file}: {message}\n{said}\n{output}");
        if !line.is_empty() {
            assert_eq!(error(&output, "line"), line, "{output}");
        }
    }
}

#[test]
fn a_module_that_never_ends_is_ended_before_the_first_statement() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", TABLE);
    project.write("schema/002_seed.sql.j2", SEED);
    project.write("schema/items.js", "for (;;) {}\nexport default [];\n");
    let output = project.noorm("run build --json").expect_code(6);
    assert!(error(&output, "message").contains("loader-js"), "{output}");
    assert!(!project.database.has_table("items"));
}
