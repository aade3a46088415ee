//! `noorm run file` and `noorm run dir`.

use noorm_testkit::for_each_database;

use crate::answers::files;

#[test]
fn one_file_or_one_folder_runs() {
    for_each_database(|project| {
        project.write("tools/a.sql", "CREATE TABLE a (id INTEGER);");
        project.write("tools/b.sql", "CREATE TABLE b (id INTEGER);");
        assert_eq!(files(&project.noorm("run file tools/a.sql --json").expect_success()), ["tools/a.sql success"]);
        assert_eq!(
            files(&project.noorm("run dir tools --json").expect_success()),
            ["tools/a.sql skipped unchanged", "tools/b.sql success"]
        );
    });
}

#[test]
fn a_path_that_is_missing_or_outside_is_a_usage_error() {
    for_each_database(|project| {
        project.noorm("run file tools/none.sql").expect_code(2).expect_stderr("tools/none.sql");
        project.noorm("run dir tools").expect_code(2).expect_stderr("tools");
        std::fs::write(project.home().join("evil.sql"), "CREATE TABLE evil (id INTEGER);").unwrap();
        project.noorm("run file ../home/evil.sql").expect_code(2);
        assert!(!project.database.has_table("evil"));
    });
}
