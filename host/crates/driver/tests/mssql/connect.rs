//! How connecting fails, and what is encrypted: each cause has its own error, and none shows the password.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use noorm_core::value::Scalar;
use noorm_driver::{ConnectError, Ssl, Target, connect};
use noorm_tds::{Answer, Encryption, Endpoint, Message, PROCESS, Reply, Request, Settings};

use crate::support::{block_on, open};
use crate::{PASSWORD, target};

fn fails(target: &Target) -> ConnectError {
    let error = block_on(connect(target)).err().expect("this cannot connect");
    for text in [error.to_string(), format!("{error:?}"), error.hint().unwrap_or_default()] {
        assert!(!text.contains(PASSWORD), "{text}");
    }
    error
}

/// A server that answers logins like this.
fn bouncer(reply: impl Into<Reply>) -> Target {
    let reply = reply.into();
    target(Endpoint::with(Settings::default(), move |_| reply.clone()).port())
}

fn refusal(messages: &[Message]) -> Target {
    bouncer(messages.iter().fold(Answer::new(), Answer::error).failed())
}

fn custom(ca: bool, reject_unauthorized: bool) -> Ssl {
    Ssl::Custom { ca: ca.then(Endpoint::authority), cert: None, key: None, reject_unauthorized }
}

#[test]
fn the_login_says_who_comes_and_where_to() {
    let endpoint = Endpoint::start(|_| Answer::new().done().into());
    let mut target = target(endpoint.port());
    target.application = "noorm tests".to_owned();
    block_on(async {
        let mut session = open(&target).await;
        assert_eq!(session.session(), Some(PROCESS.to_string()));
        assert!(!session.in_transaction());
        // The database and the language are said at every login.
        assert_eq!(session.take_notices(), Vec::<String>::new());
    });
    let seen = endpoint.seen();
    let [Request::Login(login)] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((login.user.as_str(), login.password.as_str(), login.database.as_str()), ("app", PASSWORD, "shop"));
    assert_eq!((login.application.as_str(), login.packet_length), ("noorm tests", 8000));
}

#[test]
fn without_a_database_none_is_asked_for() {
    let endpoint = Endpoint::start(|_| Answer::new().done().into());
    let mut target = target(endpoint.port());
    target.database = String::new();
    block_on(async { drop(open(&target).await) });
    let Request::Login(login) = &endpoint.seen()[0] else { panic!("no login") };
    assert_eq!(login.database, "");
}

#[test]
fn settings_that_do_not_fit() {
    let mut named = target(1);
    named.host = Some("db\\SQLEXPRESS".to_owned());
    let ConnectError::UnknownHost { source, .. } = fails(&named) else { panic!("an instance has no address") };
    assert!(source.to_string().contains("set `host` to the machine"), "{source}");
    let mut anonymous = target(1);
    anonymous.user = None;
    assert_eq!(fails(&anonymous).to_string(), "the driver `mssql` needs a `user`, and none is set");
    let mut certified = target(1);
    certified.ssl =
        Ssl::Custom { ca: None, cert: Some("/c.pem".into()), key: Some("/k.pem".into()), reject_unauthorized: true };
    let error = fails(&certified).to_string();
    assert!(error.starts_with("TLS cannot be set up: SQL Server takes no client certificates"), "{error}");
}

#[test]
fn a_login_parameter_is_unknown_whatever_its_name() {
    let endpoint = Endpoint::start(|_| Answer::new().done().into());
    let mut target = target(endpoint.port());
    target.login = vec![("options".to_owned(), "x".to_owned())];
    assert_eq!(fails(&target).to_string(), "the driver `mssql` knows no login parameter `options`");
    assert_eq!(endpoint.seen(), []);
}

#[test]
fn a_port_where_nobody_listens_and_a_host_without_an_address() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    assert!(matches!(fails(&target(port)), ConnectError::Refused { .. }));
    let mut lost = target(1);
    lost.host = Some("db.invalid".to_owned());
    assert!(matches!(fails(&lost), ConnectError::UnknownHost { .. }));
}

#[test]
fn a_login_that_is_refused() {
    let error = fails(&refusal(&[Message::error(18456, "Login failed for user 'app'.").class(14)]));
    let ConnectError::Authentication { code, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!((code.as_deref(), message.as_str()), (Some("18456"), "Login failed for user 'app'."));
}

#[test]
fn a_database_that_does_not_exist() {
    let text = "Cannot open database \"shop\" requested by the login. The login failed.";
    // The server says both, in this order.
    let messages = [Message::error(4060, text).class(11), Message::error(18456, "Login failed for user 'app'.")];
    let error = fails(&refusal(&messages));
    let ConnectError::MissingDatabase { message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(message, text);
}

#[test]
fn a_session_that_is_turned_down_for_another_reason() {
    let error = fails(&refusal(&[Message::error(40613, "Database 'shop' is not currently available.").class(17)]));
    let ConnectError::Rejected { code, .. } = &error else { panic!("{error:?}") };
    assert_eq!(code, "40613");
}

#[test]
fn a_refusal_counts_even_if_the_server_hangs_up_on_it() {
    let answer = Answer::new().error(&Message::error(18456, "Login failed."));
    let error = fails(&bouncer(Reply::CutOff(answer.clone().failed(), answer.tokens().len() + 8)));
    assert!(matches!(error, ConnectError::Authentication { .. }), "{error:?}");
    assert!(matches!(fails(&bouncer(Reply::HangUp)), ConnectError::Unreachable { .. }));
}

#[test]
fn a_server_that_says_nothing() {
    let mut silent = bouncer(Reply::Silence);
    silent.connect_timeout_ms = 200;
    let started = Instant::now();
    let error = fails(&silent).to_string();
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(error.ends_with("did not answer within 200 ms while logging in"), "{error}");
    let settings = Settings { garbage: Some(Vec::new()), ..Settings::default() };
    let mut hung_up = target(Endpoint::with(settings, |_| Reply::Silence).port());
    assert!(matches!(fails(&hung_up), ConnectError::Unreachable { .. }));
    let mute = TcpListener::bind("127.0.0.1:0").expect("a port");
    hung_up.port = Some(mute.local_addr().expect("an address").port());
    hung_up.connect_timeout_ms = 200;
    let error = fails(&hung_up).to_string();
    assert!(error.ends_with("did not answer within 200 ms while agreeing on encryption"), "{error}");
}

#[test]
fn a_server_that_speaks_another_protocol() {
    let impostors: [&[u8]; 4] =
        [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x04\x01\0\x02\0\0\0\0", b"\x04\x01\0\x09\0\0\0\0\xff", &[4; 64]];
    for garbage in impostors {
        let settings = Settings { garbage: Some(garbage.to_vec()), ..Settings::default() };
        let error = fails(&target(Endpoint::with(settings, |_| Reply::Silence).port()));
        assert!(matches!(error, ConnectError::Protocol { .. } | ConnectError::Unreachable { .. }), "{error:?}");
    }
    let error = fails(&bouncer(Reply::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())));
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
    let error = fails(&bouncer(Answer::new().raw(&[0x42; 8])));
    assert!(matches!(error, ConnectError::Protocol { .. }), "{error:?}");
}

#[test]
fn clients_are_sent_on_twice_at_most() {
    let destination = Endpoint::start(|_| Answer::new().done().into());
    let second = bouncer(Answer::routed("localhost\\instance", destination.port()));
    let first = bouncer(Answer::routed("127.0.0.1", second.port.expect("a port")));
    block_on(async { open(&first).await.close().await.expect("the end") });
    assert_eq!(destination.seen().len(), 1);
    let zeroth = bouncer(Answer::routed("127.0.0.1", first.port.expect("a port")));
    let error = fails(&zeroth).to_string();
    assert!(error.ends_with("clients were sent on more than 2 times"), "{error}");
}

/// Logs in and asks something, over as much TLS as was agreed on.
fn talks(encryption: Encryption, ssl: Ssl) -> Result<(), ConnectError> {
    let settings = Settings { encryption, ..Settings::default() };
    let endpoint = Endpoint::with(settings, |request| match request {
        Request::Login(_) => Answer::logged_in().into(),
        _ => Answer::new().done_with(noorm_tds::answer::INSERT, 3).into(),
    });
    let mut target = target(endpoint.port());
    target.host = Some("localhost".to_owned());
    target.ssl = ssl;
    block_on(async {
        let mut session = connect(&target).await?;
        let long = "x".repeat(50_000);
        assert_eq!(session.ask(&long).await.expect("an answer").affected, 3);
        assert_eq!(session.query("y", &[Scalar::from(1)]).await.expect("an answer").affected, 3);
        assert_eq!(endpoint.seen()[1], Request::Text(long));
        session.close().await.expect("the end");
        Ok(())
    })
}

#[test]
fn what_is_encrypted_is_agreed_on() {
    for encryption in [Encryption::None, Encryption::Offered, Encryption::Required] {
        talks(encryption, Ssl::Off).unwrap_or_else(|error| panic!("{encryption:?}: {error}"));
    }
    for encryption in [Encryption::Offered, Encryption::Required] {
        talks(encryption, custom(true, true)).unwrap_or_else(|error| panic!("{encryption:?}: {error}"));
        talks(encryption, custom(false, false)).unwrap_or_else(|error| panic!("{encryption:?}: {error}"));
    }
}

#[test]
fn a_server_without_tls() {
    let error = talks(Encryption::None, custom(true, true)).expect_err("no TLS");
    assert!(matches!(error, ConnectError::TlsMissing { .. }), "{error:?}");
}

#[test]
fn a_certificate_that_proves_nothing() {
    for ssl in [Ssl::On, custom(false, true)] {
        let error = talks(Encryption::Required, ssl).expect_err("nobody knows this authority");
        assert!(matches!(error, ConnectError::Certificate { .. } | ConnectError::TlsSettings { .. }), "{error:?}");
    }
    let settings = Settings { encryption: Encryption::Required, ..Settings::default() };
    let mut elsewhere = target(Endpoint::with(settings, |_| Reply::HangUp).port());
    // Linux takes this for the loopback interface; the certificate names others.
    elsewhere.host = Some("0.0.0.0".to_owned());
    elsewhere.ssl = custom(true, true);
    let error = fails(&elsewhere);
    assert!(matches!(error, ConnectError::Certificate { .. }), "{error:?}");
}
