//! The table of hostile components in `THREAT-MODEL.md` is what is tried here: no row without a test, no test without a row.

use std::collections::BTreeSet;
use std::path::Path;

/// Tests that hostile guests need and that are none themselves.
const HONEST: [&str; 10] = [
    "exhausts::an_honest_reader_reads",
    "hoards::the_next_file_gets_a_fresh_instance",
    "lines::fifty_megabytes_of_rows_pass",
    "linked::a_place_may_be_in_the_other_file",
    "linked::what_the_grant_names_is_read_and_told",
    "nonsense_script::a_dialect_serves_threads_at_once",
    "nonsense_script::fifty_megabytes_of_script_pass",
    "spins::an_idle_guest_costs_nothing",
    "traps::an_instance_that_trapped_is_not_used_again",
    "nonsense_script::a_dialect_works_on_after_a_trap",
];

/// How many different hostile components there have to be.
const COMPONENTS_MIN: usize = 25;

#[test]
fn the_threat_model_lists_what_is_tried() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(here.join("THREAT-MODEL.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let listed: BTreeSet<String> = rows.map(|(test, _)| test.to_owned()).filter(|test| test.contains("::")).collect();
    let mut tried = BTreeSet::new();
    for entry in std::fs::read_dir(here.join("tests/hostile")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if module != "main" && module != "table" {
            let source = std::fs::read_to_string(&path).unwrap();
            tried.extend(tests(&source).map(|test| format!("{module}::{test}")));
        }
    }
    HONEST.iter().for_each(|honest| assert!(tried.remove(*honest), "no test {honest}"));
    assert_eq!(listed.difference(&tried).collect::<Vec<_>>(), Vec::<&String>::new(), "listed and not tried");
    assert_eq!(tried.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "tried and not listed");
    assert!(tried.len() >= COMPONENTS_MIN, "{} hostile components", tried.len());
}

/// The names of a module's tests.
fn tests(source: &str) -> impl Iterator<Item = &str> {
    source.split("#[test]\nfn ").skip(1).filter_map(|rest| Some(rest.split_once('(')?.0))
}
