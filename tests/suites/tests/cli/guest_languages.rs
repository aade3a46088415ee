//! Plugins in JavaScript and Python, built, tested, installed and used as their authors and users would. What they need is
//! installed by `tests/toolchains`; a toolchain that cannot be had is a failure.
//!
//! A component of the same files is built once: the tests of `author_guide.rs` build theirs each time.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use noorm_testkit::{Engine, Project, Sandbox};

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder of a toolchain's programs, which `tests/toolchains` installs where they are missing.
#[track_caller]
pub(crate) fn toolchain(language: &str) -> PathBuf {
    let script = repository().join("tests/toolchains").join(language);
    let output = Command::new(&script).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}:\n{said}", script.display());
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// Runs a program and returns what it printed.
#[track_caller]
fn run(program: impl AsRef<Path>, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program.as_ref()).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.as_ref().display()));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{} {arguments:?}:\n{said}", program.as_ref().display());
    said
}

/// Runs the tests of a folder in Python, of which some versions are content with none.
#[track_caller]
fn unittest(folder: &Path) {
    let said = run("python3", &["-B", "-m", "unittest"], folder);
    assert!(said.contains("Ran ") && !said.contains("Ran 0 tests"), "{said}");
}

/// Has a sandbox find the programs of a toolchain.
pub(crate) fn find_programs(sandbox: &mut Sandbox, programs: &Path) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&path));
    sandbox.set_env("PATH", std::env::join_paths(folders).unwrap());
}

/// Has what a sandbox compiles kept for the next one: one that has CPython in it takes a minute. An entry is found by what
/// was compiled and the engine that did it, under the key that sealed it.
pub(crate) fn keep_compiled(sandbox: &mut Sandbox) {
    let key = sandbox.home().join(".noorm/cache.key");
    std::fs::create_dir_all(key.parent().unwrap()).unwrap();
    std::fs::write(&key, "5e".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    sandbox.set_env("NOORM_CACHE_DIR", repository().join("target/toolchains/cache"));
}

/// Has calls take their time: how fast an interpreter is on a busy machine is not what is looked at.
pub(crate) fn be_patient(sandbox: &Sandbox) {
    sandbox.write(".noorm/settings.yml", "plugins:\n  limits:\n    timeMs: 60000\n");
}

/// Returns a number that is another one as soon as a file of a folder is another one. What was installed or built there is
/// none of its own.
fn fingerprint(folder: &Path, tools: &[PathBuf]) -> String {
    let mut hasher = DefaultHasher::new();
    let mut folders = vec![folder.to_owned()];
    let mut files = tools.to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_made = ["node_modules", "dist", "__pycache__"].iter().any(|name| path.ends_with(name));
            match path.is_dir() {
                true if is_made => {}
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.sort();
    for file in files {
        (file.strip_prefix(folder).unwrap_or(&file), std::fs::read(&file).unwrap()).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Builds an author's project, in a folder called after the plugin and its language, and returns the component. One that was
/// made of the same files by the same tools is taken as it is.
#[track_caller]
pub(crate) fn build(sandbox: &mut Sandbox, author: &Path) -> PathBuf {
    let name = author.file_name().unwrap().to_str().unwrap();
    let (plugin, language) = name.rsplit_once('-').unwrap();
    find_programs(sandbox, &toolchain(language));
    keep_compiled(sandbox);
    let component = author.join(format!("dist/{plugin}.wasm"));
    let tools = [language, "common"].map(|file| repository().join("tests/toolchains").join(file));
    let kept = repository().join("target/toolchains/components").join(name);
    let made = kept.join(format!("{}.wasm", fingerprint(author, &tools)));
    if made.is_file() {
        std::fs::create_dir_all(author.join("dist")).unwrap();
        std::fs::copy(&made, &component).unwrap();
        return component;
    }
    sandbox.noorm_args(["plugin".as_ref(), "build".as_ref(), author.as_os_str()]).expect_success();
    // Those of earlier files are of no use any more.
    let _ = std::fs::remove_dir_all(&kept);
    std::fs::create_dir_all(&kept).unwrap();
    std::fs::copy(&component, kept.join("part")).unwrap();
    std::fs::rename(kept.join("part"), &made).unwrap();
    component
}

/// An example of `sdk-guest/examples` as its author has it: links into this repository become files.
fn example(project: &Project, name: &str) -> PathBuf {
    let from = repository().join("sdk-guest/examples").join(name);
    let to = project.project().with_file_name(name);
    run("cp", &["-rL", from.to_str().unwrap(), to.to_str().unwrap()], &repository());
    to
}

/// Has a project in JavaScript find the SDK in its `vendor`, as `npm install` does. What somebody installed in the tree is not
/// the author's.
pub(crate) fn install_sdk(author: &Path) {
    let installed = author.join("node_modules");
    let _ = std::fs::remove_dir_all(&installed);
    std::fs::create_dir(&installed).unwrap();
    std::os::unix::fs::symlink("../vendor/noorm-guest", installed.join("noorm-guest")).unwrap();
}

/// Runs an author's own tests.
#[track_caller]
pub(crate) fn pass_own_tests(author: &Path) {
    if !author.join("package.json").is_file() {
        return unittest(author);
    }
    install_sdk(author);
    let said = run("npm", &["test"], author);
    assert!(said.contains("fail 0") && !said.contains("pass 0"), "{said}");
}

/// Builds an example, holds it to what is asked of its kind, and adds it to a project.
#[track_caller]
fn build_and_add(project: &mut Project, author: &Path) {
    let component = build(project, author);
    be_patient(project);
    let plugin = |command: &str, more: &[&str]| {
        let words = ["plugin", command, component.to_str().unwrap()];
        project.noorm_args(words.iter().chain(more)).expect_success()
    };
    let tested = plugin("test", &["--time", "1"]);
    tested.expect_stdout("1 of the author's, 1 with an expected value").expect_stdout("0 failed");
    let name = component.file_stem().unwrap().to_str().unwrap();
    plugin("add", &[]).expect_stdout(&format!("{name} 1.0.0"));
}

/// The SQL that the template `rows.sql.j2` makes of its data.
fn rendered(project: &Project, template: &str) -> String {
    project.write("schema/rows.sql.j2", template);
    project.noorm("run file schema/rows.sql.j2 --preview").expect_success().stdout
}

#[test]
fn the_sdk_for_javascript_passes_its_tests() {
    toolchain("javascript");
    let sdk = repository().join("sdk-guest/javascript");
    let said = run("npm", &["test"], &sdk);
    assert!(said.contains("# fail 0") || said.contains("ℹ fail 0"), "{said}");
}

#[test]
fn the_sdk_for_python_passes_its_tests() {
    toolchain("python");
    unittest(&repository().join("sdk-guest/python"));
}

/// Returns the two examples of an SDK's README: a loader, and a quirk.
fn readme_blocks(folder: &str, language: &str) -> [String; 2] {
    let path = repository().join("sdk-guest").join(folder).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let begin = format!("\n```{language}\n");
    let blocks = readme.split(&begin).skip(1);
    let blocks: Vec<String> = blocks.filter_map(|rest| Some(rest.split_once("\n```\n")?.0.to_owned())).collect();
    blocks.try_into().unwrap_or_else(|blocks| panic!("{}: {blocks:#?}", path.display()))
}

/// The types of the SDK fit what is written with it.
#[test]
fn types_of_javascript_fit() {
    let tsc = toolchain("javascript").join("tsc");
    let project = Project::new(Engine::Sqlite);
    let check = |author: &Path, more: &[&str]| {
        install_sdk(author);
        let words =
            ["--noEmit", "--allowJs", "--checkJs", "--target", "es2023", "--lib", "es2023", "--module", "nodenext"];
        run(&tsc, &[&words[..], more, &["src/plugin.js"]].concat(), author);
    };
    check(&example(&project, "loader-po-javascript"), &["--strictNullChecks", "false"]);
    for (kind, block) in ["loader", "quirk"].into_iter().zip(readme_blocks("javascript", "js")) {
        project.noorm(&format!("plugin new {kind}-mine --kind {kind} --lang js")).expect_success();
        check(&project.project().join(format!("{kind}-mine")), &["--strict"]);
        project.write(&format!("{kind}-mine/src/plugin.js"), block);
        check(&project.project().join(format!("{kind}-mine")), &["--strict"]);
    }
    project.noorm("plugin new dialect-mine --kind dialect --lang js").expect_success();
    check(&project.project().join("dialect-mine"), &["--strict"]);
    let words = ["--noEmit", "--strict", "--target", "es2023", "--lib", "es2023"];
    let files = ["index.d.ts", "dialect.d.ts", "quirk.d.ts"];
    run(&tsc, &[&words[..], &files].concat(), &repository().join("sdk-guest/javascript/types"));
}

/// The same in Python, tests included.
#[test]
fn types_of_python_fit() {
    let programs = toolchain("python");
    let project = Project::new(Engine::Sqlite);
    let check = |folder: &Path, parts: &[&str]| {
        let mut mypy = Command::new(programs.join("mypy"));
        mypy.args(["--strict", "--cache-dir"]).arg(repository().join("target/toolchains/mypy")).args(parts);
        let output = mypy.current_dir(folder).env("MYPYPATH", "src:vendor").output().unwrap();
        assert!(output.status.success(), "{}:\n{}", folder.display(), String::from_utf8_lossy(&output.stdout));
    };
    check(&repository().join("sdk-guest/python"), &["noorm_guest", "tests"]);
    check(&example(&project, "loader-fixed-python"), &["src", "tests"]);
    for (kind, block) in ["loader", "quirk"].into_iter().zip(readme_blocks("python", "python")) {
        project.noorm(&format!("plugin new {kind}-mine --kind {kind} --lang python")).expect_success();
        check(&project.project().join(format!("{kind}-mine")), &["src", "tests"]);
        project.write(&format!("{kind}-mine/src/readme.py"), block);
        check(&project.project().join(format!("{kind}-mine")), &["src/readme.py"]);
    }
    project.noorm("plugin new dialect-mine --kind dialect --lang python").expect_success();
    check(&project.project().join("dialect-mine"), &["src", "tests"]);
}

#[test]
fn a_loader_in_javascript_is_built_and_reads_rows() {
    let mut project = Project::new(Engine::Sqlite);
    let author = example(&project, "loader-po-javascript");
    pass_own_tests(&author);
    build_and_add(&mut project, &author);

    let header = "msgid \"\"\nmsgstr \"\"\n\"Language: de\\n\"\n\n";
    let messages = "msgid \"Gift card\"\nmsgstr \"Geschenkkarte \"\n\"é水\"\n\n#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n";
    project.write("schema/rows.po", format!("\u{feff}{header}{messages}"));
    let sql = rendered(&project, "select {{ quote(json(rows)) }};\n");
    let expected = r#"[{"context":null,"id":"Gift card","plural":null,"form":"0","text":"Geschenkkarte é水"}]"#;
    assert!(sql.contains(expected), "{sql}");

    project.write("schema/rows.po", format!("{header}msgid \"a\"\n  msgstr \"b\\q\"\n"));
    let refused = project.noorm("run file schema/rows.sql.j2 --preview");
    assert_ne!(refused.code, 0, "{refused}");
    assert!(refused.stderr.contains("schema/rows.po:6:12"), "{refused}");
    assert!(refused.stderr.contains("`\\q` means nothing"), "{refused}");
}

#[test]
fn a_loader_in_python_is_built_and_reads_rows() {
    let mut project = Project::new(Engine::Sqlite);
    let author = example(&project, "loader-fixed-python");
    pass_own_tests(&author);
    build_and_add(&mut project, &author);

    project.write("schema/rows.fixed", "\u{feff}sku    name\r\n00700  Größe 水\r\n");
    let sql = rendered(&project, "select {{ quote(json(rows)) }};\n");
    assert!(sql.contains(r#"[{"sku":"00700","name":"Größe 水"}]"#), "{sql}");

    project.write("schema/rows.fixed", "sku  name\n00700\t1\n");
    let refused = project.noorm("run file schema/rows.sql.j2 --preview");
    assert_ne!(refused.code, 0, "{refused}");
    assert!(refused.stderr.contains("schema/rows.fixed:2:6"), "{refused}");
    assert!(refused.stderr.contains("a tab has no width"), "{refused}");
}
