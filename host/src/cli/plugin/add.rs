//! `noorm plugin add`.

use clap::Args;
use noorm_ops::plugin::PluginKind;
use noorm_ops::plugin::add::{self, AddRequest, Added};
use noorm_ops::project::Project;
use serde_json::json;

use super::list::provides;
use crate::cli::{Context, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// A file, a folder of components, `https://HOST/FILE.wasm` or `oci://REGISTRY/NAME:TAG`
    ///
    /// A file may be a component, or a core module with its interface embedded. A signature of minisign is a file beside it,
    /// called `FILE.wasm.minisig`; it is checked where the settings name keys (`plugins.keys`), and has to be there where they
    /// say so (`plugins.requireSignatures`). Logins for registries are those of `docker login`, or NOORM_REGISTRY_USER and
    /// NOORM_REGISTRY_PASSWORD.
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Refuse it unless this is its SHA-256
    #[arg(long, value_name = "DIGEST")]
    sha256: Option<String>,
    /// Grant it an import: `files`, or an import's name; `noorm plugin grant` tells what each allows
    #[arg(long = "grant", value_name = "IMPORT")]
    grants: Vec<String>,
    /// Files that a grant of `files` means, as a glob from the project's folder; can be given several times
    #[arg(long = "path", value_name = "GLOB", requires = "grants")]
    paths: Vec<String>,
}

pub(super) fn run(args: &AddArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let request = AddRequest {
        source: args.source.clone(),
        sha256: args.sha256.clone(),
        grants: args.grants.clone(),
        paths: args.paths.clone(),
    };
    let added = block_on(add::add(&project, &context.home.working_dir, &request))??;
    let mut lines: Vec<String> = added.iter().flat_map(|one| lines_of(one, &project)).collect();
    if added.iter().any(|one| one.is_new) {
        let is_kept = |one: &Added| one.plugin.origin.as_deref().is_some_and(|origin| origin.starts_with("path:"));
        let files = match added.iter().any(is_kept) {
            true => "`.noorm/plugins` and `.noorm/plugins.lock`",
            false => "`.noorm/plugins.lock`",
        };
        lines.push(format!("commit {files}, so that the team has it too"));
    }
    let answer = Answer::new(lines).with(&json!({ "plugins": added }));
    Ok(match &added[..] {
        [one] => answer.with(&json!({ "plugin": one.plugin })),
        _ => answer,
    })
}

fn lines_of(added: &Added, project: &Project) -> Vec<String> {
    let plugin = &added.plugin;
    let signed = plugin.signed_by.as_ref().map(|key| format!(", signed by `{key}`")).unwrap_or_default();
    if !added.is_new {
        return vec![format!("{} {} is locked already, and is here now{signed}", plugin.name, plugin.version)];
    }
    let over = added.former.as_ref().map(|former| {
        let origin = former.origin.as_deref().unwrap_or_default();
        format!(", in the place of {} {} from {origin}", former.name, former.version)
    });
    let what = if plugin.kind == PluginKind::Quirk { "a quirk over" } else { "which serves" };
    let (provides, over) = (provides(plugin), over.unwrap_or_default());
    let line = format!("added {} {}, {what} {provides}{signed}{over}", plugin.name, plugin.version);
    [line].into_iter().chain(composed(added, project)).collect()
}

/// What became of the dialects of the settings that a plugin is a layer of.
fn composed(added: &Added, project: &Project) -> Option<String> {
    let plugin = &added.plugin;
    if !added.composed.is_empty() {
        return Some(format!("composed {}, which a config names as its dialect", added.composed.join(", ")));
    }
    if plugin.kind != PluginKind::Quirk {
        return None;
    }
    let dialects = project.settings.plugins.dialects.iter();
    let waiting: Vec<_> =
        dialects.filter(|(_, made)| made.quirks.contains(&plugin.name)).map(|(name, _)| name).collect();
    if let [first, ..] = waiting[..] {
        return Some(format!("`{first}` is composed once its other layers are added too"));
    }
    Some(format!(
        "no dialect has it as a layer yet: `plugins.dialects` in .noorm/settings.yml says which, such as \
         `mine: {{base: {}, quirks: [{}]}}`; then `noorm plugin lock`",
        plugin.provides.first().map_or("DIALECT", String::as_str),
        plugin.name
    ))
}
