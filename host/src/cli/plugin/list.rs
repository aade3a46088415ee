//! `noorm plugin list`.

use noorm_ops::plugin::list;
use serde_json::json;

use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

pub(super) fn run(context: &Context) -> Result<Answer, Failure> {
    let plugins = list::list(context.project_optional()?.as_ref())?;
    let mut rows =
        vec![["NAME", "KIND", "VERSION", "SERVES", "SOURCE", "INTERFACE", "IMPORTS", "DIGEST"].map(str::to_owned)];
    for plugin in &plugins {
        let imports = if plugin.imports.is_empty() { "none".to_owned() } else { plugin.imports.join(", ") };
        rows.push([
            plugin.name.clone(),
            plugin.kind.as_str().to_owned(),
            plugin.version.clone(),
            plugin.provides.join(", "),
            plugin.source.as_str().to_owned(),
            plugin.interface.clone(),
            imports,
            plugin.digest.chars().take(12).collect(),
        ]);
    }
    Ok(Answer::new(table(&rows)).with(&json!({ "plugins": plugins })))
}
