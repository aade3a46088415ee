//! Protected configs (ruling 9).

use noorm_testkit::for_each_database;

#[test]
fn a_protected_config_wants_a_yes_for_what_changes_it() {
    for_each_database(|project| {
        project.add_config("prod", "--protected").expect_success();
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.write_changeset("2026-01-01_a", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        for line in [
            "run build",
            "run file schema/001.sql",
            "run dir schema",
            "change ff",
            "change next",
            "change run 2026-01-01_a",
        ] {
            project.noorm(&format!("-H -c prod {line}")).expect_code(5).expect_stderr("yes-prod");
        }
        assert!(!project.database.has_table("a") && !project.database.has_table("b"));
        project.noorm("-H -c prod change list").expect_success();
        project.noorm("-H -c prod run build --dry-run").expect_success();
        project.noorm("-H -c prod run build --yes").expect_success();
        project.set_env("NOORM_YES", "1");
        project.noorm("-H -c prod change ff").expect_success();
        project.remove_env("NOORM_YES");
        project.noorm("-H -c prod change revert 2026-01-01_a").expect_code(5);
        project.noorm("-H config rm prod").expect_code(5);
        assert!(project.database.has_table("a") && project.database.has_table("b"));
    });
}
