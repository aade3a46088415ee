//! A plugin in a registry: taken from it, and put into it.
//!
//! Addresses, digests, layers and manifests are `oci-client`'s. The requests are not: it reads answers of any size, follows
//! a redirection to where nothing is encrypted, and shows a password wherever a registry says.

use bytes::Bytes;
use oci_client::client::ImageLayer;

use crate::bounds::SIGNATURE_BYTES_MAX;
use crate::client::Fetcher;
use crate::error::FetchError;
use crate::manifest::{Layers, Publication, layers};
use crate::oci_address::OciAddress;
use crate::registry::{Registry, digest_of};

/// What a registry had.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The address of exactly this, whatever becomes of the tag.
    pub address: OciAddress,
    /// The component.
    pub component: Vec<u8>,
    /// Its signature.
    pub signature: Option<String>,
}

impl Fetcher {
    /// Takes a plugin from a registry. One that only a project's files name, and not the user, is shown no password that is
    /// for any registry.
    pub async fn pull(&self, address: &OciAddress, is_named_by_user: bool) -> Result<Pulled, FetchError> {
        let login = self.credentials.of(address.registry(), is_named_by_user).await?;
        let mut registry = self.registry(address, login, "pull").await?;
        let (manifest, digest) = registry.manifest().await?;
        let Layers { component, signature } =
            layers(&manifest).map_err(|reason| FetchError::NoPlugin { from: registry.from.clone(), reason })?;
        let component = registry.blob(&component, self.bounds.component_bytes_max).await?;
        let signature = match signature {
            Some(layer) => Some(registry.blob(&layer, SIGNATURE_BYTES_MAX).await?),
            None => None,
        };
        let signature = signature.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Pulled { address: address.pinned(&digest), component, signature })
    }

    /// Puts a plugin into a registry, and returns its address with its digest. A tag that is something else already stays,
    /// unless it is to be replaced.
    pub async fn push(
        &self,
        address: &OciAddress,
        publication: &Publication,
        is_to_replace: bool,
    ) -> Result<OciAddress, FetchError> {
        let login = self.credentials.of(address.registry(), true).await?;
        let mut registry = self.registry(address, login, "pull,push").await?;
        let laid = publication.layers();
        if !is_to_replace && registry.is_taken(&laid).await? {
            return Err(FetchError::Taken { at: address.to_string() });
        }
        let config = publication.config(&laid);
        let manifest = publication.manifest(&laid, &config);
        let text = Bytes::from(serde_json::to_vec(&manifest).expect("a manifest is JSON"));
        for layer in laid {
            registry.put(&layer.data, &layer.sha256_digest()).await?;
        }
        registry.put(&config.data, &manifest.config.digest).await?;
        registry.put_manifest(&text).await?;
        Ok(address.pinned(&digest_of(&text)))
    }
}

impl Registry<'_> {
    /// Whether the tag is there, with other layers than these.
    async fn is_taken(&mut self, laid: &[ImageLayer]) -> Result<bool, FetchError> {
        let manifest = match self.manifest().await {
            Ok((manifest, _)) => manifest,
            Err(FetchError::NoTag { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let Ok(found) = layers(&manifest) else { return Ok(true) };
        // The component, and the signature if there is one.
        let laid = laid.iter().map(ImageLayer::sha256_digest);
        let found = [Some(found.component), found.signature].into_iter().flatten().map(|layer| layer.digest);
        Ok(!laid.eq(found))
    }
}
