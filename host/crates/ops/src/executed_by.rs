//! Who is recorded as the one who ran something: the config's word, then `NOORM_IDENTITY`, git's user, the system's.
//!
//! Found out only when something will be recorded: asking git costs a process.

use std::process::Command;

use noorm_core::config::Config;
use noorm_vault::Host;

use crate::home::Home;

/// Returns a name, with an address where there is one: `Ada Lovelace <ada@example.com>`.
pub(crate) fn executed_by(config: &Config, home: &Home) -> String {
    let given = |text: Option<&String>| text.filter(|text| !text.trim().is_empty()).cloned();
    given(config.identity.as_ref())
        .or_else(|| given(home.variables.get("NOORM_IDENTITY")))
        .or_else(|| of_git(home))
        .unwrap_or_else(|| of_system(home))
}

fn of_git(home: &Home) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["config", "--get-regexp", r"^user\.(name|email)$"]).current_dir(&home.working_dir);
    git.env_clear().envs(&home.variables);
    let output = git.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    // A key that is set in several places comes several times; the last one counts.
    let find = |key: &str| text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix(' ')).next_back();
    match (find("user.name"), find("user.email")) {
        (Some(name), Some(email)) => Some(format!("{name} <{email}>")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (None, None) => None,
    }
}

fn of_system(home: &Home) -> String {
    let variable = |name: &str| home.variables.get(name).filter(|value| !value.is_empty());
    let user = variable("USER").or_else(|| variable("USERNAME")).or_else(|| variable("LOGNAME"));
    format!("{}@{}", user.map_or("unknown", String::as_str), Host::detect().machine)
}
