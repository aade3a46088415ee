//! A quirk over a dialect, as its author ships it: the example `quirk-acme` over PostgreSQL, and what shows the SQL that it
//! changes.

use noorm_testkit::{Address, Engine, Output, Project, Sandbox, skip};

use crate::answers::error;

const SETTINGS: &str = "plugins:\n  dialects:\n    acme: { base: postgres, quirks: [quirk-acme] }\n";

/// Makes the role once, whichever test comes first, and the schema that is its own.
const BEFORE: &str = "
    DO $$ BEGIN
        CREATE ROLE acme_migrator;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END $$;
    CREATE SCHEMA acme_ops AUTHORIZATION acme_migrator;
    GRANT CREATE ON SCHEMA public TO acme_migrator;
";

fn add(sandbox: &Sandbox, package: &str) -> Output {
    let file = noorm_artifacts::plugin(package);
    sandbox.noorm_args(["plugin", "add", file.to_str().unwrap()])
}

/// A project whose config `acme` speaks the dialect `acme`; `None` where there is no server.
fn acme() -> Option<Project> {
    if Engine::Postgres.url().is_none() {
        skip("there is no PostgreSQL");
        return None;
    }
    let mut project = Project::new(Engine::Postgres);
    project.database.script(BEFORE);
    project.write(".noorm/settings.yml", SETTINGS);
    add(&project, "quirk-acme").expect_success();
    let Address { host, port, database, user, ssl, password, .. } = project.database.address().unwrap();
    project.set_env("ACME_PASSWORD", password);
    let line = format!(
        "config add acme --dialect acme --host {host} --port {port} --database {database} --user {user} \
         --password-env ACME_PASSWORD {ssl}"
    );
    project.noorm(&line).expect_success();
    project.noorm("config use acme").expect_success();
    Some(project)
}

#[test]
fn tables_are_under_the_other_schema_and_the_roles() {
    let Some(project) = acme() else { return };
    project.write("schema/001.sql", "CREATE TABLE acme_orders (id integer);\nRESET ROLE;\n");
    project.write("schema/002.sql", "CREATE TABLE acme_lines (id integer);");
    project.write_changeset("2026-01-01_first", "CREATE TABLE acme_more (id integer);", "DROP TABLE acme_more;");
    project.noorm("run build").expect_success();
    project.noorm("change ff").expect_success();
    let owners = project.query(
        "SELECT schemaname, tablename, tableowner FROM pg_tables
         WHERE tablename IN ('__noorm_executions__', 'acme_orders', 'acme_lines', 'acme_more') ORDER BY tablename",
    );
    let expected = [
        ["acme_ops", "__noorm_executions__", "acme_migrator"],
        // What a script sets for its session does not reach the next.
        ["public", "acme_lines", "acme_migrator"],
        ["public", "acme_more", "acme_migrator"],
        ["public", "acme_orders", "acme_migrator"],
    ];
    assert_eq!(owners, expected.map(|row| row.map(str::to_owned).to_vec()));
    assert_eq!(project.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'noorm'"), "0");
    project.noorm("run build").expect_success().expect_stdout("nothing to do");
    project.noorm("change revert 2026-01-01_first").expect_success();
    project.noorm("lock status").expect_success();
}

#[test]
fn what_it_lies_over_and_what_was_composed_is_said() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    let added = add(&sandbox, "quirk-acme").expect_success();
    assert!(added.stdout.starts_with("added quirk-acme 0.1.0, a quirk over postgres\n"), "{added}");
    assert!(
        added.stdout.contains("`mine: {base: postgres, quirks: [quirk-acme]}`; then `noorm plugin lock`"),
        "{added}"
    );
    sandbox.noorm("plugin rm quirk-acme").expect_success();

    sandbox.write(".noorm/settings.yml", SETTINGS);
    let added = add(&sandbox, "quirk-acme").expect_success();
    assert!(added.stdout.contains("\ncomposed acme, which a config names as its dialect\n"), "{added}");
    let list = sandbox.noorm("plugin list").expect_success();
    assert!(list.stdout.contains("over postgres"), "{list}");
    assert!(list.stdout.ends_with("\nDIALECT  MADE OF\nacme     postgres, quirk-acme\n"), "{list}");
    let list = sandbox.noorm("plugin list --json").json();
    assert_eq!(list["dialects"], serde_json::json!([{ "name": "acme", "base": "postgres", "quirks": ["quirk-acme"] }]));
    let shown = sandbox.noorm("plugin show quirk-acme").expect_success();
    assert!(shown.stdout.contains("\nover       postgres\n"), "{shown}");

    // Before all its layers are there nothing is composed.
    let two = Sandbox::new();
    two.noorm("init").expect_success();
    two.write(".noorm/settings.yml", SETTINGS.replace("[quirk-acme]", "[quirk-acme, quirk-cockroachdb]"));
    let first = add(&two, "quirk-acme").expect_success();
    assert!(first.stdout.contains("\n`acme` is composed once its other layers are added too\n"), "{first}");
    let second = add(&two, "quirk-cockroachdb").expect_success();
    assert!(second.stdout.contains("\ncomposed acme, which a config names as its dialect\n"), "{second}");
}

#[test]
fn the_history_names_the_quirk_and_its_base() {
    let Some(project) = acme() else { return };
    project.write("schema/001.sql", "CREATE TABLE acme_orders (id integer);");
    project.noorm("run build").expect_success();
    let inputs = project.value("SELECT inputs FROM acme_ops.__noorm_executions__ WHERE filepath = 'schema/001.sql'");
    let inputs: serde_json::Value = serde_json::from_str(&inputs).unwrap();
    let lock: serde_json::Value = serde_json::from_str(&project.read(".noorm/plugins.lock")).unwrap();
    let locked = &lock["compositions"][0];
    assert_eq!((&inputs["dialect"]["name"], &inputs["dialect"]["digest"]), (&"quirk-acme".into(), &locked["digest"]));
    assert_eq!(
        (&inputs["layers"][0]["name"], &inputs["layers"][0]["digest"]),
        (&locked["base"]["name"], &locked["base"]["digest"])
    );
    assert_eq!(inputs["layers"][1]["digest"], locked["quirks"][0]["digest"]);
}

#[test]
fn a_script_that_breaks_the_rule_is_shown_and_not_run() {
    let Some(project) = acme() else { return };
    project
        .write("schema/001.sql", "CREATE TABLE acme_orders (id integer);\n\nCREATE TABLE OrderLines (id integer);\nCREATE TABLE more (id integer);\n");
    let output = project.noorm("run build").expect_code(1);
    for part in [
        "schema/001.sql:3:14",
        "CREATE TABLE OrderLines",
        "^^^^^^^^^^",
        "call it `acme_order_lines`",
        "schema/001.sql:4:14",
    ] {
        assert!(output.stderr.contains(part), "{part} is missing: {output}");
    }
    assert!(!project.database.has_table("acme_orders"), "nothing of the file ran");
    let json = project.noorm("run build --json").expect_code(1);
    assert_eq!((error(&json, "file"), error(&json, "line")), ("schema/001.sql".to_owned(), "3".to_owned()), "{json}");
    // The same without a server.
    project.noorm("split schema/001.sql").expect_code(1).expect_stderr("acme_order_lines");
}

#[test]
fn a_dialect_that_is_not_locked_is_refused_until_it_is() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    add(&sandbox, "quirk-acme").expect_success();
    sandbox.write(".noorm/settings.yml", SETTINGS);
    sandbox.write("a.sql", "SELECT 1;");
    let split = "split --dialect acme a.sql";
    sandbox.noorm(split).expect_code(1).expect_stderr("plugins.lock").expect_stderr("noorm plugin lock");
    sandbox.noorm("plugin lock").expect_success().expect_stdout("acme = quirk-acme over dialect-postgres");
    sandbox.noorm(split).expect_success();
    sandbox.noorm("plugin lock").expect_success().expect_stdout("as before");
    sandbox.write(".noorm/settings.yml", "");
    sandbox.noorm("plugin lock --locked").expect_code(1).expect_stderr("the dialect `acme` is removed");
    sandbox.noorm("plugin lock").expect_success().expect_stdout("removed");
    sandbox.noorm("plugin lock").expect_success().expect_stdout("nothing to lock");
}

#[test]
fn a_diff_shows_the_sql_that_a_quirk_changes() {
    let sandbox = Sandbox::new();
    // Neither a project nor an added plugin is needed.
    let file = noorm_artifacts::plugin("quirk-acme");
    let diff = |flags: &[&str]| {
        let mut args = vec!["dialect", "diff", "postgres", file.to_str().unwrap()];
        args.extend(flags);
        sandbox.noorm_args(args)
    };
    let output = diff(&[]).expect_success();
    for part in [
        "--- dialect-postgres 0.1.0\n+++ quirk-acme 0.1.0 over dialect-postgres 0.1.0\n",
        "@@ transaction.control @@\n+setup: SET ROLE acme_migrator\n",
        "@@ lock.action force-release @@\n-DELETE FROM \"noorm\".__noorm_lock__\n+DELETE FROM \"acme_ops\".__noorm_lock__\n",
        "+refused: ",
        "(acme-table-name)",
    ] {
        assert!(output.stdout.contains(part), "{part} is missing: {output}");
    }
    assert!(!output.stdout.contains("@@ naming.quote") && !output.stdout.contains("@@ errors.classify"), "{output}");
    diff(&["--exit-code"]).expect_code(1).expect_stdout("+setup: SET ROLE acme_migrator");
    let json = diff(&["--json"]).expect_success().json();
    assert_eq!(json["layers"].as_array().unwrap().len(), 2);
    let differences = json["differences"].as_array().unwrap();
    let control = differences.iter().find(|it| it["function"] == "transaction.control").unwrap();
    assert_eq!(control["lines"][0], serde_json::json!({ "change": "new", "text": "setup: SET ROLE acme_migrator" }));
    sandbox.noorm("dialect diff postgres postgres --exit-code").expect_success().expect_stdout("no difference");
    sandbox.noorm("dialect diff postgres none").expect_code(2);
}

/// The base may be named in each way in which a dialect can be named.
#[test]
fn a_quirk_is_compared_over_whatever_it_may_stand_on() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    let (acme, other) = (noorm_artifacts::plugin("quirk-acme"), noorm_artifacts::guest("quirk-outer"));
    let diff = |base: &str, quirk: &std::path::Path| {
        sandbox.noorm_args(["dialect", "diff", base, quirk.to_str().unwrap()]).expect_success()
    };
    for base in ["dialect-postgres", noorm_artifacts::plugin("dialect-postgres").to_str().unwrap()] {
        diff(base, &acme).expect_stdout("+++ quirk-acme 0.1.0 over dialect-postgres 0.1.0");
    }
    add(&sandbox, "quirk-acme").expect_success();
    sandbox.write(".noorm/settings.yml", SETTINGS);
    sandbox.noorm("plugin lock").expect_success();
    // Another layer over what the settings compose; the same one again takes its own place.
    let output = diff("acme", &other);
    output.expect_stdout("+++ quirk-outer 0.2.0 over quirk-acme 0.1.0 over dialect-postgres 0.1.0");
    diff("acme", &acme).expect_stdout("no difference in");
    let tested = sandbox.noorm_args(["plugin", "test", acme.to_str().unwrap(), "--over", "acme", "--time", "0"]);
    tested.expect_success();
}

#[test]
fn cockroachdb_is_what_the_base_becomes_without_a_server() {
    let sandbox = Sandbox::new();
    let file = noorm_artifacts::plugin("quirk-cockroachdb");
    let output = sandbox.noorm_args(["dialect", "diff", "postgres", file.to_str().unwrap()]).expect_success();
    for part in [
        "+unsupported: the action `session-try` on this product",
        "-DDL takes part in transactions: yes\n+DDL takes part in transactions: no",
        "+unsupported: PostgreSQL: this dialect is for CockroachDB alone",
        "@@ errors.classify 40003 @@\n-transient\n+other",
        " CASCADE",
    ] {
        assert!(output.stdout.contains(part), "{part} is missing: {output}");
    }
}

/// Who was under the outermost layer, when something ran, is what one wants to know after an incident.
#[test]
fn a_composed_dialect_is_explained_layer_by_layer() {
    let Some(project) = acme() else { return };
    project.write("schema/001.sql", "CREATE TABLE acme_orders (id integer);");
    project.noorm("run build").expect_success();
    let output = project.noorm("explain schema/001.sql").expect_success();
    let layers: Vec<_> = output.stdout.lines().filter_map(|line| line.trim().strip_prefix("layer")).collect();
    assert_eq!(layers.len(), 2, "{output}");
    assert!(layers[0].contains("quirk-acme 0.1.0") && layers[1].contains("dialect-postgres"), "{output}");
    assert!(layers.iter().all(|line| line.ends_with("same")), "{output}");
    let why = project.noorm("plugin why schema/001.sql").expect_success();
    why.expect_stdout("is cut by the dialect acme: quirk-acme over postgres");
}
