//! What is put into a registry: layers, of which it says where each is to go, and the manifest that makes them a plugin.

use bytes::Bytes;
use oci_client::manifest::OCI_IMAGE_MEDIA_TYPE;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response, StatusCode};
use url::Url;

use crate::bounds::PIECE_BYTES_MAX;
use crate::client::may_lead;
use crate::error::FetchError;
use crate::registry::Registry;
use crate::shown::plain;

/// What a layer is sent as.
const BYTES_TYPE: &str = "application/octet-stream";

impl Registry<'_> {
    /// Puts a layer under its digest: in pieces, as what comes in between may bound a request, or else whole.
    pub(crate) async fn put(&mut self, bytes: &Bytes, digest: &str) -> Result<(), FetchError> {
        if let Some(place) = self.put_pieces(bytes).await? {
            return self.close(place, digest, Bytes::new()).await;
        }
        let place = self.begin().await?;
        self.close(place, digest, bytes.clone()).await
    }

    /// Puts the manifest.
    pub(crate) async fn put_manifest(&mut self, text: &Bytes) -> Result<(), FetchError> {
        let url = self.url(&self.address.manifest_path())?;
        let put =
            |request: reqwest::RequestBuilder| request.header(CONTENT_TYPE, OCI_IMAGE_MEDIA_TYPE).body(text.clone());
        let response = self.send(Method::PUT, &url, put).await?;
        self.granted(response).await.map(drop)
    }

    /// Begins an upload, and returns where it goes.
    async fn begin(&mut self) -> Result<Url, FetchError> {
        let url = self.url("blobs/uploads/")?;
        let response = self.send(Method::POST, &url, |request| request.header(CONTENT_LENGTH, 0)).await?;
        let response = self.granted(response).await?;
        self.place(&response)
    }

    /// Returns where an upload goes on, or `None` where the registry takes no pieces.
    async fn put_pieces(&mut self, bytes: &Bytes) -> Result<Option<Url>, FetchError> {
        let mut place = self.begin().await?;
        let mut start = 0;
        while start < bytes.len() {
            let piece = bytes.slice(start..bytes.len().min(start + PIECE_BYTES_MAX));
            let end = start + piece.len();
            let range = format!("{start}-{}", end - 1);
            let put = |request: reqwest::RequestBuilder| {
                request.header(CONTENT_RANGE, &range).header(CONTENT_TYPE, BYTES_TYPE).body(piece.clone())
            };
            let response = self.send(Method::PATCH, &place, put).await?;
            let response = self.granted(response).await?;
            if response.status() != StatusCode::ACCEPTED {
                return Ok(None);
            }
            place = self.place(&response)?;
            start = end;
        }
        Ok(Some(place))
    }

    /// Ends an upload with what is left of it.
    async fn close(&mut self, mut place: Url, digest: &str, rest: Bytes) -> Result<(), FetchError> {
        place.query_pairs_mut().append_pair("digest", digest);
        let put = |request: reqwest::RequestBuilder| {
            request.header(CONTENT_LENGTH, rest.len()).header(CONTENT_TYPE, BYTES_TYPE).body(rest.clone())
        };
        let response = self.send(Method::PUT, &place, put).await?;
        self.granted(response).await.map(drop)
    }

    /// Returns where the registry wants an upload.
    fn place(&self, response: &Response) -> Result<Url, FetchError> {
        let text = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let refuses = |reason: &str| FetchError::Registry { from: self.from.clone(), reason: reason.to_owned() };
        if text.is_empty() {
            return Err(refuses("it does not say where a layer is to go"));
        }
        let place = response.url().join(text).map_err(|_| refuses("where it wants a layer is not an address"))?;
        if !may_lead(&self.base, &place) {
            return Err(FetchError::Redirect { from: self.from.clone(), to: plain(place.as_str()) });
        }
        Ok(place)
    }
}
