//! `noorm run build`.

use noorm_testkit::{Engine, Project, for_each_database};

use crate::answers::files;

fn shop(project: &Project) {
    project.write("schema/001_users.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n");
    project.write(
        "schema/002_posts/010.sql",
        "CREATE TABLE posts (id INTEGER PRIMARY KEY);\nCREATE INDEX p ON posts (id);\n",
    );
    project.write("schema/003_seed.sql", "-- a comment; with a semicolon\nINSERT INTO users VALUES (1, 'a;b');\n");
}

#[test]
fn builds_in_path_order_and_then_skips_everything() {
    for_each_database(|project| {
        shop(project);
        let first = project.noorm("run build --json").expect_success();
        assert_eq!(
            files(&first),
            ["schema/001_users.sql success", "schema/002_posts/010.sql success", "schema/003_seed.sql success"]
        );
        assert_eq!(project.value("SELECT name FROM users"), "a;b");
        let rows = project.value(&format!("SELECT count(*) FROM {}", project.database.tracking("executions")));
        for _ in 0..2 {
            let next = project.noorm("run build --json").expect_success();
            assert_eq!(
                files(&next),
                [
                    "schema/001_users.sql skipped unchanged",
                    "schema/002_posts/010.sql skipped unchanged",
                    "schema/003_seed.sql skipped unchanged",
                ]
            );
        }
        let after = project.value(&format!("SELECT count(*) FROM {}", project.database.tracking("executions")));
        assert_eq!(after, rows, "a build with nothing to do writes no rows");
    });
}

#[test]
fn runs_only_what_changed() {
    for_each_database(|project| {
        shop(project);
        project.noorm("run build").expect_success();
        project.write("schema/003_seed.sql", "INSERT INTO users VALUES (2, 'c');\n");
        // Other line ends and a byte-order mark are no edit.
        project.write(
            "schema/001_users.sql",
            "\u{feff}CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\r\n",
        );
        let output = project.noorm("run build --json").expect_success();
        assert_eq!(
            files(&output),
            [
                "schema/001_users.sql skipped unchanged",
                "schema/002_posts/010.sql skipped unchanged",
                "schema/003_seed.sql success",
            ]
        );
        assert_eq!(project.value("SELECT count(*) FROM users"), "2");
    });
}

#[test]
fn force_runs_everything() {
    for_each_database(|project| {
        let once = match project.database.engine() {
            Engine::Mssql => "IF OBJECT_ID(N'a') IS NULL CREATE TABLE a (id INTEGER);",
            _ => "CREATE TABLE IF NOT EXISTS a (id INTEGER);",
        };
        project.write("schema/001.sql", format!("{once}\nINSERT INTO a VALUES (1);\n"));
        project.noorm("run build").expect_success();
        project.noorm("run build --force").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "2");
    });
}

#[test]
fn a_dry_run_and_a_preview_touch_nothing() {
    for_each_database(|project| {
        shop(project);
        project.noorm("run build --dry-run").expect_success().expect_stdout("schema/001_users.sql");
        project.noorm("run build --preview").expect_success().expect_stdout("CREATE TABLE users");
        project.noorm("run build --preview --output out/build.sql").expect_success();
        assert!(project.read("out/build.sql").contains("INSERT INTO users VALUES (1, 'a;b');"));
        assert!(!project.database.has_table("users"));
        let tracking = project.database.tracking("changeset");
        let name = tracking.rsplit('.').next().unwrap();
        assert!(!project.database.has_table(name), "a dry run makes no tracking tables");
    });
}

#[test]
fn a_failing_statement_rolls_its_file_back_and_the_next_build_goes_on() {
    for_each_database(|project| {
        shop(project);
        project
            .write("schema/002_posts/020.sql", "CREATE TABLE tags (id INTEGER);\n\nINSERT INTO nowhere VALUES (1);\n");
        let failed = project.noorm("run build --json").expect_code(3);
        assert_eq!(
            files(&failed)[..3],
            ["schema/001_users.sql success", "schema/002_posts/010.sql success", "schema/002_posts/020.sql failed"]
        );
        let stays = !project.database.has_transactional_ddl();
        assert_eq!(project.database.has_table("tags"), stays, "a file's statements commit together where they can");
        assert_eq!(project.value("SELECT count(*) FROM users"), "0", "the seed comes after the failure");

        project.write("schema/002_posts/020.sql", "CREATE TABLE tags (id INTEGER);\n");
        let fixed = project.noorm("run build --json").expect_success();
        assert_eq!(
            files(&fixed),
            [
                "schema/001_users.sql skipped unchanged",
                "schema/002_posts/010.sql skipped unchanged",
                "schema/002_posts/020.sql success",
                "schema/003_seed.sql success",
            ]
        );
    });
}

#[test]
fn a_file_of_comments_and_an_empty_file_succeed() {
    for_each_database(|project| {
        project.write("schema/001.sql", "-- nothing yet\n/* still nothing */\n");
        project.write("schema/002.sql", "");
        project.noorm("run build").expect_success();
    });
}

#[test]
fn the_settings_choose_folders() {
    for_each_database(|project| {
        shop(project);
        project.write(".noorm/settings.yml", "build:\n  exclude:\n    - 002_posts\n");
        let output = project.noorm("run build --json").expect_success();
        assert_eq!(files(&output), ["schema/001_users.sql success", "schema/003_seed.sql success"]);
    });
}

#[test]
fn two_orders_of_numbers_get_a_warning() {
    for_each_database(|project| {
        project.write("schema/9_a.sql", "CREATE TABLE a (id INTEGER);");
        project.write("schema/10_b.sql", "CREATE TABLE b (id INTEGER);");
        let output = project.noorm("run build").expect_success();
        output.expect_stderr("warning").expect_stderr("9_a.sql").expect_stderr("10_b.sql");
    });
}

#[test]
fn two_checkouts_share_one_history() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        let paths = project.query(&format!("SELECT filepath FROM {}", project.database.tracking("executions")));
        assert_eq!(paths, [["schema/001.sql"]]);
    });
}

#[test]
fn templates_of_the_original_are_refused_with_the_reason() {
    for_each_database(|project| {
        project.write("schema/001.sql.eta", "SELECT 1;");
        let output = project.noorm("run build");
        assert_ne!(output.code, 0, "{output}");
        output.expect_stderr("schema/001.sql.eta").expect_stderr(".sql.j2");
    });
}
