//! `noorm plugin test`: what is bundled passes, what is hostile does not, and the report says why in every form.

use std::path::Path;

use noorm_testkit::{Output, Sandbox};
use serde_json::Value;

fn test_guest(sandbox: &Sandbox, guest: &str, options: &[&str]) -> Output {
    let file = noorm_artifacts::guest(guest);
    let words = ["plugin", "test", file.to_str().unwrap()].into_iter().chain(options.iter().copied());
    sandbox.noorm_args(words)
}

fn checks(output: &Output) -> Vec<Value> {
    output.json()["report"]["checks"].as_array().unwrap().clone()
}

fn failed(output: &Output) -> Vec<String> {
    let failed = checks(output).into_iter().filter(|check| check["outcome"] == "failed");
    failed.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_bundled_plugin_passes() {
    let sandbox = Sandbox::new();
    let listed = sandbox.noorm("plugin list --json").expect_success().json();
    let plugins: Vec<_> =
        listed["plugins"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let made = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut made: Vec<_> =
        made.filter(|one| one.path().join("Cargo.toml").is_file()).map(|one| one.file_name()).collect();
    made.sort();
    assert_eq!(plugins, made, "every folder of plugins/ is one that is bundled");
    let mut broken = Vec::new();
    for name in plugins {
        let output = sandbox.noorm(&format!("plugin test {name} --time 1"));
        if output.code != 0 {
            broken.push(output.to_string());
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(sandbox.files(), [""; 0], "a test leaves nothing behind");
}

#[test]
fn another_process_is_asked() {
    let sandbox = Sandbox::new();
    let output = sandbox.noorm("plugin test loader-csv --time 0 --json").expect_success();
    let check = checks(&output).into_iter().find(|check| check["name"] == "another-process").unwrap();
    assert_eq!(check["outcome"], "passed");
    assert!(check["cases"].as_u64().unwrap() >= 3, "{check}");
}

#[test]
fn a_component_from_a_file_is_tested_with_the_samples_beside_it() {
    let sandbox = Sandbox::new();
    let module = std::fs::read(noorm_artifacts::guest("loader-ini")).unwrap();
    sandbox.write("plugin/dist/loader-ini.wasm", module);
    sandbox.write("plugin/samples/shop.ini", "[opening]\nfrom = 9:00\n");
    sandbox.write("plugin/samples/shop.ini.expected.json", r#"{"opening":{"from":"9:00"}}"#);
    let line = "plugin test plugin/dist/loader-ini.wasm --time 1";
    let output = sandbox.noorm(line).expect_success();
    output.expect_stdout("1 of the author's, 1 with an expected value").expect_stdout("0 failed");

    sandbox.write("plugin/samples/shop.ini.expected.json", r#"{"opening":{"from":"10:00"}}"#);
    let output = sandbox.noorm(&format!("{line} --json")).expect_code(1);
    assert_eq!(failed(&output), ["samples"]);
    let output = sandbox.noorm(line).expect_code(1);
    output
        .expect_stdout("\"9:00\" at /opening/from, \"10:00\" expected")
        .expect_stdout("example: `[opening]\\nfrom = 9:00\\n` (22 bytes)")
        .expect_stderr("`samples`");

    sandbox.write("plugin/samples/shop.ini.expected.json", "{");
    sandbox.noorm(line).expect_code(1).expect_stderr("shop.ini.expected.json").expect_stderr("is not valid JSON");
}

#[test]
fn junit_says_the_same() {
    let sandbox = Sandbox::new();
    test_guest(&sandbox, "nonsense-document", &["--junit", "reports/a.xml", "--time", "0"]);
    let report = sandbox.read("reports/a.xml");
    assert!(report.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests="), "{report}");
    assert!(report.contains("<testcase classname=\"loader-nonsensedocument\" name=\"world\""), "{report}");
    assert!(report.contains("<skipped message="), "{report}");
    assert!(report.contains("<failure message="), "{report}");
    // Each is closed, at once or behind what it has to say.
    let closed = report.lines().filter(|line| line.contains("<testcase") && line.ends_with("/>")).count();
    let cases = report.matches("<testcase").count();
    assert!(cases > 10 && cases == closed + report.matches("</testcase>").count(), "{report}");
}

#[test]
fn hostile_components_fail_the_check_that_is_about_them() {
    let sandbox = Sandbox::new();
    for (guest, check) in [("wasi", "world"), ("impostor", "description")] {
        let output = test_guest(&sandbox, guest, &["--json", "--time", "0"]).expect_code(1);
        assert_eq!(failed(&output), [check], "{guest}");
    }
    // These do it with every file, so that it is found at once.
    for guest in ["traps", "hoards", "swells"] {
        let output = test_guest(&sandbox, guest, &["--json", "--time", "0"]);
        let failed = failed(&output);
        assert!(output.code == 1 && !failed.is_empty(), "{guest}: {output}");
    }
}

#[test]
fn who_spins_is_not_waited_for_again_and_again() {
    let sandbox = Sandbox::new();
    sandbox.write(".noorm/settings.yml", "plugins:\n  limits:\n    timeMs: 300\n");
    let output = test_guest(&sandbox, "spins", &["--json", "--time", "1"]).expect_code(1);
    let skipped = checks(&output).into_iter().filter(|check| {
        check["outcome"] == "skipped" && check["reason"].as_str().unwrap().contains("used up its time")
    });
    assert!(skipped.count() > 3, "{output}");
}

#[test]
fn what_is_no_plugin_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("text.wasm", "no component");
    let output = sandbox.noorm("plugin test text.wasm --json").expect_code(1);
    assert_eq!(failed(&output), ["world"]);
    sandbox.noorm("plugin test nowhere.wasm").expect_code(2).expect_stderr("neither a file nor a plugin");
    sandbox.noorm("plugin test loader-csv --samples nowhere").expect_code(1).expect_stderr("nowhere");
}
