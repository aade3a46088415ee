//! A dialect that splits scripts into pieces that are none.

use noorm_plugin_host::{ErrorClass, Limits, PluginError};

use crate::{SMALL, dialect};

const LIES: [&str; 14] = [
    "gap",
    "short",
    "beyond",
    "overlap",
    "empty",
    "huge",
    "backwards",
    "é-half",
    "none",
    "kind",
    "transaction",
    "line",
    "marks",
    "data",
];

#[test]
fn every_lie_in_a_piece_is_the_guests_fault() {
    let dialect = dialect("nonsense-script", "nonsense", SMALL);
    for lie in LIES {
        let error = dialect.split("a.sql", lie).unwrap_err();
        let PluginError::Nonsense { what, .. } = &error else { panic!("{lie}: {error:?}") };
        assert!(!what.contains('\u{1b}'), "{lie}: {what}");
    }
    assert_eq!(dialect.split("a.sql", "SELECT 1").unwrap().len(), 1);
}

#[test]
fn a_dialect_works_on_after_a_trap() {
    let dialect = dialect("nonsense-script", "nonsense", SMALL);
    for _ in 0..2 {
        assert!(matches!(dialect.quote(""), Err(PluginError::Trap { .. })));
        assert_eq!(dialect.quote("t").unwrap(), "t");
        assert!(matches!(dialect.control(), Err(PluginError::Trap { .. })));
    }
    assert!(matches!(dialect.escape("t"), Err(PluginError::Unsupported { .. })));
    assert_eq!(dialect.classify("1", "m").unwrap(), ErrorClass::Other);
}

#[test]
fn a_dialect_serves_threads_at_once() {
    let dialect = dialect("nonsense-script", "nonsense", SMALL);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let dialect = dialect.clone();
            scope.spawn(move || {
                for _ in 0..100 {
                    let name = format!("t{thread}");
                    assert_eq!(dialect.quote(&name).unwrap(), name);
                }
            });
        }
    });
}

#[test]
fn fifty_megabytes_of_script_pass() {
    let limits = Limits { memory_bytes: 256 << 20, time_ms: 10_000, ..SMALL };
    let dialect = dialect("nonsense-script", "nonsense", limits);
    let script = "SELECT 'fifty megabytes';\n".repeat(50_000_000 / 26);
    let pieces = dialect.split("a.sql", &script).unwrap();
    assert_eq!(pieces[0].whole, 0..script.len());
}
