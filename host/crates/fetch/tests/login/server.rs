//! A server on this machine that answers as a test says, and remembers what it was asked. It has no TLS.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a server answers.
pub(crate) enum Answer {
    /// A status, header lines and a body.
    Text(u16, String, String),
    /// A status, and a body that does not end.
    Endless(u16),
}

/// A server for `127.0.0.1`; it is there until the tests end.
pub(crate) struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one. It answers to `METHOD PATH` and what the request shows as a login; `-` is none.
    pub(crate) fn start(answer: impl Fn(&Server, &str, &str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::default());
        let server = Self { port, asked };
        let (own, answer) = (Arc::new(Self { port, asked: server.asked.clone() }), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (own, answer, stream) = (own.clone(), answer.clone(), stream.unwrap());
                std::thread::spawn(move || own.talk(stream, &*answer));
            }
        });
        server
    }

    /// Returns its host and port.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns what it was asked, and takes it off.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Answers requests until the other side hangs up, or speaks TLS.
    fn talk(&self, stream: TcpStream, answer: &(impl Fn(&Server, &str, &str) -> Answer + ?Sized)) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while let Some((line, login)) = request(&mut reader) {
            self.asked.lock().unwrap().push(format!("{line} {login}"));
            if reply(&stream, answer(self, &line, &login)).is_none() {
                return;
            }
        }
        let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    }
}

/// Reads a request; `None` is none, or none without TLS.
fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, String)> {
    if reader.fill_buf().ok()?.first()?.is_ascii_control() {
        return None;
    }
    let (mut first, mut login, mut length) = (String::new(), "-".to_owned(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => login = value.to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            Some(_) => {}
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some((first.trim_end().strip_suffix(" HTTP/1.1")?.to_owned(), login))
}

/// Sends an answer; `None` where it was the last.
fn reply(mut stream: &TcpStream, answer: Answer) -> Option<()> {
    match answer {
        Answer::Text(status, headers, body) => {
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
            stream.write_all(head.as_bytes()).ok()?;
            stream.write_all(body.as_bytes()).ok()
        }
        Answer::Endless(status) => {
            stream.write_all(format!("HTTP/1.1 {status} X\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes()).ok()?;
            let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
            while stream.write_all(piece.as_bytes()).is_ok() {}
            None
        }
    }
}
