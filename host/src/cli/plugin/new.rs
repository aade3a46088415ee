//! `noorm plugin new`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use noorm_ops::plugin::PluginKind;
use noorm_ops::plugin::scaffold::{self, Language, NewRequest};
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// Its name: the kind and words, such as `loader-price-list`
    #[arg(value_name = "NAME")]
    name: String,
    /// What it does
    #[arg(long, value_enum)]
    kind: Kind,
    /// What it is written in
    ///
    /// Each does all three kinds. A dialect is best in Rust: in JavaScript integers are numbers, so that one beyond 2^53 can only be
    /// refused, and in Python every command loads an interpreter of 30 MB first.
    #[arg(long, value_enum, default_value = "rust")]
    lang: Lang,
    /// The folder to make [default: the name]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Data files become values
    Loader,
    /// A database of its own
    Dialect,
    /// A dialect over another one
    Quirk,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    Rust,
    Js,
    Python,
}

pub(super) fn run(args: &NewArgs, context: &Context) -> Result<Answer, Failure> {
    let kind = match args.kind {
        Kind::Loader => PluginKind::Loader,
        Kind::Dialect => PluginKind::Dialect,
        Kind::Quirk => PluginKind::Quirk,
    };
    let language = match args.lang {
        Lang::Rust => Language::Rust,
        Lang::Js => Language::JavaScript,
        Lang::Python => Language::Python,
    };
    let folder = args.dir.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let request =
        NewRequest { name: args.name.clone(), kind, language, folder: context.home.working_dir.join(&folder) };
    let made = scaffold::scaffold(&request)?;
    let mut lines = vec![format!("{} in {}", args.name, folder.display())];
    lines.extend(made.files.iter().map(|file| format!("  {file}")));
    lines.push("  vendor/ with the SDK and the interfaces of this noorm".to_owned());
    lines.extend(made.note.iter().flat_map(|note| [String::new(), format!("note: {note}")]));
    lines.extend([String::new(), "next steps:".to_owned(), format!("  cd {}", folder.display())]);
    lines.extend(made.next.iter().map(|command| format!("  {command}")));
    let fields = json!({
        "name": args.name,
        "folder": folder,
        "files": made.files,
        "note": made.note,
        "next": made.next,
    });
    Ok(Answer::new(lines).with(&fields))
}
