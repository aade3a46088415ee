//! `noorm plugin why`.

use clap::Args;
use noorm_ops::plugin::why::{self, Reasons};

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
    let mut reasons = why::why(&context.project()?, &context.home.working_dir, &args.file)?;
    let lines = lines(&reasons);
    match reasons.failure.take() {
        None => Ok(Answer::new(lines).with(&reasons)),
        Some(error) => Err(Failure::from(error).after(lines).with(&reasons)),
    }
}

fn lines(reasons: &Reasons) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(plugin) = &reasons.plugin {
        let source = plugin.source.as_str();
        lines.push(format!("{} is served by {} {} ({source})", reasons.path, plugin.name, plugin.version));
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
