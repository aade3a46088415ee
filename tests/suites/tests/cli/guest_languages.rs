//! Plugins in JavaScript and Python, built, tested, installed and used as their authors and users would. What they need is
//! installed by `tests/toolchains`; a toolchain that cannot be had is a failure.

use std::path::{Path, PathBuf};
use std::process::Command;

use noorm_testkit::{Engine, Project};

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

/// An example of `sdk-guest/examples` as its author has it: links into this repository become files.
fn example(project: &Project, name: &str) -> PathBuf {
    let from = repository().join("sdk-guest/examples").join(name);
    let to = project.project().with_file_name(name);
    run("cp", &["-rL", from.to_str().unwrap(), to.to_str().unwrap()], &repository());
    to
}

/// Builds an author's project, adds what comes of it, and returns what is said to that.
fn build_and_add(project: &mut Project, author: &Path, programs: &Path) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&path));
    project.set_env("PATH", std::env::join_paths(folders).unwrap());
    project.noorm_args(["plugin".as_ref(), "build".as_ref(), author.as_os_str()]).expect_success();
    let name = author.file_name().unwrap().to_str().unwrap();
    let component = author.join("dist").join(format!("{}.wasm", name.rsplit_once('-').unwrap().0));
    project.noorm_args(["plugin".as_ref(), "add".as_ref(), component.as_os_str()]).expect_success().stdout
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
    run("python3", &["-B", "-m", "unittest"], &repository().join("sdk-guest/python"));
}

#[test]
fn a_loader_in_javascript_is_built_and_reads_rows() {
    let programs = toolchain("javascript");
    let mut project = Project::new(Engine::Sqlite);
    let author = example(&project, "loader-po-javascript");
    // What somebody installed in the tree is not the author's.
    let _ = std::fs::remove_dir_all(author.join("node_modules"));
    std::fs::create_dir(author.join("node_modules")).unwrap();
    std::os::unix::fs::symlink("../vendor/noorm-guest", author.join("node_modules/noorm-guest")).unwrap();
    run("npm", &["test"], &author);
    let said = build_and_add(&mut project, &author, &programs);
    assert!(said.contains("loader-po 1.0.0"), "{said}");

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
    let programs = toolchain("python");
    let mut project = Project::new(Engine::Sqlite);
    let author = example(&project, "loader-fixed-python");
    run("python3", &["-B", "-m", "unittest"], &author);
    let said = build_and_add(&mut project, &author, &programs);
    assert!(said.contains("loader-fixed 1.0.0"), "{said}");

    project.write("schema/rows.fixed", "\u{feff}sku    name\r\n00700  Größe 水\r\n");
    let sql = rendered(&project, "select {{ quote(json(rows)) }};\n");
    assert!(sql.contains(r#"[{"sku":"00700","name":"Größe 水"}]"#), "{sql}");

    project.write("schema/rows.fixed", "sku  name\n00700\t1\n");
    let refused = project.noorm("run file schema/rows.sql.j2 --preview");
    assert_ne!(refused.code, 0, "{refused}");
    assert!(refused.stderr.contains("schema/rows.fixed:2:6"), "{refused}");
    assert!(refused.stderr.contains("a tab has no width"), "{refused}");
}
