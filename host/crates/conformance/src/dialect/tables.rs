//! noorm's own tables: every action is there with its values and columns, and each version follows from the one before.

use std::collections::BTreeSet;

use noorm_plugin_host::{Dialect, PluginError, Query};

use super::actions::{ACTIONS, Action, Need};
use super::statement::Statements;
use super::{VERSIONS_MAX, answered, sound};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::report::Fault;

/// The version with the lock of today: before it nothing runs.
const VERSION_MIN: u32 = 2;

/// The version that the vault came with.
const VERSION_OF_VAULT: u32 = 4;

pub(super) fn check(dialect: &Dialect, statements: &Statements, bench: &mut Bench<'_>) {
    let law = "every action has its values and its columns, and one that is not known is `unsupported`";
    bench.check("actions", law, |cases| actions(dialect, cases));
    let law = "from an empty database to the newest version there are statements for each step, and none beyond it";
    statements.check(bench, "upgrades", law, |cases| upgrades(dialect, statements, cases));
    let law = "tables that are taken over are decided about, whatever was found";
    bench.check("adoption", law, |cases| adoption(dialect, cases));
}

fn actions(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    let latest = answered(dialect.latest(), "")?;
    let mut missing = Vec::new();
    for action in ACTIONS {
        cases.next();
        match action.ask(dialect) {
            Ok(query) => {
                if let Some(what) = wrong(action, &query) {
                    return Err(Fault::new(format!("`{}` {what}", action.name)).with(query.sql));
                }
            }
            Err(PluginError::Unsupported { .. }) if may_be_missing(action.need, latest) => missing.push(action.name),
            Err(error) => return Err(Fault::of(&error).with(action.name)),
        }
    }
    for unknown in ["no-such-action", "", "EXISTS", "version "] {
        cases.next();
        for answer in [dialect.tracking(unknown), dialect.lock(unknown)] {
            match answer {
                Err(PluginError::Unsupported { .. }) => {}
                Ok(query) => {
                    return Err(Fault::new(format!("an action {unknown:?} is known: {}", query.sql)).with(unknown));
                }
                Err(error) => return Err(Fault::of(&error).with(unknown)),
            }
        }
    }
    Ok(match missing.as_slice() {
        [] => Pass::Held,
        missing => Pass::Noted(format!("unsupported: {}", missing.join(", "))),
    })
}

fn may_be_missing(need: Need, latest: u32) -> bool {
    match need {
        Need::Always => false,
        Need::Maybe => true,
        Need::OfVault => latest < VERSION_OF_VAULT,
    }
}

/// Says what is wrong with an action's query.
fn wrong(action: &Action, query: &Query) -> Option<String> {
    if query.sql.trim().is_empty() && action.need == Need::Always {
        return Some("has no statement".to_owned());
    }
    if query.sql.contains('\0') {
        return Some("has a NUL in its statement".to_owned());
    }
    let set = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<BTreeSet<_>>();
    let values = set(&mut query.parameters.iter().map(String::as_str));
    let known = set(&mut action.values.iter().copied());
    if let Some(stranger) = values.difference(&known).next() {
        return Some(format!("binds `{stranger}`, which nobody gives it"));
    }
    // What nobody asks for is lost, but for the session, which not every server can tell.
    if let Some(lost) = known.difference(&values).next().filter(|_| action.need != Need::Maybe) {
        return Some(format!("does not bind `{lost}`, which it is given"));
    }
    let columns = set(&mut query.columns.iter().map(String::as_str));
    let expected = set(&mut action.columns.iter().copied());
    match expected.symmetric_difference(&columns).next() {
        Some(column) if expected.contains(column) => Some(format!("returns no column `{column}`")),
        Some(column) => Some(format!("returns a column `{column}`, which nobody reads")),
        None => None,
    }
}

fn upgrades(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let latest = answered(dialect.latest(), "")?;
    if !(VERSION_MIN..VERSIONS_MAX).contains(&latest) {
        return Err(Fault::new(format!(
            "the newest version is {latest}, and {VERSION_MIN} is the first that noorm can use"
        )));
    }
    let mut count = 0;
    for installed in 0..latest {
        cases.next();
        let step = format!("the step from {installed} to {}", installed + 1);
        let texts = answered(dialect.upgrade(installed), &step)?;
        if texts.is_empty() {
            return Err(Fault::new(format!("{step} has no statement")));
        }
        for text in &texts {
            count += 1;
            if text.trim().is_empty() || text.contains('\0') {
                return Err(Fault::new(format!("{step} has a statement that cannot be sent")).with(text));
            }
            let one = text.trim_end().trim_end_matches(';');
            statements
                .is_one(dialect, one)
                .map_err(|fault| Fault { what: format!("{step}: {}", fault.what), ..fault })?;
        }
    }
    for beyond in [latest, latest + 1, u32::MAX] {
        cases.next();
        if let Some(texts) = sound(dialect.upgrade(beyond), beyond.to_string())?
            && !texts.is_empty()
        {
            return Err(Fault::new(format!(
                "there are statements for a step from {beyond}, and the newest version is {latest}"
            )));
        }
    }
    Ok(Pass::Noted(format!("{count} statements to version {latest}")))
}

fn adoption(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    use noorm_plugin_host::Found;
    let found = |schema: &str, table: &str, column: &str| Found {
        schema: schema.to_owned(),
        table: table.to_owned(),
        column: column.to_owned(),
    };
    let hostile = "x\"; DROP TABLE users; --";
    let lists = [
        Vec::new(),
        vec![found("", "", "")],
        vec![found("public", "__noorm_version__", "id")],
        vec![found(hostile, "__noorm_change__", "id"), found(hostile, hostile, hostile)],
        (0..500).map(|number| found("s", "__noorm_changeset__", &format!("c{number}"))).collect(),
    ];
    for list in lists {
        cases.next();
        let shown = format!("{:?}", list.iter().take(3).collect::<Vec<_>>());
        let answer = sound(dialect.adopt(&list), &shown)?.flatten();
        if list.is_empty() && answer.is_some() {
            return Err(Fault::new("nothing was found, and it is to be taken over"));
        }
    }
    Ok(Pass::Held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_or_column_too_many_or_too_few_is_found() {
        let action = ACTIONS.iter().find(|action| action.name == "changeset-history").expect("it is in the table");
        let query = |parameters: &[&str], columns: &[&str]| Query {
            sql: "x".to_owned(),
            parameters: parameters.iter().map(|&name| name.to_owned()).collect(),
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            then: None,
        };
        assert_eq!(wrong(action, &query(&["limit"], action.columns)), None);
        assert_eq!(wrong(action, &query(&["limit", "limit"], action.columns)), None);
        for (parameters, columns) in [
            (&[][..], action.columns),
            (&["limits"], action.columns),
            (&["limit"], &action.columns[1..]),
            (&["limit"], &["other"]),
        ] {
            assert!(wrong(action, &query(parameters, columns)).is_some(), "{parameters:?} {columns:?}");
        }
    }
}
