//! `.sql.j2` templates with data files, rendered by the built binary.

use noorm_testkit::{Engine, Project, for_each_database};

use crate::answers::{error, files};

const TABLE: &str = "CREATE TABLE items (name TEXT, amount INTEGER);";
const SEED: &str = "{% for item in items -%}\nINSERT INTO items VALUES ({{ quote(item.name) }}, {{ quote(item.amount) }});\n{% endfor %}";

#[test]
fn every_bundled_loader_serves_its_extensions() {
    for (file, content) in [
        ("items.csv", "name,amount\nO'Neil,1\n\"two\nlines\",2\n"),
        ("items.yaml", "- {name: O'Neil, amount: 1}\n- {name: \"two\\nlines\", amount: 2}\n"),
        ("items.yml", "- name: O'Neil\n  amount: 1\n- name: |-\n    two\n    lines\n  amount: 2\n"),
        ("items.json", r#"[{"name": "O'Neil", "amount": 1}, {"name": "two\nlines", "amount": 2}]"#),
        ("items.json5", "[{name: \"O'Neil\", amount: 1}, /* two */ {name: 'two\\nlines', amount: 2,},]"),
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
fn toml_is_loaded_too() {
    for_each_database(|project| {
        project.write("schema/001.sql", TABLE);
        project
            .write("schema/002.sql.j2", "INSERT INTO items VALUES ({{ quote(shop.owner.name) }}, {{ shop.count }});");
        project.write("schema/shop.toml", "count = 3\n[owner]\nname = \"Mercer\"\n");
        project.noorm("run build").expect_success();
        assert_eq!(project.query("SELECT name, amount FROM items"), [["Mercer", "3"]]);
    });
}

#[test]
fn an_edit_of_a_data_file_or_an_include_runs_the_template_again() {
    for_each_database(|project| {
        project.write("schema/001.sql", TABLE);
        project
            .write("schema/002_seed.sql.j2", format!("DELETE FROM items;\n{SEED}{{{{ include('/parts/more.sql') }}}}"));
        project.write("schema/items.csv", "name,amount\na,1\n");
        project.write("schema/unused.csv", "name\nx\n");
        project.write("parts/more.sql", "INSERT INTO items VALUES ('more', 9);\n");
        project.noorm("run build").expect_success();
        let runs = |expected: &str| {
            let output = project.noorm("run build --json").expect_success();
            assert_eq!(files(&output)[1], format!("schema/002_seed.sql.j2 {expected}"));
        };
        runs("skipped unchanged");
        project.write("schema/unused.csv", "name\ny\n");
        runs("skipped unchanged");
        project.write("schema/items.csv", "name,amount\na,1\nb,2\n");
        runs("success");
        project.write("parts/more.sql", "INSERT INTO items VALUES ('more', 10);\n");
        runs("success");
        runs("skipped unchanged");
        assert_eq!(project.value("SELECT sum(amount) FROM items"), "13");
        let inputs = project.value(&format!(
            "SELECT inputs FROM {0} WHERE id = (SELECT min(id) FROM {0} WHERE filepath = 'schema/002_seed.sql.j2')",
            project.database.tracking("executions")
        ));
        for part in ["schema/items.csv", "loader-csv", "parts/more.sql"] {
            assert!(inputs.contains(part), "{part} is not in {inputs}");
        }
    });
}

#[test]
fn a_data_file_that_is_not_named_is_not_read() {
    for_each_database(|project| {
        project.write("schema/001.sql.j2", "CREATE TABLE a (id INTEGER);");
        project.write("schema/broken.json", "{ this is not JSON");
        project.noorm("run build").expect_success();
    });
}

#[test]
fn an_undefined_name_is_an_error_with_its_line() {
    for_each_database(|project| {
        project.write("schema/001.sql.j2", "-- seed\nINSERT INTO a VALUES ({{ secrets.API_KEY }});\n");
        let output = project.noorm("run build").expect_code(1);
        output.expect_stderr("schema/001.sql.j2:2").expect_stderr("API_KEY").expect_stderr("^");
    });
}

#[test]
fn a_broken_data_file_is_shown_with_its_line() {
    for_each_database(|project| {
        project.write("schema/001.sql.j2", "{{ items }}");
        project.write("schema/items.json", "{\n  \"a\": 1,\n  \"b\" 2\n}\n");
        let output = project.noorm("run build --json").expect_code(1);
        assert!(output.stdout.contains("schema/items.json"), "{output}");
        assert_eq!(error(&output, "line"), "3");
    });
}

#[test]
fn nothing_outside_the_project_is_read() {
    let project = Project::new(Engine::Sqlite);
    let outside = project.project().with_file_name("project-evil");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("x.sql"), "CREATE TABLE evil (id INTEGER);").unwrap();
    std::fs::write(outside.join("x.csv"), "a\n1\n").unwrap();
    #[cfg(unix)]
    {
        std::fs::create_dir_all(project.project().join("schema")).unwrap();
        std::os::unix::fs::symlink(&outside, project.project().join("schema/link")).unwrap();
    }
    for text in [
        "{{ include('../../project-evil/x.sql') }}",
        "{% for row in load('../../project-evil/x.csv') %}SELECT {{ row.a }};{% endfor %}",
        "{{ include('link/x.sql') }}",
    ] {
        project.write("tools/a.sql.j2", text.replace("link/", "/schema/link/"));
        let output = project.noorm("run file tools/a.sql.j2");
        assert_ne!(output.code, 0, "{text}\n{output}");
        assert!(!project.database.has_table("evil"), "{text}");
    }
}

#[test]
fn values_are_written_as_the_database_wants_them() {
    for_each_database(|project| {
        let text = project.database.cast_type();
        project.write("schema/001.sql", "CREATE TABLE v (id INTEGER, x TEXT);");
        let template = "{% for value in values %}INSERT INTO v VALUES ({{ loop.index }}, CAST({{ quote(value) }} AS TEXT));\n{% endfor %}\
             INSERT INTO {{ ident('v') }} VALUES (9, {{ quote(dialect) }});";
        project.write("schema/002.sql.j2", template.replace("TEXT", text));
        project.write("schema/values.yaml", "- \"it's\"\n- 12\n- null\n- \"00417\"\n- 1.5\n");
        project.noorm("run build").expect_success();
        let rows: Vec<_> = project.query("SELECT x FROM v ORDER BY id").concat();
        assert_eq!(rows[..5], ["it's", "12", "NULL", "00417", "1.5"]);
    });
}

#[test]
fn one_run_has_one_now_and_changesets_have_the_same_context() {
    let values = "INSERT INTO t VALUES ({{ quote(now()) }}), ({{ quote(now()) }}), ({{ quote(config.name) }}), \
                  ({{ quote(env.LANG) }});";
    for_each_database(|project| {
        project.write(
            "changesets/2026-01-01_a/change/001.sql.j2",
            format!("CREATE TABLE t (at {});\n{values}", project.database.text_type()),
        );
        project.noorm("change ff").expect_success();
        assert_eq!(project.query("SELECT at FROM t GROUP BY at ORDER BY at").len(), 3);
        assert_eq!(project.value("SELECT count(*) FROM t WHERE at = 'main' OR at = 'C.UTF-8'"), "2");
    });
}
