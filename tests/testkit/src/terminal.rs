//! A terminal of the test's own: what only a person is asked can be answered there. It is made by `script`, which every
//! Debian has.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::Sandbox;

/// No question takes this long to be asked.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A command that runs on a terminal.
pub struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: Arc<Mutex<String>>,
}

impl Sandbox {
    /// Runs the binary with the words of `line` on a terminal.
    pub fn terminal(&self, line: &str) -> Terminal {
        assert!(!line.contains('\''), "the line is quoted");
        let mut command = self.shell(&format!("exec script -qefc 'noorm {line}' /dev/null"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("`script` is part of every Debian");
        let (keyboard, mut from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let screen = Arc::new(Mutex::new(String::new()));
        let shared = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                shared.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Terminal { child, keyboard, screen }
    }
}

impl Terminal {
    /// Waits until `text` is on the screen, and types `answer` and a return.
    #[track_caller]
    pub fn answer(&mut self, text: &str, answer: &str) {
        let deadline = Instant::now() + TIMEOUT;
        while !self.screen.lock().unwrap().contains(text) {
            assert!(Instant::now() < deadline, "`{text}` is not asked:\n{}", self.screen.lock().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
        // Whoever asks may turn the echo off after the question.
        std::thread::sleep(Duration::from_millis(50));
        self.keyboard.write_all(format!("{answer}\r").as_bytes()).unwrap();
    }

    /// Waits for the end, and returns what is on the screen with the exit code.
    #[track_caller]
    pub fn end(mut self) -> (String, i32) {
        let deadline = Instant::now() + TIMEOUT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end:\n{}", self.screen.lock().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        };
        // What was printed last may still be on its way.
        std::thread::sleep(Duration::from_millis(50));
        let screen = self.screen.lock().unwrap().clone();
        (screen, status.code().unwrap())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
