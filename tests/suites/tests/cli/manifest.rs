//! `.txt` manifests in changesets.

use noorm_testkit::for_each_database;

#[test]
fn the_order_is_the_manifest_s_own() {
    for_each_database(|project| {
        project.write("schema/z.sql", "CREATE TABLE z (id INTEGER);");
        project.write("schema/a.sql", "INSERT INTO z VALUES (1);");
        project.write(
            "changesets/2026-01-01_a/change/001.txt",
            "# first the table\r\nschema/z.sql\r\n\r\n-- then its row\r\nschema/a.sql\r\n",
        );
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM z"), "1");
    });
}

#[test]
fn errors_name_manifest_and_line() {
    for_each_database(|project| {
        let manifest = "changesets/2026-01-01_a/change/001.txt";
        project.write("schema/a.sql", "CREATE TABLE a (id INTEGER);");
        for text in [
            "schema/a.sql\nschema/none.sql\n",
            "schema/a.sql\n../../../../../etc/passwd.sql\n",
            "schema/a.sql\nschema/a.sql.eta\n",
            "schema/a.sql\nschema/a.sql\n",
        ] {
            project.write(manifest, text);
            let output = project.noorm("change ff");
            assert_ne!(output.code, 0, "{text}\n{output}");
            assert!(output.stderr.contains(&format!("{manifest}:2")), "{text}\n{output}");
            assert!(!project.database.has_table("a"), "{text}");
        }
    });
}
