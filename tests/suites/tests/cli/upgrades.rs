//! Tables of earlier versions: upgraded with every row, moved to where they belong, or refused.

use std::process::Child;
use std::time::Duration;

use noorm_testkit::{Capability, Engine, Project, for_each_database, for_each_database_with, on, on_each};

use crate::answers::changes;
use crate::installations::{DEFAULT, PROPER, catalog, dump, four_times, history, install, spawn, table, version};
use crate::interrupt::signal;

const LATEST: &str = "4";

/// Upgrades without running anything.
fn upgrade(project: &Project) {
    project.noorm("lock acquire").expect_success();
    project.noorm("lock release --yes").expect_success();
}

fn in_postgres(test: impl Fn(&mut Project)) {
    on(Engine::Postgres, &[], test);
}

#[test]
fn every_earlier_version_keeps_every_row() {
    for_each_database_with(&[Capability::CreateDatabase], |project| {
        upgrade(project);
        let fresh = catalog(project);
        for name in ["noorm-v1", "noorm-v2", "noorm-v3"] {
            let project = Project::new(project.database.engine());
            install(&project, name, PROPER);
            let before = history(&project, PROPER);
            upgrade(&project);
            assert_eq!(history(&project, PROPER), before, "{name}");
            assert_eq!(catalog(&project), fresh, "{name}");
            assert_eq!(version(&project, PROPER), LATEST);
            let origins = format!("SELECT DISTINCT origin FROM {}", table(&project, PROPER, "changeset"));
            assert_eq!(project.value(&origins), "run");
            let once = dump(&project);
            upgrade(&project);
            assert_eq!(dump(&project), once, "{name}: twice is no change");
            let listed = changes(&project.noorm("change list --json").expect_success());
            let gone = ["2026-01-03_a success", "2026-01-04_b reverted", "2026-01-05_c failed", "2026-01-06_d pending"];
            assert_eq!(listed, gone.map(|line| format!("{line} orphaned")));
        }
    });
}

#[test]
fn a_run_upgrades_first_and_knows_what_was_run() {
    for_each_database(|project| {
        install(project, "noorm-v1", PROPER);
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("lock status").expect_success().expect_stdout("the lock of Ann");
        for line in ["change list", "change history", "run build --dry-run", "change ff --dry-run"] {
            let output = project.noorm(line).expect_code(1);
            output
                .expect_stderr("have version 1")
                .expect_stderr("`noorm run build` or `noorm change ff` upgrades them");
        }
        // The file that failed last has another content now, and the other one never ran with this one.
        let output = project.noorm("run build").expect_success();
        output.expect_stdout("1 file ran");
        assert_eq!(version(project, PROPER), LATEST);
        project.noorm("change list").expect_success().expect_stdout("2026-01-04_b");
    });
}

#[test]
fn a_history_that_later_versions_did_not_change_can_be_read_without_an_upgrade() {
    for_each_database(|project| {
        install(project, "noorm-v3", PROPER);
        let before = dump(project);
        project.noorm("change list").expect_success().expect_stdout("2026-01-04_b");
        project.noorm("change history").expect_success();
        project.noorm("vault list").expect_success().expect_stdout("the vault is empty");
        assert_eq!(dump(project), before);
    });
}

#[test]
fn a_newer_version_is_refused_and_left_alone() {
    for_each_database(|project| {
        install(project, "noorm-v2", PROPER);
        project.database.script(&format!("UPDATE {} SET schema_version = 99", table(project, PROPER, "version")));
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.write_changeset("2026-01-01_a", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        let before = dump(project);
        let reading = ["change list", "change history", "lock status", "run build --dry-run", "change ff --dry-run"];
        let changing = ["run build", "change ff", "change revert 2026-01-01_a", "lock acquire", "lock release --yes"];
        for line in reading.into_iter().chain(changing) {
            let output = project.noorm(line).expect_code(1);
            let output = output.expect_stderr("have version 99; this noorm knows versions up to 4");
            output.expect_stderr("use a newer noorm");
        }
        assert_eq!(dump(project), before);
        assert!(!project.database.has_table("a") && !project.database.has_table("b"));
    });
}

#[test]
fn tables_in_the_default_schema_move_with_every_row() {
    for name in ["noorm-v1", "noorm-v2", "noorm-v3", "of today"] {
        in_postgres(|project| {
            upgrade(project);
            let fresh = catalog(project);
            project.query("DROP SCHEMA noorm CASCADE");
            install(project, if name == "of today" { "noorm-v3" } else { name }, DEFAULT);
            if name == "of today" {
                upgrade(project);
                for table in ["version", "changeset", "executions", "lock", "identities", "secrets", "vault"] {
                    project.query(&format!("ALTER TABLE noorm.__noorm_{table}__ SET SCHEMA public"));
                }
                project.query("DROP SCHEMA noorm");
            }
            let before = history(project, DEFAULT);
            project.noorm("change list").expect_code(1).expect_stderr("noorm's tables in the schema `public`");
            let output = project.noorm("lock acquire").expect_success();
            let told = "took over noorm's tables in the schema `public`: 8 operations, 11 files";
            assert_eq!(output.stderr.matches(told).count(), 1, "{name}: {output}");
            project.noorm("lock release --yes").expect_success();
            assert_eq!(history(project, PROPER), before, "{name}");
            assert_eq!(catalog(project), fresh, "{name}");
            assert!(project.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").is_empty());
            project.write("schema/003.sql", "CREATE TABLE a (id INTEGER);");
            project.noorm("run build").expect_success();
            let next = "SELECT max(id) FROM noorm.__noorm_changeset__";
            assert_eq!(project.value(next), "9", "numbers go on where they were");
        });
    }
}

#[test]
fn tables_in_two_schemas_are_refused() {
    in_postgres(|project| {
        install(project, "noorm-v1", DEFAULT);
        install(project, "noorm-v2", "legacy");
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        let before = dump(project);
        for line in ["run build", "change list", "change ff --dry-run"] {
            let output = project.noorm(line).expect_code(1);
            output.expect_stderr("in the schemas `legacy` and `public`").expect_stderr("which of them count");
        }
        assert_eq!(dump(project), before);
        assert!(!project.database.has_table("a"));
    });
}

#[test]
fn a_newer_version_elsewhere_is_not_moved() {
    in_postgres(|project| {
        install(project, "noorm-v2", DEFAULT);
        project.query("UPDATE public.__noorm_version__ SET schema_version = 99");
        let before = dump(project);
        for line in ["lock acquire", "change list"] {
            project.noorm(line).expect_code(1).expect_stderr("they have version 99").expect_stderr("use a newer noorm");
        }
        assert_eq!(dump(project), before);
    });
}

#[test]
fn a_role_that_may_not_make_the_schema_is_told_what_is_missing() {
    in_postgres(|project| {
        let address = project.database.address().unwrap();
        let role = format!("{}_role", address.database);
        project.query(&format!("DROP ROLE IF EXISTS {role}"));
        project.query(&format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'; GRANT ALL ON SCHEMA public TO {role}"));
        project.set_env("ROLE_PASSWORD", "secret");
        let (host, port, database) = (&address.host, address.port, &address.database);
        let flags = format!("--host {host} --port {port} --database {database} --user {role}");
        let add = format!("config add limited --dialect postgres {flags} --password-env ROLE_PASSWORD");
        project.noorm(&add).expect_success();
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        let output = project.noorm("-c limited run build").expect_code(1);
        let output = output.expect_stderr("the database refused to make noorm's own tables");
        let output = output.expect_stderr(&format!("`{role}` may not make the schema `noorm`"));
        let (_, command) = output.stderr.split_once("CREATE SCHEMA").expect("the command that helps");
        assert!(!project.database.has_table("a"));

        project.query(&format!("CREATE SCHEMA {}", command.lines().next().unwrap().trim_end_matches('`')));
        project.noorm("-c limited run build").expect_success();
        project.query(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"));
    });
}

#[test]
fn tables_of_another_role_are_not_overlooked() {
    in_postgres(|project| {
        install(project, "noorm-v2", DEFAULT);
        let address = project.database.address().unwrap();
        let role = format!("{}_stranger", address.database);
        project.query(&format!("DROP ROLE IF EXISTS {role}"));
        project.query(&format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
             GRANT CREATE ON DATABASE {} TO {role}",
            address.database
        ));
        project.set_env("ROLE_PASSWORD", "secret");
        let (host, port, database) = (&address.host, address.port, &address.database);
        let flags = format!("--host {host} --port {port} --database {database} --user {role}");
        let add = format!("config add stranger --dialect postgres {flags} --password-env ROLE_PASSWORD");
        project.noorm(&add).expect_success();
        let before = dump(project);
        let output = project.noorm("-c stranger lock acquire").expect_code(1);
        let output = output.expect_stderr("refused to take over noorm's own tables").expect_stderr("must be owner");
        output.expect_stderr("let the owner of the database run this command once");
        assert_eq!(dump(project), before);
        project.query(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"));
    });
}

#[test]
fn statements_of_an_upgrade_can_be_run_twice() {
    in_postgres(|project| {
        install(project, "noorm-v2", PROPER);
        let before = history(project, PROPER);
        // What a process leaves that was killed before it wrote the version, where DDL commits.
        project.query("UPDATE noorm.__noorm_version__ SET schema_version = 1");
        upgrade(project);
        assert_eq!(history(project, PROPER), before);
        assert_eq!(version(project, PROPER), LATEST);
        project.query("UPDATE noorm.__noorm_version__ SET schema_version = 2");
        upgrade(project);
        assert_eq!(history(project, PROPER), before);
    });
}

/// Starts `run build` while somebody reads the table of changesets for four seconds, so that it cannot be changed, and hands
/// the process over once it waits for that.
fn while_blocked(project: &Project, test: impl Fn(Child)) {
    let changeset = table(project, PROPER, "changeset");
    let hold = match project.database.engine() {
        Engine::Mariadb | Engine::Mysql => format!("LOCK TABLES {changeset} READ; SELECT sleep(4); UNLOCK TABLES"),
        Engine::Mssql => format!(
            "BEGIN TRANSACTION; SELECT count(*) FROM {changeset} WITH (TABLOCK, HOLDLOCK); \
             WAITFOR DELAY '00:00:04'; COMMIT"
        ),
        _ => format!("BEGIN; LOCK TABLE {changeset} IN ACCESS SHARE MODE; SELECT pg_sleep(4); COMMIT"),
    };
    std::thread::scope(|scope| {
        scope.spawn(|| project.query(&hold));
        std::thread::sleep(Duration::from_millis(500));
        let child = spawn(project, "run build");
        std::thread::sleep(Duration::from_millis(1500));
        test(child);
    });
}

#[test]
fn an_upgrade_that_was_killed_goes_on() {
    let engines = [Engine::Postgres, Engine::Mariadb, Engine::Mysql, Engine::Mssql];
    on_each(&engines, &[Capability::TableLock, Capability::LostClient], |project| {
        let project = &*project;
        install(project, "noorm-v1", PROPER);
        let before = history(project, PROPER);
        project.write("schema/003.sql", "CREATE TABLE a (id INTEGER);");
        while_blocked(project, |mut child| {
            signal(&child, "KILL");
            child.wait().unwrap();
        });
        // The step to version 2 makes an index, for which the others want the table for themselves.
        let reached = if project.database.engine() == Engine::Postgres { "2" } else { "1" };
        assert_eq!(version(project, PROPER), reached, "it was killed in the middle");
        assert_eq!(history(project, PROPER), before);
        project.noorm("run build").expect_success();
        assert_eq!(version(project, PROPER), LATEST);
        let rows = history(project, PROPER);
        assert_eq!(rows[1][..13], before[1][..], "the files of the history");
        assert!(project.database.has_table("a"));
    });
}

#[test]
fn an_upgrade_whose_lock_was_lost_is_undone() {
    in_postgres(|project| {
        install(project, "noorm-v2", PROPER);
        project.write("schema/003.sql", "CREATE TABLE a (id INTEGER);");
        let project = &*project;
        while_blocked(project, |child| {
            project.query("UPDATE noorm.__noorm_lock__ SET token = 'of somebody else'");
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("lost its lock"), "{stderr}");
        });
        assert_eq!(version(project, PROPER), "2");
        let columns = catalog(project).concat();
        assert!(!columns.contains(&"origin".to_owned()) && !project.database.has_table("a"));
    });
}

#[test]
fn four_processes_upgrade_at_once() {
    for_each_database_with(&[Capability::CreateDatabase], |project| {
        for name in ["", "noorm-v1", "noorm-v2", "noorm-v3"] {
            let project = Project::new(project.database.engine());
            if !name.is_empty() {
                install(&project, name, PROPER);
            }
            project.write("schema/003.sql", "CREATE TABLE a (id INTEGER);");
            four_times(&project, "run build --wait");
            assert_eq!(version(&project, PROPER), LATEST, "{name}");
            let rows = format!("SELECT count(*) FROM {}", table(&project, PROPER, "changeset"));
            assert_eq!(project.value(&rows), if name.is_empty() { "1" } else { "9" });
            let rows = format!("SELECT count(*) FROM {}", table(&project, PROPER, "version"));
            assert_eq!(project.value(&rows), "1");
        }
    });
}

#[test]
fn somebody_who_works_with_an_older_tool_is_not_disturbed() {
    for_each_database(|project| {
        install(project, "noorm-v1", PROPER);
        let lock = table(project, PROPER, "lock");
        let later = project.database.in_seconds(300);
        project.database.script(&format!("UPDATE {lock} SET expires_at = {later} WHERE id = 1"));
        project.write("schema/003.sql", "CREATE TABLE a (id INTEGER);");
        let before = dump(project);
        for line in ["run build", "lock acquire", "change ff --wait-timeout 1"] {
            project.noorm(line).expect_code(4).expect_stderr("locked by Ann <ann@example.com>");
        }
        assert_eq!(dump(project), before);
        project.noorm("lock release --yes").expect_success().expect_stdout("released");
        project.noorm("run build").expect_success();
        assert_eq!(version(project, PROPER), LATEST);
    });
}
