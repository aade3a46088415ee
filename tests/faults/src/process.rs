//! One run of noorm, which can be killed and is not waited for longer than is fair.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run on its way.
pub struct Run {
    child: Child,
    stdout: File,
    stderr: File,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct End {
    /// The exit code; `None` for a run that was killed.
    pub code: Option<i32>,
    /// Whether it was killed because it took too long.
    pub is_late: bool,
    /// Everything on standard output.
    pub stdout: String,
    /// Everything on standard error.
    pub stderr: String,
}

impl Run {
    /// Starts a command. What it prints goes to files, so that nobody has to read along.
    pub fn start(mut command: Command) -> Self {
        let (stdout, stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        command.stdin(Stdio::null()).stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, stdout, stderr }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Kills it with a signal that cannot be caught.
    pub fn kill(mut self) -> End {
        // One that has ended already has nothing left to be killed.
        let _ = self.child.kill();
        self.end(false)
    }

    /// Waits for its end, and kills it when that does not come in time.
    pub fn wait(mut self, patience: Duration) -> End {
        let until = Instant::now() + patience;
        let mut pause = Duration::from_micros(200);
        while !self.has_ended() {
            if Instant::now() > until {
                let _ = self.child.kill();
                return self.end(true);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
        self.end(false)
    }

    fn end(mut self, is_late: bool) -> End {
        let code = self.child.wait().unwrap().code();
        End { code, is_late, stdout: read(&mut self.stdout), stderr: read(&mut self.stderr) }
    }
}

fn read(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let late = if self.is_late { " (killed: it took too long)" } else { "" };
        write!(f, "exit code {:?}{late}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}
