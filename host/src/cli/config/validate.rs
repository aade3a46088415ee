//! `noorm config validate`.

use clap::Args;
use noorm_ops::config::{Validation, validate as examine};
use noorm_ops::workbench::Workbench;

use super::one_name;
use crate::cli::signals::Signals;
use crate::cli::{Context, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `config validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// The config, if it is not the active one
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Connects, and says what is there and what is missing.
pub(super) fn validate(args: &ValidateArgs, context: &Context) -> Result<Answer, Failure> {
    let name = one_name(args.name.as_deref(), context)?;
    let bench = Workbench::open(context.project()?, context.home.clone(), name)?;
    let signals = Signals::listen()?;
    let found = signals.end(block_on(examine(&bench))?)?;
    let lines = lines(&found);
    let Some(first) = found.privileges.lacks.first() else {
        return Ok(Answer::new(lines).with(&found));
    };
    let message = format!("the login of the config `{}` may not {}", found.config, first.what);
    let mut failure = Failure::user("lacks-privileges", message).with(&found);
    failure.causes.push(first.message.clone());
    failure.server_code = Some(first.code.clone()).filter(|code| !code.is_empty());
    failure.excerpt = Some(lines.join("\n"));
    failure.hint.clone_from(&first.hint);
    Err(failure)
}

fn lines(found: &Validation) -> Vec<String> {
    if found.is_missing {
        let line =
            format!("the database of `{}` is a file that is not there yet; the first run makes it", found.config);
        return vec![line];
    }
    let product = found.product.as_deref().unwrap_or(&found.dialect);
    let version = found.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let mut lines = vec![
        format!("`{}` leads to {product}{version}", found.config),
        format!("connected in {} ms; a round trip takes {} ms", found.connect_ms, found.latency_ms),
        tables(found),
    ];
    lines.extend(found.privileges.may.iter().map(|what| format!("this login may {what}")));
    lines.extend(found.privileges.untried.iter().map(|what| format!("not tried: {what}")));
    lines.extend(found.ignored.iter().map(|field| format!("`{field}` has no effect on {product}")));
    lines
}

fn tables(found: &Validation) -> String {
    let tables = &found.tables;
    match (tables.state, tables.version, &tables.elsewhere) {
        ("current", Some(version), _) => format!("noorm's tables have version {version}, the newest"),
        (_, Some(version), _) => {
            format!("noorm's tables have version {version}; the next run takes them to version {}", tables.needed)
        }
        (_, _, Some(origin)) => format!("there is {origin}; the next run takes it over"),
        _ => "noorm's tables are not there yet; the first run makes them".to_owned(),
    }
}
