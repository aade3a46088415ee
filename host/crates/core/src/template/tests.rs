//! Rendering, with files and plugins in memory.

use std::collections::BTreeMap;

use super::*;

/// A project in memory. A `.csv` becomes a list of its lines, `.num` a number; `broken.csv` cannot be loaded. A `.link` is
/// the text of the file that it names. Nobody reads a `.off`.
#[derive(Default)]
struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    options: Map<String, serde_json::Value>,
}

impl TemplateHost for Memory {
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, HostError> {
        let missing = || HostError::new(format!("`{path}` does not exist"), "check the path");
        self.files.get(path.as_str()).cloned().ok_or_else(missing)
    }

    fn siblings(&self, folder: Option<&ProjectPath>) -> Result<Vec<String>, HostError> {
        let prefix = folder.map_or_else(String::new, |folder| format!("{folder}/"));
        let names = self.files.keys().filter_map(|path| path.strip_prefix(&prefix));
        Ok(names.filter(|name| !name.contains('/')).map(str::to_owned).collect())
    }

    fn data_kind(&self, path: &ProjectPath) -> DataKind {
        let ends = |extensions: &[&str]| extensions.iter().any(|extension| path.as_str().ends_with(extension));
        match ends(&[".csv", ".num", ".sql", ".link"]) {
            true => DataKind::Data,
            false if ends(&[".off"]) => DataKind::Disabled,
            false => DataKind::Other,
        }
    }

    fn load(&self, path: &ProjectPath, bytes: &[u8]) -> Result<LoadedData, HostError> {
        let plugin = PluginRef { name: "loader".to_owned(), version: "1.0.0".to_owned(), digest: "d".to_owned() };
        let text = String::from_utf8_lossy(bytes);
        if text.contains("broken") {
            let excerpt = "the line with a caret".to_owned();
            let data = Some(DataPlace { path: path.clone(), line: 7, column: 1, excerpt });
            return Err(HostError { data, ..HostError::new("`broken.csv` cannot be loaded", "mend it") });
        }
        if path.as_str().ends_with(".off") {
            return Err(HostError::new("its loader is disabled", "enable it"));
        }
        let options = self.options.clone();
        let loaded = |value| LoadedData { value, plugin, options, read: Vec::new() };
        if path.as_str().ends_with(".num") {
            return Ok(loaded(Value::Integer(text.trim().parse().expect("a number"))));
        }
        if path.as_str().ends_with(".link") {
            let other = path.resolve(text.trim()).expect("a path");
            let bytes = self.read(&other)?;
            let value = Value::Text(String::from_utf8_lossy(&bytes).into_owned());
            return Ok(LoadedData { read: vec![(other, Checksum::of_file(&bytes))], ..loaded(value) });
        }
        let row = |line: &str| {
            Value::Map(vec![("z".to_owned(), Value::Text(line.to_owned())), ("a".to_owned(), Value::Null)])
        };
        Ok(loaded(Value::List(text.lines().map(row).collect())))
    }

    fn literal(&self, value: &Scalar) -> Result<String, HostError> {
        Ok(match value {
            Scalar::Null => "NULL".to_owned(),
            Scalar::Boolean(flag) => flag.to_string().to_uppercase(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Decimal(number) => format!("{number}d"),
            Scalar::Real(number) => format!("{number:?}"),
            Scalar::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Scalar::Bytes(bytes) => format!("x{}", bytes.len()),
        })
    }

    fn ident(&self, name: &str) -> Result<String, HostError> {
        Ok(format!("\"{name}\""))
    }

    fn escape(&self, text: &str) -> Result<String, HostError> {
        Ok(text.replace('\'', "''"))
    }

    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
}

fn facts() -> Facts {
    Facts {
        config: serde_json::json!({ "name": "dev", "connection": { "dialect": "acme" } }),
        secrets: [("KEY".to_owned(), Secret::new("hunter2".to_owned()))].into(),
        global_secrets: BTreeMap::new(),
        env: [("LANG".to_owned(), "C".to_owned())].into(),
        dialect: "acme".to_owned(),
        now: "2026-01-31T12:00:00.000Z".to_owned(),
    }
}

fn render_with(facts: Facts, files: &[(&str, &[u8])]) -> Result<Rendered, TemplateError> {
    let path = ProjectPath::parse(files[0].0).expect("the test's own path");
    let map = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    render(&path, files[0].1, Arc::new(facts), Arc::new(Memory { files: map, ..Memory::default() }))
}

fn rendered(files: &[(&str, &str)]) -> Result<Rendered, TemplateError> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    render_with(facts(), &files)
}

#[track_caller]
fn check(template: &str, expected: &str) {
    let others = [("s/users.csv", "O'Neil\nAnn\n"), ("s/max-size.num", "7"), ("s/bad.csv", "broken")];
    let files: Vec<(&str, &str)> = [("s/t.sql.j2", template)].into_iter().chain(others).collect();
    assert_eq!(
        rendered(&files).map(|rendered| rendered.sql).map_err(|error| error.to_string()),
        Ok(expected.to_owned())
    );
}

#[track_caller]
fn fails(template: &str) -> TemplateError {
    let others = [("s/users.csv", "Ann\n"), ("s/max-size.num", "7"), ("s/bad.csv", "broken"), ("out.sql", "x")];
    let files: Vec<(&str, &str)> = [("s/t.sql.j2", template)].into_iter().chain(others).collect();
    rendered(&files).expect_err("this cannot render")
}

#[test]
fn data_files_are_seen_by_their_names_and_loaded_when_named() {
    check("{% for user in users %}{{ quote(user.z) }};{% endfor %}\n", "'O''Neil';'Ann';\n");
    check("{{ maxSize }} {{ max_size + 1 }}", "7 8");
    check("no data at all", "no data at all");
    check("{{ load('/s/max-size.num') }}{{ load('./users.csv') | length }}", "72");
}

#[test]
fn values_are_written_as_the_database_writes_them() {
    check(
        "{{ quote(none) }} {{ quote(true) }} {{ quote(1) }} {{ 1.5 | quote }} {{ 'a' | quote }}",
        "NULL TRUE 1 1.5 'a'",
    );
    check("{{ quote(users[0].a) }} {{ ident('a') }} {{ \"it's\" | escape }}", "NULL \"a\" it''s");
    check("{{ quote(170141183460469231731687303715884105727) }}", "170141183460469231731687303715884105727d");
    check("{{ json(users[1]) }} {{ [1, none] | json }}", "{\"z\":\"Ann\",\"a\":null} [1,null]");
    check(
        "{{ now() }} {{ uuid() }} {{ dialect }}",
        "2026-01-31T12:00:00.000Z 00000000-0000-4000-8000-000000000000 acme",
    );
    check("{{ config.name }} {{ config.connection.dialect }} {{ secrets.KEY }} {{ env.LANG }}", "dev acme hunter2 C");
    check("{{ env.NOPE | default('x') }}{{ secrets.NOPE is defined }}", "xfalse");
}

#[test]
fn errors_show_the_line_with_a_caret() {
    let error = fails("-- one\nSELECT {{ quote(usres) }};\n");
    assert_eq!((error.line, error.hint.as_deref()), (Some(2), Some("did you mean `users`?")), "{error}");
    let excerpt = error.excerpt().expect("a place");
    assert!(excerpt.contains("SELECT {{ quote(usres) }}") && excerpt.contains('^'), "{excerpt}");
    assert!(fails("{{ secrets.NOPE }}").message.contains("`NOPE`"));
    assert!(fails("{{ env.NOPE }}").message.contains("`NOPE`"));
    assert_eq!(fails("{% if %}").line, Some(1));
    assert_eq!(fails("a\nb\n{{ users[0].nope.deep }}").line, Some(3));
    let broken = fails("x\n{{ bad }}");
    assert_eq!((broken.line, broken.data.map(|data| data.line)), (Some(2), Some(7)));
    assert_eq!(broken.hint.as_deref(), Some("mend it"));
}

#[test]
fn what_sql_cannot_say_is_refused() {
    for template in ["{{ none }}", "{{ users }}", "{{ users[0] }}", "{{ quote(users) }}", "{{ ident(1) }}"] {
        let error = fails(template);
        assert!(error.hint.is_some(), "{template}: {error:?}");
    }
}

#[test]
fn includes_stay_in_the_project_and_do_not_go_in_circles() {
    let files = [
        ("s/t.sql.j2", "{{ include('/lib/part.sql.j2') }}|{{ include('../lib/plain.sql') }}"),
        ("lib/part.sql.j2", "{{ size }}{{ include('plain.sql') }}"),
        ("lib/plain.sql", "{{ not a template }}"),
        ("lib/size.num", "3"),
    ];
    let done = rendered(&files).expect("it renders");
    assert_eq!(done.sql, "3{{ not a template }}|{{ not a template }}");
    let inputs: Vec<&str> = done.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(inputs, ["lib/part.sql.j2", "lib/size.num", "lib/plain.sql"]);
    for outside in ["../../project-evil/x", "/../x", ""] {
        let error = fails(&format!("{{{{ include('{outside}') }}}}"));
        assert!(error.message.contains(outside), "{error}");
    }
    let circle = rendered(&[("a.sql.j2", "{{ include('b.sql.j2') }}"), ("b.sql.j2", "\n{{ include('a.sql.j2') }}")]);
    let error = circle.expect_err("a circle");
    assert!(error.message.contains("`a.sql.j2` includes `b.sql.j2` includes `a.sql.j2`"), "{error}");
    let inner = rendered(&[("a.sql.j2", "\n{{ include('b.sql.j2') }}"), ("b.sql.j2", "\n\n{{ nope }}")]);
    let inner = inner.expect_err("an undefined name");
    assert_eq!((inner.path.as_str(), inner.line), ("b.sql.j2", Some(3)));
    assert_eq!(inner.causes, ["included by a.sql.j2:2"]);
}

#[test]
fn two_files_with_one_name_are_told_apart_only_when_it_is_used() {
    let files = |template: &'static str| [("t.sql.j2", template), ("a-b.csv", "1"), ("a_b.num", "2")];
    assert!(rendered(&files("SELECT 1")).is_ok());
    assert!(rendered(&files("{{ load('a_b.num') }}")).is_ok());
    let error = rendered(&files("{{ a_b }}")).expect_err("two files");
    assert!(error.message.contains("a-b.csv") && error.message.contains("a_b.num"), "{error}");
}

#[test]
fn a_script_yields_its_name_to_data() {
    let files = |template| [("t.sql.j2", template), ("a-b.sql", "CREATE"), ("a_b.num", "2"), ("c.sql", "x\ny")];
    let sql = |template| rendered(&files(template)).expect("it renders").sql;
    assert_eq!(sql("{{ a_b }}"), "2");
    assert_eq!(sql("{{ load('a-b.sql') | length }}"), "1");
    assert_eq!(sql("{{ c | length }}"), "2", "alone it has its name");
    let both = [("t.sql.j2", "{{ a_b }}"), ("a-b.sql", ""), ("a_b.sql", "")];
    assert!(rendered(&both).expect_err("two scripts").message.contains("a-b.sql"));
}

#[test]
fn the_checksum_covers_what_the_template_used() {
    let sum = |csv: &str, template: &str, facts: Facts| {
        let files: [(&str, &[u8]); 2] = [("t.sql.j2", template.as_bytes()), ("users.csv", csv.as_bytes())];
        render_with(facts, &files).expect("it renders").checksum
    };
    let uses = "{{ users | length }}";
    assert_ne!(sum("a", uses, facts()), sum("b", uses, facts()));
    assert_eq!(sum("a\r\n", uses, facts()), sum("a\n", uses, facts()), "line ends do not count");
    assert_eq!(sum("a", "SELECT 1", facts()), sum("b", "SELECT 1", facts()), "what is not used does not count");
    let asks = "{{ env.LANG }}";
    let other = Facts { env: [("LANG".to_owned(), "D".to_owned())].into(), ..facts() };
    assert_eq!(sum("a", asks, facts()), sum("a", asks, other), "names count, values do not");
    assert_ne!(sum("a", asks, facts()), sum("a", "{{ env.LANG }}{{ secrets.KEY }}", facts()));
}

#[test]
fn options_and_files_that_a_loader_reads_are_inputs() {
    let template = "{{ users | length }}";
    let sum = |options: serde_json::Value| {
        let files = [("t.sql.j2", template), ("users.csv", "a")].map(|(path, text)| (path.to_owned(), text.into()));
        let serde_json::Value::Object(options) = options else { panic!("an object") };
        let host = Arc::new(Memory { files: files.into(), options });
        let path = ProjectPath::parse("t.sql.j2").expect("a path");
        render(&path, template.as_bytes(), Arc::new(facts()), host).expect("it renders")
    };
    let (none, one) = (sum(serde_json::json!({})), sum(serde_json::json!({"a": 1, "b": {"c": 1, "d": 2}})));
    assert_ne!(none.checksum, one.checksum);
    assert_eq!(one.inputs[0].options["a"], 1);
    assert_eq!(one.checksum, sum(serde_json::json!({"b": {"d": 2, "c": 1}, "a": 1})).checksum, "in any order");

    let linked = |text: &str| {
        let files = [("t.sql.j2", "{{ quote(more) }}"), ("more.link", "lib/part.txt"), ("lib/part.txt", text)];
        rendered(&files).expect("it renders")
    };
    let done = linked("one");
    assert_eq!(done.sql, "'one'");
    let inputs: Vec<_> = done.inputs.iter().map(|input| (input.path.as_str(), input.read_for.is_some())).collect();
    assert_eq!(inputs, [("more.link", false), ("lib/part.txt", true)]);
    assert_ne!(done.checksum, linked("two").checksum);
}

#[test]
fn a_disabled_loader_is_told_where_nothing_else_has_the_name() {
    assert_eq!(rendered(&[("t.sql.j2", "{{ a }}"), ("a.off", ""), ("a.num", "1")]).expect("it renders").sql, "1");
    let error = rendered(&[("t.sql.j2", "{{ a }}"), ("a.off", "")]).expect_err("nobody loads it");
    assert_eq!(error.message, "its loader is disabled");
}

#[test]
fn marks_line_ends_and_wrong_bytes() {
    let bytes: [(&str, &[u8]); 1] = [("t.sql.j2", b"\xef\xbb\xbfSELECT 1;\r\n{{ dialect }}\r\n")];
    assert_eq!(render_with(facts(), &bytes).expect("it renders").sql, "SELECT 1;\nacme\n");
    let bytes: [(&str, &[u8]); 1] = [("t.sql.j2", b"one\ntwo \xff\n")];
    let error = render_with(facts(), &bytes).expect_err("no UTF-8");
    assert_eq!(error.line, Some(2), "{error}");
}

#[test]
fn a_secret_is_in_no_error() {
    for template in
        ["{{ secrets.KEY.nope }}", "{{ secrets.KEY + 1 }}", "{{ secrets.KEY[0].x() }}", "{{ secrets.KEYS }}"]
    {
        let error = fails(template);
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
