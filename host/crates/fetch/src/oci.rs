//! A plugin in a registry: taken from it, and put into it.
//!
//! Logins, layers and uploads are `oci-client`'s. The manifest is asked for here: it says which bytes the plugin is, and so
//! it may neither be of any size nor come from where a redirection without TLS leads. The layers may, as their digests are
//! in the manifest.

use std::time::Duration;

use bytes::Bytes;
use oci_client::client::{ClientConfig, ClientProtocol, ImageLayer};
use oci_client::manifest::{
    IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE,
    OciDescriptor,
};
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, RegistryOperation};
use reqwest::header::{ACCEPT, HeaderValue};
use serde::Deserialize;

use crate::bounds::{MANIFEST_BYTES_MAX, SIGNATURE_BYTES_MAX};
use crate::client::{Fetcher, USER_AGENT, collect, read};
use crate::credentials::login_of;
use crate::error::{FetchError, find};
use crate::manifest::{Layers, Publication, layers};
use crate::oci_address::OciAddress;

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

/// A registry, and who we are to it.
struct Registry<'a> {
    fetcher: &'a Fetcher,
    address: &'a OciAddress,
    from: String,
    scheme: &'static str,
    client: Client,
    auth: RegistryAuth,
    token: Option<String>,
}

impl Fetcher {
    /// Takes a plugin from a registry. One that only a project's files name, and not the user, is shown no password that is
    /// for any registry.
    pub async fn pull(&self, address: &OciAddress, is_named_by_user: bool) -> Result<Pulled, FetchError> {
        let registry = self.registry(address, is_named_by_user, RegistryOperation::Pull).await?;
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
        let registry = self.registry(address, true, RegistryOperation::Push).await?;
        let laid = publication.layers();
        if !is_to_replace && registry.is_taken(&laid).await? {
            return Err(FetchError::Taken { at: address.to_string() });
        }
        let config = publication.config(&laid);
        let manifest = publication.manifest(&laid, &config);
        let text = serde_json::to_vec(&manifest).map_err(|error| registry.refuses(error.to_string()))?;
        let digest = digest_of(&text);
        for layer in laid {
            let digest = layer.sha256_digest();
            registry.put(layer.data, &digest).await?;
        }
        registry.put(config.data, &manifest.config.digest).await?;
        let kind = HeaderValue::from_static(OCI_IMAGE_MEDIA_TYPE);
        let pushed = registry.client.push_manifest_raw(address.reference(), text, kind).await;
        pushed.map_err(|error| registry.failed(error))?;
        Ok(address.pinned(&digest))
    }

    async fn registry<'a>(
        &'a self,
        address: &'a OciAddress,
        is_named_by_user: bool,
        operation: RegistryOperation,
    ) -> Result<Registry<'a>, FetchError> {
        let auth = self.credentials.of(address.registry(), is_named_by_user)?;
        let scheme = self.scheme(address).await;
        let protocol = if scheme == "http" { ClientProtocol::Http } else { ClientProtocol::Https };
        let client = Client::try_from(ClientConfig {
            protocol,
            tls_certs_only: self.roots.for_registries(),
            read_timeout: Some(self.bounds.idle),
            connect_timeout: Some(self.bounds.connect),
            user_agent: USER_AGENT,
            ..ClientConfig::default()
        });
        let from = address.to_string();
        let client = client.map_err(|error| FetchError::SetUp { reason: error.to_string() })?;
        // Later requests log in by themselves, and hide why that failed.
        let token = self.in_time(&from, client.auth(address.reference(), &auth, operation)).await?;
        let token = token.map_err(|error| FetchError::of_registry(error, &from, login_of(&auth)))?;
        Ok(Registry { fetcher: self, address, from, scheme, client, auth, token })
    }

    /// A registry of this machine may do without TLS, if it does not have it.
    async fn scheme(&self, address: &OciAddress) -> &'static str {
        if !address.is_loopback() {
            return "https";
        }
        let asked = self.http.get(format!("https://{}/v2/", address.registry())).timeout(Duration::from_secs(5));
        match asked.send().await {
            Err(error) => match find::<rustls::Error>(&error) {
                Some(rustls::Error::InvalidMessage(_)) => "http",
                _ => "https",
            },
            Ok(_) => "https",
        }
    }

    async fn in_time<T>(&self, from: &str, future: impl Future<Output = T>) -> Result<T, FetchError> {
        let done = tokio::time::timeout(self.bounds.total, future).await;
        done.map_err(|_| FetchError::TimedOut { from: from.to_owned() })
    }
}

impl Registry<'_> {
    /// Returns the manifest and its digest.
    async fn manifest(&self) -> Result<(Vec<u8>, String), FetchError> {
        let url = self.address.manifest_url(self.scheme);
        let types = [
            OCI_IMAGE_MEDIA_TYPE,
            OCI_IMAGE_INDEX_MEDIA_TYPE,
            IMAGE_MANIFEST_MEDIA_TYPE,
            IMAGE_MANIFEST_LIST_MEDIA_TYPE,
        ];
        let ask = || self.fetcher.http.get(&url).header(ACCEPT, types.join(", "));
        let failed = |error| FetchError::of_request(&error, &self.from, 0);
        let request = match &self.token {
            Some(token) => ask().bearer_auth(token),
            None => ask(),
        };
        let mut response = request.send().await.map_err(failed)?;
        // Without a token, a password is shown to who asks for one.
        if let (401, RegistryAuth::Basic(user, password), None) = (response.status().as_u16(), &self.auth, &self.token)
        {
            response = ask().basic_auth(user, Some(password)).send().await.map_err(failed)?;
        }
        let status = response.status();
        let text = read(response, &self.from, MANIFEST_BYTES_MAX).await?;
        if !status.is_success() {
            return Err(self.refusal(status.as_u16(), &text));
        }
        let found = digest_of(&text);
        match self.address.digest() {
            Some(wanted) if wanted != found => {
                Err(FetchError::Digest { from: self.from.clone(), wanted: wanted.to_owned(), found })
            }
            _ => Ok((text, found)),
        }
    }

    /// Says why there is no manifest.
    fn refusal(&self, status: u16, text: &[u8]) -> FetchError {
        #[derive(Deserialize)]
        struct Envelope {
            errors: Vec<Coded>,
        }
        #[derive(Deserialize)]
        struct Coded {
            code: String,
        }
        let code =
            serde_json::from_slice::<Envelope>(text).ok().and_then(|envelope| envelope.errors.into_iter().next());
        let from = self.from.clone();
        match (status, code.map(|coded| coded.code).as_deref()) {
            (404, Some("NAME_UNKNOWN")) => FetchError::NoTag { from, reason: "the registry has nothing of that name" },
            (404, _) if self.address.digest().is_some() => FetchError::NoTag { from, reason: "it was removed" },
            (404, _) => FetchError::NoTag { from, reason: "the registry has no such tag" },
            (status, _) => FetchError::of_status(status, &from, login_of(&self.auth)),
        }
    }

    /// Fetches a layer, whose digest is checked on the way.
    async fn blob(&self, layer: &OciDescriptor, bytes_max: u64) -> Result<Vec<u8>, FetchError> {
        let size = u64::try_from(layer.size).map_err(|_| self.refuses("a layer has no size".to_owned()))?;
        if size > bytes_max {
            return Err(FetchError::TooLarge { from: self.from.clone(), bytes_max });
        }
        // By its digest alone: a layer may name other servers.
        let download = async {
            let stream = self.client.pull_blob_stream(self.address.reference(), layer.digest.as_str()).await;
            let stream = stream.map_err(|error| self.failed(error))?;
            collect(stream, &self.from, size, |error, received| FetchError::of_stream(&error, &self.from, received))
                .await
        };
        let bytes = self.fetcher.in_time(&self.from, download).await??;
        match bytes.len() as u64 {
            received if received < size => Err(FetchError::Cut { from: self.from.clone(), received }),
            _ => Ok(bytes),
        }
    }

    /// Puts a layer.
    async fn put(&self, bytes: Bytes, digest: &str) -> Result<(), FetchError> {
        let pushed = self.client.push_blob(self.address.reference(), bytes, digest);
        let pushed = self.fetcher.in_time(&self.from, pushed).await?;
        pushed.map(drop).map_err(|error| self.failed(error))
    }

    /// Whether the tag is there, with other layers than these.
    async fn is_taken(&self, laid: &[ImageLayer]) -> Result<bool, FetchError> {
        let manifest = match self.manifest().await {
            Ok((manifest, _)) => manifest,
            Err(FetchError::NoTag { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let Ok(found) = layers(&manifest) else { return Ok(true) };
        let same = laid.first().is_some_and(|component| component.sha256_digest() == found.component.digest);
        Ok(!same)
    }

    fn failed(&self, error: oci_client::errors::OciDistributionError) -> FetchError {
        FetchError::of_registry(error, &self.from, login_of(&self.auth))
    }

    fn refuses(&self, reason: String) -> FetchError {
        FetchError::Registry { from: self.from.clone(), reason }
    }
}

/// Returns the digest that a registry has something under.
fn digest_of(bytes: &[u8]) -> String {
    ImageLayer::new(bytes.to_vec(), String::new(), None).sha256_digest()
}
