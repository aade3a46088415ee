//! How connecting over a network fails: each cause has its own error, and none shows the password. The MySQL driver's
//! own ways to fail are in `connect_mysql.rs`.

mod support;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use noorm_core::value::Scalar;
use noorm_driver::{ConnectError, Ssl, Target};
use support::connecting::{fails, impostor, target};
use support::{block_on, one, open, server};

const NETWORK_DRIVERS: [&str; 2] = ["mysql", "postgres"];

fn postgres(port: u16) -> Target {
    target("postgres", "127.0.0.1", port)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

#[test]
fn a_port_where_nobody_listens() {
    for driver in NETWORK_DRIVERS {
        let port = free_port();
        let error = fails(&target(driver, "127.0.0.1", port));
        assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
        let expected = format!("the connection to `127.0.0.1` port {port} (database `shop`) was refused");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn endless_patience_is_no_crash() {
    for driver in NETWORK_DRIVERS {
        let mut target = target(driver, "127.0.0.1", free_port());
        target.connect_timeout_ms = u64::MAX;
        assert!(matches!(fails(&target), ConnectError::Refused { .. }));
    }
}

#[test]
fn a_socket_that_does_not_exist() {
    for driver in NETWORK_DRIVERS {
        let error = fails(&target(driver, "/no/such/folder", 5432));
        assert!(matches!(error, ConnectError::Refused { .. }), "{error:?}");
    }
}

#[test]
fn a_host_without_an_address() {
    for driver in NETWORK_DRIVERS {
        // The name is reserved: nobody can own it.
        let error = fails(&target(driver, "db.invalid", 5432));
        assert!(matches!(error, ConnectError::UnknownHost { .. }), "{error:?}");
    }
}

#[test]
fn a_server_that_says_nothing() {
    for (driver, stage) in [("mysql", "connecting or logging in"), ("postgres", "logging in")] {
        let port = impostor(None);
        let mut target = target(driver, "127.0.0.1", port);
        target.connect_timeout_ms = 200;
        let started = Instant::now();
        let error = fails(&target);
        assert!(started.elapsed() < Duration::from_secs(3));
        let expected = format!("`127.0.0.1` port {port} (database `shop`) did not answer within 200 ms while {stage}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_server_that_speaks_another_protocol() {
    let error = fails(&postgres(impostor(Some(b"HTTP/1.1 400 Bad Request\r\n\r\n"))));
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    let error = fails(&postgres(impostor(Some(b""))));
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_server_without_tls() {
    let mut target = postgres(impostor(Some(b"N")));
    target.ssl = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
    let error = fails(&target);
    assert!(matches!(error, ConnectError::TlsMissing { .. }), "{error:?}");
    assert!(error.hint().expect("a hint").contains("turn `ssl` off"));
}

#[test]
fn a_server_whose_tls_is_broken() {
    let mut target = postgres(impostor(Some(b"Sgarbage, not a handshake")));
    target.ssl = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
    let error = fails(&target);
    assert!(matches!(error, ConnectError::Tls { .. }), "{error:?}");
}

#[test]
fn a_server_that_wants_a_password() {
    // AuthenticationCleartextPassword.
    let mut target = postgres(impostor(Some(b"R\0\0\0\x08\0\0\0\x03")));
    target.password = None;
    let error = fails(&target);
    assert!(matches!(error, ConnectError::Authentication { .. }), "{error:?}");
    assert!(
        error.to_string().ends_with("refused the login of `app`: it asks for a password, and none is set"),
        "{error}"
    );
}

#[test]
fn a_login_that_is_refused() {
    let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"app\"\0\0";
    let length = u32::try_from(fields.len() + 4).expect("a short message");
    let answer = [b"E".as_slice(), &length.to_be_bytes(), fields].concat();
    let error = fails(&postgres(impostor(Some(&answer))));
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

#[test]
fn a_socket_is_a_file_or_in_a_folder() {
    block_on(async {
        let setting = one(&mut *open(&server()).await, "SELECT current_setting('unix_socket_directories')").await;
        let folders = setting.as_str().expect("a text").to_owned();
        let folder = folders.split(',').next().expect("a folder").trim();
        let port = server().port.unwrap_or(5432);
        for host in [folder.to_owned(), format!("{folder}/.s.PGSQL.{port}")] {
            let mut session = open(&Target { host: Some(host), ssl: Ssl::On, ..server() }).await;
            assert_eq!(one(&mut *session, "SELECT inet_client_addr()::text").await, Scalar::Null);
        }
    });
}
