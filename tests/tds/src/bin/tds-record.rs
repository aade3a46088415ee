//! Records sessions with a real SQL Server: `tds-record --listen 127.0.0.1:14330 --server db:1433 --out file.tds`, then
//! point a client at the port, with encryption off. The file is written whenever a session ends.
#![allow(clippy::print_stderr)] // It is a program.

use std::path::PathBuf;
use std::process::ExitCode;

use noorm_tds::Recorder;

const USAGE: &str = "usage: tds-record --listen <address:port> --server <host:port> --out <file>";

struct Arguments {
    listen: String,
    server: String,
    out: PathBuf,
}

fn arguments(mut words: impl Iterator<Item = String>) -> Option<Arguments> {
    let (mut listen, mut server, mut out) = (None, None, None);
    while let Some(option) = words.next() {
        let place = match option.as_str() {
            "--listen" => &mut listen,
            "--server" => &mut server,
            "--out" => &mut out,
            _ => return None,
        };
        *place = Some(words.next()?);
    }
    Some(Arguments { listen: listen?, server: server?, out: out?.into() })
}

fn main() -> ExitCode {
    let Some(Arguments { listen, server, out }) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let recorder = match Recorder::start(&listen, &server, out.clone()) {
        Ok(recorder) => recorder,
        Err(error) => {
            eprintln!("error: cannot listen on `{listen}`: {error}");
            return ExitCode::FAILURE;
        }
    };
    eprintln!("recording `{server}` on port {} into {}; stop with Ctrl-C", recorder.port(), out.display());
    loop {
        match recorder.wait() {
            Ok(count) => eprintln!("{count} sessions recorded"),
            Err(problem) => eprintln!("error: {problem}"),
        }
    }
}
