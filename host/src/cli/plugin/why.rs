//! `noorm plugin why`.

use clap::Args;
use noorm_core::path::ProjectPath;
use noorm_ops::plugin::PluginInfo;
use noorm_ops::plugin::why::{self, Reasons, ScriptReason};

use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

/// Arguments of `plugin why`.
#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// The file, relative to the working directory or to the project; it need not be there
    #[arg(value_name = "FILE")]
    file: String,
}

pub(super) fn run(args: &WhyArgs, context: &Context) -> Result<Answer, Failure> {
    let mut reasons = why::why(&context.project()?, &context.home, context.config.as_deref(), &args.file)?;
    let lines = lines(&reasons);
    match reasons.failure.take() {
        None => Ok(Answer::new(lines).with(&reasons)),
        Some(error) => Err(Failure::from(error).after(lines).with(&reasons)),
    }
}

fn told(plugin: &PluginInfo) -> String {
    format!("{} {} ({})", plugin.name, plugin.version, plugin.source.as_str())
}

/// Says who cuts a script.
fn cut(path: &ProjectPath, script: &ScriptReason) -> String {
    let what = if script.is_template { "a template; what it renders" } else { "a script; it" };
    let Some(dialect) = &script.dialect else {
        return format!("{path} is {what} is cut by the dialect of the config, and no config says which");
    };
    let by = match (&script.plugin, script.layers.as_slice()) {
        (Some(plugin), _) => format!(": {}", told(plugin)),
        (None, []) => ", which no plugin serves".to_owned(),
        (None, layers) => format!(": {}", layers.join(" over ")),
    };
    format!("{path} is {what} is cut by the dialect {dialect}{by}")
}

fn lines(reasons: &Reasons) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(reasons.script.as_ref().map(|script| cut(&reasons.path, script)));
    if let Some(plugin) = &reasons.plugin {
        let as_data = if reasons.script.is_some() { ", as data of a template," } else { "" };
        lines.push(format!("{}{as_data} is served by {}", reasons.path, told(plugin)));
    }
    if !reasons.exists {
        lines.push(format!("{} is not there", reasons.path));
    }
    let mut rows = vec![["RULE", "FINDING", ""].map(str::to_owned)];
    rows.extend(reasons.rules.iter().map(|rule| {
        let decides = if rule.decides { "decides" } else { "" };
        [rule.rule.clone(), rule.finding.clone(), decides.to_owned()]
    }));
    lines.push(String::new());
    lines.extend(table(&rows));
    if !reasons.options.is_empty() {
        let mut rows = vec![["OPTION", "VALUE", "FROM"].map(str::to_owned)];
        rows.extend(reasons.options.iter().map(|one| [one.name.clone(), one.value.to_string(), one.setting.clone()]));
        lines.push(String::new());
        lines.extend(table(&rows));
    }
    lines
}
