//! `noorm change run` and `noorm change next`.

use noorm_testkit::{Project, for_each_database};

use crate::answers::changes;

fn three(project: &Project) {
    for name in ["a", "b", "c"] {
        project.write_changeset(
            &format!("2026-01-01_{name}"),
            &format!("CREATE TABLE {name} (id INTEGER);"),
            &format!("DROP TABLE {name};"),
        );
    }
}

#[test]
fn one_changeset_runs_by_name() {
    for_each_database(|project| {
        three(project);
        project.noorm("change run 2026-01-01_b").expect_success();
        assert!(project.database.has_table("b") && !project.database.has_table("a"));
        // The second time there is nothing to do, which is no failure.
        project.noorm("change run 2026-01-01_b").expect_success();
    });
}

#[test]
fn next_takes_the_given_number() {
    for_each_database(|project| {
        three(project);
        project.noorm("change next").expect_success();
        assert!(project.database.has_table("a") && !project.database.has_table("b"));
        project.noorm("change next 5").expect_success();
        assert!(project.database.has_table("c"));
        project.noorm("change next").expect_success();
    });
}

#[test]
fn an_unknown_name_is_a_usage_error_with_a_suggestion() {
    for_each_database(|project| {
        three(project);
        project.noorm("change run 2026-01-01_bb").expect_code(2).expect_stderr("2026-01-01_b");
        // A name that starts with digits is no number of changesets.
        project.noorm("change run 2026").expect_code(2);
        let listed = changes(&project.noorm("change list --json").expect_success());
        assert!(listed.iter().all(|line| line.ends_with(" pending")), "{listed:?}");
    });
}

#[test]
fn a_dry_run_writes_nothing() {
    for_each_database(|project| {
        three(project);
        for line in ["change run 2026-01-01_a --dry-run", "change next 2 --dry-run", "change ff --dry-run"] {
            project.noorm(line).expect_success().expect_stdout("2026-01-01_a");
        }
        project.noorm("change ff --preview").expect_success().expect_stdout("CREATE TABLE c");
        let tracking = project.database.tracking("changeset");
        assert!(!project.database.has_table("a"));
        assert!(!project.database.has_table(tracking.rsplit('.').next().unwrap()));
    });
}
