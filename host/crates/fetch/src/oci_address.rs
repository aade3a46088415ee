//! Where a plugin is in a registry: `oci://REGISTRY/NAME:TAG`, with a digest when it is to stay what it is.

use std::fmt;
use std::str::FromStr;

use oci_client::Reference;
use url::Url;

use crate::error::FetchError;
use crate::shown::plain_address;

/// What an address begins with.
const SCHEME: &str = "oci://";

/// A plugin in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OciAddress(Reference);

impl OciAddress {
    /// Returns the host of the registry, with its port.
    #[must_use]
    pub fn registry(&self) -> &str {
        self.0.resolve_registry()
    }

    /// Returns the tag, which may be another plugin's tomorrow.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.0.tag()
    }

    /// Returns the digest of the manifest, if the address has one.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.0.digest()
    }

    /// Returns the address of exactly this manifest.
    #[must_use]
    pub fn pinned(&self, digest: &str) -> Self {
        let (registry, repository) = (self.0.registry().to_owned(), self.0.repository().to_owned());
        let digest = digest.to_owned();
        Self(match self.0.tag() {
            Some(tag) => Reference::with_tag_and_digest(registry, repository, tag.to_owned(), digest),
            None => Reference::with_digest(registry, repository, digest),
        })
    }

    /// Returns the address of whatever the tag names today; without a tag there is none.
    #[must_use]
    pub fn unpinned(&self) -> Option<Self> {
        let (registry, repository) = (self.0.registry().to_owned(), self.0.repository().to_owned());
        self.0.tag().map(|tag| Self(Reference::with_tag(registry, repository, tag.to_owned())))
    }

    /// Whether both are versions of what one repository has: who may write to it may write each of its tags.
    #[must_use]
    pub fn is_same_repository(&self, other: &Self) -> bool {
        (self.registry(), self.repository()) == (other.registry(), other.repository())
    }

    /// Whether the registry is on this machine, where nobody can listen in between.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.registry().rsplit_once(':').map_or(self.registry(), |(host, _)| host);
        host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Returns the name of the plugin in the registry.
    pub(crate) fn repository(&self) -> &str {
        self.0.repository()
    }

    /// Returns where the registry's interface begins.
    pub(crate) fn base(&self, scheme: &str) -> Result<Url, FetchError> {
        let url = Url::parse(&format!("{scheme}://{}/v2/", self.registry()));
        url.map_err(|error| FetchError::Address { text: self.to_string(), reason: error.to_string() })
    }

    /// Returns where the registry has the manifest, below the plugin's name.
    pub(crate) fn manifest_path(&self) -> String {
        format!("manifests/{}", self.0.digest().or(self.0.tag()).unwrap_or_default())
    }
}

impl FromStr for OciAddress {
    type Err = FetchError;

    fn from_str(text: &str) -> Result<Self, FetchError> {
        let wrong = |reason: String| FetchError::Address { text: plain_address(text), reason };
        let rest = text.strip_prefix(SCHEME).ok_or_else(|| wrong(format!("it does not begin with `{SCHEME}`")))?;
        // Without one, others look at a registry of a company's choice.
        let host = rest.split('/').next().filter(|_| rest.contains('/')).unwrap_or_default();
        if !(host.contains(['.', ':']) || host == "localhost") {
            return Err(wrong("it does not name the host of a registry".to_owned()));
        }
        let name = rest.rsplit('/').next().unwrap_or_default();
        if !name.contains([':', '@']) {
            return Err(wrong("it names no tag; which version is meant?".to_owned()));
        }
        let reference: Reference = rest.parse().map_err(|error: oci_client::ParseError| wrong(error.to_string()))?;
        match reference.digest() {
            Some(digest) if !digest.starts_with("sha256:") => Err(wrong("its digest is not of SHA-256".to_owned())),
            _ => Ok(Self(reference)),
        }
    }
}

impl fmt::Display for OciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:0123456789012345678901234567890123456789012345678901234567890123";

    #[test]
    fn an_address_says_registry_name_and_version() {
        let check = |text: &str, reason: &str| {
            let error = text.parse::<OciAddress>().expect_err(text).to_string();
            assert!(error.contains(reason), "{error}");
        };
        check("oci://loader-ini:1.0", "host of a registry");
        check("oci://acme/loader-ini:1.0", "host of a registry");
        check("oci://ghcr.io/acme/loader-ini", "which version");
        check("oci://localhost:5000/loader-ini", "which version");
        check("oci://ghcr.io/Acme/loader-ini:1", "reference");
        check("oci://ghcr.io/acme/loader-ini:", "reference");
        check("oci://ghcr.io/acme/../x:1", "reference");
        check("https://ghcr.io/acme/x:1", "begin with `oci://`");
        check(&format!("oci://ghcr.io/acme/x@sha512:{}", "0".repeat(128)), "SHA-256");
    }

    #[test]
    fn an_address_is_written_as_it_is_read() {
        for text in [
            "oci://ghcr.io/acme/loader-ini:1.0",
            &format!("oci://localhost:5000/a/b/c:v1@{DIGEST}"),
            &format!("oci://127.0.0.1:5000/loader-ini@{DIGEST}"),
        ] {
            assert_eq!(text.parse::<OciAddress>().expect("an address").to_string(), *text);
        }
    }

    #[test]
    fn a_pinned_address_keeps_its_tag_for_updates() {
        let address: OciAddress = "oci://ghcr.io/acme/x:1".parse().expect("an address");
        let pinned = address.pinned(DIGEST);
        assert_eq!(pinned.to_string(), format!("oci://ghcr.io/acme/x:1@{DIGEST}"));
        assert_eq!(pinned.manifest_path(), format!("manifests/{DIGEST}"));
        assert_eq!(address.manifest_path(), "manifests/1");
        assert_eq!(pinned.unpinned(), Some(address));
        let bare: OciAddress = format!("oci://ghcr.io/acme/x@{DIGEST}").parse().expect("an address");
        assert_eq!(bare.unpinned(), None);
    }

    #[test]
    fn a_password_is_in_no_error() {
        for text in [
            "oci://me:hunter2@ghcr.io/acme/x:1",
            "oci://me:hunter2@ghcr.io/acme/x",
            "oci://me:hunter2/3@ghcr.io/acme/x:1",
            "me:hunter2@ghcr.io/acme/x:1",
        ] {
            let error = text.parse::<OciAddress>().expect_err(text).to_string();
            assert!(error.contains("ghcr.io/acme/x") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is = |host: &str| format!("oci://{host}/x:1").parse::<OciAddress>().expect(host).is_loopback();
        assert!(is("localhost:5000") && is("localhost") && is("127.0.0.1:80") && is("127.9.9.9:80"));
        assert!(!is("localhost.example.org") && !is("10.0.0.1:5000") && !is("127.0.0.1.example.org"));
    }
}
