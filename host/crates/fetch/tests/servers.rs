//! A registry as a plugin's author, its user and its enemy find it. What needs TLS is a test of the command line, whose
//! trusted authorities are its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;

use noorm_fetch::{Bounds, Credentials, FetchError, Fetcher, FromEnvironment, Publication, Pulled};
use noorm_testkit::Registry;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn fetcher(bounds: Bounds) -> Fetcher {
    Fetcher::new(bounds, Credentials::default()).unwrap()
}

fn publication(component: &[u8], signature: Option<&str>) -> Publication {
    Publication {
        component: component.to_vec(),
        signature: signature.map(str::to_owned),
        name: "loader-ini".to_owned(),
        version: "1.0.0".to_owned(),
        summary: "reads INI".to_owned(),
        exports: vec!["noorm:loader/loader@1.0.0".to_owned()],
        imports: Vec::new(),
        created: "2026-01-01T00:00:00Z".to_owned(),
    }
}

/// Publishes under a tag.
fn push(fetcher: &Fetcher, address: &str, component: &[u8], replace: bool) -> Result<String, FetchError> {
    let (address, publication) = (address.parse().unwrap(), publication(component, Some("signed")));
    block_on(fetcher.push(&address, &publication, replace)).map(|address| address.to_string())
}

fn pull(fetcher: &Fetcher, address: &str) -> Result<Pulled, FetchError> {
    block_on(fetcher.pull(&address.parse().unwrap(), true))
}

#[test]
fn what_is_published_is_pulled() {
    let registry = Registry::open();
    let (fetcher, tag) = (fetcher(Bounds::default()), format!("oci://{}/acme/loader-ini:1.0.0", registry.host()));
    let pinned = push(&fetcher, &tag, b"one", false).unwrap();
    let pulled = pull(&fetcher, &tag).unwrap();
    assert_eq!((&pulled.component[..], pulled.signature.as_deref()), (&b"one"[..], Some("signed")));
    assert_eq!(pulled.address.to_string(), pinned);
    // The same again is no other thing; what is another is not put over it unasked.
    assert_eq!(push(&fetcher, &tag, b"one", false).unwrap(), pinned);
    assert!(matches!(push(&fetcher, &tag, b"two", false), Err(FetchError::Taken { .. })));
    let second = push(&fetcher, &tag, b"two", true).unwrap();
    assert_ne!(second, pinned);
    // Whoever has the digest gets what it names, wherever the tag went.
    assert_eq!(pull(&fetcher, &pinned).unwrap().component, b"one");
    assert_eq!(pull(&fetcher, &tag).unwrap().component, b"two");
}

#[test]
fn large_components_are_pushed_in_pieces() {
    let registry = Registry::open();
    let tag = format!("oci://{}/large:1", registry.host());
    let component: Vec<u8> = (0..9_000_000_u32).map(|n| n.to_le_bytes()[(n % 4) as usize]).collect();
    let fetcher = fetcher(Bounds::default());
    push(&fetcher, &tag, &component, false).unwrap();
    assert!(pull(&fetcher, &tag).unwrap().component == component);
}

#[test]
fn what_is_larger_than_it_may_be_is_not_fetched() {
    let registry = Registry::open();
    let tag = format!("oci://{}/large:1", registry.host());
    push(&fetcher(Bounds::default()), &tag, &[0; 101], false).unwrap();
    let small = fetcher(Bounds { component_bytes_max: 100, ..Bounds::default() });
    let error = pull(&small, &tag).unwrap_err();
    assert_eq!(error.to_string(), format!("`{tag}` is larger than 100 bytes"));
}

#[test]
fn what_is_not_there_is_told_apart() {
    let mut registry = Registry::open();
    let host = registry.host();
    let fetcher = fetcher(Bounds::default());
    push(&fetcher, &format!("oci://{host}/there:1"), b"one", false).unwrap();
    let check = |name: &str, message: &str| {
        let error = pull(&fetcher, &format!("oci://{host}/{name}")).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    };
    check("there:2", "/there:2`: the registry has no such tag");
    check("nowhere:1", "/nowhere:1`: the registry has no");
    check(&format!("there@sha256:{}", "0".repeat(64)), "it was removed");
    registry.stop();
    check("there:1", "cannot be reached: Connection refused");
    let error = pull(&fetcher, "oci://registry.invalid/there:1").unwrap_err();
    assert!(matches!(error, FetchError::UnknownHost { .. }), "{error}");
}

/// A registry's disk, or somebody who may write there, changes what is under a digest.
#[test]
fn a_layer_that_was_altered_is_refused_with_both_digests() {
    let registry = Registry::open();
    let tag = format!("oci://{}/altered:1", registry.host());
    let fetcher = fetcher(Bounds::default());
    push(&fetcher, &tag, b"a component", false).unwrap();
    let altered = alter(&registry.data(), b"a component", b"a Component");
    assert_eq!(altered, 1);
    let error = pull(&fetcher, &tag).unwrap_err();
    assert!(matches!(&error, FetchError::Digest { wanted, found, .. } if wanted != found), "{error}");
    // Cut off, it is neither.
    assert_eq!(alter(&registry.data(), b"a Component", b"a Comp"), 1);
    let error = pull(&fetcher, &tag).unwrap_err();
    assert!(matches!(error, FetchError::Digest { .. } | FetchError::Cut { .. }), "{error}");
}

/// Changes the content of files, and returns of how many.
fn alter(folder: &Path, from: &[u8], to: &[u8]) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let changed = entries.map(|path| {
        if path.is_dir() {
            return alter(&path, from, to);
        }
        let is_it = fs::read(&path).unwrap() == from;
        if is_it {
            fs::write(&path, to).unwrap();
        }
        usize::from(is_it)
    });
    changed.sum()
}

#[test]
fn a_login_is_for_who_asks_for_it() {
    let registry = Registry::with_login();
    let login = |password: &str, host: Option<&str>| {
        let environment = FromEnvironment {
            host: host.map(str::to_owned),
            user: Registry::USER.to_owned(),
            password: password.to_owned(),
        };
        let credentials = Credentials { environment: Some(environment), docker_config: None };
        Fetcher::new(Bounds::default(), credentials).unwrap()
    };
    let tag = format!("oci://{}/secret:1", registry.host());
    let good = login(Registry::PASSWORD, None);
    push(&good, &tag, b"one", false).unwrap();
    assert_eq!(pull(&good, &tag).unwrap().component, b"one");
    // One that only a file names gets no password that is for any.
    let error = block_on(good.pull(&tag.parse().unwrap(), false)).unwrap_err().to_string();
    assert!(error.ends_with("the server wants a login"), "{error}");
    let named = login(Registry::PASSWORD, Some(&registry.host()));
    assert_eq!(block_on(named.pull(&tag.parse().unwrap(), false)).unwrap().component, b"one");
    let wrong = login("hunter2", None);
    for error in [pull(&wrong, &tag).unwrap_err(), push(&wrong, &tag, b"two", true).unwrap_err()] {
        let error = error.to_string();
        assert!(error.ends_with("wants a login, and does not take that of `ada`"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
