//! No secret leaves the program: not in an answer, not in an error, not in what is recorded, in none of its forms.

use noorm_testkit::{Engine, Project, Sandbox, for_each_database};

/// A secret that looks otherwise in JSON, in SQL and in a URL.
pub(crate) const SECRET: &str = "c'4n\"ary/4711";

/// The forms that were met; each has a part that none of the words around it has.
const FORMS: [&str; 7] = [SECRET, "c''4n\"ary", "c'4n\\\"ary", "c%274n%22ary", "4n%22ary", "63273426e", "YydkbiJhcnk"];

/// Panics if the secret is in a text, in one of its forms.
#[track_caller]
pub(crate) fn clean(text: &str) {
    for form in FORMS {
        assert!(!text.contains(form), "`{form}` is in\n{text}");
    }
}

#[test]
fn whatever_a_database_echoes_is_redacted() {
    for_each_database(|project| {
        project.noorm_input("secret set KEY --stdin", SECRET).expect_success();
        // The database says the value in its error, as a literal, as a name and in another form.
        let scripts = [
            "INSERT INTO nowhere VALUES ({{ quote(secrets.KEY) }});\n",
            "SELECT {{ ident(secrets.KEY) }} FROM nowhere_else;\n",
            "SELECT CAST({{ quote(secrets.KEY) }} AS INTEGER) FROM missing_table;\n",
        ];
        for (at, script) in scripts.iter().enumerate() {
            project.write("schema/001.sql.j2", script);
            for line in ["run build", "run build --json", "run build --preview", "run build --preview --json"] {
                clean(&project.noorm(line).to_string());
            }
            project.noorm(&format!("run build --output out{at}.sql")).expect_success();
            clean(&project.read(&format!("out{at}.sql")));
        }
        for line in
            ["change history", "change history --json", "secret list", "secret list --json", "config list --json"]
        {
            clean(&project.noorm(line).expect_success().to_string());
        }
        for table in ["changeset", "executions"] {
            let rows = project.query(&format!("SELECT error_message FROM {}", project.database.tracking(table)));
            assert!(!rows.is_empty());
            clean(&format!("{rows:?}"));
        }
    });
}

#[test]
fn whatever_is_named_like_a_secret_is_redacted() {
    // Nothing that connects: the names are in arguments and in files.
    let project = Project::new(Engine::Sqlite);
    project.noorm_input("secret set KEY --stdin", "canary-4711").expect_success();
    project.write("schema/canary-4711.sql", "SELECT 1;");
    let secrets_of_others = [
        "run file canary-4711.sql",
        "run build",
        "run build --json",
        "run build --dry-run",
        "change run canary-4711",
        "config use canary-4711",
        "config validate canary-4711 --json",
        "secret get canary-4711",
        "-c other run build",
    ];
    project.noorm("config add other --dialect sqlite --filename canary-4711.db").expect_success();
    for line in secrets_of_others {
        let output = project.noorm(line);
        let shown = format!("{}{}", output.stdout, output.stderr);
        assert!(!shown.contains("canary"), "{output}");
    }
}

#[test]
fn a_password_that_is_a_name_does_not_hide_the_name() {
    let mut project = Project::new(Engine::Sqlite);
    project.set_env("PW", "postgres");
    project.noorm("config add pg --url postgres://postgres@127.0.0.1:1/shop --password-env PW").expect_success();
    project.noorm("config list").expect_success().expect_stdout("postgres");
}

#[test]
fn a_usage_error_quotes_no_password() {
    let sandbox = Sandbox::new();
    for line in ["config add dev postgres://u:hunter2pw@h/d", "config add dev postgres://u:hunter2pw@h/d --json"] {
        let output = sandbox.noorm(line).expect_code(2);
        assert!(!format!("{}{}", output.stdout, output.stderr).contains("hunter2pw"), "{output}");
    }
    let output = sandbox.noorm("config add dev postgres://u:hunter2pw@h/d");
    assert!(output.stdout.is_empty(), "{output}");
    output.expect_stderr("postgres://u:[redacted]@h/d").expect_stderr("Usage: ");
    // What is asked for is no error.
    assert!(sandbox.noorm("config add --help").expect_success().stderr.is_empty());
}
