//! `noorm plugin lock`.

use noorm_ops::plugin::lock::{self, LockedDialect};
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

pub(super) fn run(context: &Context) -> Result<Answer, Failure> {
    let dialects = lock::lock(&context.project()?)?;
    let mut lines: Vec<String> = dialects.iter().map(line).collect();
    if dialects.is_empty() {
        lines.push("nothing to lock: the settings compose no dialects".to_owned());
    } else if dialects.iter().any(|it| it.state != "unchanged") {
        lines.push("commit `.noorm/plugins.lock`, so that the team has it too".to_owned());
    }
    Ok(Answer::new(lines).with(&json!({ "dialects": dialects })))
}

fn line(it: &LockedDialect) -> String {
    let composition = &it.composition;
    let quirks = composition.quirks.iter().rev().map(|layer| layer.name.as_str());
    let layers: Vec<_> = quirks.chain([composition.base.name.as_str()]).collect();
    let made = format!("{} = {}", composition.dialect, layers.join(" over "));
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    match (it.state, &it.former) {
        ("removed", _) => format!("{} is removed: the settings do not name it any more", composition.dialect),
        ("changed", Some(former)) => format!("{made}: {}, was {}", short(&composition.digest), short(former)),
        ("unchanged", _) => format!("{made}: {}, as before", short(&composition.digest)),
        _ => format!("{made}: {}", short(&composition.digest)),
    }
}
