//! Several processes at one database at once.

use std::process::Stdio;

use noorm_testkit::for_each_database;

const CHANGESETS: usize = 10;

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
        let start = || {
            let mut command = project.command(["change", "ff"]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let children: Vec<_> = (0..4).map(|_| start()).collect();
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
