//! Plugins that are not part of the binary: adding one from a file is all it takes, and a hostile one harms nobody.

use noorm_testkit::{Engine, Output, Project, Sandbox};

use crate::answers::error;

fn add(sandbox: &Sandbox, guest: &str) -> Output {
    let file = noorm_artifacts::guest(guest);
    sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()])
}

#[test]
fn a_loader_makes_its_extension_work() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE settings (name TEXT, value TEXT);");
    project.write(
        "schema/002.sql.j2",
        "{% for name, value in shop.opening | items %}INSERT INTO settings VALUES ({{ quote(name) }}, {{ quote(value) }});\n{% endfor %}",
    );
    project.write("schema/shop.ini", "[opening]\nfrom = 9:00\nto = 18:00\n");
    let unknown = project.noorm("run build").expect_code(1);
    assert!(unknown.stderr.contains("schema/002.sql.j2:1") && unknown.stderr.contains("shop"), "{unknown}");
    add(&project, "loader-ini").expect_success().expect_stdout("ini");
    project.noorm("plugin list").expect_success().expect_stdout("loader-ini");
    project.noorm("run build").expect_success();
    assert_eq!(
        project.query("SELECT name, value FROM settings ORDER BY name"),
        [["from", "9:00"], ["to", "18:00"]].map(|row| row.map(str::to_owned).to_vec())
    );
}

#[test]
fn a_dialect_makes_its_name_work() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    let config = "config add main --dialect acme --filename app.db";
    sandbox.noorm(config).expect_code(2).expect_stderr("acme").expect_stderr("sqlite");
    add(&sandbox, "dialect-acme").expect_success();
    sandbox.noorm(config).expect_success();
    sandbox.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    sandbox.write("changesets/2026-01-01_a/change/001.sql", "INSERT INTO a VALUES (1);");
    sandbox.write("changesets/2026-01-01_a/revert/001.sql", "DELETE FROM a;");
    for line in ["run build", "change ff", "change rewind", "lock status"] {
        sandbox.noorm(line).expect_success();
    }
    sandbox.noorm("run build").expect_success().expect_stdout("nothing to do");
}

#[test]
fn a_plugin_that_was_altered_is_refused_with_both_digests() {
    let project = Project::new(Engine::Sqlite);
    add(&project, "loader-ini").expect_success();
    let file = project.files().into_iter().find(|file| file.ends_with(".wasm")).unwrap();
    let mut bytes = std::fs::read(project.project().join(&file)).unwrap();
    // A custom section at the end: the component works as before, and is another one.
    bytes.extend([0, 2, 1, b'x']);
    std::fs::write(project.project().join(&file), bytes).unwrap();
    project.write("schema/a.ini", "a = 1\n");
    project.write("schema/001.sql.j2", "SELECT {{ quote(a.a) }};");
    let output = project.noorm("run build");
    assert!(output.code != 0 && output.stderr.contains("loader-ini"), "{output}");
    let mut digests: Vec<_> =
        output.stderr.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() == 64).collect();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 2, "{output}");
}

#[test]
fn hostile_loaders_are_the_plugins_fault_and_leave_the_database_alone() {
    for (guest, extension) in [("spins", "spins"), ("traps", "traps"), ("hoards", "hoards")] {
        let project = Project::new(Engine::Sqlite);
        add(&project, guest).expect_success();
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.write("schema/002.sql.j2", "INSERT INTO a VALUES ({{ items | length }});");
        project.write(&format!("schema/items.{extension}"), "odd");
        let output = project.noorm("run build --json").expect_code(6);
        assert_eq!(error(&output, "blame"), "plugin", "{output}");
        assert!(error(&output, "message").contains(guest), "{output}");
        assert!(!project.database.has_table("a"), "templates are rendered before the first file runs");
    }
}

#[test]
fn what_wants_a_system_is_refused_by_its_import() {
    for guest in ["wasi", "wasi-component"] {
        let project = Project::new(Engine::Sqlite);
        let before = project.files();
        let output = add(&project, guest);
        assert!(output.code != 0 && output.stderr.contains("wasi"), "{output}");
        assert_eq!(project.files(), before, "a refused plugin leaves nothing behind");
    }
}
