//! A file behind a URL.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::bounds::SIGNATURE_BYTES_MAX;
use crate::client::{Fetcher, read};
use crate::error::FetchError;
use crate::shown::{plain, plain_address};

/// The address of a file on a server that proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpsUrl(Url);

impl HttpsUrl {
    /// Returns the address of the signature beside the file.
    #[must_use]
    pub fn signature(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path(&format!("{}.minisig", self.0.path()));
        Self(url)
    }
}

impl FromStr for HttpsUrl {
    type Err = FetchError;

    fn from_str(text: &str) -> Result<Self, FetchError> {
        let wrong = |reason: &str| Err(FetchError::Address { text: plain_address(text), reason: reason.to_owned() });
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return wrong(&error.to_string()),
        };
        // The address is written into a file that everybody reads.
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("a login in an address would be written into the lock file");
        }
        match url.scheme() {
            "https" if url.fragment().is_some() => wrong("`#` leads nowhere"),
            "https" => Ok(Self(url)),
            "http" => wrong("what comes over `http` may come from anybody"),
            scheme => wrong(&format!("nothing is fetched over `{}`", plain(scheme))),
        }
    }
}

impl fmt::Display for HttpsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Fetcher {
    /// Fetches a component.
    pub async fn component(&self, url: &HttpsUrl) -> Result<Vec<u8>, FetchError> {
        self.get(url, self.bounds.component_bytes_max).await
    }

    /// Fetches a component's signature, where it has one.
    pub async fn signature(&self, url: &HttpsUrl) -> Result<Option<String>, FetchError> {
        let url = url.signature();
        match self.get(&url, SIGNATURE_BYTES_MAX).await {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            // Stores of objects say 403 for what is not there, to who may not list it.
            Err(FetchError::NotFound { .. } | FetchError::Forbidden { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn get(&self, url: &HttpsUrl, bytes_max: u64) -> Result<Vec<u8>, FetchError> {
        let from = url.to_string();
        let sent = self.http.get(url.0.clone()).send().await;
        let response = sent.map_err(|error| FetchError::of_request(&error, &from, 0))?;
        match response.status() {
            status if status.is_success() => read(response, &from, bytes_max).await,
            status => Err(FetchError::of_status(status.as_u16(), &from, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_proves_who_it_is_has_an_address() {
        let check = |text: &str, reason: &str| {
            let error = text.parse::<HttpsUrl>().expect_err(text).to_string();
            assert!(error.contains(reason), "{error}");
        };
        check("http://example.org/a.wasm", "may come from anybody");
        check("ftp://example.org/a.wasm", "over `ftp`");
        check("https://", "empty host");
        check("https://example.org/a.wasm#b", "`#` leads nowhere");
    }

    #[test]
    fn a_password_is_in_no_error() {
        for (text, shown) in [
            ("https://me:hunter2@example.org/a.wasm", "`https://example.org/a.wasm`"),
            ("https://me:hunter2@example.org:port/a.wasm", "`https://example.org:port/a.wasm`"),
            ("https://me:hunter2/@example.org/a.wasm", "`https://example.org/a.wasm`"),
            ("https://me:hunter2@/a.wasm", "`https:///a.wasm`"),
            ("http://me:hunter2@example.org/a.wasm", "`http://example.org/a.wasm`"),
            ("https:/me:hunter2@example.org/a.wasm", "`https:/example.org/a.wasm`"),
            (r"https:\\me:hunter2@example.org/a.wasm", r"`https:\\example.org/a.wasm`"),
        ] {
            let error = text.parse::<HttpsUrl>().expect_err(text).to_string();
            assert!(error.contains(shown) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn the_signature_is_beside_the_file() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<HttpsUrl>().expect("an address").signature().to_string(), expected);
        };
        check("https://example.org/a.wasm", "https://example.org/a.wasm.minisig");
        check("https://example.org/a b.wasm?v=1", "https://example.org/a%20b.wasm.minisig?v=1");
    }
}
