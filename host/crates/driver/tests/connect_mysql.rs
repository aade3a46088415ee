//! How connecting to a MySQL or MariaDB server fails, and over what it succeeds.

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::time::Duration;

use noorm_core::secret::Secret;
use noorm_core::value::Scalar;
use noorm_driver::{ConnectError, Ssl, Target};
use support::connecting::{fails, target};
use support::{block_on, fail, mariadb, one, open, run, skip};

/// A server that says one thing after another, whatever it hears, and hangs up.
fn impostor(says: &[u8]) -> u16 {
    let says = says.to_vec();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        stream.write_all(&says).expect("a client that listens");
        stream.shutdown(Shutdown::Write).expect("a client that listens");
        let mut buffer = [0; 1024];
        while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
    });
    port
}

fn mysql(port: u16) -> Target {
    target("mysql", "127.0.0.1", port)
}

/// Frames a message of the protocol.
fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short message");
    let [first, second, third, _] = length.to_le_bytes();
    [&[first, second, third, number], payload].concat()
}

/// What a server says first: its version, its number of the session, what it can do, and how to log in.
fn greeting(plugin: &str) -> Vec<u8> {
    // Protocol 4.1, secure connections, plugins; no TLS.
    const CAPABILITIES: u32 = 0x0008_8200 | 1;
    let [low, high] = [CAPABILITIES & 0xFFFF, CAPABILITIES >> 16].map(|half| u16::try_from(half).expect("16 bits"));
    let payload = [
        b"\x0a8.4.0\0\x07\0\0\0abcdefgh\0".as_slice(),
        &low.to_le_bytes(),
        b"\x2d\x02\0",
        &high.to_le_bytes(),
        b"\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0",
        plugin.as_bytes(),
        b"\0",
    ];
    packet(0, &payload.concat())
}

fn refusal(number: u8, code: u16, message: &str) -> Vec<u8> {
    let state = if number == 0 { "" } else { "#28000" };
    packet(number, &[b"\xFF".as_slice(), &code.to_le_bytes(), state.as_bytes(), message.as_bytes()].concat())
}

#[test]
fn a_server_that_speaks_another_protocol() {
    for greeting in [b"SSH-2.0-OpenSSH_9.2\r\n".as_slice(), b"220 mail.example.org ESMTP\r\n", b"\0\0\0\0"] {
        let error = fails(&mysql(impostor(greeting)));
        assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    }
    let error = fails(&mysql(impostor(b"")));
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_server_that_wants_nobody() {
    let error = fails(&mysql(impostor(&refusal(0, 1040, "Too many connections"))));
    let ConnectError::Rejected { code, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!((code.as_str(), message.as_str()), ("1040", "Too many connections"));
}

#[test]
fn a_server_that_wants_tls() {
    let refused = refusal(2, 3159, "Connections using insecure transport are prohibited");
    let error = fails(&mysql(impostor(&[greeting("mysql_native_password"), refused].concat())));
    assert_eq!(error.hint().as_deref(), Some("turn `ssl` on in the connection settings"), "{error:?}");
}

#[test]
fn a_login_that_is_refused() {
    let refused = refusal(2, 1045, "Access denied for user 'app'@'localhost'");
    let error = fails(&mysql(impostor(&[greeting("mysql_native_password"), refused].concat())));
    let ConnectError::Authentication { code, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!((code.as_deref(), message.as_str()), (Some("1045"), "Access denied for user 'app'@'localhost'"));
}

#[test]
fn a_login_method_that_is_not_known() {
    for (plugin, says) in [
        ("auth_gssapi_client", "it asks for the login method `auth_gssapi_client`, which is not known here"),
        ("mysql_clear_password", "mysql_clear_password must be enabled on the client side"),
        ("mysql_old_password", "`mysql_old_password` plugin is insecure and disabled by default"),
    ] {
        let switch = packet(2, &[b"\xFE", plugin.as_bytes(), b"\0abcdefghijklmnopqrst\0"].concat());
        let error = fails(&mysql(impostor(&[greeting("mysql_native_password"), switch].concat())));
        let ConnectError::Authentication { message, .. } = &error else { panic!("{plugin}: {error:?}") };
        assert_eq!(message, says);
    }
}

#[test]
fn a_server_whose_answers_make_no_sense() {
    // It asks for the whole password and hands out a key that is none.
    let answers = [greeting("caching_sha2_password"), packet(2, b"\x01\x04"), packet(4, b"\x01no key")].concat();
    let error = fails(&mysql(impostor(&answers)));
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    let error = fails(&mysql(impostor(&packet(0, b"\x0a"))));
    assert!(matches!(error, ConnectError::Protocol { .. } | ConnectError::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_server_without_tls() {
    let mut target = mysql(impostor(&greeting("mysql_native_password")));
    target.ssl = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
    let error = fails(&target);
    assert!(matches!(error, ConnectError::TlsMissing { .. }), "{error:?}");
    assert!(error.hint().expect("a hint").contains("turn `ssl` off"));
}

#[test]
fn what_the_driver_cannot_do_without_or_does_not_know() {
    let mut nobody = mysql(1);
    nobody.user = None;
    assert!(matches!(fails(&nobody), ConnectError::MissingField { field: "user", .. }));
    let mut login = mysql(1);
    login.login = vec![("options".to_owned(), String::new())];
    assert!(matches!(fails(&login), ConnectError::UnknownLogin { .. }));
}

#[test]
fn a_user_a_password_and_a_database_that_do_not_exist() {
    let mut target = mariadb();
    target.user = Some("nobody_of_this_name".to_owned());
    assert!(matches!(fails(&target), ConnectError::Authentication { .. }));
    let mut target = mariadb();
    target.password = Some(Secret::new("not this one".to_owned()));
    let error = fails(&target);
    assert!(matches!(error, ConnectError::Authentication { .. }), "{error:?}");
    let (host, port) = (target.host.expect("a host"), target.port.expect("a port"));
    let user = target.user.expect("a user");
    let start = format!("`{host}` port {port} refused the login of `{user}`: Access denied for user");
    assert!(error.to_string().starts_with(&start), "{error}");
    let mut target = mariadb();
    target.database = "no_such_database".to_owned();
    let error = fails(&target);
    assert!(matches!(error, ConnectError::MissingDatabase { .. }), "{error:?}");
    assert!(error.to_string().ends_with("Unknown database 'no_such_database'"), "{error}");
}

#[test]
fn a_database_that_the_user_has_no_right_on() {
    let user = format!("noorm_nobody_{}", std::process::id());
    let administer = |sql: String| block_on(async { run(&mut *open(&mariadb()).await, &[&sql]).await });
    administer(format!("CREATE OR REPLACE USER {user}"));
    let target = Target { user: Some(user.clone()), password: None, database: "mysql".to_owned(), ..mariadb() };
    let error = fails(&target);
    administer(format!("DROP USER {user}"));
    assert!(matches!(error, ConnectError::Forbidden { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("(database `mysql`) may not be used by `{user}`: ")), "{error}");
    assert!(error.hint().expect("a hint").contains("a right on the database"));
}

/// A server that lets nobody in without the whole password, which it wants encrypted with its key. It takes what it can
/// decrypt with that key's other half and hands it to the test.
fn keeper_of_a_key(folder: &std::path::Path) -> (u16, std::sync::mpsc::Receiver<Vec<u8>>) {
    let openssl = |args: &[&str]| {
        let output = std::process::Command::new("openssl").args(args).current_dir(folder).output().expect("openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem"]);
    let public = openssl(&["pkey", "-in", "key.pem", "-pubout"]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut buffer = vec![0; 4096];
        stream.write_all(&greeting("caching_sha2_password")).expect("a client that listens");
        assert!(stream.read(&mut buffer).expect("a login") > 0);
        stream.write_all(&packet(2, b"\x01\x04")).expect("a client that listens");
        let length = stream.read(&mut buffer).expect("a request for the key");
        assert_eq!(buffer[..length], packet(3, b"\x02"));
        stream.write_all(&packet(4, &[b"\x01", public.as_slice()].concat())).expect("a client that listens");
        let length = stream.read(&mut buffer).expect("a password");
        sender.send(buffer[4..length].to_vec()).expect("a test that waits");
        stream.write_all(&packet(6, b"\0\0\0\x02\0\0\0")).expect("a client that listens");
        while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
    });
    (port, receiver)
}

#[test]
fn without_tls_the_password_travels_encrypted_with_the_servers_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, sent) = keeper_of_a_key(folder.path());
    let target = mysql(port);
    let password = target.password.clone().expect("a password");
    block_on(async { drop(open(&target).await) });
    let encrypted = sent.recv().expect("what the client sent");
    assert!(!encrypted.windows(password.expose().len()).any(|part| part == password.expose().as_bytes()));
    std::fs::write(folder.path().join("sent"), &encrypted).expect("a file");
    let decrypt = "pkeyutl -decrypt -inkey key.pem -in sent -pkeyopt rsa_padding_mode:oaep";
    let decrypted = std::process::Command::new("openssl")
        .args(decrypt.split(' '))
        .current_dir(folder.path())
        .output()
        .expect("openssl");
    assert!(decrypted.status.success(), "{}", String::from_utf8_lossy(&decrypted.stderr));
    // The nonce of the greeting is laid over it, so that what was overheard is of no use another time.
    let nonce = b"abcdefghabcdefghijkl";
    let bytes: Vec<u8> = decrypted.stdout.iter().zip(nonce.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    assert_eq!(bytes, [password.expose().as_bytes(), b"\0"].concat());
}

#[test]
fn a_target_without_a_database_has_none() {
    block_on(async {
        let mut session = open(&mariadb()).await;
        assert_eq!(one(&mut *session, "SELECT database()").await, Scalar::Null);
        // The account's own settings, not the client's: everything is UTF-8, one statement at a time commits.
        let settings = "SELECT concat_ws(' ', @@character_set_client, @@character_set_results, @@autocommit)";
        assert_eq!(one(&mut *session, settings).await, Scalar::from("utf8mb4 utf8mb4 ON"));
        session.close().await.expect("the end");
    });
}

#[test]
fn the_server_is_told_who_connects() {
    let name = block_on(async {
        let mut session = open(&Target { application: "noorm of a test".to_owned(), ..mariadb() }).await;
        if one(&mut *session, "SELECT @@performance_schema").await == Scalar::Integer(0) {
            return None;
        }
        let told = "SELECT attr_value FROM performance_schema.session_connect_attrs \
             WHERE processlist_id = connection_id() AND attr_name = 'program_name'";
        Some(one(&mut *session, told).await)
    });
    match name {
        Some(name) => assert_eq!(name, Scalar::from("noorm of a test")),
        None => skip("the server keeps no performance schema"),
    }
}

#[test]
fn a_socket_is_a_file_or_in_a_folder() {
    block_on(async {
        let mut session = open(&mariadb()).await;
        let socket = one(&mut *session, "SELECT @@socket").await.as_str().expect("a path").to_owned();
        let folder = socket.strip_suffix("/mysqld.sock").expect("the usual name");
        for host in [&socket, folder] {
            let mut target = mariadb();
            target.host = Some(host.to_owned());
            // It is as private as a file: there is no TLS, whatever the settings say.
            target.ssl = Ssl::On;
            let mut local = open(&target).await;
            assert_eq!(one(&mut *local, "SELECT substring_index(user(), '@', -1)").await, Scalar::from("localhost"));
            let interrupter = local.interrupter();
            let thread = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(100));
                interrupter.interrupt().expect("an interrupt");
            });
            let slow =
                "SELECT count(*) FROM mysql.seq_1_to_1000000 a, mysql.seq_1_to_1000000 b WHERE a.seq + b.seq < 0";
            assert!(fail(&mut *local, &[slow]).await.1.interrupted);
            thread.join().expect("the other thread");
        }
    });
}

/// Makes a user and logs in.
fn log_in_as(user: &str, identified: &str, password: Option<&str>) {
    block_on(async {
        let mut admin = open(&mariadb()).await;
        let user = format!("{user}_{}", std::process::id());
        run(&mut *admin, &[&format!("CREATE OR REPLACE USER {user} {identified}")]).await;
        let mut target = mariadb();
        target.user = Some(user.clone());
        target.password = password.map(|password| Secret::new(password.to_owned()));
        let mut session = open(&target).await;
        let found = one(&mut *session, "SELECT substring_index(user(), '@', 1)").await;
        run(&mut *admin, &[&format!("DROP USER {user}")]).await;
        assert_eq!(found, Scalar::Text(user));
    });
}

#[test]
fn a_login_without_a_password() {
    log_in_as("noorm_empty", "", None);
}

#[test]
fn a_login_by_ed25519() {
    let plugins = block_on(async {
        let mut admin = open(&mariadb()).await;
        one(&mut *admin, "SELECT count(*) FROM information_schema.plugins WHERE plugin_name = 'ed25519'").await
    });
    if plugins == Scalar::Integer(0) {
        return skip("the server has no plugin `ed25519`");
    }
    log_in_as("noorm_ed25519", "IDENTIFIED VIA ed25519 USING PASSWORD('Schlüssel')", Some("Schlüssel"));
}
