//! The client of all downloads: TLS, times, redirections, sizes.

use futures_util::{Stream, StreamExt};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Response, Url};

use crate::bounds::{Bounds, REDIRECTS_MAX};
use crate::credentials::Credentials;
use crate::error::{FetchError, NotEncrypted};
use crate::tls::{Roots, install_provider};

/// Fetches plugins. Making one reads the trusted certificates; nobody is called yet.
pub struct Fetcher {
    pub(crate) http: reqwest::Client,
    pub(crate) roots: Roots,
    pub(crate) bounds: Bounds,
    pub(crate) credentials: Credentials,
}

impl Fetcher {
    /// Sets up TLS.
    pub fn new(bounds: Bounds, credentials: Credentials) -> Result<Self, FetchError> {
        install_provider();
        let roots = Roots::load()?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(roots.client_config()?)
            .redirect(Policy::custom(follow))
            .user_agent(USER_AGENT)
            .connect_timeout(bounds.connect)
            .read_timeout(bounds.idle)
            .timeout(bounds.total)
            .build()
            .map_err(|error| FetchError::SetUp { reason: error.to_string() })?;
        Ok(Self { http, roots, bounds, credentials })
    }
}

pub(crate) const USER_AGENT: &str = concat!("noorm/", env!("CARGO_PKG_VERSION"));

/// Follows to where the server has to prove who it is. A registry of this machine that does without may lead to itself.
fn follow(attempt: Attempt<'_>) -> Action {
    if attempt.previous().len() > REDIRECTS_MAX {
        return attempt.error("too many redirections");
    }
    let is_same_host = |url: &Url| url.host_str() == attempt.url().host_str();
    let was_plain = attempt.previous().first().is_some_and(|first| first.scheme() == "http" && is_same_host(first));
    if attempt.url().scheme() == "https" || was_plain {
        return attempt.follow();
    }
    let to = attempt.url().to_string();
    attempt.error(NotEncrypted(to))
}

/// Reads an answer to its end, unless it is larger than it may be.
pub(crate) async fn read(response: Response, from: &str, bytes_max: u64) -> Result<Vec<u8>, FetchError> {
    if response.content_length().is_some_and(|length| length > bytes_max) {
        return Err(FetchError::TooLarge { from: from.to_owned(), bytes_max });
    }
    collect(response.bytes_stream(), from, bytes_max, |error, received| FetchError::of_request(&error, from, received))
        .await
}

/// Collects the pieces of a stream, unless they are more than they may be.
pub(crate) async fn collect<T: AsRef<[u8]>, E>(
    stream: impl Stream<Item = Result<T, E>>,
    from: &str,
    bytes_max: u64,
    failed: impl Fn(E, u64) -> FetchError,
) -> Result<Vec<u8>, FetchError> {
    let mut stream = std::pin::pin!(stream);
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| failed(error, bytes.len() as u64))?;
        if (bytes.len() + piece.as_ref().len()) as u64 > bytes_max {
            return Err(FetchError::TooLarge { from: from.to_owned(), bytes_max });
        }
        bytes.extend_from_slice(piece.as_ref());
    }
    Ok(bytes)
}
