//! What the tests of connecting share: a target with a password that must not be seen, and servers that are none.

use std::io::{Read, Write};
use std::net::TcpListener;

use noorm_core::secret::Secret;
use noorm_driver::{ConnectError, Target, connect};

use super::block_on;

const PASSWORD: &str = "hunter2";

/// Returns a target whose password must not be seen.
pub(crate) fn target(driver: &str, host: &str, port: u16) -> Target {
    let mut target = Target::new(driver);
    target.host = Some(host.to_owned());
    target.port = Some(port);
    target.database = "shop".to_owned();
    target.user = Some("app".to_owned());
    target.password = Some(Secret::new(PASSWORD.to_owned()));
    target.connect_timeout_ms = 5_000;
    target
}

/// Returns the error of connecting, which must fail and must not show the password.
pub(crate) fn fails(target: &Target) -> ConnectError {
    let error = block_on(connect(target)).err().expect("this cannot connect");
    let password = target.password.as_ref().map_or(PASSWORD, |password| password.expose());
    for text in [error.to_string(), format!("{error:?}"), error.hint().unwrap_or_default()] {
        assert!(!text.contains(password), "{text}");
    }
    error
}

/// A server that answers the first bytes of a client with `answer` and hangs up, or, without one, says nothing.
pub(crate) fn impostor(answer: Option<&[u8]>) -> u16 {
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
