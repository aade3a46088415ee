//! `plugin publish`: a component goes into a registry, with its signature.

use std::path::{Path, PathBuf};

use noorm_fetch::{OciAddress, Publication};
use noorm_plugin_host::is_version;

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
    refuse_other_version(&address, &candidate.info)?;
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

/// Users know a version by its tag, and what was published under it stays: a tag that is a whole version has to be the one
/// that the component says it has.
fn refuse_other_version(address: &OciAddress, info: &PluginInfo) -> Result<(), SourceError> {
    match address.tag() {
        Some(tag) if is_other_version(tag, &info.version) => Err(SourceError::OtherVersion {
            tag: tag.to_owned(),
            name: info.name.clone(),
            version: info.version.clone(),
            own: tag_of(&info.version),
        }),
        _ => Ok(()),
    }
}

/// Whether a tag has the three numbers of a version and is not this one's; `1.0` or `latest` may move. What is behind a
/// version's `+` says how it was built, and may be left out.
fn is_other_version(tag: &str, version: &str) -> bool {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let without_build = version.split('+').next().unwrap_or(version);
    is_version(&tag.replace('_', "+")) && tag != tag_of(version) && tag != without_build
}

/// Returns the tag of a version. None has a `+`; `_`, which no version has, stands for it, as in tags of Helm's charts.
fn tag_of(version: &str) -> String {
    version.replace('+', "_")
}

#[cfg(test)]
mod tests {
    use super::is_other_version;

    #[track_caller]
    fn check(version: &str, own: &[&str], others: &[&str]) {
        for tag in own {
            assert!(!is_other_version(tag, version), "{tag} of {version}");
        }
        for tag in others {
            assert!(is_other_version(tag, version), "{tag} of {version}");
        }
    }

    #[test]
    fn a_tag_with_three_numbers_is_the_version() {
        let moving = ["1", "1.0", "latest", "1.0.x", "2026-11-29", "1..0", "v1.0"];
        check("1.0.0", &moving, &["1.0.1", "v0.12.3", "1.0.0-rc.1", "1.0.0_acme.1"]);
        check("1.0.0", &["1.0.0", "v1.0.0"], &[]);
        check("2.0.0-rc.1", &["2.0.0-rc.1", "v2.0.0-rc.1"], &["2.0.0", "2.0.0-rc.2"]);
    }

    #[test]
    fn what_is_behind_a_plus_has_an_underscore_or_is_left_out() {
        let version = "1.0.0+acme.1";
        check(
            version,
            &["1.0.0_acme.1", "v1.0.0_acme.1", "1.0.0", "v1.0.0"],
            &["1.0.1", "1.0.0_acme.2", "1.0.0-acme.1"],
        );
        check("1.0.0-rc.1+a+b", &["1.0.0-rc.1_a_b", "1.0.0-rc.1"], &["1.0.0", "1.0.0-rc.1_a"]);
    }
}
