//! A registry that is asked for something: one client, which bounds what comes, one rule for where it may lead, and one
//! login, which nobody else is shown.

use std::time::Duration;

use bytes::Bytes;
use oci_client::client::ImageLayer;
use oci_client::manifest::{
    IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE,
    OciDescriptor,
};
use oci_client::secrets::RegistryAuth;
use reqwest::header::ACCEPT;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::bounds::{MANIFEST_BYTES_MAX, REFUSAL_BYTES_MAX};
use crate::client::{Fetcher, read};
use crate::credentials::{Login, show};
use crate::error::{FetchError, find};
use crate::oci_address::OciAddress;
use crate::shown::plain;

/// A registry, and who we are to it.
pub(crate) struct Registry<'a> {
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) address: &'a OciAddress,
    /// What errors call it.
    pub(crate) from: String,
    /// Where its interface begins: `https://HOST/v2/`.
    pub(crate) base: Url,
    /// What a token is to allow.
    pub(crate) actions: &'static str,
    /// The login that there is for it.
    pub(crate) login: Login,
    /// What it is shown, once it has asked.
    pub(crate) shown: RegistryAuth,
}

impl Fetcher {
    /// Finds out how a registry is reached, and logs in where it asks for that.
    pub(crate) async fn registry<'a>(
        &'a self,
        address: &'a OciAddress,
        login: Login,
        actions: &'static str,
    ) -> Result<Registry<'a>, FetchError> {
        let from = address.to_string();
        let base = address.base(self.scheme(address).await)?;
        let mut registry =
            Registry { fetcher: self, address, from, base, actions, login, shown: RegistryAuth::Anonymous };
        // Some ask at the door only, and say later that there is nothing of the name.
        let greeting = registry.ask(&Method::GET, &registry.base, &|request| request).await?;
        registry.log_in(greeting.headers()).await?;
        Ok(registry)
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
}

impl Registry<'_> {
    /// Returns where the registry has something of the plugin's.
    pub(crate) fn url(&self, path: &str) -> Result<Url, FetchError> {
        let url = self.base.join(&format!("{}/{path}", self.address.repository()));
        url.map_err(|error| FetchError::Address { text: self.from.clone(), reason: error.to_string() })
    }

    /// Sends a request, and once more where the registry asks for another login than it was shown.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        url: &Url,
        add: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, FetchError> {
        let response = self.ask(&method, url, &add).await?;
        let is_asked = response.status() == StatusCode::UNAUTHORIZED && self.is_at(url);
        if is_asked && self.log_in(response.headers()).await? {
            return self.ask(&method, url, &add).await;
        }
        Ok(response)
    }

    async fn ask(
        &self,
        method: &Method,
        url: &Url,
        add: &impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, FetchError> {
        let mut request = self.fetcher.http.request(method.clone(), url.clone());
        // An upload may go to another server.
        if self.is_at(url) {
            request = show(request, &self.shown);
        }
        add(request).send().await.map_err(|error| FetchError::of_request(&error, &self.from, 0))
    }

    fn is_at(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Returns the manifest and its digest.
    pub(crate) async fn manifest(&mut self) -> Result<(Bytes, String), FetchError> {
        let types = [
            OCI_IMAGE_MEDIA_TYPE,
            OCI_IMAGE_INDEX_MEDIA_TYPE,
            IMAGE_MANIFEST_MEDIA_TYPE,
            IMAGE_MANIFEST_LIST_MEDIA_TYPE,
        ];
        let url = self.url(&self.address.manifest_path())?;
        let response = self.send(Method::GET, &url, |request| request.header(ACCEPT, types.join(", "))).await?;
        if response.status() == StatusCode::NOT_FOUND {
            let reason = match self.complaint(response).await.map(|complaint| complaint.code).as_deref() {
                Some("NAME_UNKNOWN") => "the registry has nothing of that name",
                _ if self.address.digest().is_some() => "it was removed",
                _ => "the registry has no such tag",
            };
            return Err(FetchError::NoTag { from: self.from.clone(), reason });
        }
        let text = Bytes::from(read(self.granted(response).await?, &self.from, MANIFEST_BYTES_MAX).await?);
        let found = digest_of(&text);
        self.compare(self.address.digest(), &found)?;
        Ok((text, found))
    }

    /// Fetches a layer.
    pub(crate) async fn blob(&mut self, layer: &OciDescriptor, bytes_max: u64) -> Result<Vec<u8>, FetchError> {
        let size = u64::try_from(layer.size).map_err(|_| self.no_plugin("a layer has no size"))?;
        if size > bytes_max {
            return Err(FetchError::TooLarge { from: self.from.clone(), bytes_max });
        }
        if !is_digest(&layer.digest) {
            return Err(self.no_plugin("the digest of a layer is not of SHA-256"));
        }
        // By its digest alone: a layer may name other servers.
        let url = self.url(&format!("blobs/{}", layer.digest))?;
        let response = self.send(Method::GET, &url, |request| request).await?;
        let bytes = Bytes::from(read(self.granted(response).await?, &self.from, size).await?);
        let received = bytes.len() as u64;
        if received < size {
            return Err(FetchError::Cut { from: self.from.clone(), received });
        }
        self.compare(Some(&layer.digest), &digest_of(&bytes))?;
        Ok(bytes.into())
    }

    /// Hands on an answer that is a success.
    pub(crate) async fn granted(&self, response: Response) -> Result<Response, FetchError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        Err(match FetchError::of_status(status.as_u16(), &self.from, Some(&self.login)) {
            FetchError::Status { from, status } => match self.complaint(response).await {
                Some(Complaint { message: Some(message), .. }) if !message.is_empty() => {
                    FetchError::Registry { from, reason: plain(&message) }
                }
                _ => FetchError::Status { from, status },
            },
            error => error,
        })
    }

    /// Reads why the registry does not do something, if it says so in few words.
    async fn complaint(&self, response: Response) -> Option<Complaint> {
        let text = read(response, &self.from, REFUSAL_BYTES_MAX).await.ok()?;
        let complaints: Complaints = serde_json::from_slice(&text).ok()?;
        complaints.errors.into_iter().next()
    }

    fn compare(&self, wanted: Option<&str>, found: &str) -> Result<(), FetchError> {
        match wanted {
            Some(wanted) if wanted != found => {
                Err(FetchError::Digest { from: self.from.clone(), wanted: wanted.to_owned(), found: found.to_owned() })
            }
            _ => Ok(()),
        }
    }

    fn no_plugin(&self, reason: &str) -> FetchError {
        FetchError::NoPlugin { from: self.from.clone(), reason: reason.to_owned() }
    }
}

/// What registries answer that do not do what they are asked for.
#[derive(Deserialize)]
struct Complaints {
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    code: String,
    message: Option<String>,
}

/// Returns the digest that a registry has something under.
pub(crate) fn digest_of(bytes: &Bytes) -> String {
    ImageLayer::new(bytes.clone(), String::new(), None).sha256_digest()
}

/// Whether a text is a digest as `digest_of` writes them.
fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:");
    digits.is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_nothing_but_one() {
        assert!(is_digest(&digest_of(&Bytes::from_static(b"a component"))));
        for text in
            ["", "sha256:", "sha256:00", &format!("sha512:{}", "0".repeat(64)), &format!("sha256:{}", "A".repeat(64))]
        {
            assert!(!is_digest(text), "{text}");
        }
        assert!(!is_digest(&format!("sha256:{}/../../x", "0".repeat(56))));
    }
}
