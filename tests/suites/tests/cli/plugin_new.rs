//! `noorm plugin new`: what it writes, and what it refuses to.

use noorm_testkit::Sandbox;

#[test]
fn a_project_has_its_names_and_the_sdk() {
    let sandbox = Sandbox::new();
    let output = sandbox.noorm("plugin new loader-price-list --kind loader --lang rust --json").expect_success();
    let json = output.json();
    assert_eq!(json["name"], "loader-price-list");
    assert!(json["next"].as_array().unwrap().contains(&"noorm plugin build".into()), "{json}");
    assert!(sandbox.read("loader-price-list/Cargo.toml").contains("name = \"loader-price-list\""));
    assert!(sandbox.exists("loader-price-list/.gitignore") && !sandbox.exists("loader-price-list/_gitignore"));
    assert!(sandbox.exists("loader-price-list/vendor/wit/loader/loader.wit"));
    for file in sandbox.files() {
        assert!(!file.contains("{{"), "{file}");
        let is_own = !file.contains("/vendor/");
        assert!(!is_own || !sandbox.read(&file).contains("{{name}}"), "a placeholder is left in {file}");
    }
}

/// Those of `sdk-guest/templates/README.md`.
const PLACEHOLDERS: [&str; 5] = ["{{name}}", "{{word}}", "{{ident}}", "{{module}}", "{{type}}"];

#[test]
fn every_language_does_every_kind() {
    let sandbox = Sandbox::new();
    for (lang, file) in [("rust", "Cargo.toml"), ("js", "package.json"), ("python", "pyproject.toml")] {
        for kind in ["loader", "dialect", "quirk"] {
            let folder = format!("{kind}-{lang}");
            let line = format!("plugin new {kind}-price-list --kind {kind} --lang {lang} --dir {folder}");
            sandbox.noorm(&line).expect_success().expect_stdout("next steps:").expect_stdout("noorm plugin build");
            assert!(sandbox.read(&format!("{folder}/{file}")).contains("price-list"), "{folder}");
            let files = sandbox.files();
            assert!(files.iter().any(|it| it.starts_with(&format!("{folder}/vendor/"))), "{folder}");
            let is_own = |file: &&String| file.starts_with(&folder) && !file.contains("/vendor/");
            for file in files.iter().filter(is_own) {
                let text = format!("{file} {}", sandbox.read(file));
                assert!(!PLACEHOLDERS.iter().any(|it| text.contains(it)), "a placeholder is left in {file}");
            }
        }
    }
}

#[test]
fn what_is_there_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("here/notes.txt", "mine");
    let output = sandbox.noorm("plugin new loader-mine --kind loader --dir here").expect_code(1);
    output.expect_stderr("`").expect_stderr("not empty").expect_stderr("--dir");
    assert_eq!(sandbox.files(), ["here/notes.txt"]);
    // An empty folder is as good as none.
    std::fs::create_dir(sandbox.project().join("empty")).unwrap();
    sandbox.noorm("plugin new loader-mine --kind loader --dir empty").expect_success();
}

#[test]
fn a_name_has_the_kind_in_front() {
    let sandbox = Sandbox::new();
    for name in ["mine", "dialect-mine", "loader-", "loader-Mine", "loader-../mine", "loader-a_b", "loader-9"] {
        let output = sandbox.noorm_args(["plugin", "new", name, "--kind", "loader"]).expect_code(2);
        output.expect_stderr(name).expect_stderr("loader-price-list");
    }
    assert_eq!(sandbox.files(), [""; 0]);
}

/// A dialect in JavaScript or Python has a limit, which its author is told before it is begun.
#[test]
fn the_limits_of_a_language_are_told() {
    let sandbox = Sandbox::new();
    let made = |kind: &str, lang: &str| {
        let line = format!("plugin new {kind}-mine --kind {kind} --lang {lang} --dir {kind}-{lang}");
        (sandbox.noorm(&line).expect_success(), sandbox.noorm(&format!("{line}-json --json")).expect_success().json())
    };
    for (lang, note) in [("js", "one beyond 2^53"), ("python", "an interpreter of 30 MB")] {
        let (text, json) = made("dialect", lang);
        text.expect_stdout("\nnote: ").expect_stdout(note);
        assert!(json["note"].as_str().unwrap().contains(note), "{json}");
    }
    for (kind, lang) in [("dialect", "rust"), ("quirk", "js"), ("loader", "python")] {
        let (text, json) = made(kind, lang);
        assert!(!text.stdout.contains("note: ") && json["note"].is_null(), "{json}");
    }
}
