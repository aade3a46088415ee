//! An installation of noorm's TypeScript original: taken over with its history, so that nothing runs twice, or refused.

use std::time::Duration;

use noorm_testkit::{Capability, Engine, Project, for_each_database, for_each_database_with, on_each};

use crate::answers::changes;
use crate::installations::{DEFAULT, PROPER, dump, four_times, history, install, spawn, table, version};
use crate::interrupt::signal;

/// What the installation applied, as the original has it on disk: line ends and marks as they were, and one file that is
/// no UTF-8.
const FILES: &[(&str, &[u8])] = &[
    ("sql/001_users.sql", b"CREATE TABLE users (id INTEGER, name VARCHAR(50));\n"),
    ("sql/002_orders.sql", b"CREATE TABLE orders (id INTEGER);\r\n"),
    ("sql/003_items.sql", b"\xef\xbb\xbfCREATE TABLE items (id INTEGER);\n"),
    ("sql/seed/004_seed.sql", b"-- caf\xe9\nINSERT INTO users VALUES (1, 'Ann');\n"),
    ("sql/views/late.sql", b"CREATE TABLE late (id INTEGER);\n"),
    ("scripts/once.sql", b"INSERT INTO users VALUES (2, 'Bob');\n"),
    ("changes/2026-01-03-emails/change/001_emails.sql", b"CREATE TABLE emails (id INTEGER);\n"),
    ("changes/2026-01-03-emails/revert/001_emails.sql", b"DROP TABLE emails;\n"),
    ("changes/2026-01-04-mix/change/001_mix.sql", b"CREATE TABLE mix (id INTEGER);\n"),
    ("changes/2026-01-04-mix/change/002_files.txt", b"# what changed\nviews/late.sql\n"),
    ("changes/2026-01-05-taken-back/change/001.sql", b"CREATE TABLE taken_back (id INTEGER);\n"),
    ("changes/2026-01-05-taken-back/revert/001.sql", b"DROP TABLE taken_back;\n"),
    ("changes/2026-01-06-other/change/001.sql", b"CREATE TABLE other (id INTEGER);\r\n"),
];

/// What it did not apply, or not to the end.
const UNFINISHED: &[(&str, &[u8])] = &[
    ("changes/2026-01-07-torn-down/change/001.sql", b"CREATE TABLE torn_down (id INTEGER);\n"),
    ("changes/2026-01-08-failed/change/001.sql", b"CREATE TABLE failed_one (id INTEGER);\n"),
    ("changes/2026-01-08-failed/change/002.sql", b"CREATE TABLE failed_two (id INTEGER);\n"),
    ("changes/2026-01-08-failed/change/003.sql", b"CREATE TABLE failed_three (id INTEGER);\n"),
];

/// What it says that it found.
fn origin(project: &Project) -> &'static str {
    match project.database.engine() {
        Engine::Postgres => "the tables of noorm's TypeScript original in the schema `public`",
        Engine::Mssql => "the tables of noorm's TypeScript original in the schema `dbo`",
        Engine::Sqlite | Engine::Mariadb | Engine::Mysql => "the tables of noorm's TypeScript original",
    }
}

/// The installation and the project that made it. A changeset that was taken back is left out: it would be applied.
fn shop(project: &Project, files: &[&[(&str, &[u8])]]) {
    install(project, "original-v1", DEFAULT);
    project.write(".noorm/settings.yml", "paths:\n  schema: sql\n  changesets: changes\n");
    for (path, content) in files.concat() {
        if !path.contains("taken-back") {
            project.write(path, content);
        }
    }
}

#[test]
fn nothing_runs_twice() {
    for_each_database(|project| {
        shop(project, &[FILES]);
        let output = project.noorm("run build").expect_success();
        let output = output.expect_stdout("nothing to do: 5 files unchanged");
        let told = format!("took over {}: 14 operations, 15 files", origin(project));
        assert_eq!(output.stderr.matches(&told).count(), 1, "{output}");
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
        project.noorm("run file scripts/once.sql").expect_success().expect_stdout("nothing to do");
        let output = project.noorm("change list --json").expect_success();
        assert_eq!(
            changes(&output),
            [
                "2026-01-03-emails success",
                "2026-01-04-mix success",
                "2026-01-05-taken-back reverted orphaned",
                "2026-01-06-other success",
                "2026-01-07-torn-down reverted orphaned",
                "2026-01-08-failed failed orphaned",
            ]
        );
        assert_eq!(project.value("SELECT count(*) FROM users"), "2");
        assert_eq!(version(project, PROPER), "4");
        let output = project.noorm("run build").expect_success();
        assert_eq!(output.stderr, "", "it is told once");
    });
}

#[test]
fn the_history_is_kept_row_by_row() {
    for_each_database(|project| {
        shop(project, &[FILES, UNFINISHED]);
        let original = |columns: &str, name: &str| {
            let table = table(project, DEFAULT, name);
            project.query(&format!("SELECT {columns} FROM {table} ORDER BY id"))
        };
        let text = |at: usize| move |row: &Vec<String>| row[at].clone();
        let operations = "id, name, direction, checksum, executed_by, config_name, cli_version, error_message";
        let files = "id, change_id, file_type, checksum, error_message";
        let identities = "id, identity_hash, email, name, machine, os, public_key";
        let before =
            (original(operations, "change"), original(files, "executions"), original(identities, "identities"));
        project.noorm("lock acquire").expect_success();
        project.noorm("lock release --yes").expect_success();
        let ours = |columns: &str, name: &str| {
            let table = table(project, PROPER, name);
            project.query(&format!("SELECT {columns} FROM {table} ORDER BY id"))
        };
        let files = files.replace("change_id", "changeset_id");
        let after = (ours(operations, "changeset"), ours(&files, "executions"), ours(identities, "identities"));
        assert_eq!(after, before);

        let words = ours("change_type, status, duration_ms, origin", "changeset");
        let line = |row: &Vec<String>| row.join(" ");
        assert_eq!(
            words.iter().map(line).collect::<Vec<_>>(),
            [
                "build reverted 42 import",
                "changeset reverted 5 import",
                "run success 0 import",
                "build success 17 import",
                "build success 12 import",
                "changeset success 5 import",
                "changeset success 8 import",
                "changeset reverted 5 import",
                "changeset success 2 import",
                "changeset success 6 import",
                "changeset failed 9 import",
                "run success 3 import",
                "build success 1 import",
                "build pending 0 import",
            ]
        );
        let executions = ours("filepath, status, skip_reason", "executions");
        let paths: Vec<String> = executions.iter().map(text(0)).collect();
        assert_eq!(paths[7..9], ["sql/003_items.sql", "sql/seed/004_seed.sql"], "from a checkout on Windows");
        assert_eq!(paths[14], "changes/2026-01-06-other/change/001.sql", "from another checkout");
        assert!(paths.iter().all(|path| !path.starts_with('/') && !path.contains('\\')), "{paths:?}");
        assert!(executions[24..].iter().all(|row| row[1..] == ["skipped", "changeset failed"]), "{executions:?}");
        let json = project.noorm("change history --json").expect_success().json();
        let newest = &json["history"][0];
        assert_eq!(newest["executedAt"], "2026-01-10T08:00:00.000Z");
        assert_eq!(newest["origin"], "import");
        let versions = ours("id, cli_version, schema_version", "version");
        assert_eq!(versions.last().unwrap()[2], "4");
        // Where DDL commits the one row has to be written twice in a row without becoming two.
        if project.database.has_transactional_ddl() {
            assert_eq!(versions[0], ["1", "1.0.0-alpha.9", "0"]);
        }

        project.write("sql/new.sql", "CREATE TABLE new_one (id INTEGER);");
        project.noorm("run build").expect_success().expect_stdout("1 file ran");
        let last = ours("id, status, origin", "changeset");
        assert_eq!(last[13..], [["14", "failed", "import"], ["15", "success", "run"]]);
    });
}

#[test]
fn what_was_not_finished_goes_on() {
    for_each_database(|project| {
        shop(project, &[FILES, UNFINISHED]);
        project.noorm("change ff").expect_success().expect_stdout("applied 2 changesets");
        for table in ["torn_down", "failed_two", "failed_three"] {
            assert!(project.database.has_table(table), "{table}");
        }
        let output = project.noorm("change list --json").expect_success();
        let listed = changes(&output);
        assert!(listed.contains(&"2026-01-07-torn-down success".to_owned()), "{listed:?}");
        assert!(listed.contains(&"2026-01-08-failed success".to_owned()), "{listed:?}");
    });
}

#[test]
fn an_imported_changeset_can_be_reverted_and_applied_again() {
    for_each_database(|project| {
        shop(project, &[FILES]);
        let output = project.noorm("change revert 2026-01-03-emails").expect_success();
        output.expect_stderr("took over").expect_stdout("reverted 1 changeset");
        assert!(!project.database.has_table("emails"));
        project.noorm("change ff").expect_success().expect_stdout("applied 1 changeset");
        assert!(project.database.has_table("emails"));
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
    });
}

#[test]
fn an_edit_is_seen() {
    for_each_database(|project| {
        shop(project, &[FILES]);
        project.write("sql/002_orders.sql", "CREATE TABLE orders_2 (id INTEGER);\r\n");
        project.write("changes/2026-01-06-other/change/001.sql", "CREATE TABLE other (id INTEGER, n INTEGER);\r\n");
        project.write("sql/views/late.sql", "CREATE TABLE later (id INTEGER);\n");
        project.noorm("run build").expect_success().expect_stdout("2 files ran, 3 files unchanged");
        let listed = changes(&project.noorm("change list --json").expect_success());
        // The original counts the files that a manifest names to the changeset.
        for line in ["2026-01-03-emails success", "2026-01-04-mix success changed", "2026-01-06-other success changed"]
        {
            assert!(listed.contains(&line.to_owned()), "{line}: {listed:?}");
        }
    });
}

#[test]
fn folders_may_be_renamed_on_the_way() {
    for_each_database(|project| {
        install(project, "original-v1", DEFAULT);
        for (path, content) in FILES.iter().filter(|(path, _)| !path.contains("taken-back")) {
            let path = path.replace("sql/", "schema/").replace("changes/", "changesets/");
            project.write(&path, content);
        }
        project.noorm("run build").expect_success().expect_stdout("nothing to do: 5 files unchanged");
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
    });
}

#[test]
fn commands_that_read_say_what_is_there_and_change_nothing() {
    for_each_database(|project| {
        shop(project, &[FILES]);
        let before = dump(project);
        project.noorm("lock status").expect_success().expect_stdout("the lock of Ann");
        let reading = ["change list", "change history", "run build --dry-run", "change ff --dry-run"];
        for line in reading {
            let output = project.noorm(line).expect_code(1);
            let output = output.expect_stderr(&format!("this database has {}", origin(project)));
            output.expect_stderr("takes them over with their history");
        }
        assert_eq!(dump(project), before);
    });
}

#[test]
fn what_is_not_known_is_refused_and_left_alone() {
    for_each_database_with(&[Capability::CreateDatabase], |project| {
        let edits = [
            ("UPDATE {version} SET noorm_version = 2", "they have version 2"),
            ("UPDATE {change} SET status = 'dancing' WHERE id = 4", "status `dancing`"),
            ("UPDATE {change} SET change_type = 'dance' WHERE id = 4", "operation 4 is a `dance`"),
            ("UPDATE {executions} SET status = 'dancing' WHERE id = 1", "a file has the status `dancing`"),
            ("DROP TABLE {lock}", "the table `__noorm_lock__` is missing"),
        ];
        for (edit, reason) in edits {
            let project = Project::new(project.database.engine());
            shop(&project, &[FILES]);
            let names = ["version", "change", "executions", "lock"];
            let name = |text: String, name: &str| text.replace(&format!("{{{name}}}"), &table(&project, DEFAULT, name));
            project.database.script(&names.into_iter().fold(edit.to_owned(), name));
            let before = dump(&project);
            for line in ["run build", "change ff", "lock acquire", "change list", "lock status"] {
                let output = project.noorm(line).expect_code(1);
                output.expect_stderr("cannot be taken over").expect_stderr(reason).expect_stderr("hint: ");
            }
            assert_eq!(dump(&project), before);
        }
    });
}

#[test]
fn instants_were_in_the_time_zone_of_the_database() {
    let project = Project::new(Engine::Postgres);
    let name = project.database.address().unwrap().database;
    project.query(&format!("ALTER DATABASE {name} SET timezone = 'Europe/Berlin'"));
    shop(&project, &[FILES]);
    project.noorm("run build").expect_success().expect_stdout("nothing to do");
    let json = project.noorm("change history --json").expect_success().json();
    assert_eq!(json["history"][0]["executedAt"], "2026-01-10T07:00:00.000Z");
    project.noorm("change revert 2026-01-03-emails").expect_success();
    let age =
        "SELECT now() AT TIME ZONE 'UTC' - max(executed_at) BETWEEN '0' AND '5 minutes' FROM noorm.__noorm_changeset__";
    assert_eq!(project.value(age), "t", "new ones are in UTC");
}

#[test]
fn the_later_original_is_known_by_its_own_tables() {
    let project = Project::new(Engine::Postgres);
    // Where it keeps them from its version 2 on.
    project.query("CREATE SCHEMA noorm; CREATE TABLE noorm.version (id serial, noorm_version integer)");
    project.query("INSERT INTO noorm.version (noorm_version) VALUES (2)");
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    for line in ["run build", "change list"] {
        let output = project.noorm(line).expect_code(1);
        output.expect_stderr("original in the schema `noorm` cannot be taken over: they have version 2");
    }
    assert!(!project.database.has_table("a"));
}

#[test]
fn somebody_who_works_with_the_original_is_not_disturbed() {
    for_each_database(|project| {
        shop(project, &[FILES]);
        let later = project.database.in_seconds(300);
        let lock = table(project, DEFAULT, "lock");
        project.database.script(&format!("UPDATE {lock} SET expires_at = {later}"));
        project.write("sql/new.sql", "CREATE TABLE new_one (id INTEGER);");
        let before = dump(project);
        for line in ["run build", "change revert 2026-01-03-emails", "run build --wait-timeout 1", "db destroy --yes"] {
            project.noorm(line).expect_code(4).expect_stderr("locked by Ann <ann@example.com>");
        }
        assert_eq!(dump(project), before);
        project.noorm("lock release --yes").expect_success().expect_stdout("released");
        project.noorm("run build").expect_success().expect_stderr("took over");
    });
}

#[test]
fn four_processes_take_over_at_once() {
    for_each_database(|project| {
        shop(project, &[FILES, UNFINISHED]);
        let told = four_times(project, "change ff --wait").concat();
        assert_eq!(told.matches("took over the tables").count(), 1, "{told}");
        assert_eq!(version(project, PROPER), "4");
        assert_eq!(history(project, PROPER)[0].len(), 16);
        assert_eq!(project.value("SELECT count(*) FROM users"), "2");
    });
}

#[test]
fn a_take_over_that_was_killed_goes_on() {
    let engines = [Engine::Postgres, Engine::Mariadb, Engine::Mysql, Engine::Mssql];
    on_each(&engines, &[Capability::TableLock, Capability::LostClient], |project| {
        let project = &*project;
        shop(project, &[FILES]);
        let hold = match project.database.engine() {
            Engine::Mariadb | Engine::Mysql => "LOCK TABLES __noorm_version__ READ; SELECT sleep(3); UNLOCK TABLES",
            Engine::Mssql => {
                "BEGIN TRANSACTION; SELECT count(*) FROM __noorm_lock__ WITH (TABLOCK, HOLDLOCK); \
                 WAITFOR DELAY '00:00:03'; COMMIT"
            }
            _ => "BEGIN; LOCK TABLE __noorm_lock__ IN ACCESS SHARE MODE; SELECT pg_sleep(3); COMMIT",
        };
        std::thread::scope(|scope| {
            scope.spawn(|| project.query(hold));
            std::thread::sleep(Duration::from_millis(500));
            let mut child = spawn(project, "run build");
            std::thread::sleep(Duration::from_millis(1500));
            signal(&child, "KILL");
            child.wait().unwrap();
        });
        project.noorm("change list").expect_code(1).expect_stderr(origin(project));
        project.noorm("run build --wait").expect_success().expect_stdout("nothing to do: 5 files unchanged");
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
        assert_eq!(history(project, PROPER)[0].len(), 14);
        assert_eq!(project.value("SELECT count(*) FROM users"), "2");
    });
}

#[test]
fn an_early_original_has_the_tables_of_the_data_model() {
    for_each_database(|project| {
        install(project, "noorm-v1", DEFAULT);
        let [version, changeset, executions] =
            ["version", "changeset", "executions"].map(|name| table(project, DEFAULT, name));
        project.database.script(&format!(
            "ALTER TABLE {version} ADD state_version integer NOT NULL DEFAULT 1;
             UPDATE {executions} SET filepath = concat('/home/bob/shop/', filepath);
             UPDATE {changeset} SET status = 'stale' WHERE id = 4;
             UPDATE {changeset} SET name = '__reset__', change_type = 'changeset' WHERE id = 3;"
        ));
        project.write("schema/001.sql", "-- another\nCREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        let paths = project.query(&format!("SELECT filepath FROM {}", table(project, PROPER, "executions")));
        assert!(paths.concat().iter().all(|path| !path.starts_with("/home/bob/shop/schema")), "{paths:?}");
        let listed = changes(&project.noorm("change list --json").expect_success());
        assert_eq!(listed[0], "2026-01-03_a reverted orphaned");
        assert!(!listed.iter().any(|line| line.contains("__reset__")), "{listed:?}");
    });
}
