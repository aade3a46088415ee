//! `noorm config list`.

use noorm_ops::config::{self, ConfigView, Origin};

use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

/// Lists the configs.
pub(super) fn list(context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let listed = config::list(&project, &context.home)?;
    if listed.configs.is_empty() {
        let line = "there are no configs; `noorm config add NAME --dialect DIALECT …` makes one".to_owned();
        return Ok(Answer::new(vec![line]).with(&listed));
    }
    let mut rows = vec![["", "NAME", "DIALECT", "DATABASE", "FLAGS"].map(str::to_owned)];
    rows.extend(listed.configs.iter().map(row));
    Ok(Answer::new(table(&rows)).with(&listed))
}

fn row(config: &ConfigView) -> [String; 5] {
    let mark = if config.is_active { "*" } else { "" };
    let mut place = config.filename.clone().unwrap_or_else(|| config.database.clone());
    if let Some(host) = &config.host {
        let port = config.port.map(|port| format!(":{port}")).unwrap_or_default();
        place = format!("{place} at {host}{port}");
    }
    let flags = [
        (config.protected, "protected"),
        (config.is_test, "test"),
        (config.origin == Origin::Environment, "from the environment"),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, word)| word).collect();
    [mark.to_owned(), config.name.clone(), config.dialect.clone(), place, flags.join(", ")]
}
