//! Secrets do not get out of any command: each one is run with canaries for secrets, in a database that repeats them in its
//! errors, and everything that it prints, records and writes is searched for them, in every form that a text gives them.
//!
//! The list of commands is compared with the program's own help, so that a new command is tried or the test fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use noorm_testkit::{Engine, Output, Project, Sandbox, for_each_database};

/// Has what JSON, SQL and URLs write in another way.
const API_KEY: &str = r#"sk-canary-7f'3"a\b%/x"#;
const GLOBAL: &str = "canary-global-5e1d";
const PASSWORD: &str = "canary-password-9c2b";
const REFERENCED: &str = "canary-referenced-41aa";
const OF_ENVIRONMENT: &str = "canary-environment-77";
const OF_VAULT: &str = "canary-vault-3c0d";
const PASSPHRASE: &str = "canary-passphrase-e8";
const CANARIES: [&str; 7] = [API_KEY, GLOBAL, PASSWORD, REFERENCED, OF_ENVIRONMENT, OF_VAULT, PASSPHRASE];

/// Lines in an order in which each does something, and the exit code that shows it.
const LINES: &[(&str, i32)] = &[
    ("init", 0),
    ("demo demo", 0),
    ("doctor", 0),
    ("identity", 0),
    ("identity show", 0),
    ("identity export --output me.json", 0),
    ("identity list", 0),
    // There is nobody to compare words with.
    ("identity verify bob.json", 5),
    ("identity pin bob.json", 0),
    ("identity pins", 0),
    ("config list", 0),
    ("config show main --origin", 0),
    ("config validate main", 0),
    ("config validate closed", 7),
    ("config cp main copy", 0),
    ("config edit copy --port 1", 0),
    ("config add other --dialect sqlite --filename other.db", 0),
    ("config use other", 0),
    ("config use main", 0),
    ("config rm other", 0),
    ("config export main --to bob.json --to me.json --with-secrets --output main.noorm.enc --force", 0),
    ("config import main.noorm.enc --name imported", 0),
    ("config rm imported", 0),
    // It is the project's own, and no original.
    ("state import .noorm/state.enc", 2),
    ("secret list", 0),
    ("secret list --global", 0),
    ("secret rm API_KEY -c copy", 0),
    ("settings show", 0),
    ("settings validate", 0),
    ("settings schema", 0),
    ("vault list", 0),
    ("vault recipients", 0),
    ("vault grant bob.json --all", 0),
    ("vault rotate", 0),
    ("vault sync", 0),
    ("vault revoke bob@example.com", 0),
    ("plugin list", 0),
    ("plugin lock", 0),
    ("dialect diff sqlite sqlite", 0),
    ("plugin show loader-csv", 0),
    ("plugin why schema/a.csv", 0),
    ("plugin grant loader-csv", 0),
    // It is part of noorm.
    ("plugin rm loader-csv", 1),
    ("plugin add none.wasm", 1),
    ("plugin update", 0),
    ("plugin verify", 0),
    ("plugin vendor", 0),
    ("plugin publish none.wasm oci://127.0.0.1:1/none:1", 1),
    ("plugin stats", 0),
    ("plugin bundle", 0),
    ("plugin replay none", 1),
    ("plugin new loader-mine --kind loader --dir mine", 0),
    ("plugin test loader-json --time 0", 0),
    // It is the project of a database.
    ("plugin build", 2),
    ("split plain.sql --dialect sqlite --explain", 0),
    ("run build --preview", 0),
    ("run build --dry-run", 0),
    ("run build", 0),
    ("run file schema/020.sql.j2", 0),
    ("run dir schema", 0),
    ("run resolve schema/020.sql.j2 --applied", 0),
    ("explain schema/020.sql.j2", 0),
    ("change list", 0),
    // The server does not understand them, and repeats what it got.
    ("change ff", 1),
    ("change next", 1),
    ("change run 2026-01-01_a", 1),
    ("change history", 0),
    ("change resolve 2026-01-01_a --applied", 0),
    ("change revert 2026-01-01_a", 1),
    ("change rewind", 1),
    ("change resolve 2026-01-01_a --pending", 0),
    ("change baseline 2026-01-01_a", 0),
    ("change add more", 0),
    ("lock status", 0),
    ("lock acquire --reason test", 0),
    ("lock release", 0),
    ("identity unpin bob@example.com", 0),
    ("identity rotate", 0),
    ("identity edit --name Ada", 0),
    // The key is there already.
    ("identity store file", 1),
    ("-c closed change list", 7),
    ("-c closed doctor", 1),
    ("config rm copy", 0),
];

/// These take a secret, show one because that is what they are for, do not end, or end what the others need.
const ELSEWHERE: [&str; 13] = [
    "secret set",
    "secret get",
    "vault set",
    "vault get",
    "vault rm",
    "identity init",
    "identity import",
    "identity store keychain",
    "identity passphrase set",
    "identity passphrase remove",
    "settings edit",
    "db create",
    // It works until it is stopped.
    "plugin dev",
];

/// The forms in which a canary might be found: as it is, and as JSON, SQL, URLs, hexadecimal digits and base64 have it.
fn forms(canary: &str) -> Vec<Vec<u8>> {
    let json = serde_json::to_string(canary).unwrap();
    let percent: String = canary.bytes().map(percent).collect();
    let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
    let forms = [
        canary.to_owned(),
        json[1..json.len() - 1].to_owned(),
        canary.replace('\'', "''"),
        percent,
        hex.to_uppercase(),
        hex,
    ];
    forms.map(String::into_bytes).to_vec()
}

fn percent(byte: u8) -> String {
    let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[track_caller]
fn search(what: &str, bytes: &[u8]) {
    for canary in CANARIES {
        for form in forms(canary) {
            let found = bytes.windows(form.len()).any(|window| window == form);
            assert!(!found, "`{canary}` is in {what}:\n{}", String::from_utf8_lossy(bytes));
        }
    }
}

#[track_caller]
fn search_output(output: &Output) {
    search("an output", output.to_string().as_bytes());
}

/// Searches all files of a folder but the databases, whose rows are looked at apart.
fn search_files(folder: &Path) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.contains(".db") {
                search(&path.display().to_string(), &std::fs::read(&path).unwrap());
            }
        }
    }
}

/// Searches every row of noorm's own tables.
fn search_rows(project: &Project) {
    for table in ["changeset", "executions", "lock", "version", "identities", "secrets", "vault"] {
        let rows = project.query(&format!("SELECT * FROM {}", project.database.tracking(table)));
        search(table, format!("{rows:?}").as_bytes());
    }
}

/// A project whose scripts use the secrets, and whose errors repeat them.
fn prepare(project: &mut Project) {
    project.set_env("NOORM_SECRET_TOLD", OF_ENVIRONMENT);
    project.write(".noorm/settings.yml", "logging:\n  enabled: true\n  level: verbose\n");
    for (line, value) in [
        ("secret set API_KEY --stdin", API_KEY),
        ("secret set TOKEN --global --stdin", GLOBAL),
        ("secret set DB_PASSWORD --type password --stdin", REFERENCED),
    ] {
        search_output(&project.noorm_input(line, value).expect_success());
    }
    search_output(&project.noorm_input("vault set VAULT_KEY --stdin", OF_VAULT).expect_success());
    let server = "--dialect postgres --host 127.0.0.1 --port 1 --database app --user app";
    let line = format!("config add closed {server} --password-stdin");
    search_output(&project.noorm_input(&line, PASSWORD).expect_success());
    project.write("schema/010.sql.j2", "CREATE TABLE kept (value VARCHAR(200));\n");
    let values = "INSERT INTO kept VALUES ({{ quote(secrets.API_KEY) }}), ({{ quote(global_secrets.TOKEN) }});\n";
    project.write("schema/020.sql.j2", values);
    project.write("plain.sql", "SELECT 1;\n");
    // What a server does not understand, it repeats.
    let nonsense = "SELECT {{ quote(secrets.API_KEY) }} FROM nowhere_{{ global_secrets.TOKEN | replace('-', '_') }};\n\
                    {{ secrets.API_KEY }} {{ secrets.TOLD }} {{ secrets.VAULT_KEY }}\n";
    project.write("changesets/2026-01-01_a/change/010.sql.j2", nonsense);
    project.write(
        "changesets/2026-01-01_a/revert/010.sql.j2",
        "SELECT '{{ secrets.DB_PASSWORD }}' {{ secrets.DB_PASSWORD }} x y;",
    );
}

/// Somebody else's public identity, which things can be sealed to.
fn colleague() -> String {
    let bob = Sandbox::new();
    bob.noorm("identity init --name Bob --email bob@example.com").expect_success();
    bob.noorm("identity export").expect_success().stdout
}

#[test]
fn no_command_shows_records_or_writes_a_secret() {
    for_each_database(|project| {
        prepare(project);
        project.write("bob.json", colleague());
        for (line, code) in LINES {
            search_output(&project.noorm(&format!("{line} --yes")).expect_code(*code));
        }
        // Once more as JSON; what was done before need not go a second time.
        for (line, _) in LINES {
            search_output(&project.noorm(&format!("{line} --yes --json")));
        }
        search_rows(project);
        for line in ["vault rm VAULT_KEY", "secret rm API_KEY", "db create", "db destroy"] {
            search_output(&project.noorm(&format!("{line} --yes")));
        }
        search_files(&project.project());
        search_files(&project.home());
    });
}

#[test]
fn a_passphrase_is_shown_nowhere() {
    let mut project = Project::new(Engine::Sqlite);
    project.set_env("NOORM_PASSPHRASE_NEW", PASSPHRASE);
    search_output(&project.noorm("identity passphrase set").expect_success());
    project.remove_env("NOORM_PASSPHRASE_NEW");
    search_output(&project.noorm("config list").expect_code(1));
    project.set_env("NOORM_PASSPHRASE", PASSPHRASE);
    project.write("schema/010.sql.j2", "{{ env.NOORM_PASSPHRASE }}\n");
    for line in ["config list", "doctor", "run build", "run build --preview", "identity passphrase remove"] {
        search_output(&project.noorm(line));
    }
    search_files(&project.project());
    search_files(&project.home());
}

/// There is no such table, and every database says which.
#[test]
fn an_error_that_repeats_a_secret_is_shown_and_recorded_without_it() {
    for_each_database(|project| {
        prepare(project);
        project.write("changesets/2026-01-01_a/change/010.sql.j2", "SELECT * FROM {{ ident(secrets.DB_PASSWORD) }};\n");
        let output = project.noorm("change ff").expect_code(1);
        search_output(&output);
        output.expect_stderr("[redacted]");
        let history = project.noorm("change history --json").expect_success();
        search_output(&history);
        history.expect_stdout("[redacted]");
    });
}

#[test]
fn a_secret_is_shown_to_who_asks_for_it() {
    let mut project = Project::new(Engine::Sqlite);
    prepare(&mut project);
    let shown = project.noorm("secret get API_KEY").expect_success();
    assert_eq!(shown.stdout, format!("{API_KEY}\n"));
}

/// Returns the commands that do something, by the program's own help.
fn leaves(sandbox: &Sandbox, command: &str) -> Vec<String> {
    let help = sandbox.noorm(&format!("{command} --help")).expect_success().stdout;
    let commands: Vec<String> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect();
    if commands.is_empty() {
        return vec![command.trim().to_owned()];
    }
    commands.iter().flat_map(|name| leaves(sandbox, &format!("{command} {name}"))).collect()
}

#[test]
fn every_command_is_tried() {
    let is = |line: &str, leaf: &str| line == leaf || line.starts_with(&format!("{leaf} "));
    let is_tried = |leaf: &String| {
        LINES.iter().map(|(line, _)| line).chain(&ELSEWHERE).any(|line| is(line, leaf)) || leaf == "db destroy"
    };
    let missing: BTreeSet<String> = leaves(&Sandbox::new(), "").into_iter().filter(|leaf| !is_tried(leaf)).collect();
    assert_eq!(missing, BTreeSet::new(), "commands that no canary was tried with");
}
