//! `noorm vault list` and `noorm vault recipients`.

use clap::Args;
use noorm_ops::vault::list::{self, KeyView, Local, RecipientView, VaultList};

use super::super::{Context, block_on};
use crate::output::{Answer, table};
use crate::report::Failure;

/// Arguments of `vault recipients`.
#[derive(Debug, Args)]
pub(crate) struct RecipientsArgs {
    /// The key; all without it
    #[arg(value_name = "KEY")]
    key: Option<String>,
}

pub(super) fn list(context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let listed = block_on(list::list(&bench, None))??;
    if listed.keys.is_empty() {
        let line = "the vault is empty; `noorm vault set KEY` puts something into it".to_owned();
        return Ok(Answer::new(vec![line, of_copy(&listed)]).with(&listed));
    }
    let mut rows = vec![["KEY", "VALUE", "SINCE", "BY", "FOR", "YOURS"].map(str::to_owned)];
    rows.extend(listed.keys.iter().map(row));
    let mut lines = table(&rows);
    lines.push(of_copy(&listed));
    Ok(Answer::new(lines).with(&listed))
}

fn row(key: &KeyView) -> [String; 6] {
    let yours = match (key.can_read, key.local) {
        (false, Local::Missing) => "not for you",
        (false, _) => "not for you any more",
        (true, Local::Current) => "current",
        (true, Local::Stale) => "out of sync",
        (true, Local::Missing) => "not in your copy",
    };
    let distrust = if key.set_by.is_trusted { "" } else { " (key not trusted)" };
    [
        key.key.clone(),
        format!("#{}", key.key_version),
        key.set_at.clone(),
        format!("{}{distrust}", key.set_by.label()),
        key.recipients.iter().map(|reader| reader.who.label()).collect::<Vec<_>>().join(", "),
        yours.to_owned(),
    ]
}

fn of_copy(listed: &VaultList) -> String {
    let VaultList { version, local_version, is_current, .. } = listed;
    match (is_current, local_version) {
        (true, _) => format!("the vault is at version {version}; your copy is current"),
        (false, 0) => {
            format!("the vault is at version {version}; you have no copy of it: `noorm vault sync` makes one")
        }
        (false, local_version) if local_version == version => {
            format!(
                "the vault is at version {version}; your copy is not whole: `noorm vault sync` tells what is refused"
            )
        }
        (false, _) => format!(
            "the vault is at version {version}, your copy at version {local_version}: `noorm vault sync` brings it up to date"
        ),
    }
}

pub(super) fn recipients(args: &RecipientsArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let listed = block_on(list::list(&bench, args.key.as_deref()))??;
    if listed.keys.is_empty() {
        return Ok(Answer::new(vec!["the vault is empty".to_owned()]).with(&listed));
    }
    let mut rows = vec![["KEY", "WHO", "NAME", "IDENTITY", "NOTE"].map(str::to_owned)];
    let of_key = |key: &KeyView| key.recipients.iter().map(|reader| reader_row(key, reader)).collect::<Vec<_>>();
    rows.extend(listed.keys.iter().flat_map(of_key));
    Ok(Answer::new(table(&rows)).with(&listed))
}

fn reader_row(key: &KeyView, reader: &RecipientView) -> [String; 5] {
    let notes = [
        (reader.is_behind, "has an older value"),
        (reader.has_former_key, "sealed to a former key"),
        (!reader.who.is_trusted && !reader.has_former_key, "key not trusted"),
    ];
    let notes: Vec<&str> = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note).collect();
    let hash = &reader.who.identity_hash;
    [
        key.key.clone(),
        reader.who.email.clone().unwrap_or_default(),
        reader.who.name.clone().unwrap_or_default(),
        hash.get(..12).unwrap_or(hash).to_owned(),
        notes.join(", "),
    ]
}
