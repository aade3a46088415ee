//! `noorm plugin vendor`.

use noorm_ops::plugin::vendor;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

pub(super) fn run(context: &Context) -> Result<Answer, Failure> {
    let vendored = vendor::vendor(&context.project()?)?;
    let line = |one: &vendor::Vendored| match one.is_new {
        true => format!("{} {} is in `.noorm/plugins` now", one.name, one.version),
        false => format!("{} {} was there", one.name, one.version),
    };
    let mut lines: Vec<String> = vendored.iter().map(line).collect();
    match vendored.iter().any(|one| one.is_new) {
        true => lines.push("commit `.noorm/plugins`, and nobody has to fetch them".to_owned()),
        false if vendored.is_empty() => lines.push("the project has no plugins of its own".to_owned()),
        false => {}
    }
    Ok(Answer::new(lines).with(&json!({ "plugins": vendored })))
}
