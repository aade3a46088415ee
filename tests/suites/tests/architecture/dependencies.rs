//! Dependencies point one way, and each kind of outside crate has one home.

use crate::workspace::{Package, assert_none, packages};

/// Which of our crates a crate of ours may name. Whoever is not listed lives in `tests/` and may name any.
const OURS: &[(&str, &[&str])] = &[
    ("noorm-core", &[]),
    ("noorm-vault", &[]),
    ("noorm-driver", &["noorm-core"]),
    ("noorm-plugin-host", &["noorm-core"]),
    ("noorm-conformance", &["noorm-core", "noorm-plugin-host"]),
    ("noorm-fetch", &[]),
    (
        "noorm-ops",
        &["noorm-core", "noorm-vault", "noorm-driver", "noorm-plugin-host", "noorm-conformance", "noorm-fetch"],
    ),
    ("noorm", &["noorm-ops", "noorm-core"]),
    ("noorm-guest", &["noorm-guest-linked", "noorm-guest-linked-rows", "noorm-guest-quirk", "noorm-guest-rows"]),
    ("noorm-guest-linked", &[]),
    ("noorm-guest-linked-rows", &[]),
    ("noorm-guest-quirk", &[]),
    ("noorm-guest-rows", &[]),
];

/// Outside crates, or the start of their names, and the only crates of ours that may name them.
const HOMES: &[(&str, &[&str], &[&str])] = &[
    (
        "database clients",
        &["tokio-postgres", "postgres", "rusqlite", "libsqlite3", "mysql", "tiberius", "sqlx", "diesel"],
        &["noorm-driver"],
    ),
    ("TLS", &["rustls"], &["noorm-driver", "noorm-fetch"]),
    ("registries and downloads", &["reqwest", "hyper", "oci-client", "ureq"], &["noorm-fetch"]),
    ("the component runtime", &["wasmtime", "wit-component", "wasmparser", "wac-"], &["noorm-plugin-host"]),
    (
        "cryptography",
        &[
            "aes",
            "x25519",
            "ed25519",
            "hkdf",
            "pbkdf2",
            "hmac",
            "hpke",
            "ring",
            "aws-lc",
            "chacha",
            "argon2",
            "rsa",
            "curve25519",
            "minisign",
        ],
        &["noorm-vault"],
    ),
    (
        "keychains",
        &["keyring", "linux-keyutils", "apple-native-keyring", "windows-native-keyring", "zbus"],
        &["noorm-vault"],
    ),
    // Checksums of files and digests of plugins are its other uses.
    ("checksums", &["sha"], &["noorm-vault", "noorm-core", "noorm-plugin-host"]),
    ("the terminal", &["clap", "ratatui", "crossterm", "indicatif", "rpassword"], &["noorm"]),
    ("watching files", &["notify"], &["noorm-ops"]),
    ("source excerpts", &["annotate-snippets"], &["noorm-core"]),
    (
        "the guests' bindings",
        &["wit-bindgen"],
        &["noorm-guest", "noorm-guest-linked", "noorm-guest-linked-rows", "noorm-guest-quirk", "noorm-guest-rows"],
    ),
];

fn is_test_crate(package: &Package) -> bool {
    package.folder.starts_with("tests/")
}

/// Returns what a crate may name of ours; plugins name the guest SDK alone.
fn allowed(package: &Package) -> Option<&'static [&'static str]> {
    if package.folder.starts_with("plugins/") || package.folder.starts_with("sdk-guest/examples/") {
        return Some(&["noorm-guest"]);
    }
    OURS.iter().find(|(name, _)| *name == package.name).map(|(_, allowed)| *allowed)
}

fn wrong_directions(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    let is_ours = |name: &String| packages.iter().any(|package| package.name == *name);
    for package in packages.iter().filter(|package| !is_test_crate(package)) {
        let Some(allowed) = allowed(package) else {
            breaches.push(format!("{} in {} has no rule yet", package.name, package.folder));
            continue;
        };
        let wrong = package.dependencies.iter().filter(|name| is_ours(name) && !allowed.contains(&name.as_str()));
        breaches.extend(wrong.map(|name| format!("{} → {name}", package.name)));
        // A crate's tests may use what is made for tests besides.
        let is_for_tests = |name: &String| packages.iter().any(|other| other.name == *name && is_test_crate(other));
        let wrong = package.dev_dependencies.iter();
        let wrong = wrong.filter(|name| is_ours(name) && !allowed.contains(&name.as_str()) && !is_for_tests(name));
        breaches.extend(wrong.map(|name| format!("{} → {name} in its tests", package.name)));
    }
    breaches
}

fn strangers(packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages.iter().filter(|package| !is_test_crate(package)) {
        for (what, prefixes, homes) in HOMES {
            let named = package.dependencies.iter().filter(|name| prefixes.iter().any(|prefix| is_of(name, prefix)));
            if !homes.contains(&package.name.as_str()) {
                breaches.extend(named.map(|name| format!("{} names {name} ({what})", package.name)));
            }
        }
    }
    breaches
}

/// `aes` means `aes` and `aes-gcm`, not `aesop`; `wac-` means what starts so; `sha` means `sha2` too.
fn is_of(name: &str, prefix: &str) -> bool {
    let rest = name.strip_prefix(prefix);
    rest.is_some_and(|rest| {
        prefix.ends_with('-') || rest.starts_with(|c: char| !c.is_ascii_lowercase()) || rest.is_empty()
    })
}

#[test]
fn dependencies_point_one_way() {
    assert_none("dependencies point the wrong way", &wrong_directions(&packages()));
}

#[test]
fn outside_crates_stay_at_home() {
    assert_none("outside crates away from home", &strangers(&packages()));
}

fn package(name: &str, folder: &str, dependencies: &[&str], dev_dependencies: &[&str]) -> Package {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Package {
        name: name.into(),
        folder: folder.into(),
        dependencies: owned(dependencies),
        dev_dependencies: owned(dev_dependencies),
    }
}

#[test]
fn a_wrong_direction_is_found() {
    let packages = [
        package("noorm", "host", &["noorm-ops", "noorm-driver"], &[]),
        package("noorm-core", "host/crates/core", &[], &["noorm-testkit", "noorm-ops"]),
        package("noorm-driver", "host/crates/driver", &["noorm-core", "serde"], &[]),
        package("noorm-ops", "host/crates/ops", &["noorm-core", "noorm-driver"], &[]),
        package("noorm-new", "host/crates/new", &[], &[]),
        package("loader-csv", "plugins/loader-csv", &["noorm-core"], &[]),
        package("noorm-testkit", "tests/testkit", &["noorm-ops"], &[]),
    ];
    assert_eq!(
        wrong_directions(&packages),
        [
            "noorm → noorm-driver",
            "noorm-core → noorm-ops in its tests",
            "noorm-new in host/crates/new has no rule yet",
            "loader-csv → noorm-core",
        ]
    );
}

#[test]
fn a_stranger_is_found() {
    let packages = [
        package("noorm-ops", "host/crates/ops", &["mysql_async", "serde", "sha2", "aesop"], &[]),
        package("noorm-core", "host/crates/core", &["sha2", "aes-gcm", "clap_complete", "wasmtime"], &["rusqlite"]),
        package("noorm-driver", "host/crates/driver", &["tokio-postgres-rustls", "ring"], &[]),
        package("noorm-testkit", "tests/testkit", &["rusqlite"], &[]),
    ];
    assert_eq!(
        strangers(&packages),
        [
            "noorm-ops names mysql_async (database clients)",
            "noorm-ops names sha2 (checksums)",
            "noorm-core names wasmtime (the component runtime)",
            "noorm-core names aes-gcm (cryptography)",
            "noorm-core names clap_complete (the terminal)",
            "noorm-driver names ring (cryptography)",
        ]
    );
}
