//! TLS of downloads: the stack and the trusted authorities that database connections have too.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::error::FetchError;

/// The operating system's authorities, or those of the file that SSL_CERT_FILE names.
pub(crate) struct Roots(Vec<CertificateDer<'static>>);

impl Roots {
    /// Reads them.
    pub(crate) fn load() -> Result<Self, FetchError> {
        let loaded = rustls_native_certs::load_native_certs();
        let mut roots = loaded.certs;
        // What the system's store holds besides good certificates is none of this connection's business.
        roots.retain(|root| RootCertStore::empty().add(root.clone()).is_ok());
        if roots.is_empty() {
            let reason = loaded.errors.first().map(ToString::to_string);
            let reason = reason.unwrap_or_else(|| "the operating system has no trusted certificates".to_owned());
            return Err(FetchError::SetUp { reason });
        }
        Ok(Self(roots))
    }

    /// Returns what rustls needs.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, FetchError> {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(self.0.iter().cloned());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| FetchError::SetUp { reason: error.to_string() })?;
        Ok(builder.with_root_certificates(store).with_no_client_auth())
    }
}
