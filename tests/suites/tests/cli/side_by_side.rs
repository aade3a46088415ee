//! Several processes at one database at once.

use std::process::{Child, Stdio};

use noorm_testkit::{Project, for_each_database};

const CHANGESETS: usize = 10;

fn start(project: &Project, args: &[&str]) -> Child {
    let mut command = project.command(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn every_changeset_is_applied_exactly_once() {
    for_each_database(|project| {
        for number in 1..=CHANGESETS {
            let change = match number {
                1 => "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);".to_owned(),
                _ => format!("INSERT INTO a VALUES ({number});"),
            };
            project.write_changeset(&format!("2026-01-01_c{number:02}"), &change, "SELECT 1;");
        }
        let children: Vec<_> = (0..4).map(|_| start(project, &["change", "ff"])).collect();
        let mut done = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) => done += 1,
                Some(4) => assert!(stderr.contains("locked by Ada Lovelace"), "{stderr}"),
                other => panic!("{other:?}: {stderr}"),
            }
        }
        assert!(done >= 1, "nobody got through");
        let rows: Vec<String> = project.query("SELECT id FROM a ORDER BY id").concat();
        assert_eq!(rows, (1..=CHANGESETS).map(|number| number.to_string()).collect::<Vec<_>>());
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
    });
}

#[test]
fn the_first_runs_of_a_database_do_not_get_in_each_other_s_way() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        let children: Vec<_> = (0..8).map(|_| start(project, &["change", "ff", "--wait"])).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let versions = format!("SELECT count(*) FROM {}", project.database.tracking("version"));
        assert_eq!(project.value(&versions), "1");
    });
}
