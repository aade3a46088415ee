//! `noorm config add` by URL and by questions, `edit` and `cp`.

use noorm_testkit::{Engine, Project, Sandbox, for_each_database};
use serde_json::Value;

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox
}

/// Returns a config of the list.
fn config(sandbox: &Sandbox, name: &str) -> Value {
    let json = sandbox.noorm("config list --json").expect_success().json();
    let found = json["configs"].as_array().unwrap().iter().find(|config| config["name"] == name);
    found.unwrap_or_else(|| panic!("no config `{name}` in {json}")).clone()
}

#[test]
fn a_connection_can_be_a_url() {
    for_each_database(|project| {
        let Some(address) = project.database.address() else {
            project.noorm("config add by-url --url sqlite:app.db").expect_success();
            project.noorm("-c by-url change list").expect_success();
            return;
        };
        let (dialect, host, port, database) = (&address.dialect, &address.host, address.port, &address.database);
        let url = format!("{dialect}://{}:{}@{host}:{port}/{database}", address.user, address.password);
        project.set_env("DATABASE_URL", url.clone());
        let by_env = project.noorm(&format!("config add by-env --url-env DATABASE_URL {}", address.ssl));
        assert!(!by_env.expect_success().to_string().contains("warning"));
        project.noorm("-c by-env change list").expect_success();
        project.noorm_input(&format!("config add by-input --url-stdin {}", address.ssl), &url).expect_success();
        project.noorm("-c by-input change list").expect_success();
        // What others can read is warned about, and not repeated.
        let by_argument = project.noorm(&format!("config add by-argument --url {url}")).expect_success();
        let by_argument = by_argument.expect_stderr("warning: the password stands in an argument");
        assert!(!by_argument.stderr.contains(&address.password), "{by_argument}");
    });
}

#[test]
fn a_url_that_cannot_be_used_is_told_without_its_password() {
    let sandbox = project();
    for (url, expected) in [
        ("postgres://ann:hunter2@host:port/db", "URL"),
        ("oracle://ann:hunter2@host/db", "`oracle`"),
        ("postgres://ann:hunter2@host/db?sslmode=prefer", "connection.ssl"),
        ("postgres://ann:hunter2@host/db?nope=1", "`nope`"),
        ("postgres://ann:hunter2@host/", "connection.database"),
    ] {
        let output = sandbox.noorm(&format!("config add x --url {url}")).expect_code(2).expect_stderr(expected);
        assert!(!output.stderr.contains("hunter2"), "{output}");
    }
}

#[test]
fn without_a_terminal_what_is_missing_is_an_error() {
    let sandbox = project();
    sandbox.noorm("config add").expect_code(2).expect_stderr("NAME and `--dialect`");
    sandbox.noorm("config add dev").expect_code(2).expect_stderr("`--dialect`");
    sandbox.noorm("config add dev --dialect postgres").expect_code(2).expect_stderr("connection.database");
    sandbox.noorm("config edit dev").expect_code(2).expect_stderr("`dev`");
}

#[test]
fn on_a_terminal_what_is_missing_is_asked_for() {
    let sandbox = project();
    let mut terminal = sandbox.terminal("config add --host db.example.com");
    terminal.answer("name [dev]: ", "live");
    terminal.answer("dialect (", "postgres");
    terminal.answer("port", "5433");
    terminal.answer("database: ", "shop");
    terminal.answer("user", "ann");
    terminal.answer("password", "hunter2-hunter2");
    let (screen, code) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("added the config `live`") && !screen.contains("hunter2"), "{screen}");
    let live = config(&sandbox, "live");
    assert_eq!((&live["host"], &live["port"], &live["user"]), (&"db.example.com".into(), &5433.into(), &"ann".into()));

    let mut terminal = sandbox.terminal("config add file --dialect sqlite");
    terminal.answer("database file [file.db]: ", "");
    assert_eq!(terminal.end().1, 0);
    assert_eq!(config(&sandbox, "file")["filename"], "file.db");
}

#[test]
fn fields_are_changed_and_taken_out_by_flags() {
    let sandbox = project();
    sandbox.noorm("config add dev --url postgres://ann@host:5433/shop --test --ssl-no-verify").expect_success();
    sandbox.noorm("config edit dev --port 5434 --unset user --type remote").expect_success();
    let dev = config(&sandbox, "dev");
    assert_eq!((&dev["port"], &dev["user"], &dev["type"]), (&5434.into(), &Value::Null, &"remote".into()));
    assert_eq!((&dev["host"], &dev["isTest"]), (&"host".into(), &true.into()));
    sandbox.noorm("config edit dev --port 5434").expect_success().expect_stdout("nothing to do");
    let json = sandbox.noorm("config edit dev --unset database --json").expect_code(2).json();
    assert_eq!(json["field"], "connection.database");
    sandbox.noorm("config edit dev --unset databse").expect_code(2).expect_stderr("database");
    sandbox.noorm("config edit dev --port 0").expect_code(2).expect_stderr("--port");
    sandbox.noorm("config edit dev --dialect orcale").expect_code(2).expect_stderr("orcale");
    sandbox.noorm("config edit nope --port 1").expect_code(2).expect_stderr("`dev`");
    assert_eq!(config(&sandbox, "dev")["port"], 5434);
}

#[test]
fn a_new_name_takes_secrets_and_activity_along() {
    let sandbox = project();
    sandbox.noorm("config add dev --dialect sqlite --filename dev.db").expect_success();
    sandbox.noorm("config add other --dialect sqlite --filename other.db").expect_success();
    sandbox.noorm_input("secret set KEY --stdin --type password", "canary").expect_success();
    sandbox.noorm("config edit dev --rename other").expect_code(1).expect_stderr("`other`");
    sandbox.noorm("config edit dev --rename local").expect_success();
    assert_eq!(config(&sandbox, "local")["isActive"], true);
    sandbox.noorm("secret list").expect_success().expect_stdout("password");
    sandbox.noorm("config edit dev --test").expect_code(2);
}

#[test]
fn a_protected_config_asks_before_it_is_changed() {
    let sandbox = project();
    sandbox.noorm("config add prod --dialect sqlite --filename prod.db --protected").expect_success();
    for line in ["config edit prod --unset protected", "config edit prod --filename other.db"] {
        sandbox.noorm(&format!("-H {line}")).expect_code(5).expect_stderr("yes-prod");
    }
    let mut terminal = sandbox.terminal("config edit prod --unset protected");
    terminal.answer("type yes-prod to go on: ", "yes-prod");
    let (screen, code) = terminal.end();
    assert!(code == 0 && screen.contains("not protected any more"), "{screen}");
}

#[test]
fn a_copy_has_secrets_and_protection() {
    let project = Project::new(Engine::Sqlite);
    project.add_config("prod", "--protected --identity Ada").expect_success();
    project.noorm_input("-c prod secret set KEY --stdin --yes", "canary-4711").expect_success();
    let copied = project.noorm("config cp prod prod2").expect_success();
    copied.expect_stdout("with its secret").expect_stdout("`prod2` is protected");
    assert_eq!(config(&project, "prod2")["protected"], true);
    assert_eq!(project.noorm("-c prod2 secret get KEY").expect_success().stdout, "canary-4711\n");
    project.noorm("config cp prod bare --no-secrets").expect_success();
    project.noorm("-c bare secret get KEY").expect_code(2);
    project.noorm("config cp prod main").expect_code(1).expect_stderr("`main`");
    project.noorm("config cp nope x").expect_code(2).expect_stderr("`prod`");
    project.noorm("config cp prod no/name").expect_code(2).expect_stderr("`name`");
    // The two go their own ways.
    project.noorm("-c prod2 secret rm KEY --yes").expect_success();
    project.noorm("-c prod secret get KEY").expect_success();
}

/// An editor that replaces `from` by `to`, and shows what it was given.
fn editor(sandbox: &mut Sandbox, script: &str) {
    sandbox.write(
        "editor.sh",
        format!("#!/bin/sh\nls -l \"$1\" > seen-mode; echo \"$1\" > seen-path; cat \"$1\" > seen-text\n{script}\n"),
    );
    sandbox.set_env("EDITOR", "sh editor.sh");
}

#[test]
fn an_editor_gets_everything_but_the_password() {
    let mut sandbox = project();
    sandbox.set_env("PW", "hunter2-hunter2");
    sandbox.noorm("config add dev --url postgres://ann@127.0.0.1:1/shop --password-env PW").expect_success();
    sandbox.set_env("NOORM_PASSPHRASE_NEW", "canary-4711");
    editor(&mut sandbox, "env > seen-env; sed -i 's/shop/store/' \"$1\"");
    let (screen, code) = sandbox.terminal("config edit dev").end();
    assert!(code == 0 && screen.contains("changed the config `dev`"), "{screen}");
    let seen = sandbox.read("seen-env");
    assert!(seen.contains("PW=hunter2") && !seen.contains("canary-4711"), "{seen}");
    assert_eq!(config(&sandbox, "dev")["database"], "store");
    let text = sandbox.read("seen-text");
    assert!(text.contains("\"ann\"") && text.contains("\"shop\"") && !text.contains("hunter2"), "{text}");
    assert!(sandbox.read("seen-mode").starts_with("-rw-------"), "{}", sandbox.read("seen-mode"));
    let path = sandbox.read("seen-path");
    assert!(!std::path::Path::new(path.trim()).exists(), "{path} is left");
    // The password is still there: without one, nothing would have to be taken out of the preview.
    sandbox.write("schema/001.sql", "SELECT 'hunter2-hunter2';");
    let preview = sandbox.noorm("run build --preview").expect_success();
    assert!(!preview.stdout.contains("hunter2"), "{preview}");

    let (screen, code) = sandbox.terminal("config edit dev").end();
    assert!(code == 0 && screen.contains("nothing to do"), "{screen}");
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_lost() {
    let mut sandbox = project();
    sandbox.noorm("config add dev --url postgres://ann@127.0.0.1:1/shop").expect_success();
    editor(&mut sandbox, "noorm config edit dev --port 9 > /dev/null; sed -i 's/shop/store/' \"$1\"");
    let (screen, code) = sandbox.terminal("config edit dev").end();
    assert!(code == 1 && screen.contains("was changed while you were editing it"), "{screen}");
    let dev = config(&sandbox, "dev");
    assert_eq!((&dev["port"], &dev["database"]), (&9.into(), &"shop".into()));
}

#[test]
fn a_password_is_asked_for_where_a_flag_wants_it() {
    let sandbox = project();
    sandbox.noorm("config add dev --url postgres://ann@127.0.0.1:1/shop").expect_success();
    sandbox.noorm("config edit dev --ask-password").expect_code(2).expect_stderr("no terminal");
    let mut terminal = sandbox.terminal("config edit dev --ask-password");
    terminal.answer("password", "hunter2-hunter2");
    let (screen, code) = terminal.end();
    assert!(code == 0 && screen.contains("changed the config") && !screen.contains("hunter2"), "{screen}");
    sandbox.write("schema/001.sql", "SELECT 'hunter2-hunter2';");
    sandbox.noorm("run build --preview").expect_success().expect_stdout("[redacted]");
}

#[test]
fn a_mistake_in_the_editor_is_named_and_can_be_corrected() {
    let mut sandbox = project();
    sandbox.noorm("config add dev --url postgres://ann@127.0.0.1:1/shop").expect_success();
    editor(
        &mut sandbox,
        "if grep -q 'port: 1$' \"$1\"; then sed -i 's/port: 1/port: \"x\"/' \"$1\"; else sed -i 's/port: \"x\"/port: 2/' \"$1\"; fi",
    );
    let mut terminal = sandbox.terminal("config edit dev");
    terminal.answer("edit it again", "e");
    let (screen, code) = terminal.end();
    assert!(code == 0 && screen.contains("config field `connection.port`"), "{screen}");
    assert_eq!(config(&sandbox, "dev")["port"], 2);

    editor(&mut sandbox, "echo 'conection: {}' >> \"$1\"");
    let mut terminal = sandbox.terminal("config edit dev");
    terminal.answer("did you mean `connection`?", "");
    terminal.answer("edit it again", "g");
    let (screen, code) = terminal.end();
    assert!(code == 2 && screen.contains("nothing was changed"), "{screen}");
    assert_eq!(config(&sandbox, "dev")["port"], 2);

    editor(&mut sandbox, "exit 1");
    let (screen, code) = sandbox.terminal("config edit dev").end();
    assert!(code == 1 && screen.contains("nothing was changed"), "{screen}");
}
