//! A server on a port of its own that answers what a test tells it to.

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::answer::Answer;
use crate::client::Client;
use crate::packet::{LOGIN, PACKET_LENGTH, PRELOGIN, Packets, prelogin_answer, read};
use crate::request::Request;
use crate::tls;

/// The number of the session that the headers of all answers have.
pub const PROCESS: u16 = 57;

/// What to do about a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answer.
    Answer(Answer),
    /// Answer with several messages.
    Answers(Vec<Answer>),
    /// Send these bytes, headers and all.
    Bytes(Vec<u8>),
    /// Send so many bytes of the answer, then hang up.
    CutOff(Answer, usize),
    /// Hang up.
    HangUp,
    /// Say nothing, and wait for the next request.
    Silence,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// What the server has to say about encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encryption {
    /// It cannot.
    #[default]
    None,
    /// It can, and encrypts the login unless more is asked for.
    Offered,
    /// It insists.
    Required,
}

/// How the server behaves besides its answers.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Its encryption.
    pub encryption: Encryption,
    /// What it sends in the place of its first answer, if anything.
    pub garbage: Option<Vec<u8>>,
    /// The length of its packets, if not the usual one.
    pub packet_length: Option<usize>,
}

type Script = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// A running server. It runs until the test's process ends.
#[derive(Debug)]
pub struct Endpoint {
    port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Endpoint {
    /// Starts a server that lets everybody in; `script` answers what comes after the login.
    pub fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(Settings::default(), move |request| match request {
            Request::Login(_) => Answer::logged_in().into(),
            request => script(request),
        })
    }

    /// Starts a server whose `script` answers the login, too.
    pub fn with(settings: Settings, script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script: Script = Arc::new(script);
        let noted = seen.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let session = Session { settings: settings.clone(), script: script.clone(), seen: noted.clone() };
                // A client that hangs up is the usual end.
                std::thread::spawn(move || session.serve(socket));
            }
        });
        Self { port, seen }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the requests so far, logins included.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the certificate of the authority that vouches for the server.
    pub fn authority() -> PathBuf {
        tls::fixture("ca.pem")
    }
}

struct Session {
    settings: Settings,
    script: Script,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Session {
    fn serve(&self, socket: TcpStream) -> io::Result<()> {
        let mut client = Client::Plain(socket);
        let mut only_login = false;
        while let Some(message) = read(&mut client)? {
            if message.kind == PRELOGIN {
                only_login = self.agree(&mut client, &message)?;
                continue;
            }
            if message.kind == LOGIN && only_login {
                client.decrypt();
            }
            let request = Request::read(&message);
            self.seen.lock().unwrap().push(request.clone());
            if !self.reply(&mut client, (self.script)(&request))? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Answers a PRELOGIN and encrypts. Returns whether the encryption ends with the login.
    fn agree(&self, client: &mut Client, message: &Packets) -> io::Result<bool> {
        if let Some(garbage) = &self.settings.garbage {
            client.write_all(garbage)?;
            return Err(io::ErrorKind::Interrupted.into());
        }
        let option = crate::packet::prelogin_option(&message.body, crate::packet::ENCRYPTION_OPTION);
        let wish = option.and_then(|place| message.body.get(place.start)).copied();
        const OFF: u8 = 0;
        const ON: u8 = 1;
        const NOT_SUPPORTED: u8 = 2;
        const REQUIRED: u8 = 3;
        let level = match (self.settings.encryption, wish) {
            (Encryption::None, _) | (Encryption::Offered, Some(NOT_SUPPORTED)) => NOT_SUPPORTED,
            (Encryption::Offered, Some(ON | REQUIRED)) => ON,
            (Encryption::Offered, _) => OFF,
            (Encryption::Required, _) => REQUIRED,
        };
        Packets::answer(0, prelogin_answer(level)).write(client, PACKET_LENGTH)?;
        if level != NOT_SUPPORTED {
            client.encrypt()?;
        }
        Ok(level == OFF)
    }

    /// Returns whether the connection goes on.
    fn reply(&self, client: &mut Client, reply: Reply) -> io::Result<bool> {
        let length = self.settings.packet_length.unwrap_or(PACKET_LENGTH);
        let bytes = |answer: Answer| Packets::answer(PROCESS, answer.0).bytes(length);
        let (bytes, goes_on) = match reply {
            Reply::Answer(answer) => (bytes(answer), true),
            Reply::Answers(answers) => (answers.into_iter().flat_map(bytes).collect(), true),
            Reply::Bytes(bytes) => (bytes, true),
            Reply::CutOff(answer, count) => {
                let mut bytes = bytes(answer);
                bytes.truncate(count);
                (bytes, false)
            }
            Reply::HangUp => (Vec::new(), false),
            Reply::Silence => (Vec::new(), true),
        };
        client.write_all(&bytes)?;
        client.flush()?;
        Ok(goes_on)
    }
}
