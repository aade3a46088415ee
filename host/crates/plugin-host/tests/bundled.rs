//! The plugins that are part of the host: each one instantiates, and none of them is privileged.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use noorm_core::value::{Scalar, Value};
use noorm_plugin_host::{Options, Piece, PieceKind, PluginHost, PluginKind, PluginSource};

fn host() -> PluginHost {
    PluginHost::open(Options::default()).unwrap()
}

#[test]
fn the_bundled_plugins_are_these() {
    let list = host().list();
    let names: Vec<_> = list.iter().map(|info| info.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "dialect-mssql",
            "dialect-mysql",
            "dialect-postgres",
            "dialect-sqlite",
            "loader-csv",
            "loader-js",
            "loader-json",
            "loader-ndjson",
            "loader-sql",
            "loader-toml",
            "loader-xlsx",
            "loader-xml",
            "loader-yaml"
        ]
    );
    for info in &list {
        assert_eq!(info.source, PluginSource::Bundled);
        let imports: &[&str] = if info.name == "loader-js" { &["noorm:host/files@1.0.0"] } else { &[] };
        assert_eq!(info.imports, imports, "{}", info.name);
        assert_eq!(info.digest.len(), 64);
        assert!(info.size_bytes > 0 && !info.summary.is_empty() && !info.provides.is_empty());
        assert_eq!(info.driver.is_some(), info.kind == PluginKind::Dialect);
    }
}

#[test]
fn every_loader_answers() {
    let host = host();
    for extension in host.extensions() {
        let loader = host.loader(&extension).unwrap();
        let workbook = noorm_workbook::Workbook::new().sheet("S", "").bytes();
        let content: &[u8] = match extension.as_str() {
            "toml" => b"a = 1\n",
            "xml" => b"<a/>",
            "xlsx" | "xlsm" => &workbook,
            "js" | "mjs" => b"export default [1];\n",
            _ => b"[1]\n",
        };
        let answer = loader.load("a", content);
        assert!(answer.is_ok(), "{extension}: {answer:?}");
    }
}

#[test]
fn every_dialect_answers() {
    let host = host();
    for name in host.dialects() {
        let dialect = host.dialect(&name).unwrap();
        assert_eq!(dialect.name(), name);
        assert!(!dialect.quote("a b").unwrap().is_empty());
        assert!(dialect.literal(&Scalar::Text("it's".to_owned())).unwrap().contains("''"));
        assert!(dialect.control().is_ok());
        let latest = dialect.latest().unwrap();
        for installed in 0..latest {
            assert!(!dialect.upgrade(installed).unwrap().is_empty(), "{name} {installed}");
        }
        let end = end(&name);
        let pieces = dialect.split("a.sql", &format!("SELECT 1{end}SELECT 2{end}")).unwrap();
        assert_eq!(statements(&pieces), 2);
        assert_eq!(dialect.split("a.sql", "").unwrap().len(), 0);
    }
}

#[test]
fn a_bundled_plugin_can_be_replaced_by_its_own_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let options = Options { project: Some(folder.path().to_path_buf()), ..Options::default() };
    let mut host = PluginHost::open(options).unwrap();
    let bundled = host.loader("csv").unwrap();
    let info = host.install_file(&noorm_artifacts::plugin("loader-csv")).unwrap();
    let installed = host.loader("csv").unwrap();
    assert_eq!(bundled.info().source, PluginSource::Bundled);
    assert_eq!(installed.info().source, PluginSource::Project);
    // The file was built in another way than the bundled one, so that only what it does is the same.
    assert_eq!((info.name.as_str(), info.provides.as_slice()), ("loader-csv", bundled.info().provides.as_slice()));
    let load = |loader: &noorm_plugin_host::Loader| loader.load("a.csv", b"a,b\n1,2\n").unwrap();
    assert_eq!(load(&installed), load(&bundled));
}

/// The first use of a dialect: what every command pays.
#[test]
fn the_first_call_is_quick() {
    let started = Instant::now();
    let host = host();
    let opened = started.elapsed();
    let dialect = host.dialect("sqlite").unwrap();
    let loaded = started.elapsed();
    dialect.quote("t").unwrap();
    let called = started.elapsed();
    dialect.quote("t").unwrap();
    println!("open {opened:?}, load {loaded:?}, first call {called:?}, second {:?}", started.elapsed());
    // Compiling would take longer than this even on a busy machine; the benchmark has the real bound.
    assert!(called.as_millis() < 500, "{called:?}");
}

#[test]
fn fifty_megabytes_of_csv_become_rows() {
    let line = "1,a text that is long enough for a row of a hundred bytes or so,and another one beside it,2026-01-31\n";
    let rows = 50_000_000 / line.len();
    let content = format!("id,one,other,day\n{}", line.repeat(rows));
    let Value::List(list) = host().loader("csv").unwrap().load("a.csv", content.as_bytes()).unwrap() else {
        panic!("rows");
    };
    assert_eq!(list.len(), rows);
}

/// What ends a statement of a dialect's, or a batch.
fn end(dialect: &str) -> &'static str {
    if dialect == "mssql" { "\nGO\n" } else { ";\n" }
}

/// How many pieces have something to send.
fn statements(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| piece.kind != PieceKind::Blank).count()
}

#[test]
fn fifty_megabytes_of_sql_become_pieces() {
    let host = host();
    for name in host.dialects() {
        let line = format!("INSERT INTO t (id, text) VALUES (1, 'a text; with a semicolon in it'){}", end(&name));
        let lines = 50_000_000 / line.len();
        let pieces = host.dialect(&name).unwrap().split("a.sql", &line.repeat(lines)).unwrap();
        assert_eq!(statements(&pieces), lines, "{name}");
    }
}
