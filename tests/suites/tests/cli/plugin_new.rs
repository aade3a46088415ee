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

#[test]
fn every_language_has_a_loader() {
    let sandbox = Sandbox::new();
    for (lang, file) in [("rust", "Cargo.toml"), ("js", "package.json"), ("python", "pyproject.toml")] {
        let line = format!("plugin new loader-mine --kind loader --lang {lang} --dir {lang}");
        sandbox.noorm(&line).expect_success().expect_stdout("next steps:").expect_stdout("noorm plugin build");
        assert!(sandbox.exists(&format!("{lang}/{file}")), "{lang}");
        assert!(sandbox.files().iter().any(|it| it.starts_with(&format!("{lang}/vendor/"))), "{lang}");
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

#[test]
fn a_dialect_is_made_in_rust_alone() {
    let sandbox = Sandbox::new();
    sandbox.noorm("plugin new --help").expect_success().expect_stdout("a dialect takes rust");
    for (lang, language, reason) in
        [("js", "javascript", "integers of 64 bits"), ("python", "python", "an interpreter of 30 MB")]
    {
        let output = sandbox.noorm(&format!("plugin new dialect-mine --kind dialect --lang {lang}")).expect_code(2);
        let output = output.expect_stderr(&format!("a dialect in {language} cannot be made")).expect_stderr(reason);
        output.expect_stderr("write it in Rust, or what differs as a quirk in").expect_stderr("`--lang rust`");
    }
    assert_eq!(sandbox.files(), [""; 0]);
    sandbox.noorm("plugin new dialect-mine --kind dialect --lang rust").expect_success();
}
