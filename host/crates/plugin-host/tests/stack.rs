//! Quirks over dialects: composition, what is locked of it, and which layer is to blame.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use noorm_core::settings::DialectChoice;
use noorm_plugin_host::{Base, Dialect, LimitKind, Limits, Options, PluginError, PluginHost, PluginKind, StackError};
use tempfile::TempDir;

const LIMITS: Limits = Limits { time_ms: 1_000, memory_bytes: 64 << 20, output_bytes: 32 << 20 };

/// A project whose settings compose dialects.
struct Project {
    folder: TempDir,
    stacks: Vec<(&'static str, &'static str, &'static [&'static str])>,
}

impl Project {
    fn new(stacks: &[(&'static str, &'static str, &'static [&'static str])]) -> Self {
        Self { folder: TempDir::new().unwrap(), stacks: stacks.to_vec() }
    }

    fn host(&self) -> PluginHost {
        let choice = |base: &str, quirks: &[&str]| DialectChoice {
            base: base.to_owned(),
            quirks: quirks.iter().map(|name| (*name).to_owned()).collect(),
        };
        let dialects = self.stacks.iter().map(|(name, base, quirks)| ((*name).to_owned(), choice(base, quirks)));
        let project = Some(self.folder.path().to_path_buf());
        PluginHost::open(Options { project, limits: LIMITS, dialects: dialects.collect(), ..Options::default() })
            .unwrap()
    }

    fn with(stacks: &[(&'static str, &'static str, &'static [&'static str])], guests: &[&str]) -> Self {
        let project = Self::new(stacks);
        let mut host = project.host();
        for guest in guests {
            host.install_file(&noorm_artifacts::guest(guest)).unwrap();
        }
        project
    }

    fn lock_file(&self) -> String {
        fs::read_to_string(self.folder.path().join("plugins.lock")).unwrap()
    }

    fn composition(&self) -> serde_json::Value {
        let lock: serde_json::Value = serde_json::from_str(&self.lock_file()).unwrap();
        lock["compositions"][0].clone()
    }

    fn dialect(&self, name: &str) -> Dialect {
        self.host().dialect(name).unwrap()
    }

    fn refused(&self, name: &str) -> StackError {
        match self.host().dialect(name) {
            Err(PluginError::Stack(error)) => error,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("`{name}` is refused"),
        }
    }
}

/// A component that does what `file` does and has another digest.
fn other(file: &Path, folder: &Path) -> PathBuf {
    let module = fs::read(file).unwrap();
    let mut component = wit_component::ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    component.extend([0, 2, 1, b'x']);
    let other = folder.join("other.wasm");
    fs::write(&other, component).unwrap();
    other
}

const ONE: &[(&str, &str, &[&str])] = &[("acme", "postgres", &["quirk-brittle"])];

/// Over a base that is compiled in no time.
const SMALL: &[(&str, &str, &[&str])] = &[("acme", "nonsense", &["quirk-brittle"])];

#[test]
fn a_quirk_changes_some_answers_and_passes_the_others_on() {
    let project = Project::with(ONE, &["quirk-brittle"]);
    let (acme, base) = (project.dialect("acme"), project.dialect("postgres"));
    assert_eq!(acme.quote("a\"b").unwrap(), "brittle(\"a\"\"b\")");
    assert_eq!(acme.qualify(None, "a").unwrap(), base.qualify(None, "a").unwrap());
    assert_eq!(acme.control().unwrap(), base.control().unwrap());
    assert_eq!(acme.lock("acquire").unwrap(), base.lock("acquire").unwrap());
    assert_eq!(acme.upgrade(0).unwrap(), base.upgrade(0).unwrap());
    let script = "SELECT 1;\nSELECT ';' ;\n-- end";
    assert_eq!(acme.split("a.sql", script).unwrap(), base.split("a.sql", script).unwrap());
    let refused = (acme.split("a.sql", "SELECT 'a").unwrap_err(), base.split("a.sql", "SELECT 'a").unwrap_err());
    assert_eq!(refused.0.to_string(), refused.1.to_string());
    assert_eq!((acme.name(), acme.driver()), ("acme", base.driver()));
    let layers: Vec<_> = acme.layers().into_iter().map(|layer| layer.name).collect();
    assert_eq!(layers, ["dialect-postgres", "quirk-brittle"]);
    assert_eq!(acme.plugin_ref().to_string(), "quirk-brittle 0.1.0");
    assert_eq!(project.composition()["digest"], acme.plugin_ref().digest.as_str());
    assert!(base.layers().is_empty());
    assert!(project.host().dialects().contains(&"acme".to_owned()));
}

#[test]
fn quirks_stack_the_innermost_first() {
    let both: &[(&str, &str, &[&str])] = &[("acme", "nonsense", &["quirk-brittle", "quirk-outer"])];
    let project = Project::with(both, &["nonsense-script", "quirk-outer", "quirk-brittle"]);
    let dialect = project.dialect("acme");
    assert_eq!(dialect.quote("a").unwrap(), "outer(brittle(a))");
    assert_eq!(dialect.plugin_ref().to_string(), "quirk-outer 0.2.0");
    // A dialect of the settings may be the base of another one.
    let named: &[(&str, &str, &[&str])] =
        &[("inner", "nonsense", &["quirk-brittle"]), ("acme", "inner", &["quirk-outer"])];
    let nested = Project::with(named, &["nonsense-script", "quirk-outer", "quirk-brittle"]);
    assert_eq!(nested.dialect("acme").plugin_ref(), dialect.plugin_ref());
    assert_eq!(nested.dialect("inner").quote("a").unwrap(), "brittle(a)");
}

#[test]
fn the_same_layers_are_the_same_composition() {
    let (one, other) = (Project::with(ONE, &["quirk-brittle"]), Project::with(ONE, &["quirk-brittle"]));
    assert_eq!(one.lock_file(), other.lock_file());
    let composition = one.composition();
    assert_eq!(composition["dialect"], "acme");
    assert_eq!(composition["base"]["name"], "dialect-postgres");
    assert_eq!(composition["quirks"][0]["name"], "quirk-brittle");
}

#[test]
fn what_is_not_locked_or_not_there_is_told() {
    let project = Project::new(ONE);
    assert!(matches!(project.refused("acme"), StackError::NoQuirk { quirk, .. } if quirk == "quirk-brittle"));
    // It was added before the settings named it.
    let before = Project::with(&[], &["nonsense-script", "quirk-brittle"]);
    let named = Project { stacks: SMALL.to_vec(), ..before };
    let error = named.refused("acme");
    assert!(matches!(error, StackError::NotLocked { .. }), "{error}");
    assert!(error.hint().unwrap().contains("noorm plugin lock"));
    let locked = named.host().lock_dialects().unwrap();
    assert_eq!((locked.len(), locked[0].state), (1, "new"));
    assert_eq!(named.dialect("acme").quote("a").unwrap(), "brittle(a)");
    assert_eq!(named.host().lock_dialects().unwrap()[0].state, "unchanged");
    // The settings took it out again.
    let without = Project { stacks: Vec::new(), ..named };
    assert_eq!(without.host().lock_dialects().unwrap()[0].state, "removed");
    assert!(!without.lock_file().contains("compositions"));
    let unknown = Project::with(&[("acme", "none", &["quirk-brittle"])], &["quirk-brittle"]);
    assert!(matches!(unknown.refused("acme"), StackError::NoBase { base, .. } if base == "none"));
    let circle: &[(&str, &str, &[&str])] = &[("one", "two", &["quirk-brittle"]), ("two", "one", &["quirk-brittle"])];
    assert!(matches!(Project::new(circle).refused("one"), StackError::Circle { .. }));
}

#[test]
fn a_layer_that_changed_is_named_with_both_digests_until_it_is_locked() {
    let project = Project::with(SMALL, &["nonsense-script", "quirk-brittle"]);
    let former = project.composition()["digest"].as_str().unwrap().to_owned();
    // A host that does not know the settings changes the plugin and leaves the composition.
    let mut without = Project { stacks: Vec::new(), ..project };
    let file = other(&noorm_artifacts::guest("quirk-brittle"), without.folder.path());
    let added = without.host().install_file(&file).unwrap();
    without.stacks = SMALL.to_vec();
    let error = without.refused("acme");
    let StackError::Changed { locked, found, layers, .. } = &error else { panic!("{error}") };
    assert_eq!((locked, layers.len()), (&former, 1));
    assert_ne!(found, locked);
    assert_eq!((&layers[0].name, &layers[0].found), (&"quirk-brittle".to_owned(), &added.digest));
    for part in [former.as_str(), found, "the layer `quirk-brittle` changed"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    let report = without.host().lock_dialects().unwrap();
    assert_eq!((report[0].state, report[0].former.as_ref()), ("changed", Some(&former)));
    without.dialect("acme");
}

#[test]
fn other_settings_than_the_locked_ones_are_told() {
    let project = Project::with(ONE, &["quirk-brittle", "quirk-outer"]);
    let changed = Project { stacks: vec![("acme", "postgres", &["quirk-outer"])], ..project };
    let error = changed.refused("acme");
    assert!(matches!(error, StackError::Recipe { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "the settings make the dialect `acme` of `quirk-outer` over `dialect-postgres`, plugins.lock has it of \
         `quirk-brittle` over `dialect-postgres`"
    );
}

#[test]
fn a_quirk_is_not_laid_over_a_dialect_that_it_was_not_made_for() {
    let project = Project::new(&[("acme", "sqlite", &["quirk-outer"])]);
    let error = project.host().install_file(&noorm_artifacts::guest("quirk-outer")).unwrap_err();
    assert_eq!(error.to_string(), "`quirk-outer` was made for `postgres`, `nonsense`, not for `sqlite`");
    assert!(!project.folder.path().join("plugins.lock").exists(), "nothing is written");
    // One that names no dialect goes over any.
    let any = Project::with(&[("acme", "sqlite", &["quirk-brittle"])], &["quirk-brittle"]);
    assert_eq!(any.composition()["base"]["name"], "dialect-sqlite");
}

#[test]
fn a_crash_names_the_layer_that_it_happened_in() {
    let stacks: &[(&str, &str, &[&str])] = &[("acme", "nonsense", &["quirk-brittle", "quirk-outer"])];
    let project = Project::with(stacks, &["nonsense-script", "quirk-brittle", "quirk-outer"]);
    let dialect = project.dialect("acme");
    let crash = |name: &str| {
        let error = dialect.quote(name).unwrap_err();
        assert!(error.is_plugin_fault(), "{error}");
        (error.layer().unwrap().layer.name.clone(), error)
    };
    let (layer, error) = crash("trap");
    assert_eq!(layer, "quirk-brittle");
    let told = error.to_string();
    assert!(
        told.starts_with(
            "plugin `quirk-outer` 0.2.0 over `quirk-brittle` over `dialect-nonsense` crashed in `naming.quote`, \
             in the layer `quirk-brittle`: "
        ),
        "{told}"
    );
    assert!(told.contains("the quirk cannot quote this"), "{told}");
    assert!(error.hint().unwrap().contains("`quirk-brittle`"));
    let (layer, error) = crash("");
    assert_eq!(layer, "dialect-nonsense", "{error}");
    // And it serves the next call.
    assert_eq!(dialect.quote("a").unwrap(), "outer(brittle(a))");
}

#[test]
fn a_fault_that_a_layer_noticed_names_it_though_others_pass_it_on() {
    let stacks: &[(&str, &str, &[&str])] = &[("acme", "nonsense", &["quirk-brittle", "quirk-outer"])];
    let project = Project::with(stacks, &["nonsense-script", "quirk-brittle", "quirk-outer"]);
    let error = project.dialect("acme").quote("fault").unwrap_err();
    assert_eq!(error.layer().unwrap().layer.name, "quirk-brittle");
    assert_eq!(
        error.to_string(),
        "plugin `quirk-outer` 0.2.0 over `quirk-brittle` over `dialect-nonsense` failed in `naming.quote`, \
         in the layer `quirk-brittle`: the quirk noticed a fault"
    );
    assert!(error.hint().unwrap().contains("`quirk-brittle`"));
}

/// What a base told is not about the fault of a quirk that got over it.
#[test]
fn a_fault_that_somebody_got_over_is_forgotten() {
    let stacks: &[(&str, &str, &[&str])] = &[("acme", "nonsense", &["quirk-brittle", "quirk-outer"])];
    let project = Project::with(stacks, &["nonsense-script", "quirk-brittle", "quirk-outer"]);
    let dialect = project.dialect("acme");
    let error = dialect.quote("fault after fault").unwrap_err();
    assert!(error.layer().is_none() && error.to_string().ends_with("failed in `naming.quote`: of its own"), "{error}");
    let error = dialect.quote("trap after fault").unwrap_err();
    assert_eq!(error.layer().unwrap().layer.name, "quirk-outer", "{error}");
    assert!(!error.to_string().contains("the quirk noticed a fault"), "{error}");
}

#[test]
fn a_limit_names_the_layer_that_reached_it() {
    let project = Project::with(SMALL, &["nonsense-script", "quirk-brittle"]);
    let dialect = project.dialect("acme");
    for (name, kind) in [("spin", LimitKind::Time), ("hoard", LimitKind::Memory)] {
        let error = dialect.quote(name).unwrap_err();
        assert!(matches!(&error, PluginError::Limit { limit, .. } if *limit == kind), "{error}");
        assert_eq!(error.layer().unwrap().layer.name, "quirk-brittle", "{error}");
    }
}

#[test]
fn a_composition_is_a_dialect_like_any_other() {
    let project = Project::with(&[], &["nonsense-script"]);
    let host = project.host();
    let examples: Vec<_> = [noorm_artifacts::guest("quirk-brittle"), noorm_artifacts::guest("quirk-outer")]
        .iter()
        .map(|file| host.examine(file, &fs::read(file).unwrap()).unwrap())
        .collect();
    assert!(examples.iter().all(|it| it.info.kind == PluginKind::Quirk));
    assert_eq!(examples[1].info.provides, ["postgres", "nonsense"]);
    // Without being added it can be looked at.
    let looked_at = host.dialect_over(Base::Name("nonsense"), &examples).unwrap();
    assert_eq!(looked_at.quote("a").unwrap(), "outer(brittle(a))");
}
