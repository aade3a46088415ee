//! Logging in at a registry: what it asks for is answered here, so that nothing of it is larger than it may be, and no
//! password goes where others can read it.

use oci_client::secrets::RegistryAuth;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use url::Url;

use crate::bounds::TOKEN_BYTES_MAX;
use crate::challenge::Challenge;
use crate::client::{may_lead, read};
use crate::credentials::show;
use crate::error::FetchError;
use crate::registry::Registry;
use crate::shown::plain;

/// What a server gives; either name is in use, and some give it under both.
#[derive(Deserialize)]
struct Given {
    token: Option<String>,
    access_token: Option<String>,
}

impl Registry<'_> {
    /// Makes ready what an answer asks to be shown, and returns whether that is another thing than what was shown. A token
    /// that was good for a while is replaced.
    pub(crate) async fn log_in(&mut self, headers: &HeaderMap) -> Result<bool, FetchError> {
        let shown = match Challenge::of(headers) {
            Some(Challenge::Password) => self.login.auth.clone(),
            Some(Challenge::Token { realm, service }) => {
                let url = self.token_url(&realm, service.as_deref())?;
                RegistryAuth::Bearer(self.token(url).await?)
            }
            None => return Ok(false),
        };
        let is_other = shown != self.shown;
        self.shown = shown;
        Ok(is_other)
    }

    /// Returns where a token is asked for. The scope is what is to be done, not what the registry would like.
    fn token_url(&self, realm: &str, service: Option<&str>) -> Result<Url, FetchError> {
        let mut url = realm_of(realm, &self.base, &self.from)?;
        let scope = format!("repository:{}:{}", self.address.repository(), self.actions);
        url.query_pairs_mut().extend_pairs(service.map(|service| ("service", service))).append_pair("scope", &scope);
        Ok(url)
    }

    async fn token(&self, url: Url) -> Result<String, FetchError> {
        // What fails there is not the registry's.
        let at = plain(url.as_str().split('?').next().unwrap_or_default());
        let request = show(self.fetcher.http.get(url), &self.login.auth);
        let response = request.send().await.map_err(|error| FetchError::of_request(&error, &at, 0))?;
        match response.status().as_u16() {
            200 => {}
            // Who is not known and who may not are the same to most of them.
            401 | 403 => return Err(FetchError::of_status(401, &self.from, Some(&self.login))),
            status => return Err(FetchError::Status { from: at, status }),
        }
        let text = read(response, &at, TOKEN_BYTES_MAX).await?;
        token_of(&text).ok_or_else(|| FetchError::NoLogin {
            from: self.from.clone(),
            reason: format!("what `{at}` answers has no token"),
        })
    }
}

/// Returns the address that a registry names for logins, if a password may be shown there.
fn realm_of(realm: &str, registry: &Url, from: &str) -> Result<Url, FetchError> {
    let is_bare = |url: &Url| url.has_host() && url.username().is_empty() && url.password().is_none();
    let Some(mut url) = Url::parse(realm).ok().filter(is_bare) else {
        let reason = format!("it asks for them at `{}`, which is not an address", plain(realm));
        return Err(FetchError::NoLogin { from: from.to_owned(), reason });
    };
    url.set_fragment(None);
    if !may_lead(registry, &url) {
        return Err(FetchError::Redirect { from: from.to_owned(), to: plain(url.as_str()) });
    }
    Ok(url)
}

/// Returns the token of an answer, unless it has none that fits into a header.
fn token_of(text: &[u8]) -> Option<String> {
    let given: Given = serde_json::from_slice(text).ok()?;
    let token = given.token.or(given.access_token)?;
    (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn realm(text: &str, registry: &str) -> Result<String, String> {
        let registry = Url::parse(registry).expect("a registry");
        realm_of(text, &registry, "oci://a/x:1").map(|url| url.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_realm_proves_who_it_is() {
        for registry in ["https://ghcr.io/v2/", "https://localhost:5000/v2/", "http://localhost:5000/v2/"] {
            assert_eq!(
                realm("https://auth.example.org/t?a=b#c", registry),
                Ok("https://auth.example.org/t?a=b".to_owned())
            );
            let clear = realm("http://internal/token", registry).expect_err("not encrypted");
            assert_eq!(clear, "`oci://a/x:1` leads to `http://internal/token`, which is not encrypted");
            for text in ["ftp://auth.example.org/", "gopher://localhost/", "http://localhost.example.org/"] {
                assert!(realm(text, registry).is_err_and(|error| error.contains("not encrypted")), "{text}");
            }
            for text in [
                "",
                "/token",
                "auth.example.org",
                "data:,{}",
                "https://",
                "https://u@a/",
                "https://u:p@a/",
                "https://:p@a/",
            ] {
                assert!(realm(text, registry).is_err_and(|error| error.contains("not an address")), "{text}");
            }
        }
    }

    #[test]
    fn without_tls_a_password_stays_on_this_machine() {
        for text in ["http://localhost:5001/token", "http://127.0.0.1/token", "http://[::1]:5001/token"] {
            assert_eq!(realm(text, "http://localhost:5000/v2/"), Ok(text.to_owned()));
            for registry in ["https://ghcr.io/v2/", "https://localhost:5000/v2/"] {
                assert!(realm(text, registry).is_err(), "{text} of {registry}");
            }
        }
    }

    #[test]
    fn a_realm_that_is_no_address_is_shown_in_a_line() {
        let error = realm(&format!("\u{1b}[2J{}", "x".repeat(1 << 20)), "https://ghcr.io/v2/").expect_err("no address");
        assert!(error.len() < 400 && !error.contains('\u{1b}'), "{error}");
    }

    #[test]
    fn a_token_fits_into_a_header() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(token_of(text.as_bytes()).as_deref(), expected, "{text}");
        check(r#"{"token": "a.b-c_d==", "expires_in": 300}"#, Some("a.b-c_d=="));
        check(r#"{"access_token": "a"}"#, Some("a"));
        check(r#"{"token": "a", "access_token": "b"}"#, Some("a"));
        for text in [
            "",
            "a",
            "[]",
            "{}",
            r#"{"token": ""}"#,
            r#"{"token": 1}"#,
            r#"{"token": "a\r\nX: y"}"#,
            r#"{"token": "é"}"#,
        ] {
            check(text, None);
        }
    }
}
