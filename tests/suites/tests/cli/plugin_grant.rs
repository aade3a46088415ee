//! `noorm plugin grant`: what a plugin may use of what it imports, and what a linked loader reads then.

use noorm_testkit::{Engine, Output, Project};

use crate::answers::error;

fn add(project: &Project, guest: &str, options: &[&str]) -> Output {
    let file = noorm_artifacts::guest(guest);
    project.noorm_args([&["plugin", "add", file.to_str().unwrap()][..], options].concat())
}

/// A project whose template writes the texts that a linked loader reads from `schema/lib`.
fn linked(links: &str) -> Project {
    let project = Project::new(Engine::Sqlite);
    add(&project, "linked", &["--grant", "files", "--path", "schema/lib/**"]).expect_success();
    project.write("schema/001.sql", "CREATE TABLE kept (a TEXT);");
    let template = "DELETE FROM kept;\n{% for text in all %}INSERT INTO kept VALUES ({{ quote(text) }});\n{% endfor %}";
    project.write("schema/002.sql.j2", template);
    project.write("schema/all.linked", links);
    project.write("schema/lib/one.txt", "one");
    project.write("schema/lib/two.txt", "two");
    project
}

#[test]
fn each_file_that_a_loader_reads_is_an_input_of_the_template() {
    let project = linked("schema/lib/one.txt\nschema/lib/two.txt\n");
    project.noorm("run build").expect_success();
    assert_eq!(project.query("SELECT a FROM kept ORDER BY a"), [["one"], ["two"]]);
    project.noorm("run build").expect_success().expect_stdout("nothing to do");
    project.write("schema/lib/two.txt", "three");
    project.noorm("run build").expect_success().expect_stdout("1 file ran");
    assert_eq!(project.query("SELECT a FROM kept ORDER BY a"), [["one"], ["three"]]);
    let json = project.noorm("explain schema/002.sql.j2 --json").expect_success().json();
    let inputs = json["files"][0]["inputs"].as_array().unwrap();
    let read: Vec<_> =
        inputs.iter().map(|input| (input["path"].as_str().unwrap(), input["readFor"].as_str())).collect();
    let of = Some("schema/all.linked");
    assert_eq!(read, [("schema/all.linked", None), ("schema/lib/one.txt", of), ("schema/lib/two.txt", of)]);
}

#[test]
fn what_no_grant_names_and_what_is_noorms_own_is_not_read() {
    let project = linked("schema/001.sql\n");
    let denied = project.noorm("run build").expect_code(1);
    denied.expect_stderr("denied").expect_stderr("the grant names schema/lib/**");
    // Whatever a grant says.
    project.noorm_args(["plugin", "grant", "loader-linked", "files", "--path", "**"]).expect_success();
    for (path, why) in [
        (".env", "begins with a dot"),
        ("schema/lib/tls.key", "keys and sealed files"),
        ("schema/lib", "not a regular file"),
    ] {
        project.write("schema/lib/tls.key", "k");
        project.write("schema/all.linked", format!("{path}\n"));
        let output = project.noorm("run build").expect_code(1);
        output.expect_stderr(why).expect_stderr("schema/all.linked:1:1");
    }
    for (path, why) in [
        (".noorm/state.enc", "noorm's own folder"),
        ("schema/../.noorm/settings.yml", "not a path from the project root"),
    ] {
        project.write("schema/all.linked", format!("{path}\n"));
        project.noorm("run build").expect_code(1).expect_stderr("denied").expect_stderr(why);
    }
    std::os::unix::fs::symlink("/etc/hostname", project.project().join("schema/lib/out.txt")).unwrap();
    project.write("schema/all.linked", "schema/lib/out.txt\n");
    project.noorm("run build").expect_code(1).expect_stderr("leads out of the project");
}

#[test]
fn an_error_in_the_other_file_is_shown_there() {
    let project = linked("schema/lib/one.txt\nschema/lib/bad.txt\n");
    project.write("schema/lib/bad.txt", "bad\n");
    let output = project.noorm("run build").expect_code(1).expect_stderr("schema/lib/bad.txt:1:1");
    output
        .expect_stderr("1 | bad")
        .expect_stderr("^^^")
        .expect_stderr("`schema/all.linked` cannot be loaded: this file is bad");
}

#[test]
fn an_import_is_refused_until_somebody_grants_it() {
    let project = Project::new(Engine::Sqlite);
    let before = project.files();
    let output = add(&project, "linked", &[]).expect_code(1);
    output.expect_stderr("`noorm:host/files@1.0.0`").expect_stderr("--grant");
    add(&project, "linked", &["--grant", "files"]).expect_code(2).expect_stderr("--path");
    add(&project, "linked", &["--grant", "files", "--path", "../x"]).expect_code(1).expect_stderr("leads out");
    add(&project, "linked", &["--grant", "wasi:cli/environment"]).expect_code(2).expect_stderr("does not import");
    assert_eq!(project.files(), before, "a refused plugin leaves nothing behind");
    add(&project, "linked", &["--grant", "files", "--path", "schema/**"]).expect_success();
    project.noorm("plugin list").expect_success().expect_stdout("files schema/**");
    let told = project.noorm("plugin grant loader-linked").expect_success();
    told.expect_stdout("noorm:host/files@1.0.0")
        .expect_stdout("schema/**")
        .expect_stdout("to read the files of the project");
    project.noorm("plugin grant loader-linked files --revoke").expect_success().expect_stdout("no");
    project.noorm("plugin list").expect_success().expect_stdout("does not run: noorm:host/files@1.0.0 not granted");
    project.write("schema/a.linked", "");
    project.write("schema/001.sql.j2", "{{ a | length }}");
    project.noorm("run build").expect_code(1).expect_stderr("was not granted");
    project.noorm_args(["plugin", "grant", "loader-linked", "files", "--path", "schema/**", "--locked"]).expect_code(1);
    project.noorm("plugin grant loader-csv files --path x").expect_code(2).expect_stderr("needs no grant");
}

#[test]
fn an_import_of_wasi_gives_nothing_where_it_is_granted() {
    let project = Project::new(Engine::Sqlite);
    add(&project, "wasi-clock", &[]).expect_code(1).expect_stderr("wasi:clocks/monotonic-clock@0.2.6");
    let grants = ["--grant", "wasi:clocks/monotonic-clock", "--grant", "wasi:random/insecure-seed"];
    add(&project, "wasi-clock", &grants).expect_success();
    let told = project.noorm("plugin grant loader-timely").expect_success();
    told.expect_stdout("nothing: noorm gives plugins no clock").expect_stdout("the seed is always the same");
    project.write("schema/a.timely", "");
    project.write("schema/001.sql.j2", "SELECT {{ quote(a) }};");
    project.noorm("run build").expect_success();
    project.write("schema/a.timely", "what time is it?");
    let output = project.noorm("run build --json").expect_code(1);
    assert!(
        error(&output, "message").contains("`wasi:clocks/monotonic-clock@0.2.6#now`: noorm gives plugins no clock"),
        "{output}"
    );
}

#[test]
fn a_broken_schema_is_the_plugins_fault() {
    let project = Project::new(Engine::Sqlite);
    let before = project.files();
    add(&project, "broken-schema", &[]).expect_code(6).expect_stderr("broken schema of its options");
    assert_eq!(project.files(), before);
}

/// A name is what anybody can give: what was granted to one component is not another one's.
#[test]
fn a_grant_is_for_the_component_that_got_it() {
    let project = linked("schema/lib/one.txt\n");
    let file = project.project().join(".noorm/plugins/loader-linked.wasm");
    let own = project.home().join("own.wasm");
    std::fs::copy(&file, &own).unwrap();
    let add = |file: &std::path::Path, more: &[&str]| {
        project.noorm_args([&["plugin", "add", file.to_str().unwrap()][..], more].concat())
    };
    add(&own, &[]).expect_success().expect_stdout("is locked already");
    let lock = project.read(".noorm/plugins.lock");
    let built = std::fs::read(&own).unwrap();
    let at = built.windows(9).position(|bytes| bytes == b"the texts").expect("its summary");
    let other = project.home().join("other.wasm");
    std::fs::write(&other, [&built[..at], b"THE TEXTS", &built[at + 9..]].concat()).unwrap();
    add(&other, &[]).expect_code(1).expect_stderr("was not granted: `noorm:host/files");
    assert_eq!(project.read(".noorm/plugins.lock"), lock);
    let grant = ["--grant", "files", "--path", "schema/lib/one.txt"];
    let output = add(&other, &grant).expect_success();
    output.expect_stdout("in the place of loader-linked 0.1.0 from path:");
    assert!(!project.read(".noorm/plugins.lock").contains("schema/lib/**"));
    project.noorm("plugin verify").expect_success();
    // Neither does a wider grant get in where the lock file stays as it is.
    add(&other, &["--grant", "files", "--path", "**", "--locked"]).expect_code(1).expect_stderr("what it is granted");
    add(&other, &["--locked"]).expect_success();
}
