//! How connecting over a network fails: each cause has its own error, and none shows the password.

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use noorm_core::secret::Secret;
use noorm_driver::{ConnectError, Ssl, Target, connect};
use support::{block_on, server};

const PASSWORD: &str = "hunter2";

fn target(host: &str, port: u16) -> Target {
    let mut target = Target::new("postgres");
    target.host = Some(host.to_owned());
    target.port = Some(port);
    target.database = "shop".to_owned();
    target.user = Some("app".to_owned());
    target.password = Some(Secret::new(PASSWORD.to_owned()));
    target.connect_timeout_ms = 5_000;
    target
}

fn fails(target: &Target) -> ConnectError {
    let error = block_on(connect(target)).err().expect("this cannot connect");
    for text in [error.to_string(), format!("{error:?}"), error.hint().unwrap_or_default()] {
        assert!(!text.contains(PASSWORD), "{text}");
    }
    error
}

/// A server that answers the first bytes of a client with `answer` and hangs up, or, without one, says nothing.
fn impostor(answer: Option<&[u8]>) -> u16 {
    let answer = answer.map(<[u8]>::to_vec);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut buffer = [0; 1024];
        let _ = stream.read(&mut buffer);
        match answer {
            Some(answer) => stream.write_all(&answer).expect("a client that listens"),
            // Until the client gives up.
            None => while stream.read(&mut buffer).is_ok_and(|count| count > 0) {},
        }
    });
    port
}

#[test]
fn a_port_where_nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let error = fails(&target("127.0.0.1", port));
    assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("the connection to `127.0.0.1` port {port} (database `shop`) was refused"));
}

#[test]
fn endless_patience_is_no_crash() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let mut target = target("127.0.0.1", port);
    target.connect_timeout_ms = u64::MAX;
    assert!(matches!(fails(&target), ConnectError::Refused { .. }));
}

#[test]
fn a_socket_that_does_not_exist() {
    let error = fails(&target("/no/such/folder", 5432));
    assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
}

#[test]
fn a_host_without_an_address() {
    // The name is reserved: nobody can own it.
    let error = fails(&target("db.invalid", 5432));
    assert!(matches!(error, ConnectError::UnknownHost { .. }), "{error:?}");
}

#[test]
fn a_server_that_says_nothing() {
    let mut target = target("127.0.0.1", impostor(None));
    target.connect_timeout_ms = 200;
    let started = Instant::now();
    let error = fails(&target);
    assert!(started.elapsed() < Duration::from_secs(3));
    let expected = format!(
        "`127.0.0.1` port {} (database `shop`) did not answer within 200 ms while logging in",
        target.port.expect("a port")
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_server_that_speaks_another_protocol() {
    let error = fails(&target("127.0.0.1", impostor(Some(b"HTTP/1.1 400 Bad Request\r\n\r\n"))));
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    let error = fails(&target("127.0.0.1", impostor(Some(b""))));
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_server_without_tls() {
    let mut target = target("127.0.0.1", impostor(Some(b"N")));
    target.ssl = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
    let error = fails(&target);
    assert!(matches!(error, ConnectError::TlsMissing { .. }), "{error:?}");
    assert!(error.hint().expect("a hint").contains("turn `ssl` off"));
}

#[test]
fn a_server_whose_tls_is_broken() {
    let mut target = target("127.0.0.1", impostor(Some(b"Sgarbage, not a handshake")));
    target.ssl = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
    let error = fails(&target);
    assert!(matches!(error, ConnectError::Tls { .. }), "{error:?}");
}

#[test]
fn a_server_that_wants_a_password() {
    // AuthenticationCleartextPassword.
    let mut target = target("127.0.0.1", impostor(Some(b"R\0\0\0\x08\0\0\0\x03")));
    target.password = None;
    let error = fails(&target);
    assert!(matches!(error, ConnectError::Authentication { .. }), "{error:?}");
    assert!(error.to_string().ends_with("refused the login: it asks for a password, and none is set"), "{error}");
}

#[test]
fn a_login_that_is_refused() {
    let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"app\"\0\0";
    let length = u32::try_from(fields.len() + 4).expect("a short message");
    let answer = [b"E".as_slice(), &length.to_be_bytes(), fields].concat();
    let error = fails(&target("127.0.0.1", impostor(Some(&answer))));
    let ConnectError::Authentication { code, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(code.as_deref(), Some("28P01"));
    assert_eq!(message, "password authentication failed for user \"app\"");
}

#[test]
fn a_user_and_a_database_that_do_not_exist() {
    let mut target = server();
    target.user = Some("nobody_of_this_name".to_owned());
    assert!(matches!(fails(&target), ConnectError::Authentication { .. }));
    let mut target = server();
    target.database = "no_such_database".to_owned();
    let error = fails(&target);
    assert!(matches!(error, ConnectError::MissingDatabase { .. }), "{error:?}");
    assert!(error.to_string().ends_with("database \"no_such_database\" does not exist"), "{error}");
}
