//! The one TLS stack of all network drivers: rustls over aws-lc-rs.
//!
//! Servers are verified unless the user says otherwise in so many words. It opens no socket.

mod refusal;

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme, SupportedProtocolVersion};

pub(crate) use refusal::refusal;

use crate::error::ConnectError;
use crate::target::Ssl;

/// Returns what rustls needs for these settings; `None` if they ask for no TLS.
pub(crate) fn client_config(ssl: &Ssl) -> Result<Option<ClientConfig>, ConnectError> {
    Material::read(ssl)?.map(|material| material.client_config()).transpose()
}

/// What TLS is made of: everything that is read from files, before anybody is called.
pub(crate) struct Material {
    /// The authorities to trust, if the server has to prove who it is.
    pub(crate) roots: Option<Vec<CertificateDer<'static>>>,
    /// The client's own certificate, with those that lead from it to its authority, and its key.
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Material {
    /// Reads the files that the settings name; `None` if the settings ask for no TLS.
    pub(crate) fn read(ssl: &Ssl) -> Result<Option<Self>, ConnectError> {
        let (ca, cert, key, verify) = match ssl {
            Ssl::Off => return Ok(None),
            Ssl::On => (None, None, None, true),
            Ssl::Custom { ca, cert, key, reject_unauthorized } => {
                (ca.as_deref(), cert.as_deref(), key.as_deref(), *reject_unauthorized)
            }
        };
        let roots = if verify { Some(roots(ca)?) } else { None };
        let identity = match (cert, key) {
            (None, None) => None,
            (Some(cert), Some(key)) => Some((certificates("certificate", cert)?, private_key(key)?)),
            _ => return Err(settings("a client certificate needs both `cert` and `key`")),
        };
        Ok(Some(Self { roots, identity }))
    }

    /// Returns what rustls needs.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, ConnectError> {
        self.client_config_of(rustls::DEFAULT_VERSIONS)
    }

    /// Returns the same for a protocol that does not go with every version of TLS.
    pub(crate) fn client_config_of(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<ClientConfig, ConnectError> {
        // Named outright: a process-wide default could be installed by any dependency.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match &self.roots {
            Some(roots) => verifier(roots, &provider)?,
            None => Arc::new(Unverified(provider.clone())),
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(settings)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        match &self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some((chain, key)) => builder.with_client_auth_cert(chain.clone(), key.clone_key()).map_err(settings),
        }
    }
}

/// Returns the authorities of the operating system and those of a file.
fn roots(ca: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let mut roots = rustls_native_certs::load_native_certs().certs;
    // What the system's store holds besides good certificates is none of this connection's business.
    roots.retain(|root| RootCertStore::empty().add(root.clone()).is_ok());
    if let Some(path) = ca {
        for root in certificates("CA file", path)? {
            RootCertStore::empty().add(root.clone()).map_err(|error| unusable("CA file", path, error))?;
            roots.push(root);
        }
    }
    if roots.is_empty() {
        return Err(settings("the operating system has no trusted certificates; name a CA file as `ssl.ca`"));
    }
    Ok(roots)
}

fn verifier(
    roots: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, ConnectError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.iter().cloned());
    WebPkiServerVerifier::builder_with_provider(store.into(), provider.clone()).build().map_err(settings)
}

fn settings(message: impl ToString) -> ConnectError {
    ConnectError::TlsSettings { message: message.to_string() }
}

fn certificates(what: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let found = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(what, path, explain(error)))?;
    if found.is_empty() {
        return Err(unusable(what, path, "it holds no certificate in PEM format"));
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, ConnectError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| {
        let is_encrypted = std::fs::read_to_string(path).is_ok_and(|text| ENCRYPTED.iter().any(|it| text.contains(it)));
        let message = match is_encrypted {
            true => {
                "it is encrypted, and nobody is asked for its passphrase; `openssl pkey` writes it without".to_owned()
            }
            false => explain(error),
        };
        unusable("key", path, message)
    })
}

/// The two ways to write that a key is encrypted (RFC 5958, RFC 1421).
const ENCRYPTED: [&str; 2] = ["-----BEGIN ENCRYPTED PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED"];

fn explain(error: pem::Error) -> String {
    match error {
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => "it holds nothing of this kind in PEM format".to_owned(),
        // The parser's own words may quote the file, which may be a key.
        _ => "it is not in PEM format".to_owned(),
    }
}

fn unusable(what: &'static str, path: &Path, message: impl ToString) -> ConnectError {
    ConnectError::TlsFile { what, path: path.to_owned(), message: message.to_string() }
}

/// Takes any certificate: what `reject_unauthorized: false` asks for. The traffic is encrypted, but to whom is unknown.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(ca: Option<&Path>, cert: Option<&Path>) -> Ssl {
        Ssl::Custom { ca: ca.map(Path::to_owned), cert: cert.map(Path::to_owned), key: None, reject_unauthorized: true }
    }

    fn fails(ssl: &Ssl) -> String {
        client_config(ssl).expect_err("these settings are of no use").to_string()
    }

    #[test]
    fn a_bad_ca_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        let shown = path.display();
        let missing = fails(&custom(Some(&path), None));
        assert!(missing.starts_with(&format!("the CA file `{shown}` cannot be used: No such file")), "{missing}");
        for content in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"] {
            std::fs::write(&path, content).expect("a file");
            let message = fails(&custom(Some(&path), None));
            assert!(message.starts_with(&format!("the CA file `{shown}` cannot be used: it ")), "{message}");
        }
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").expect("a file");
        let message = fails(&custom(Some(&path), None));
        assert!(message.starts_with(&format!("the CA file `{shown}` cannot be used: invalid peer")), "{message}");
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let ssl = Ssl::Custom { ca: None, cert: Some("/client.pem".into()), key: None, reject_unauthorized: false };
        assert_eq!(fails(&ssl), "TLS cannot be set up: a client certificate needs both `cert` and `key`");
    }

    #[test]
    fn a_key_with_a_passphrase_is_told_as_what_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key.pem");
        for content in [
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE \
             KEY-----\n",
        ] {
            std::fs::write(&path, content).expect("a file");
            let message = private_key(&path).expect_err("nobody knows the passphrase").to_string();
            assert!(message.contains("it is encrypted") && !message.contains("AAAA"), "{message}");
        }
    }

    #[test]
    fn no_tls_needs_no_settings() {
        assert!(client_config(&Ssl::Off).expect("nothing to set up").is_none());
    }
}
