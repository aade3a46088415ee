//! TLS with PostgreSQL and MariaDB: who is trusted, and what is said when somebody is not.
//!
//! The certificates are those that `tests/databases` makes for the servers that it starts: the server's is for
//! `localhost` and 127.0.0.1. Other servers' authorities are not known here, so that these tests are skipped with them.

mod support;

use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use noorm_core::value::Scalar;
use noorm_driver::{ConnectError, Connection, Ssl, Target};
use support::connecting::{fails, target};
use support::{block_on, fail, mariadb, one, open, run, server, skip};

/// A server of ours and the folder of its certificates.
struct Private {
    server: Target,
    folder: PathBuf,
}

impl Private {
    /// Returns the servers that there are.
    fn all() -> Vec<Self> {
        let engines = [("NOORM_TEST_POSTGRES_TLS", server as fn() -> Target), ("NOORM_TEST_MARIADB_TLS", mariadb)];
        let found = engines.into_iter().filter_map(|(variable, server)| {
            let folder = std::env::var(variable).unwrap_or_default();
            if folder.is_empty() {
                skip(&format!("{variable} is not set"));
                return None;
            }
            Some(Self { server: server(), folder: folder.into() })
        });
        found.collect()
    }

    fn target(&self, ssl: Ssl) -> Target {
        Target { ssl, ..self.server.clone() }
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.join(name))
    }

    fn trusting(&self, ca: &str) -> Ssl {
        Ssl::Custom { ca: self.file(ca), cert: None, key: None, reject_unauthorized: true }
    }

    /// Returns a target that reaches the server by another address, of which its certificate says nothing.
    fn by_another_name(&self, ssl: Ssl) -> Target {
        let mut target = self.target(ssl);
        let port = relay((self.server.host.clone().expect("a host"), self.server.port.expect("a port")));
        target.host = Some("127.0.0.2".to_owned());
        target.port = Some(port);
        target
    }

    async fn is_encrypted(&self, session: &mut dyn Connection) -> bool {
        let sql = match self.server.driver.as_str() {
            "postgres" => "SELECT ssl::int FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
            _ => {
                "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'"
            }
        };
        one(session, sql).await == Scalar::Integer(1)
    }
}

/// Passes connections to 127.0.0.2 on to a server. Returns its port.
fn relay(server: (String, u16)) -> u16 {
    let listener = TcpListener::bind("127.0.0.2:0").expect("an address of the loopback interface");
    let port = listener.local_addr().expect("an address").port();
    let pass = |mut from: TcpStream, mut to: TcpStream| {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    };
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.expect("a client");
            let server = TcpStream::connect((server.0.as_str(), server.1)).expect("the server");
            pass(client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
            pass(server, client);
        }
    });
    port
}

#[test]
fn a_server_that_the_users_authority_vouches_for() {
    for private in Private::all() {
        for host in ["localhost", "127.0.0.1"] {
            let mut target = private.target(private.trusting("ca.pem"));
            target.host = Some(host.to_owned());
            block_on(async {
                let mut session = open(&target).await;
                assert!(private.is_encrypted(&mut *session).await, "{host}");
                session.close().await.expect("the end");
            });
        }
        block_on(async {
            let mut session = open(&private.target(Ssl::Off)).await;
            assert!(!private.is_encrypted(&mut *session).await, "nobody asked for it");
        });
    }
}

#[test]
fn an_interrupt_goes_through_tls_too() {
    for private in Private::all() {
        block_on(async {
            let mut session = open(&private.target(private.trusting("ca.pem"))).await;
            let interrupter = session.interrupter();
            let thread = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(200));
                interrupter.interrupt().expect("an interrupt");
            });
            let slow = match private.server.driver.as_str() {
                "postgres" => "SELECT pg_sleep(30)",
                _ => "SELECT count(*) FROM mysql.seq_1_to_1000000 a, mysql.seq_1_to_1000000 b WHERE a.seq + b.seq < 0",
            };
            assert!(fail(&mut *session, &[slow]).await.1.interrupted);
            thread.join().expect("the other thread");
        });
    }
}

#[test]
fn a_server_by_another_name() {
    for private in Private::all() {
        let mut target = private.by_another_name(private.trusting("ca.pem"));
        target.database = "shop".to_owned();
        let error = fails(&target);
        assert!(matches!(error, ConnectError::Certificate { .. }), "{error:?}");
        let port = target.port.expect("a port");
        let start = format!("the certificate of `127.0.0.2` port {port} (database `shop`) was not accepted: ");
        let text = error.to_string();
        assert!(text.starts_with(&start), "{text}");
        assert!(text.ends_with("it is not for `127.0.0.2`, but for `localhost`, `127.0.0.1`"), "{text}");
        assert!(error.hint().expect("a hint").contains("connect by a name that is in the certificate"));
    }
}

#[test]
fn a_server_that_nobody_vouches_for() {
    for private in Private::all() {
        let error = fails(&private.target(private.trusting("other-ca.pem")));
        assert!(matches!(error, ConnectError::Certificate { .. }), "{error:?}");
        assert!(
            error.to_string().ends_with("was not accepted: no authority that is trusted here has signed it"),
            "{error}"
        );
        assert!(error.hint().expect("a hint").contains("as `ssl.ca`"));
        // On a machine without any authorities this is another error.
        let error = fails(&private.target(Ssl::On));
        assert!(matches!(error, ConnectError::Certificate { .. } | ConnectError::TlsSettings { .. }), "{error:?}");
    }
}

#[test]
fn a_server_that_need_not_prove_who_it_is() {
    for private in Private::all() {
        let ssl = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
        let target = private.by_another_name(ssl);
        block_on(async {
            let mut session = open(&target).await;
            assert!(private.is_encrypted(&mut *session).await);
        });
    }
}

#[test]
fn a_client_with_a_certificate() {
    for private in Private::all() {
        let ssl = Ssl::Custom {
            ca: private.file("ca.pem"),
            cert: private.file("client.pem"),
            key: private.file("client-key.pem"),
            reject_unauthorized: true,
        };
        match private.server.driver.as_str() {
            "postgres" => block_on(async {
                let mut session = open(&private.target(ssl)).await;
                let subject = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
                assert_eq!(one(&mut *session, subject).await, Scalar::from("/CN=noorm-client"));
            }),
            _ => {
                let user = format!("noorm_tls_{}", std::process::id());
                let create = format!("CREATE OR REPLACE USER {user} REQUIRE SUBJECT '/CN=noorm-client'");
                block_on(async { run(&mut *open(&private.server).await, &[&create]).await });
                let log_in = |ssl| Target { user: Some(user.clone()), password: None, ..private.target(ssl) };
                block_on(async { open(&log_in(ssl)).await.close().await.expect("the end") });
                let error = fails(&log_in(private.trusting("ca.pem")));
                assert!(matches!(error, ConnectError::Authentication { .. }), "{error:?}");
                block_on(async { run(&mut *open(&private.server).await, &[&format!("DROP USER {user}")]).await });
            }
        }
    }
}

#[test]
fn a_client_whose_certificate_the_server_does_not_know() {
    for private in Private::all() {
        let ssl = Ssl::Custom {
            ca: private.file("ca.pem"),
            cert: private.file("other-client.pem"),
            key: private.file("other-client-key.pem"),
            reject_unauthorized: true,
        };
        let error = fails(&private.target(ssl));
        let ConnectError::ClientCertificate { message, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*message, "it does not know the authority that has signed it");
        assert!(error.hint().expect("a hint").contains("`ssl.cert`"));
    }
}

#[test]
fn files_that_do_not_fit_together() {
    for private in Private::all() {
        let with_key = |key: &str| {
            let (cert, key) = (private.file("client.pem"), private.file(key));
            private.target(Ssl::Custom { ca: None, cert, key, reject_unauthorized: false })
        };
        let error = fails(&with_key("server-key.pem"));
        assert!(matches!(error, ConnectError::TlsSettings { .. }), "{error:?}");
        for no_key in ["client.pem", "missing.pem"] {
            let error = fails(&with_key(no_key));
            assert!(error.to_string().starts_with("the key `"), "{error}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_used_is_named_before_anybody_is_called() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing\n").expect("a file");
    for file in [folder.path().join("missing.pem"), empty] {
        let named = Some(file.clone());
        let ca = Ssl::Custom { ca: named.clone(), cert: None, key: None, reject_unauthorized: true };
        let cert = Ssl::Custom { ca: None, cert: named.clone(), key: named, reject_unauthorized: false };
        for (what, ssl, driver) in [
            ("CA file", &ca, "mysql"),
            ("CA file", &ca, "postgres"),
            ("certificate", &cert, "mysql"),
            ("certificate", &cert, "postgres"),
        ] {
            // Nobody listens there, which would be another error.
            let error = fails(&Target { ssl: ssl.clone(), ..target(driver, "127.0.0.1", 1) });
            assert!(matches!(error, ConnectError::TlsFile { .. }), "{error:?}");
            let start = format!("the {what} `{}` cannot be used: ", file.display());
            assert!(error.to_string().starts_with(&start), "{error}");
        }
    }
}
