//! `identity list`.

use noorm_ops::clock;
use noorm_ops::identity::{self, KnownView};

use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

/// Characters of a key or a hash that tell those of a team apart.
const SHORT: usize = 16;

/// Lists the identities that the project has seen.
pub(super) fn list(context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let listed = identity::list(project.as_ref(), &context.home, &clock::now(&context.home)?)?;
    if listed.identities.is_empty() {
        let line = "no identity is known; `noorm identity init` makes yours".to_owned();
        return Ok(Answer::new(vec![line]).with(&listed));
    }
    let mut rows = vec![["", "NAME", "EMAIL", "MACHINE", "KEY", "LAST SEEN", "SOURCE"].map(str::to_owned)];
    rows.extend(listed.identities.iter().map(row));
    Ok(Answer::new(table(&rows)).with(&listed))
}

fn row(known: &KnownView) -> [String; 7] {
    let mark = if known.is_own { "*" } else { "" };
    let key: String = known.public_key.chars().take(SHORT).collect();
    let cells = [mark, &known.name, &known.email, &known.machine, &key, &known.last_seen, &known.source];
    cells.map(str::to_owned)
}
