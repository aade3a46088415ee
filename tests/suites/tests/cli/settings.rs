//! `noorm settings`, and what the settings do: rules, locks, required secrets, strict mode.

use noorm_testkit::{Engine, Project, Sandbox};

use crate::answers::files;

/// A project with these settings.
pub(crate) fn project(settings: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.write(".noorm/settings.yml", settings);
    sandbox
}

#[test]
fn what_init_writes_is_valid_and_shown_as_defaults() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.noorm("settings validate").expect_success().expect_stdout("is valid");
    let json = sandbox.noorm("settings show --json").expect_success().json();
    assert_eq!(json["settings"]["paths"]["schema"], "schema");
    assert_eq!(json["settings"]["order"], "allow-older");
    assert_eq!(json["effectiveBuild"], serde_json::Value::Null);
}

#[test]
fn mistakes_are_shown_all_at_once_with_their_lines() {
    let sandbox = project("build:\n  include: tables\nlogging:\n  level: inof\n");
    let output = sandbox.noorm("settings validate").expect_code(1);
    let output = output.expect_stderr(".noorm/settings.yml:2:12").expect_stderr("2 |   include: tables");
    output.expect_stderr("did you mean `info`?").expect_stderr("4 |   level: inof");
    let json = sandbox.noorm("settings validate --json").expect_code(1).json();
    assert_eq!(
        (json["errors"][0]["line"].as_u64(), json["errors"][1]["path"].as_str()),
        (Some(2), Some("logging.level"))
    );
    assert_eq!((json["error"]["line"].as_u64(), json["error"]["code"].as_str()), (Some(2), Some("wrong-settings")));
    // Every command that reads the settings says the same.
    sandbox.noorm("config list").expect_code(1).expect_stderr("4 |   level: inof");
}

#[test]
fn an_unknown_key_is_a_warning_and_in_strict_mode_an_error() {
    let sandbox = project("stages:\n  dev:\n    defualts: {}\n");
    let output = sandbox.noorm("settings validate").expect_success();
    output.expect_stdout("unknown key `stages.dev.defualts`").expect_stdout("did you mean `defaults`?");
    let json = sandbox.noorm("settings validate --json").expect_success().json();
    assert_eq!(json["warnings"][0]["path"], "stages.dev.defualts");
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    let output = sandbox.noorm("run build --json").expect_success();
    output.json();
    output.expect_stderr("warning: .noorm/settings.yml:3: unknown key `stages.dev.defualts`");
    sandbox.write(".noorm/settings.yml", "strict: {enabled: true}\nstages:\n  dev:\n    defualts: {}\n");
    sandbox.noorm("settings validate").expect_code(1).expect_stderr("4 |     defualts: {}");
    sandbox.noorm("run build").expect_code(1).expect_stderr("defualts");
}

#[test]
fn the_schema_is_json_and_names_every_section() {
    let output = Sandbox::new().noorm("settings schema").expect_success();
    let schema: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(schema["properties"]["stages"].is_object());
    let json = Sandbox::new().noorm("settings schema --json").expect_success().json();
    assert_eq!(json["schema"], schema);
}

#[test]
fn an_edit_replaces_the_settings_only_when_they_can_be_used() {
    let mut sandbox = project("order: linear\n");
    sandbox.noorm("settings edit").expect_code(2).expect_stderr("EDITOR");
    sandbox.set_env("EDITOR", "true");
    sandbox.noorm("settings edit").expect_success().expect_stdout("nothing to do");
    // VISUAL comes first, and may have arguments.
    sandbox.set_env("VISUAL", "sed -i -e s/linear/linaer/");
    let output = sandbox.noorm("settings edit").expect_code(1);
    output.expect_stderr("did you mean `linear`?").expect_stderr(".noorm/settings.edit.yml");
    assert_eq!(sandbox.read(".noorm/settings.yml"), "order: linear\n");
    assert_eq!(sandbox.read(".noorm/settings.edit.yml"), "order: linaer\n");
    // The next edit goes on with what was written.
    sandbox.set_env("VISUAL", "sed -i -e s/linaer/allow-older/");
    let json = sandbox.noorm("settings edit --json").expect_success().json();
    assert_eq!(json["changed"], true);
    assert_eq!(sandbox.read(".noorm/settings.yml"), "order: allow-older\n");
    assert!(!sandbox.exists(".noorm/settings.edit.yml"));
}

#[test]
fn an_editor_gets_neither_what_is_noorm_s_alone_nor_the_answer_s_place() {
    let mut sandbox = project("order: linear\n");
    for name in ["NOORM_IDENTITY_PRIVATE_KEY", "NOORM_PASSPHRASE", "NOORM_PASSPHRASE_NEW", "SOMEBODYS"] {
        sandbox.set_env(name, "canary-4711");
    }
    sandbox.set_env("EDITOR", "env > seen-env; echo from-the-editor; true");
    let output = sandbox.noorm("settings edit --json").expect_success().expect_stderr("from-the-editor");
    assert_eq!(output.json()["changed"], false);
    let seen = sandbox.read("seen-env");
    assert!(seen.contains("SOMEBODYS=canary-4711") && seen.contains("EDITOR="), "{seen}");
    assert_eq!(seen.matches("canary-4711").count(), 1, "{seen}");
    sandbox.noorm("settings edit").expect_success().expect_stdout("from-the-editor");
    sandbox.remove("seen-env");
    sandbox.noorm("settings edit -H").expect_code(2).expect_stderr("nothing is to be asked");
    assert!(!sandbox.exists("seen-env"));
}

#[test]
fn an_edit_loses_nobody_s_work() {
    let mut sandbox = project("order: linear\n");
    // Somebody else writes the settings while the editor is open.
    sandbox.set_env("EDITOR", "echo 'strict: {}' > .noorm/settings.yml; echo 'build: {}' >>");
    sandbox.noorm("settings edit").expect_code(1).expect_stderr("somebody else").expect_stderr("settings.edit.yml");
    assert_eq!(sandbox.read(".noorm/settings.yml"), "strict: {}\n");
    assert_eq!(sandbox.read(".noorm/settings.edit.yml"), "order: linear\nbuild: {}\n");
    // An editor that fails has what it wrote kept too.
    sandbox.remove(".noorm/settings.edit.yml");
    sandbox.set_env("EDITOR", "sh -c 'echo x >> \"$0\"; exit 3'");
    sandbox.noorm("settings edit").expect_code(1).expect_stderr("settings.edit.yml");
    assert_eq!(sandbox.read(".noorm/settings.edit.yml"), "strict: {}\nx\n");
    assert_eq!(sandbox.read(".noorm/settings.yml"), "strict: {}\n");
}

#[test]
fn rules_choose_what_a_build_runs() {
    let project = Project::new(Engine::Sqlite);
    project.add_config("ci", "--test").expect_success();
    project.write("schema/a/001.sql", "CREATE TABLE IF NOT EXISTS a (id INTEGER);");
    project.write("schema/seeds/001.sql", "CREATE TABLE IF NOT EXISTS seeds (id INTEGER);");
    project.write("schema/slow/001.sql", "CREATE TABLE IF NOT EXISTS slow (id INTEGER);");
    let settings = "build: {exclude: [seeds]}\nrules:\n  - {match: {isTest: true}, include: [seeds], exclude: [slow]}\n  - {match: {name: ci, type: remote}, exclude: [a]}\n";
    project.write(".noorm/settings.yml", settings);
    let ran = |line: &str| files(&project.noorm(line).expect_success());
    assert_eq!(ran("run build --json"), ["schema/a/001.sql success", "schema/slow/001.sql success"]);
    let ran = ran("-c ci run build --force --json");
    assert_eq!(ran, ["schema/a/001.sql success", "schema/seeds/001.sql success"]);
    let json = project.noorm("-c ci settings show --json").expect_success().json();
    assert_eq!(json["effectiveBuild"]["exclude"], serde_json::json!(["slow"]));
}

#[test]
fn an_include_that_means_nothing_is_told() {
    let project = Project::new(Engine::Sqlite);
    project.write("schema/a/001.sql", "CREATE TABLE a (id INTEGER);");
    project.write(".noorm/settings.yml", "build: {include: [schema/a]}\n");
    let output = project.noorm("run build").expect_success().expect_stderr("the settings include `schema/a`");
    assert!(output.stdout.contains("nothing to do"), "{output}");
    project.write(".noorm/settings.yml", "build: {include: [a]}\n");
    let output = project.noorm("run build").expect_success();
    assert!(output.stderr.is_empty() && project.database.has_table("a"), "{output}");
}

#[test]
fn the_config_of_a_locked_stage_stays() {
    let sandbox = project("stages: {prod: {locked: true}}\n");
    for name in ["prod", "dev"] {
        sandbox.noorm(&format!("config add {name} --dialect sqlite --filename {name}.db")).expect_success();
    }
    sandbox.noorm("config rm prod --yes").expect_code(5).expect_stderr("locked");
    sandbox.noorm("config edit prod --protected").expect_success();
    sandbox.noorm("config edit prod --unset protected --yes").expect_code(5).expect_stderr("locked");
    sandbox.noorm("config rm dev --yes").expect_success();
    sandbox.noorm("config list").expect_success().expect_stdout("prod");
}

#[test]
fn missing_secrets_are_told_all_at_once_before_anything_runs() {
    let mut project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
    project.write_changeset("2026-01-01_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
    let settings = "secrets:\n  - {key: MAILER, type: api_key, description: the mailer}\n  - {key: NICE, type: string, required: false}\nstages:\n  main:\n    secrets: [{key: SHOP, type: password}]\n  other:\n    secrets: [{key: ELSE, type: password}]\n";
    project.write(".noorm/settings.yml", settings);
    for line in
        ["run build", "run file schema/001.sql", "run dir schema", "run build --dry-run", "change ff", "change next"]
    {
        let output = project.noorm(line).expect_code(1).expect_stderr("`MAILER` (the mailer), `SHOP`");
        let output = output.expect_stderr("`noorm secret set MAILER`, `noorm secret set SHOP`");
        assert!(!output.stderr.contains("ELSE") && !output.stderr.contains("NICE"), "{output}");
    }
    assert!(!project.database.has_table("a") && !project.database.has_table("b"));
    let json = project.noorm("run build --json").expect_code(1).json();
    assert_eq!(json["error"]["code"], "missing-secrets");
    assert_eq!(json["missingSecrets"][1]["key"], "SHOP");
    // Looking needs none.
    project.noorm("change list").expect_success();
    // One is stored, the other one is in the environment. What the settings say that it is counts.
    project.noorm_input("secret set MAILER --stdin", "no api key\n").expect_code(2).expect_stderr("API key");
    project.noorm_input("secret set MAILER --stdin", "mailer-1234\n").expect_success();
    project.set_env("NOORM_SECRET_SHOP", "shop-1234");
    project.write("schema/002.sql.j2", "CREATE TABLE c (x TEXT DEFAULT {{ quote(secrets.SHOP) }});");
    project.noorm("run build").expect_success();
    assert!(project.database.has_table("a") && project.database.has_table("c"));
    let preview = project.noorm("run file schema/002.sql.j2 --preview").expect_success();
    assert!(!preview.stdout.contains("shop-1234"), "{preview}");
}

#[test]
fn strict_mode_uses_configs_of_stages_only() {
    let sandbox = project("");
    let add = |name: &str| sandbox.noorm(&format!("config add {name} --dialect sqlite --filename {name}.db"));
    for name in ["dev", "mine"] {
        add(name).expect_success();
    }
    sandbox.write(".noorm/settings.yml", "strict: {enabled: true, stages: [dev, prod]}\nstages: {dev: {}}\n");
    add("other").expect_code(1).expect_stderr("`other` belongs to no stage");
    sandbox.noorm("config cp dev copy").expect_code(1).expect_stderr("`copy` belongs to no stage");
    let output = sandbox.noorm("-c mine run build").expect_code(1).expect_stderr("`mine` belongs to no stage");
    output.expect_stderr("`dev`, `prod`");
    sandbox.noorm("-c dev run build").expect_code(1).expect_stderr("no config of the stage `prod`");
    assert!(!sandbox.exists("mine.db") && !sandbox.exists("dev.db"));
    add("prod").expect_success();
    sandbox.noorm("-c dev run build").expect_success();
}

#[test]
fn files_of_the_original_are_read() {
    let project = Project::new(Engine::Sqlite);
    project.write("sql/001.sql", "CREATE TABLE a (id INTEGER);");
    let settings = include_str!("../../../fixtures/settings/settings-init.yml");
    project.write(".noorm/settings.yml", settings);
    let output = project.noorm("run build").expect_success().expect_stdout("sql/001.sql");
    assert!(output.stderr.is_empty(), "{output}");
}

#[test]
fn the_protection_of_a_stage_goes_where_its_config_goes() {
    let sandbox =
        project("stages: {prod: {defaults: {protected: true}}, edge: {enforced: {protected: true, host: h1}}}");
    sandbox.noorm("config add prod --dialect sqlite --filename prod.db").expect_success();
    sandbox.noorm("config cp prod copy").expect_success().expect_stdout("protected");
    sandbox.noorm("-H -c copy db create").expect_code(5);
    sandbox.noorm("-H -c copy db destroy --yes").expect_code(5);
    let renamed = sandbox.noorm("config edit prod --rename other --yes --json").expect_success().json();
    assert_eq!(renamed["protected"], true);
    sandbox.noorm("-H -c other db create").expect_code(5);
    // Where a stage contradicts its config, it protects it all the same.
    sandbox.noorm("config add edge --dialect postgres --host h2 --database shop").expect_success();
    assert_eq!(sandbox.noorm_input("-H -c edge secret set KEY --stdin", "value\n").code, 5);
    for line in ["-H config rm edge", "-H config edit edge --port 1"] {
        sandbox.noorm(line).expect_code(5);
    }
}

#[test]
fn a_stage_may_say_which_database_it_is() {
    let sandbox = project("stages: {live: {defaults: {dialect: sqlite, filename: live.db}}}");
    sandbox.noorm("config add live").expect_success();
    sandbox.noorm("-H config add other").expect_code(2).expect_stderr("--dialect");
    sandbox.write("schema/001.sql", "CREATE TABLE t (id INTEGER);\n");
    sandbox.noorm("run build").expect_success();
    assert!(sandbox.exists("live.db"));
    sandbox.noorm("config list").expect_success().expect_stdout("live.db");
}

#[test]
fn a_config_is_named_once() {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    for name in ["one", "two"] {
        sandbox.noorm(&format!("config add {name} --dialect sqlite --filename {name}.db")).expect_success();
    }
    let global = sandbox.noorm_input("-c one secret set KEY --global --stdin", "value\n");
    assert_eq!(global.code, 2, "{global}");
    for line in ["-c one config show two", "-c one config validate two", "-c nope settings show"] {
        sandbox.noorm(line).expect_code(2);
    }
    sandbox.noorm("-c one config show one").expect_success();
}
