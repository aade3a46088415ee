//! Changesets that come late, are renamed, edited or gone: each is told, and none is skipped or run twice in silence.

use noorm_testkit::{Project, for_each_database};

use crate::answers::{changes, error};

fn two_applied(project: &Project) {
    for name in ["2026-01-02_b", "2026-01-03_c"] {
        let table = &name[11..];
        project.write_changeset(name, &format!("CREATE TABLE {table} (id INTEGER);"), &format!("DROP TABLE {table};"));
    }
    project.noorm("change ff").expect_success();
}

#[test]
fn a_late_changeset_is_applied_with_a_warning() {
    for_each_database(|project| {
        two_applied(project);
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        let list = project.noorm("change list").expect_success();
        assert!(list.stdout.contains("late"), "{list}");
        project.noorm("change ff").expect_success().expect_stderr("is applied after `2026-01-03_c`");
        assert!(project.database.has_table("a"));
        assert!(!project.noorm("change list").stdout.contains("late"));
    });
}

#[test]
fn a_linear_order_refuses_what_comes_late() {
    for_each_database(|project| {
        two_applied(project);
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.write_changeset("2026-01-04_d", "CREATE TABLE d (id INTEGER);", "DROP TABLE d;");
        project.add_config("prod", "--protected").expect_success();
        for line in ["-c prod --yes change ff", "-c prod --yes change run 2026-01-01_a", "-c prod change ff --dry-run"]
        {
            let output = project.noorm(&format!("{line} --json")).expect_code(1);
            assert_eq!(error(&output, "code"), "late", "{output}");
            assert!(error(&output, "hint").contains("protected config such as `prod`"), "{output}");
        }
        project.noorm("-c prod change list").expect_success().expect_stdout("and the order is linear");
        project.write(".noorm/settings.yml", "order: linear\n");
        project.noorm("change ff").expect_code(1).expect_stderr("--allow-older").expect_stderr("settings.yml");
        assert_eq!(project.noorm("change list --json").json()["order"], "linear");
        assert!(!project.database.has_table("a") && !project.database.has_table("d"), "nothing is half done");
        project.noorm("change run 2026-01-04_d").expect_success();
        project.noorm("-c prod --yes change ff --allow-older").expect_success();
        assert!(project.database.has_table("a"));
        project.write(".noorm/settings.yml", "order: sideways\n");
        project.noorm("change list").expect_code(1).expect_stderr("linear");
    });
}

#[test]
fn what_is_applied_counts_although_its_folder_is_gone() {
    for_each_database(|project| {
        two_applied(project);
        project.remove("changesets/2026-01-03_c");
        project.write_changeset("2026-01-02_late", "CREATE TABLE late (id INTEGER);", "DROP TABLE late;");
        project.noorm("change list").expect_success().expect_stdout("late: a later name is applied");
        project.write(".noorm/settings.yml", "order: linear\n");
        project.noorm("change ff").expect_code(1).expect_stderr("`2026-01-03_c`");
    });
}

#[test]
fn an_edit_of_what_is_applied_is_not_passed_over_in_silence() {
    for_each_database(|project| {
        two_applied(project);
        project.write("changesets/2026-01-02_b/change/001.sql", "CREATE TABLE other (id INTEGER);");
        for line in ["change ff", "change ff --dry-run", "change run 2026-01-02_b"] {
            let output = project.noorm(line).expect_success().expect_stderr("edited after being applied");
            assert!(output.stderr.contains("`2026-01-02_b`") && !output.stderr.contains("2026-01-03_c"), "{output}");
        }
        assert!(!project.database.has_table("other"));
        assert_eq!(project.noorm("change run 2026-01-03_c").expect_success().stderr, "");
    });
}

#[test]
fn a_changeset_that_was_taken_back_does_not_come_late() {
    for_each_database(|project| {
        two_applied(project);
        project.write(".noorm/settings.yml", "order: linear\n");
        project.noorm("change revert 2026-01-02_b").expect_success();
        project.noorm("change ff").expect_success().expect_stdout("applied 1 changeset");
    });
}

#[test]
fn a_renamed_changeset_is_not_applied_twice() {
    for_each_database(|project| {
        two_applied(project);
        project.remove("changesets/2026-01-03_c");
        project.write_changeset("2026-01-05_better", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
        let list = project.noorm("change list --json").expect_success();
        assert_eq!(
            changes(&list),
            ["2026-01-02_b success", "2026-01-03_c success orphaned", "2026-01-05_better pending"]
        );
        assert_eq!(list.json()["changes"][2]["renamedFrom"], "2026-01-03_c");
        let output = project.noorm("change ff --json").expect_code(1);
        assert_eq!(error(&output, "code"), "renamed", "{output}");
        project.noorm("change resolve 2026-01-05_better --applied").expect_success();
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
        project.noorm("change revert 2026-01-05_better").expect_success();
        assert!(!project.database.has_table("c"));
    });
}

#[test]
fn other_line_ends_are_no_edit() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (\n  id INTEGER\n);\n", "DROP TABLE a;");
        project.write("schema/001.sql", "CREATE TABLE s (\n  id INTEGER\n);\n");
        project.noorm("run build").expect_success();
        project.noorm("change ff").expect_success();
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (\r\n  id INTEGER\r\n);\r\n", "DROP TABLE a;");
        project.write("schema/001.sql", "\u{feff}CREATE TABLE s (\r\n  id INTEGER\r\n);\r\n");
        assert_eq!(changes(&project.noorm("change list --json")), ["2026-01-01_a success"]);
        project.noorm("run build").expect_success().expect_stdout("nothing to do");
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
    });
}
