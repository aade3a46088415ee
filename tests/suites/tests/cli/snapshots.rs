//! What users see, to the letter: standard output, standard error and exit code together.

use noorm_testkit::{Engine, Project, Sandbox, for_each_database};

/// Runs each line in turn and returns the whole session.
fn session(sandbox: &Sandbox, lines: &[&str]) -> String {
    lines.iter().map(|line| sandbox.snapshot(&sandbox.noorm(line))).collect::<Vec<_>>().join("\n")
}

fn shop(project: &Project) {
    project.write("schema/001_users.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n");
    project
        .write("schema/002_seed.sql.j2", "INSERT INTO users VALUES ({{ quote(seed.id) }}, {{ quote(seed.name) }});\n");
    project.write("schema/seed.yaml", "id: 1\nname: O'Neil\n");
    project.write_changeset("2026-01-01_posts", "CREATE TABLE posts (id INTEGER);\n", "DROP TABLE posts;\n");
    project.write_changeset("2026-01-02_tags", "CREATE TABLE tags (id INTEGER);\n", "DROP TABLE tags;\n");
}

#[test]
fn first_steps() {
    let sandbox = Sandbox::new();
    let lines = [
        "run build",
        "init",
        "config add dev --dialect sqlite --filename app.db",
        "config list",
        "change list",
        "lock status",
    ];
    insta::assert_snapshot!(session(&sandbox, &lines));
}

#[test]
fn a_day_s_work() {
    let lines = [
        "run build --dry-run",
        "run build",
        "run build",
        "change list",
        "change next",
        "change ff",
        "change ff",
        "change revert 2026-01-02_tags",
        "change list",
        "change history",
    ];
    for_each_database(|project| {
        shop(project);
        // One snapshot for all: what users see does not depend on the database.
        insta::assert_snapshot!("a_day_s_work", session(project, &lines));
    });
}

#[test]
fn json() {
    let lines = ["run build --json", "change ff --json", "change list --json", "run file nope.sql --json"];
    let project = Project::new(Engine::Sqlite);
    shop(&project);
    insta::assert_snapshot!(session(&project, &lines));
}

#[test]
fn failures() {
    let project = Project::new(Engine::Sqlite);
    shop(&project);
    project.write("schema/003_broken.sql", "CREATE TABLE broken (\n    id INTEGER,\n    id INTEGER\n);\n");
    let mut text = session(&project, &["run build"]);
    project.write("schema/003_broken.sql", "SELECT 1;\n");
    project.write("schema/004_broken.sql.j2", "-- a template\nINSERT INTO users VALUES ({{ quote(sed.id) }}, 'x');\n");
    text += &session(&project, &["run build", "change run 2026-01-01_post", "-c nope run build"]);
    insta::assert_snapshot!(text);
}
