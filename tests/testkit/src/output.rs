//! What one run of the binary printed, and how it ended.

use serde_json::Value;

/// The standard output, standard error and exit code of one run.
#[derive(Debug, Clone)]
pub struct Output {
    /// The command line, for messages.
    pub command: String,
    /// Everything on standard output.
    pub stdout: String,
    /// Everything on standard error.
    pub stderr: String,
    /// The exit code; 128 and the signal's number for a process that a signal ended.
    pub code: i32,
}

impl Output {
    /// Panics with the whole output unless the run ended with `code`.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "unexpected exit code\n{self}");
        self
    }

    /// Panics with the whole output unless the run ended with 0.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        self.expect_code(0)
    }

    /// Panics unless standard output has `part`.
    #[track_caller]
    pub fn expect_stdout(self, part: &str) -> Self {
        assert!(self.stdout.contains(part), "`{part}` is not in standard output\n{self}");
        self
    }

    /// Panics unless standard error has `part`.
    #[track_caller]
    pub fn expect_stderr(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "`{part}` is not in standard error\n{self}");
        self
    }

    /// Returns standard output as the one JSON object that it has to be.
    ///
    /// Checks what holds for every command: `success` is true exactly when the exit code is 0, and a failure says why.
    #[track_caller]
    pub fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("standard output is not one JSON value: {error}\n{self}"));
        assert!(value.is_object(), "the JSON value is not an object\n{self}");
        assert_eq!(value["success"], Value::Bool(self.code == 0), "`success` contradicts the exit code\n{self}");
        if self.code != 0 {
            assert!(value["error"]["code"].is_string(), "a failure without error.code\n{self}");
            assert!(value["error"]["message"].is_string(), "a failure without error.message\n{self}");
        }
        value
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "$ {}", self.command)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            writeln!(f, "--- {name}")?;
            f.write_str(text)?;
            if !text.is_empty() && !text.ends_with('\n') {
                writeln!(f, "[no newline]")?;
            }
        }
        writeln!(f, "--- exit code {}", self.code)
    }
}
