//! A sealed bundle runs where the components are not, and runs only as it was sealed.

use std::fs;
use std::path::PathBuf;

use noorm_testkit::{Engine, Output, Project};

use crate::answers::error;

/// A project whose plugin is in a bundle, and not here.
fn project() -> (Project, PathBuf) {
    let mut project = Project::new(Engine::Sqlite);
    project.write("schema/a.ini", "[one]\nname = Ada\n");
    project.write("schema/001.sql.j2", "SELECT {{ quote(a.one.name) }};");
    let file = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    project.noorm("plugin bundle --output ci.plugins --key ci.key").expect_success().expect_stdout("loader-ini");
    fs::remove_dir_all(project.project().join(".noorm/plugins")).unwrap();
    fs::remove_dir_all(project.home().join(".cache")).unwrap();
    let missing = project.noorm("run build").expect_code(1);
    assert!(missing.stderr.contains("loader-ini"), "{missing}");
    let bundle = project.project().join("ci.plugins");
    project.set_env("NOORM_PLUGIN_BUNDLE", "ci.plugins");
    project.set_env("NOORM_PLUGIN_BUNDLE_KEY", "ci.key");
    (project, bundle)
}

fn build(project: &Project) -> Output {
    project.noorm("run build --force --json")
}

#[test]
fn what_is_in_a_bundle_needs_no_component_and_no_compiler() {
    let (project, _) = project();
    let json = build(&project).expect_success().json();
    let usage = json["pluginUsage"].as_array().unwrap();
    let it = usage.iter().find(|one| one["name"] == "loader-ini").unwrap();
    assert_eq!((it["code"].as_str(), it["compilations"].as_u64()), (Some("bundle"), Some(0)), "{it}");
    assert!(!project.home().join(".cache").exists(), "nothing is kept of it");
}

#[test]
fn a_bundle_that_was_altered_is_an_error() {
    let (project, bundle) = project();
    let good = fs::read(&bundle).unwrap();
    let altered = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let cases =
        [altered(0), altered(30), altered(80), altered(good.len() - 100), good[..good.len() / 2].to_vec(), Vec::new()];
    for bytes in cases {
        fs::write(&bundle, bytes).unwrap();
        let output = build(&project).expect_code(1);
        assert!(error(&output, "message").contains("bundle"), "{output}");
    }
    fs::write(&bundle, good).unwrap();
    build(&project).expect_success();
}

#[test]
fn a_bundle_is_worth_what_its_key_is() {
    let (mut project, _) = project();
    project.write("other/app.key", format!("{}\n", "ab".repeat(32)));
    let key = project.project().join("other/app.key");
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    project.set_env("NOORM_PLUGIN_BUNDLE_KEY", &key);
    assert!(error(&build(&project).expect_code(1), "message").contains("another key"));
    // One that lies beside the bundle is whoever's who brought the bundle.
    fs::copy(project.project().join("ci.key"), project.project().join("ci.plugins.key")).unwrap();
    project.remove_env("NOORM_PLUGIN_BUNDLE_KEY");
    assert!(error(&build(&project).expect_code(1), "message").contains(".noorm/bundle.key"));
    project.set_env("NOORM_PLUGIN_BUNDLE_KEY", "none.key");
    assert!(error(&build(&project).expect_code(1), "message").contains("no key"));
    #[cfg(unix)]
    {
        let key = project.project().join("ci.key");
        fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        project.set_env("NOORM_PLUGIN_BUNDLE_KEY", &key);
        assert!(error(&build(&project).expect_code(1), "message").contains("open to other users"));
    }
}

#[test]
fn what_the_lock_file_does_not_name_does_not_run() {
    let (project, _) = project();
    fs::remove_file(project.project().join(".noorm/plugins.lock")).unwrap();
    let output = build(&project).expect_code(1);
    assert!(error(&output, "message").contains("no data file or name `a`"), "{output}");
}

/// The user's own key seals and opens where nobody names one.
#[test]
fn a_key_that_nobody_names_is_the_users_own() {
    let mut project = Project::new(Engine::Sqlite);
    let file = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    project.noorm("plugin bundle").expect_success().expect_stdout(".noorm/bundle.key`");
    assert!(project.home().join(".noorm/bundle.key").is_file());
    project.set_env("NOORM_PLUGIN_BUNDLE", "noorm.plugins");
    project.write("schema/a.ini", "[one]\nname = Ada\n");
    let json = project.noorm("plugin stats --json").expect_success().json();
    let usage = json["pluginUsage"].as_array().unwrap();
    let code = |name: &str| usage.iter().find(|one| one["name"] == name).map(|one| one["code"].clone());
    assert_eq!(code("loader-ini"), Some("bundle".into()), "{json}");
}

/// A dialect that the settings compose is sealed as a whole.
#[test]
fn a_composed_dialect_runs_from_a_bundle() {
    let mut project = Project::new(Engine::Sqlite);
    let quirk = noorm_artifacts::guest("quirk-brittle");
    project.noorm_args(["plugin", "add", quirk.to_str().unwrap()]).expect_success();
    project
        .write(".noorm/settings.yml", "plugins:\n  dialects:\n    ours: { base: sqlite, quirks: [quirk-brittle] }\n");
    project.noorm("plugin lock").expect_success();
    project.noorm("plugin bundle --output ci.plugins --key ci.key").expect_success().expect_stdout("ours ");
    fs::remove_dir_all(project.project().join(".noorm/plugins")).unwrap();
    fs::remove_dir_all(project.home().join(".cache")).unwrap();
    project.write("schema/001.sql", "SELECT 1;");
    let stats = "plugin stats --dialect ours --json";
    project.noorm(stats).expect_code(1).expect_stdout("quirk-brittle");
    project.set_env("NOORM_PLUGIN_BUNDLE", "ci.plugins");
    project.set_env("NOORM_PLUGIN_BUNDLE_KEY", "ci.key");
    let json = project.noorm(stats).expect_success().json();
    let codes: Vec<_> = json["pluginUsage"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["bundle"], "{json}");
}

#[test]
fn an_unknown_machine_is_refused() {
    let project = Project::new(Engine::Sqlite);
    let file = noorm_artifacts::guest("loader-ini");
    project.noorm_args(["plugin", "add", file.to_str().unwrap()]).expect_success();
    let output = project.noorm("plugin bundle --target toaster-none-none").expect_code(1);
    assert!(output.stderr.contains("toaster"), "{output}");
    assert!(!project.exists("noorm.plugins"));
}
