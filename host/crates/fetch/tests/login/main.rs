//! A registry that asks for tokens, as it should be and as its enemy would have it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod server;

use std::time::{Duration, Instant};

use noorm_fetch::{Bounds, Credentials, FetchError, Fetcher, FromEnvironment, Publication};

use crate::server::{Answer, Server};

/// `ada:open sesame`
const PASSWORD: &str = "Basic YWRhOm9wZW4gc2VzYW1l";

const DOOR: &str = "GET /v2/";
const MANIFEST: &str = "GET /v2/acme/x/manifests/1";

fn fetcher() -> Fetcher {
    let login = FromEnvironment { host: None, user: "ada".to_owned(), password: "open sesame".to_owned() };
    Fetcher::new(Bounds::default(), Credentials { environment: Some(login), docker_config: None }).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn pull(server: &Server, is_named_by_user: bool) -> FetchError {
    let address = format!("oci://{}/acme/x:1", server.host()).parse().unwrap();
    block_on(fetcher().pull(&address, is_named_by_user)).unwrap_err()
}

fn push(server: &Server) -> Result<(), FetchError> {
    let publication = Publication {
        component: b"a component".to_vec(),
        signature: None,
        name: "x".to_owned(),
        version: "1.0.0".to_owned(),
        summary: String::new(),
        exports: Vec::new(),
        imports: Vec::new(),
        created: "2026-01-01T00:00:00Z".to_owned(),
    };
    let address = format!("oci://{}/acme/x:1", server.host()).parse().unwrap();
    block_on(fetcher().push(&address, &publication, true)).map(drop)
}

fn text(status: u16, body: &str) -> Answer {
    Answer::Text(status, String::new(), body.to_owned())
}

fn leads(status: u16, to: &str) -> Answer {
    Answer::Text(status, format!("Location: {to}\r\n"), String::new())
}

fn asks(realm: &str) -> Answer {
    let header =
        format!("WWW-Authenticate: Bearer realm=\"{realm}\",service=\"tests\",scope=\"registry:catalog:*\"\r\n");
    Answer::Text(401, header, String::new())
}

/// A registry that asks at its own door, and answers with the token that `token` gives.
fn with_token(token: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    Server::start(move |server, line, login| match line {
        line if line.starts_with("GET /token") => token(),
        _ if login == "Bearer good" => text(404, ""),
        _ => asks(&format!("http://{}/token", server.host())),
    })
}

#[test]
fn a_password_is_for_the_token_and_the_token_for_the_registry() {
    let server = with_token(|| text(200, r#"{"token": "good"}"#));
    let error = pull(&server, true);
    assert!(matches!(error, FetchError::NoTag { .. }), "{error}");
    let token = "GET /token?service=tests&scope=repository%3Aacme%2Fx%3Apull";
    let asked = [format!("{DOOR} -"), format!("{token} {PASSWORD}"), format!("{MANIFEST} Bearer good")];
    assert_eq!(server.asked(), asked);
    // Without a login for it, the token is one for everybody.
    pull(&server, false);
    assert_eq!(server.asked()[1], format!("{token} -"));
    assert!(matches!(push(&server), Err(FetchError::NotFound { .. })));
    let asked = server.asked();
    assert_eq!(asked[1], format!("{token}%2Cpush {PASSWORD}"));
    assert_eq!(asked[2..], ["POST /v2/acme/x/blobs/uploads/ Bearer good"]);
}

#[test]
fn a_token_that_is_too_old_is_replaced_once() {
    let server = with_token(|| text(200, r#"{"access_token": "old"}"#));
    let error = pull(&server, true);
    assert!(matches!(&error, FetchError::Unauthorized { login: Some(login), .. } if login == "ada"), "{error}");
    assert_eq!(server.asked().iter().filter(|line| line.starts_with(MANIFEST)).count(), 1);
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = with_token(move || {
        let token = ["old", "good"][count.fetch_add(1, std::sync::atomic::Ordering::Relaxed)];
        text(200, &format!(r#"{{"token": "{token}"}}"#))
    });
    assert!(matches!(pull(&server, true), FetchError::NoTag { .. }));
}

#[test]
fn a_registry_that_asks_late_is_shown_a_password() {
    let server = Server::start(|_, line, login| match (line, login) {
        (DOOR, _) => text(200, ""),
        (_, "-") => Answer::Text(401, "WWW-Authenticate: Basic realm=\"tests\"\r\n".to_owned(), String::new()),
        _ => text(404, ""),
    });
    assert!(matches!(pull(&server, true), FetchError::NoTag { .. }));
    assert_eq!(server.asked(), [format!("{DOOR} -"), format!("{MANIFEST} -"), format!("{MANIFEST} {PASSWORD}")]);
    assert!(matches!(pull(&server, false), FetchError::Unauthorized { login: None, .. }));
}

/// A registry names an address in the network of who asks it.
#[test]
fn no_token_is_asked_for_in_clear() {
    for realm in ["http://registry.invalid/token", "http://192.0.2.1/token"] {
        let server = Server::start(move |_, _, _| asks(realm));
        for is_named_by_user in [true, false] {
            let error = pull(&server, is_named_by_user);
            assert!(matches!(&error, FetchError::Redirect { to, .. } if to == realm), "{error}");
            assert_eq!(server.asked(), [format!("{DOOR} -")]);
        }
        // Neither is it where that address is only led to.
        let server = with_token(move || leads(307, realm));
        let error = pull(&server, true);
        assert!(matches!(&error, FetchError::Redirect { to, .. } if to == realm), "{error}");
    }
}

#[test]
fn a_token_without_end_is_not_read() {
    let start = Instant::now();
    let server = with_token(|| Answer::Endless(200));
    let error = pull(&server, true).to_string();
    assert_eq!(error, format!("`http://{}/token` is larger than 65536 bytes", server.host()));
    let server = with_token(|| Answer::Endless(500));
    assert!(matches!(pull(&server, true), FetchError::Status { status: 500, .. }));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn what_is_no_token_is_told() {
    for body in ["", "{}", r#"{"token": ""}"#, r#"{"token": "a\r\nX-Other: b"}"#] {
        let server = with_token(move || text(200, body));
        let error = pull(&server, true);
        assert!(matches!(error, FetchError::NoLogin { .. }), "{error}");
        assert!(error.to_string().contains("has no token"), "{error}");
    }
    for status in [401, 403] {
        let error = pull(&with_token(move || text(status, "no\u{1b}")), true).to_string();
        assert!(error.ends_with("wants a login, and does not take that of `ada`"), "{error}");
    }
}

#[test]
fn what_a_registry_says_is_shown_in_a_line() {
    let refusing = |answer: fn() -> Answer| {
        let server = Server::start(move |_, line, _| if line == DOOR { text(200, "") } else { answer() });
        pull(&server, true)
    };
    let start = Instant::now();
    for answer in [|| Answer::Endless(429), || text(429, "<html>"), || text(429, r#"{"errors": [{"code": "X"}]}"#)] {
        assert!(matches!(refusing(answer), FetchError::Status { status: 429, .. }));
    }
    assert!(matches!(refusing(|| Answer::Endless(404)), FetchError::NoTag { .. }));
    assert!(matches!(refusing(|| Answer::Endless(200)), FetchError::TooLarge { .. }));
    assert!(start.elapsed() < Duration::from_secs(20));
    let error = refusing(|| text(429, r#"{"errors": [{"code": "TOOMANYREQUESTS", "message": "slowly\u001b[2J\n!"}]}"#));
    assert!(error.to_string().ends_with("refuses: slowly\u{fffd}[2J !"), "{error}");
    let long = || text(500, &format!(r#"{{"errors": [{{"code": "X", "message": "{}"}}]}}"#, "x".repeat(60_000)));
    assert!(refusing(long).to_string().len() < 400);
}

#[test]
fn a_layer_is_asked_for_by_its_digest_alone() {
    let manifest = |digest: &str| {
        let layer = format!(r#"{{"mediaType": "application/wasm", "digest": "{digest}", "size": 3}}"#);
        format!(
            r#"{{"schemaVersion": 2, "config": {{"mediaType": "a/b", "digest": "sha256:0", "size": 2}}, "layers": [{layer}]}}"#
        )
    };
    let pulled = |digest: &str, blob: fn() -> Answer| {
        let manifest = manifest(digest);
        let server = Server::start(move |_, line, _| match line {
            DOOR => text(200, ""),
            MANIFEST => text(200, &manifest),
            _ => blob(),
        });
        (pull(&server, false), server.asked().len())
    };
    for digest in ["sha256:../../../admin", "sha512:00", "?"] {
        let (error, requests) = pulled(digest, || text(200, "abc"));
        assert!(matches!(error, FetchError::NoPlugin { .. }) && requests == 2, "{error}");
    }
    let digest = format!("sha256:{}", "0".repeat(64));
    assert!(matches!(pulled(&digest, || text(200, "abc")).0, FetchError::Digest { .. }));
    assert!(matches!(pulled(&digest, || text(200, "ab")).0, FetchError::Cut { received: 2, .. }));
    assert!(matches!(pulled(&digest, || Answer::Endless(200)).0, FetchError::TooLarge { .. }));
    assert!(matches!(pulled(&digest, || Answer::Endless(400)).0, FetchError::Status { status: 400, .. }));
    assert!(matches!(pulled(&digest, || leads(302, "http://registry.invalid/")).0, FetchError::Redirect { .. }));
}

/// Uploads go where a registry says; its login does not.
#[test]
fn an_upload_takes_no_login_along() {
    let uploads = |to: String| {
        Server::start(move |_, line, _| match line {
            DOOR => Answer::Text(401, "WWW-Authenticate: Basic\r\n".to_owned(), String::new()),
            _ => leads(202, &to),
        })
    };
    let other = Server::start(|server, line, _| match line {
        line if line.starts_with("PATCH") => leads(202, &format!("http://{}/next?a=b", server.host())),
        _ => asks(&format!("http://{}/token", server.host())),
    });
    let error = push(&uploads(format!("http://{}/upload", other.host()))).unwrap_err();
    assert!(matches!(error, FetchError::Unauthorized { .. }), "{error}");
    let asked = other.asked();
    assert!(asked.len() == 2 && asked[0] == "PATCH /upload -", "{asked:?}");
    assert!(asked[1].starts_with("PUT /next?a=b&digest=sha256%3A") && asked[1].ends_with(" -"), "{asked:?}");
    let error = push(&uploads("http://registry.invalid/".to_owned())).unwrap_err();
    assert!(matches!(error, FetchError::Redirect { .. }), "{error}");
    for nowhere in ["", "http://"] {
        let error = push(&uploads(nowhere.to_owned())).unwrap_err();
        assert!(matches!(error, FetchError::Registry { .. }), "{error}");
    }
}

/// A registry that takes no pieces answers a piece as if it were done.
#[test]
fn a_layer_is_put_whole_where_pieces_are_not_taken() {
    let server = Server::start(|_, line, _| match line.split(' ').next().unwrap() {
        "GET" | "PATCH" => text(200, ""),
        "POST" => leads(202, "/upload"),
        _ => text(201, ""),
    });
    push(&server).unwrap();
    let asked = server.asked();
    let methods: Vec<&str> = asked.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(methods, ["GET", "POST", "PATCH", "POST", "PUT", "POST", "PATCH", "POST", "PUT", "PUT"]);
}
