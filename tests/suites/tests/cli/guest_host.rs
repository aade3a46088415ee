//! What plugins in JavaScript and Python ask of the host (`noorm:host`): they tell what was thrown, log, and read other
//! files of the project. Their toolchains and components are those of `guest_languages.rs`.

use std::path::{Path, PathBuf};

use noorm_testkit::{Engine, Project};

use super::guest_languages::{be_patient, build, install_sdk};

/// Makes an author's project in a language, whose source `file` is `source`, and builds it for `world`.
#[track_caller]
fn build_of(project: &mut Project, name: &str, language: &str, world: &str, (file, source): (&str, &str)) -> PathBuf {
    let (kind, _) = name.split_once('-').unwrap();
    let folder = format!("{name}-{language}");
    let lang = if language == "javascript" { "js" } else { language };
    project.noorm(&format!("plugin new {name} --kind {kind} --lang {lang} --dir {folder}")).expect_success();
    project.write(&format!("{folder}/{file}"), source);
    let manifest = if language == "javascript" { "package.json" } else { "pyproject.toml" };
    let manifest = format!("{folder}/{manifest}");
    project.write(&manifest, project.read(&manifest).replace("document-loader", world));
    let author = project.project().join(folder);
    if language == "javascript" {
        install_sdk(&author);
    }
    build(project, &author)
}

/// Adds a component to a project.
#[track_caller]
fn add(project: &Project, component: &Path, options: &[&str]) {
    let words = ["plugin", "add", component.to_str().unwrap()];
    project.noorm_args(words.iter().chain(options)).expect_success();
}

const FAULTY: &str = "plugins:
  limits: {timeMs: 60000}
  dialects:
    faulty: {base: sqlite, quirks: [quirk-faulty, quirk-brittle]}
";

/// A quirk throws where its answer may be a failure, and where it may not; another one, in Rust, lies over it.
#[track_caller]
fn what_is_thrown_is_told(language: &str, source: (&str, &str), thrown: [&str; 2]) {
    let mut project = Project::new(Engine::Sqlite);
    let component = build_of(&mut project, "quirk-faulty", language, "dialect-quirk", source);
    project.write(".noorm/settings.yml", FAULTY);
    add(&project, &noorm_artifacts::guest("quirk-brittle"), &[]);
    add(&project, &component, &[]);
    project.noorm("config add faulty --dialect faulty --filename faulty.db").expect_success();
    project.noorm("config use faulty").expect_success();

    let told = |line: &str, function: &str, thrown: &str| {
        let output = project.noorm(line).expect_code(6);
        let whole = "plugin `quirk-brittle` 0.1.0 over `quirk-faulty` over `dialect-sqlite`";
        let output = output.expect_stderr(&format!("{whole} {function}, in the layer `quirk-faulty`: {thrown}"));
        output.expect_stderr("this is a fault of the plugin `quirk-faulty`");
    };
    project.write("schema/001.sql", "SELECT 1;");
    told("run build", "crashed in `transaction.control`", thrown[0]);
    project.write("schema/002.sql.j2", "SELECT {{ ident('boom') }};");
    told("run file schema/002.sql.j2 --preview", "failed in `naming.quote`", thrown[1]);
}

#[test]
fn what_is_thrown_in_javascript_is_told_with_its_place_and_its_layer() {
    let source = "import { dialectQuirk } from 'noorm-guest/quirk';

const exported = dialectQuirk({
  name: 'quirk-faulty',
  version: '0.1.0',
  summary: 'throws',
  override: (base) => ({
    naming: { quote: (identifier) => base.naming.quote(identifier.words[0]) },
    transaction: {
      control(options) {
        throw new RangeError(`no minutes in ${typeof options}`);
      },
    },
  }),
});
export const { quirk, describe, server, database, naming, literals, transaction, tracking, lock, script, effect, errors } =
  exported;
";
    let thrown = [
        "RangeError: no minutes in object (/src/plugin.js:11:",
        "TypeError: cannot read property '0' of undefined (at quote (/src/plugin.js:8:",
    ];
    what_is_thrown_is_told("javascript", ("src/plugin.js", source), thrown);
}

#[test]
fn what_is_raised_in_python_is_told_with_its_place_and_its_layer() {
    let source = "from noorm_guest.quirk import Base, dialect_quirk


@dialect_quirk(name='quirk-faulty', version='0.1.0', summary='raises')
class Faulty:
    def __init__(self, base: Base) -> None:
        self.base = base

    def naming_quote(self, identifier):
        return self.base.naming.quote(identifier.words[0])

    def transaction_control(self, options):
        raise KeyError(f'no minutes in {type(options)}')
";
    let thrown = [
        "KeyError: \"no minutes in <class 'list'>\" (/0/quirk_faulty.py:13)",
        "AttributeError: 'str' object has no attribute 'words' (/0/quirk_faulty.py:10, in naming_quote)",
    ];
    what_is_thrown_is_told("python", ("src/quirk_faulty.py", source), thrown);
}

/// A loader warns, and reads the files that its file names.
#[track_caller]
fn others_are_read(language: &str, source: (&str, &str)) {
    let mut project = Project::new(Engine::Sqlite);
    let component = build_of(&mut project, "loader-includes", language, "linked-loader", source);
    be_patient(&project);
    let words = ["plugin", "add", component.to_str().unwrap()];
    project.noorm_args(words).expect_code(1).expect_stderr("`noorm:host/files@1.0.0`");
    add(&project, &component, &["--grant", "files", "--path", "schema/lib/**"]);

    project.write("schema/001.sql.j2", "SELECT {{ quote(all[0]) }};");
    project.write("schema/all.includes", "schema/lib/one.txt\n");
    project.write("schema/lib/one.txt", "größer");
    let preview = project.noorm("run file schema/001.sql.j2 --preview").expect_success();
    preview.expect_stdout("SELECT 'größer';");
    let json = project.noorm("run build --json").expect_success().json();
    let said = serde_json::json!([{
        "plugin": "loader-includes", "level": "warn", "text": "reads others file=schema/all.includes paths=1", "count": 1,
    }]);
    assert_eq!(json["pluginMessages"], said);
    let json = project.noorm("explain schema/001.sql.j2 --json").expect_success().json();
    let inputs = json["files"][0]["inputs"].as_array().unwrap();
    let read: Vec<_> =
        inputs.iter().map(|input| (input["path"].as_str().unwrap(), input["readFor"].as_str())).collect();
    assert_eq!(read, [("schema/all.includes", None), ("schema/lib/one.txt", Some("schema/all.includes"))]);

    project.write("schema/all.includes", "schema/001.sql.j2\n");
    let denied = project.noorm("run build").expect_code(1);
    denied.expect_stderr("plugin `loader-includes` 1.0.0 was denied").expect_stderr("the grant names schema/lib/**");
}

#[test]
fn a_loader_in_javascript_logs_and_reads_what_was_granted() {
    let source = "import { documentLoader, log, readFile } from 'noorm-guest';

export const { describe, document } = documentLoader({
  name: 'loader-includes',
  version: '1.0.0',
  summary: 'the texts of the files that a file names',
  extensions: ['includes'],
  load(file) {
    const paths = [...file.lines()].map((line) => line.text);
    log.warn('reads others', { file: file.path, paths: paths.length });
    log.debug('one after another');
    return paths.map((path) => readFile(path).text);
  },
});
";
    others_are_read("javascript", ("src/plugin.js", source));
}

#[test]
fn a_loader_in_python_logs_and_reads_what_was_granted() {
    let source = "from noorm_guest import Data, DataFile, document_loader, log, read_file


@document_loader(
    name='loader-includes',
    version='1.0.0',
    summary='the texts of the files that a file names',
    extensions=['includes'],
)
def load(file: DataFile) -> Data:
    paths = [line.text for line in file.lines()]
    log.warn('reads others', file=file.path, paths=len(paths))
    log.debug('one after another')
    return [read_file(path).text for path in paths]
";
    others_are_read("python", ("src/loader_includes.py", source));
}
