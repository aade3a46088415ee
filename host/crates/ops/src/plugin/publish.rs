//! `plugin publish`: a component goes into a registry, with its signature.

use std::path::{Path, PathBuf};

use noorm_fetch::{OciAddress, Publication};

use super::reach::Reach;
use super::signing::Signing;
use super::source::{Source, beside};
use super::{Here, PluginInfo, SourceError, look};
use crate::clock;
use crate::home::Home;

/// What is to be published.
#[derive(Debug, Clone)]
pub struct PublishRequest {
    /// The file of the component; its signature is beside it.
    pub file: PathBuf,
    /// Where to, such as `oci://ghcr.io/acme/loader-ini:1.0.0`.
    pub address: String,
    /// A tag that is something else already is replaced.
    pub is_to_replace: bool,
}

/// What was published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The plugin.
    pub plugin: PluginInfo,
    /// Where it is, with its digest.
    pub address: String,
    /// Whether its signature is there too.
    pub is_signed: bool,
}

/// Publishes a component. It has to be one that noorm can run; in a project whose settings name keys, a signature has to be
/// good.
pub async fn publish(
    here: Here<'_>,
    home: &Home,
    reach: &Reach,
    request: &PublishRequest,
) -> Result<Published, SourceError> {
    let address: OciAddress = request.address.parse()?;
    let file = home.working_dir.join(&request.file);
    let delivery = Source::Path(file.clone()).one(here.project, reach).await?;
    let candidate = look(here)?.examine(Path::new(&delivery.from), &delivery.bytes)?;
    if delivery.signature.is_some() && candidate.component != delivery.bytes {
        // The signature beside it is not of the component that is made of it.
        return Err(SourceError::Module { from: beside(&file).display().to_string() });
    }
    if let Some(project) = here.project.filter(|_| delivery.signature.is_some()) {
        Signing::of(project)?.check(&delivery)?;
    }
    if reach.is_offline {
        return Err(SourceError::Offline { from: request.address.clone() });
    }
    let info = candidate.info;
    let publication = Publication {
        component: candidate.component,
        signature: delivery.signature,
        name: info.name.clone(),
        version: info.version.clone(),
        summary: info.summary.clone(),
        exports: vec![info.interface.clone()],
        imports: info.imports.clone(),
        created: clock::now(home)?,
    };
    let published = reach.fetcher()?.push(&address, &publication, request.is_to_replace).await?;
    Ok(Published { plugin: info, address: published.to_string(), is_signed: publication.signature.is_some() })
}
