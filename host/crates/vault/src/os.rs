//! Facts of the machine that an identity carries: its host name and its system.
//!
//! They are labels for people ("which of Alice's machines ran this?"), not secrets and not proof;
//! what binds a state to a machine is [`crate::machine`]. On Linux both are read from `/proc`;
//! elsewhere `uname` is asked. Neither can fail: an unknown fact has a name that says so.

use std::path::Path;
use std::process::Command;

/// The host name and the system of a machine, as they are written into an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Host name, for example `alice-laptop`.
    pub machine: String,
    /// Platform and version as the original wrote them, for example `linux 6.1.0-18-amd64`.
    pub os: String,
}

impl Host {
    /// Asks the system it runs on.
    #[must_use]
    pub fn detect() -> Self {
        let machine =
            first_line("/proc/sys/kernel/hostname").or_else(|| first_line("/etc/hostname")).or_else(|| uname("-n"));
        let release = first_line("/proc/sys/kernel/osrelease").or_else(|| uname("-r"));
        Self {
            machine: machine.unwrap_or_else(|| "unknown-host".into()),
            os: format!("{} {}", platform(), release.as_deref().unwrap_or("unknown")),
        }
    }
}

/// Returns the platform under the name that Node.js gives it, as existing identities have it.
fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

fn first_line(path: &str) -> Option<String> {
    clean(&std::fs::read_to_string(Path::new(path)).ok()?)
}

fn uname(flag: &str) -> Option<String> {
    // What is in the environment is no business of another program, but where it is found is.
    let path = std::env::var_os("PATH").map(|path| ("PATH", path));
    let output = Command::new("uname").arg(flag).env_clear().envs(path).output().ok()?;
    if !output.status.success() {
        return None;
    }
    clean(&String::from_utf8(output.stdout).ok()?)
}

/// Keeps the first line, trimmed; an empty one counts as unknown.
fn clean(text: &str) -> Option<String> {
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_never_empty() {
        let host = Host::detect();
        assert!(!host.machine.is_empty());
        assert_eq!(host.machine, host.machine.trim());
        assert!(host.os.starts_with(platform()));
        assert!(host.os.split(' ').nth(1).is_some_and(|release| !release.is_empty()));
    }

    #[test]
    fn a_line_is_cleaned() {
        assert_eq!(clean("host\n"), Some("host".into()));
        assert_eq!(clean(" host \nmore"), Some("host".into()));
        assert_eq!(clean("\n"), None);
        assert_eq!(clean(""), None);
    }
}
