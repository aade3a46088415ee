//! `noorm secret set|get|list|rm`, and what becomes of a secret.

use noorm_testkit::{Engine, Output, Project, Sandbox, on};

const VALUE: &str = "canary-4711";

fn project() -> Project {
    Project::new(Engine::Sqlite)
}

/// Returns the list as `key type scope`.
fn listed(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let json = sandbox.noorm(&format!("{line} --json")).expect_success().json();
    let view = |secret: &serde_json::Value| {
        ["key", "type", "scope"].map(|field| secret[field].as_str().unwrap().to_owned()).join(" ")
    };
    json["secrets"].as_array().unwrap().iter().map(view).collect()
}

fn value(output: &Output) -> &str {
    output.stdout.trim_end_matches('\n')
}

#[test]
fn a_secret_is_kept_from_wherever_it_comes() {
    let mut project = project();
    project.noorm_input("secret set FROM_INPUT --stdin", &format!("{VALUE}\n")).expect_success();
    project.set_env("DEPLOY_KEY", VALUE);
    project.noorm("secret set FROM_ENV --from-env DEPLOY_KEY --type api_key").expect_success();
    project.write("key.pem", "-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n");
    project.noorm("secret set FROM_FILE --from-file key.pem").expect_success();
    project.noorm_input("secret set PIPED --from-file -", "two\nlines").expect_success();
    for (key, expected) in [
        ("FROM_INPUT", VALUE),
        ("FROM_ENV", VALUE),
        ("FROM_FILE", "-----BEGIN KEY-----\nAAAA\n-----END KEY-----"),
        ("PIPED", "two\nlines"),
    ] {
        assert_eq!(value(&project.noorm(&format!("secret get {key}")).expect_success()), expected);
        let json = project.noorm(&format!("secret get {key} --json")).expect_success().json();
        assert_eq!(json["value"], expected);
    }
    assert_eq!(
        listed(&project, "secret list"),
        ["FROM_ENV api_key config", "FROM_FILE string config", "FROM_INPUT string config", "PIPED string config"]
    );
}

#[test]
fn a_secret_is_no_argument() {
    let project = project();
    let output = project.noorm(&format!("secret set KEY {VALUE}")).expect_code(2);
    let output = output.expect_stderr("other users of this machine can read").expect_stderr("--stdin");
    assert!(!output.to_string().replace(&output.command, "").contains(VALUE), "{output}");
    // Without quotes it is several.
    for line in ["secret set KEY correct horse", "vault set KEY correct horse", "secret set KEY correct horse --json"] {
        let output = project.noorm(line).expect_code(2);
        let shown = output.to_string().replace(&output.command, "");
        assert!(shown.contains("a secret is not taken as an argument"), "{output}");
        assert!(!shown.contains("correct") && !shown.contains("horse"), "{output}");
    }
    assert!(listed(&project, "secret list").is_empty());
}

#[test]
fn what_is_no_secret_is_refused_and_changes_nothing() {
    let mut project = project();
    project.set_env("EMPTY", "");
    project.set_env("WORDS", "two words");
    for (line, input, expected) in [
        ("secret set KEY", "", "no terminal"),
        ("secret set KEY --stdin", "", "no value"),
        ("secret set KEY --stdin", "one\ntwo\n", "more than one line"),
        ("secret set KEY --stdin", "   \n", "empty"),
        ("secret set KEY --from-env EMPTY", "", "`EMPTY` is empty"),
        ("secret set KEY --from-env NOWHERE", "", "`NOWHERE` is not set"),
        ("secret set KEY --from-file nowhere", "", "cannot read `nowhere`"),
        ("secret set 1KEY --from-env WORDS", "", "`1KEY` is not a valid secret name"),
        ("secret set KEY --from-env WORDS --type api_key", "", "white space"),
        ("secret set KEY --from-env WORDS --type connection_string", "", "scheme://host"),
        ("secret set KEY --from-env WORDS --type nonsense", "", "nonsense"),
        ("secret set KEY --from-env WORDS --stdin", "", "cannot be used with"),
        ("secret get NOPE", "", "no secret `NOPE`"),
        ("secret rm NOPE", "", "no secret `NOPE`"),
        ("-c nope secret list", "", "nope"),
    ] {
        let output = project.noorm_input(line, input).expect_code(2).expect_stderr(expected);
        assert!(output.stdout.is_empty(), "{output}");
    }
    assert!(listed(&project, "secret list").is_empty());
}

#[test]
fn each_config_has_its_own_secrets_and_all_have_the_global_ones() {
    let project = project();
    project.noorm("config add other --dialect sqlite --filename other.db").expect_success();
    project.noorm_input("secret set KEY --stdin", "of-main").expect_success();
    project.noorm_input("-c other secret set KEY --stdin --type password", "of-other").expect_success();
    project.noorm_input("secret set KEY --global --stdin", "of-all").expect_success();
    project.noorm_input("secret set SHARED --global --stdin", "shared").expect_success();
    for (line, expected) in [
        ("secret get KEY", "of-main"),
        ("secret get KEY --config other", "of-other"),
        ("secret get KEY --global", "of-all"),
    ] {
        assert_eq!(value(&project.noorm(line).expect_success()), expected);
    }
    let expected = ["KEY password config", "KEY string global", "SHARED string global"];
    assert_eq!(listed(&project, "-c other secret list"), expected);
    assert_eq!(listed(&project, "secret list --global"), ["KEY string global", "SHARED string global"]);
    project.noorm("secret rm KEY").expect_success();
    project.noorm("secret get KEY").expect_code(2);
    assert_eq!(value(&project.noorm("-c other secret get KEY").expect_success()), "of-other");

    project
        .write("schema/001.sql.j2", "SELECT {{ quote(secrets.KEY ~ global_secrets.KEY ~ global_secrets.SHARED) }};\n");
    project.noorm("-c other run build").expect_success();
    // A removed config takes its secrets along.
    project.noorm("config rm other").expect_success();
    project.noorm("config add other --dialect sqlite --filename other.db").expect_success();
    assert_eq!(listed(&project, "-c other secret list"), ["KEY string global", "SHARED string global"]);
}

#[test]
fn a_new_value_keeps_the_type_unless_another_is_given() {
    let project = project();
    project.noorm_input("secret set KEY --stdin --type api_key", "first").expect_success().expect_stdout("set");
    project.noorm_input("secret set KEY --stdin", "two words").expect_code(2);
    project.noorm_input("secret set KEY --stdin", "second").expect_success().expect_stdout("changed");
    assert_eq!(listed(&project, "secret list"), ["KEY api_key config"]);
    project.noorm_input("secret set KEY --stdin --type string", "two words").expect_success();
    assert_eq!(listed(&project, "secret list"), ["KEY string config"]);
}

#[test]
fn a_protected_config_asks_before_its_secrets_change() {
    let project = project();
    project.add_config("prod", "--protected").expect_success();
    project.noorm_input("-H -c prod secret set KEY --stdin", VALUE).expect_code(5).expect_stderr("yes-prod");
    project.noorm_input("-H -c prod secret set KEY --stdin --yes", VALUE).expect_success();
    project.noorm("-H -c prod secret list").expect_success();
    project.noorm("-H -c prod secret rm KEY").expect_code(5).expect_stderr("yes-prod");
    project.noorm("-H -c prod secret rm KEY --yes").expect_success();
    // What is of all configs is of none that is protected.
    project.noorm_input("-H -c main secret set KEY --stdin", VALUE).expect_success();
}

#[test]
fn a_list_shows_no_value() {
    let project = project();
    project.noorm_input("secret set API_KEY --stdin", VALUE).expect_success();
    for line in ["secret list", "secret list --json"] {
        let output = project.noorm(line).expect_success().expect_stdout("<ApiKey *********** (11) />");
        assert!(!output.to_string().contains("canary"), "{output}");
    }
}

#[test]
fn on_a_terminal_a_secret_is_neither_echoed_nor_shown_unasked() {
    let project = project();
    let mut terminal = project.terminal("secret set API_KEY");
    terminal.answer("value of API_KEY: ", VALUE);
    let (screen, code) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("set the secret") && !screen.contains("canary"), "{screen}");
    assert_eq!(value(&project.noorm("secret get API_KEY").expect_success()), VALUE);

    let (screen, _) = project.terminal("secret get API_KEY").end();
    assert!(screen.contains("--reveal") && !screen.contains("canary"), "{screen}");
    let (screen, _) = project.terminal("secret get API_KEY --reveal").end();
    assert!(screen.contains(VALUE), "{screen}");
}

#[test]
fn a_password_can_be_a_secret() {
    on(Engine::Postgres, &[], |project| {
        let address = project.database.address().unwrap();
        let (host, port, database) = (&address.host, address.port, &address.database);
        let flags =
            format!("--host {host} --port {port} --database {database} --user {} {}", address.user, address.ssl);
        let add = format!("config add ref --dialect postgres {flags} --password-secret PG_PASSWORD");
        project.noorm(&add).expect_success().expect_stdout("`noorm -c ref secret set PG_PASSWORD` sets it");
        // Whoever does not connect needs no password.
        project.noorm("config list").expect_success();
        let missing = project.noorm("-c ref change list").expect_code(1);
        missing.expect_stderr("the secret `PG_PASSWORD`").expect_stderr("`noorm -c ref secret set PG_PASSWORD`");

        project.set_env("REAL", address.password.clone());
        project.noorm("secret set PG_PASSWORD --global --from-env REAL").expect_success();
        project.noorm("-c ref change list").expect_success();
        project.noorm_input("-c ref secret set PG_PASSWORD --stdin", "wrong-password").expect_success();
        let refused = project.noorm("-c ref change list").expect_code(7);
        assert!(!refused.to_string().contains("wrong-password"), "{refused}");
        project.noorm("-c ref secret rm PG_PASSWORD").expect_success();
        project.noorm("-c ref change list").expect_success();
        let removed = project.noorm("secret rm PG_PASSWORD --global").expect_success();
        removed.expect_stdout("the config `ref` has no password now");
        // The environment's word comes before both.
        project.set_env("NOORM_PASSWORD", address.password);
        project.noorm("-c ref change list").expect_success();
    });
}
