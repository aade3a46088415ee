//! What of the fuzzer is in the gate: as many scripts as take some seconds, the same ones each time, for each dialect's
//! real rules; and whether the components do what the native splitters do.
#![allow(clippy::unwrap_used)]

use noorm_fuzz::campaign::{self, Until};
use noorm_fuzz::parser::parsers;
use noorm_fuzz::script::{self, Source};
use noorm_fuzz::{DIALECTS, Dialect, file, laws};
use noorm_plugin_host::{Options, PluginError, PluginHost};
use proptest::prelude::*;

const SEED: u64 = 20_261_129;

#[test]
fn scripts_of_chance_break_no_law() {
    for dialect in &DIALECTS {
        let source = Source::new(dialect, None);
        let tally = campaign::run(script::trial(dialect, &source, SEED), Until::Count(4_000));
        assert!(tally.crashed.is_empty(), "noorm-fuzz show {} {SEED} {:?}", dialect.name, tally.crashed);
        // More than a tenth of them are scripts, and not all.
        assert!(tally.taken > 400 && tally.taken < 3_900, "{}: {tally:?}", dialect.name);
    }
}

#[test]
fn files_of_chance_break_no_law() {
    for parser in parsers() {
        // A component that is taken is compiled as well.
        let count = if parser.name == "components" { 400 } else { 4_000 };
        assert!((parser.samples)().iter().all(|sample| (parser.check)(sample)), "{}: a sample is refused", parser.name);
        let tally = campaign::run(file::trial(parser, SEED), Until::Count(count));
        assert!(tally.crashed.is_empty(), "noorm-fuzz show '{}' {SEED} {:?}", parser.name, tally.crashed);
        assert!(tally.taken > count / 40 && tally.taken < count - count / 40, "{}: {tally:?}", parser.name);
    }
}

#[test]
fn components_split_like_the_native_splitters() {
    let host = PluginHost::open(Options::default()).unwrap();
    let bundled = host.dialects();
    let mut compared = 0;
    for dialect in DIALECTS.iter().filter(|dialect| bundled.contains(&dialect.name.to_owned())) {
        let component = host.dialect(dialect.name).unwrap();
        let source = Source::new(dialect, None);
        for number in 0..200 {
            let (script, _) = source.script(SEED, number);
            // The host hands over text, and without its mark.
            let Ok(text) = String::from_utf8(script) else { continue };
            let text = text.trim_start_matches('\u{feff}');
            let native = laws::split(dialect, text.as_bytes(), &[]).map_err(|diagnostic| diagnostic.code);
            let native = native.map(|pieces| pieces.iter().map(|piece| (piece.body.start, piece.body.end)).collect());
            let answer = match component.split("a.sql", text) {
                Ok(pieces) => {
                    Ok(pieces.iter().map(|piece| (piece.body.start as u64, piece.body.end as u64)).collect::<Vec<_>>())
                }
                Err(PluginError::Input { diagnostics, .. }) => Err(diagnostics[0].code.clone()),
                Err(other) => panic!("script {number}: {other}"),
            };
            assert_eq!(answer, native, "{} {number}", dialect.name);
            compared += 1;
        }
    }
    assert!(compared > 400, "{compared}");
}

/// A script of some of the dialect's words, and where it is cut.
fn soup(dialect: &'static Dialect) -> impl Strategy<Value = (Vec<&'static str>, Vec<prop::sample::Index>)> {
    let words: Vec<&str> = dialect.words.iter().chain(noorm_fuzz::COMMON).copied().collect();
    (
        prop::collection::vec(prop::sample::select(words), 0..24),
        prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    )
}

fn check_soup(dialect: &Dialect, words: &[&str], cuts: &[prop::sample::Index]) {
    let script = words.concat();
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(script.len() + 1)).collect();
    cuts.sort_unstable();
    laws::check(dialect, script.as_bytes(), &cuts);
}

proptest! {
    // What breaks a law is printed in its shortest form, and becomes a test of its own where the law was broken.
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mssql_keeps_the_laws((words, cuts) in soup(&DIALECTS[0])) {
        check_soup(&DIALECTS[0], &words, &cuts);
    }

    #[test]
    fn mysql_keeps_the_laws((words, cuts) in soup(&DIALECTS[1])) {
        check_soup(&DIALECTS[1], &words, &cuts);
    }

    #[test]
    fn postgres_keeps_the_laws((words, cuts) in soup(&DIALECTS[2])) {
        check_soup(&DIALECTS[2], &words, &cuts);
    }

    #[test]
    fn sqlite_keeps_the_laws((words, cuts) in soup(&DIALECTS[3])) {
        check_soup(&DIALECTS[3], &words, &cuts);
    }
}
