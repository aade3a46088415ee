//! Who is recorded as the one who ran something: the config's word, then `NOORM_IDENTITY`, the name of a pipeline's key, git's
//! user, the system's.
//!
//! Found out only when something will be recorded: asking git costs a process.

use noorm_core::config::Config;

use crate::home::Home;
use crate::identity::{Named, of_git, of_pipeline, of_system};

/// Returns a name, with an address where there is one: `Ada Lovelace <ada@example.com>`.
pub(crate) fn executed_by(config: &Config, home: &Home) -> String {
    let said = |text: Option<&str>| Named::parse(text.unwrap_or_default()).shown();
    said(config.identity.as_deref())
        .or_else(|| said(home.set_variable("NOORM_IDENTITY")))
        .or_else(|| of_pipeline(home).shown())
        .or_else(|| of_git(home).shown())
        .unwrap_or_else(|| of_system(home).1)
}
