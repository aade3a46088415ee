//! A folder, a home and an environment that hold nothing of the machine's, and the binary run in them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Output;

/// The clock of every sandbox.
pub const NOW: &str = "2026-01-31T12:00:00.000Z";

/// No command of a test takes this long, even in a debug build on a busy machine: there compiling a plugin that has CPython
/// in it takes minutes.
const TIMEOUT: Duration = Duration::from_secs(600);

const GIT_CONFIG: &str = "[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n";

/// A temporary project folder and home with a cleared environment; deleted when dropped.
pub struct Sandbox {
    root: TempDir,
    env: BTreeMap<OsString, OsString>,
    /// Texts that differ from run to run, and what snapshots show instead.
    hidden: Vec<(String, &'static str)>,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// Makes an empty project folder and an empty home.
    pub fn new() -> Self {
        let root = tempfile::Builder::new().prefix("noorm-test-").tempdir().unwrap();
        // Links are resolved here, so that paths in output are those that tests know.
        let path = std::fs::canonicalize(root.path()).unwrap();
        for name in ["home", "project", "tmp"] {
            std::fs::create_dir(path.join(name)).unwrap();
        }
        std::fs::write(path.join("gitconfig"), GIT_CONFIG).unwrap();
        let env = [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", path.join("home").into()),
            ("TMPDIR", path.join("tmp").into()),
            ("LANG", "C.UTF-8".into()),
            ("NO_COLOR", "1".into()),
            ("GIT_CONFIG_GLOBAL", path.join("gitconfig").into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("NOORM_MACHINE_ID", "00000000000000000000000000c0ffee".into()),
            ("NOORM_NOW", NOW.into()),
        ];
        let hidden = vec![
            (path.join("project").to_str().unwrap().to_owned(), "[project]"),
            (path.join("home").to_str().unwrap().to_owned(), "[home]"),
            (path.to_str().unwrap().to_owned(), "[sandbox]"),
        ];
        Self { root, env: env.map(|(name, value)| (name.into(), value)).into(), hidden }
    }

    /// Returns the folder that commands run in.
    pub fn project(&self) -> PathBuf {
        std::fs::canonicalize(self.root.path()).unwrap().join("project")
    }

    /// Returns the home folder that commands see.
    pub fn home(&self) -> PathBuf {
        std::fs::canonicalize(self.root.path()).unwrap().join("home")
    }

    /// Sets an environment variable for the commands that follow.
    pub fn set_env(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.insert(name.into(), value.into());
    }

    /// Removes an environment variable for the commands that follow.
    pub fn remove_env(&mut self, name: &str) {
        self.env.remove(OsStr::new(name));
    }

    /// Shows `name` instead of `text` in snapshots.
    pub fn hide(&mut self, text: impl Into<String>, name: &'static str) {
        self.hidden.push((text.into(), name));
    }

    /// Writes a file of the project, and the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.project().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Returns the text of a file of the project.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        let path = self.project().join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Tells whether the project has a file or folder of this name.
    pub fn exists(&self, path: &str) -> bool {
        self.project().join(path).exists()
    }

    /// Deletes a file or folder of the project.
    pub fn remove(&self, path: &str) {
        let path = self.project().join(path);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }

    /// Returns the files of the project, sorted, relative to it.
    pub fn files(&self) -> Vec<String> {
        let project = self.project();
        let mut files = Vec::new();
        let mut folders = vec![project.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(&project).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        files.sort();
        files
    }

    /// Runs the binary in the project folder with the words of `line` as its arguments.
    pub fn noorm(&self, line: &str) -> Output {
        self.noorm_args(line.split_whitespace())
    }

    /// Runs the binary in the project folder; for arguments that hold blanks.
    pub fn noorm_args<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.finish(self.command(args), "")
    }

    /// Runs the binary with `input` on its standard input.
    pub fn noorm_input(&self, line: &str, input: &str) -> Output {
        self.finish(self.command(line.split_whitespace()), input)
    }

    /// Returns the command itself, to be run elsewhere, in the background, or with signals.
    pub fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(crate::binary::noorm());
        command.args(args).current_dir(self.project()).env_clear().envs(&self.env);
        command
    }

    /// Returns a shell that runs `script` in the project folder, with the binary first in its `PATH`.
    pub fn shell(&self, script: &str) -> Command {
        let mut folders = vec![crate::binary::noorm().parent().expect("a binary lies in a folder").to_owned()];
        folders.extend(std::env::split_paths(&self.env[OsStr::new("PATH")]));
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(self.project()).env_clear().envs(&self.env);
        command.env("PATH", std::env::join_paths(folders).expect("folders of a PATH have no colon"));
        command
    }

    /// Runs a command of this sandbox to its end.
    pub fn finish(&self, mut command: Command, input: &str) -> Output {
        let words = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
        let line = std::iter::once("noorm".to_owned()).chain(words).collect::<Vec<_>>().join(" ");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut stdin = child.stdin.take().unwrap();
        // A command that reads no input has closed the pipe already, which is no error of the test.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        collect(child, line)
    }

    /// Returns the text that snapshots keep: command, output and exit code, without what differs from run to run.
    pub fn snapshot(&self, output: &Output) -> String {
        crate::redact(&output.to_string(), &self.hidden)
    }
}

/// Waits for a command's end, and kills it when there is none.
fn collect(mut child: Child, line: String) -> Output {
    let stdout = read_aside(child.stdout.take().unwrap());
    let stderr = read_aside(child.stderr.take().unwrap());
    let started = Instant::now();
    let mut pause = Duration::from_micros(200);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > TIMEOUT {
            child.kill().unwrap();
            child.wait().unwrap();
            let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
            panic!("`{line}` ran for {TIMEOUT:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    Output { command: line, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap(), code: exit_code(status) }
}

fn read_aside(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).expect("noorm prints UTF-8")
    })
}

fn exit_code(status: std::process::ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().expect("a process that ended has a code or a signal")
}
