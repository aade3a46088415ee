//! `noorm demo`.

use noorm_testkit::{Sandbox, SqliteFile};

/// Returns the demo's database; its file name is the demo's own affair.
fn database(sandbox: &Sandbox, folder: &str) -> SqliteFile {
    let files = sandbox.files();
    let found = files.iter().find(|file| file.starts_with(folder) && file.ends_with(".db"));
    SqliteFile::new(sandbox.project().join(found.unwrap_or_else(|| panic!("no database in {files:?}"))))
}

#[test]
fn builds_a_shop_and_applies_its_changesets() {
    let sandbox = Sandbox::new();
    sandbox.noorm("demo shop").expect_success().expect_stdout("2026-01-26_best-sellers");
    let database = database(&sandbox, "shop/");
    assert_eq!(database.query("SELECT count(*), sum(stock) FROM products"), [["6", "157"]]);
    assert_eq!(database.query("SELECT price_cents FROM products WHERE sku = '00417'"), [["3650"]]);
    assert_eq!(database.query("SELECT sku FROM best_sellers LIMIT 1"), [["00418"]]);
    assert_eq!(database.query("SELECT count(*) FROM reviews"), [["2"]]);
    assert_eq!(database.query("SELECT value FROM settings WHERE name = 'open'"), [["true"]]);
}

#[test]
fn its_readme_keeps_its_promises() {
    let sandbox = Sandbox::new();
    sandbox.noorm("demo shop").expect_success();
    let noorm = |line: &str| sandbox.noorm(&format!("-C shop {line}"));
    let before = database(&sandbox, "shop/").query("SELECT sku, price_cents FROM products ORDER BY sku");
    noorm("change rewind 3").expect_success();
    assert_eq!(
        database(&sandbox, "shop/")
            .query("SELECT name FROM sqlite_schema WHERE name IN ('reviews', 'best_sellers')")
            .len(),
        0
    );
    noorm("change ff").expect_success();
    assert_eq!(database(&sandbox, "shop/").query("SELECT sku, price_cents FROM products ORDER BY sku"), before);
    let csv = "shop/schema/040_seed/products.csv";
    sandbox.write(csv, sandbox.read(csv) + "00700,Gift card,other,1000,999\n");
    let output = noorm("run build --json").expect_success();
    let ran: Vec<_> = crate::answers::files(&output).into_iter().filter(|line| !line.ends_with(" unchanged")).collect();
    assert_eq!(ran, ["schema/040_seed/010_products.sql.j2 success"]);
    noorm("run build --force --preview").expect_success().expect_stdout("'Children''s atlas'");
    noorm("change add gift-cards").expect_success();
}

#[test]
fn a_folder_that_has_something_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("shop/mine.txt", "mine");
    let output = sandbox.noorm("demo shop");
    assert_ne!(output.code, 0, "{output}");
    assert_eq!(sandbox.files(), ["shop/mine.txt"]);
}
