//! The client of all downloads: TLS, times, redirections, sizes.

use futures_util::StreamExt;
use reqwest::Response;
use reqwest::redirect::{Action, Attempt, Policy};
use url::{Host, Url};

use crate::bounds::{Bounds, REDIRECTS_MAX};
use crate::credentials::Credentials;
use crate::error::{FetchError, NotEncrypted};
use crate::shown::plain;
use crate::tls::Roots;

/// Fetches plugins. Making one reads the trusted certificates; nobody is called yet.
pub struct Fetcher {
    pub(crate) http: reqwest::Client,
    pub(crate) bounds: Bounds,
    pub(crate) credentials: Credentials,
}

impl Fetcher {
    /// Sets up TLS.
    pub fn new(bounds: Bounds, credentials: Credentials) -> Result<Self, FetchError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(Roots::load()?.client_config()?)
            .redirect(Policy::custom(follow))
            .user_agent(USER_AGENT)
            .connect_timeout(bounds.connect)
            .read_timeout(bounds.idle)
            .timeout(bounds.total)
            .build()
            .map_err(|error| FetchError::SetUp { reason: error.to_string() })?;
        Ok(Self { http, bounds, credentials })
    }
}

const USER_AGENT: &str = concat!("noorm/", env!("CARGO_PKG_VERSION"));

/// Follows to where the server has to prove who it is, or does without as the first one did.
fn follow(attempt: Attempt<'_>) -> Action {
    if attempt.previous().len() > REDIRECTS_MAX {
        return attempt.error("too many redirections");
    }
    if attempt.previous().first().is_some_and(|first| may_lead(first, attempt.url())) {
        return attempt.follow();
    }
    let to = plain(attempt.url().as_str());
    attempt.error(NotEncrypted(to))
}

/// Whether a server may send to another address: to one where the server has to prove who it is. A registry of this machine
/// that does without may lead to another of this machine, as nobody listens in between.
pub(crate) fn may_lead(from: &Url, to: &Url) -> bool {
    to.scheme() == "https" || (from.scheme() == "http" && to.scheme() == "http" && is_loopback(to))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Reads an answer to its end, unless it is larger than it may be.
pub(crate) async fn read(response: Response, from: &str, bytes_max: u64) -> Result<Vec<u8>, FetchError> {
    if response.content_length().is_some_and(|length| length > bytes_max) {
        return Err(FetchError::TooLarge { from: from.to_owned(), bytes_max });
    }
    let mut stream = response.bytes_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| FetchError::of_request(&error, from, bytes.len() as u64))?;
        if (bytes.len() + piece.len()) as u64 > bytes_max {
            return Err(FetchError::TooLarge { from: from.to_owned(), bytes_max });
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}
