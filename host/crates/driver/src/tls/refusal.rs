//! What stops a TLS handshake, in words, and what to do about it. rustls names its errors for programmers.

use rustls::{AlertDescription, CertificateError, Error};

use crate::endpoint::Endpoint;
use crate::error::ConnectError;

/// The options that have the client's own certificate.
const NAME_BOTH: &str =
    "name a certificate that the server's authority has signed as `ssl.cert`, and its key as `ssl.key`";

/// Says why a handshake with this endpoint failed.
pub(crate) fn refusal(error: &Error, endpoint: &Endpoint) -> ConnectError {
    let server = endpoint.server.clone();
    match error {
        Error::InvalidCertificate(fault) => {
            let (message, hint) = certificate(fault, endpoint.bare_host());
            ConnectError::Certificate { server, message, hint }
        }
        Error::AlertReceived(alert) => match alert_of_client(*alert) {
            Some(message) => ConnectError::ClientCertificate { server, message, hint: NAME_BOTH },
            None => ConnectError::Tls { server, message: error.to_string() },
        },
        _ => ConnectError::Tls { server, message: error.to_string() },
    }
}

/// Says what is wrong with a server's certificate, and what to do.
fn certificate(fault: &CertificateError, host: &str) -> (String, &'static str) {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        UnknownIssuer,
    };
    match fault {
        UnknownIssuer => (
            "no authority that is trusted here has signed it".to_owned(),
            "name the certificate of the server's authority as `ssl.ca`",
        ),
        Expired | ExpiredContext { .. } => {
            ("it has expired".to_owned(), "let the server have a new one; or is this machine's clock wrong?")
        }
        NotValidYet | NotValidYetContext { .. } => {
            ("it is not valid yet".to_owned(), "compare the clocks of this machine and of the one that made it")
        }
        NotValidForName => (other_name(host, &[]), OTHER_NAME),
        NotValidForNameContext { presented, .. } => (other_name(host, presented), OTHER_NAME),
        // What webpki finds has no variant of its own.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => (
            "it is one of an authority, which is none for a server".to_owned(),
            "let the server have one that this authority has signed, or that is no authority's",
        ),
        other => (other.to_string(), "look at it with `openssl x509 -text`"),
    }
}

const OTHER_NAME: &str = "connect by a name that is in the certificate, or let the server have one with this name";

/// `presented` are names as rustls tells them, such as `DnsName("db.example.org")`.
fn other_name(host: &str, presented: &[String]) -> String {
    let bare = |name: &String| match name.split_once('(').map(|(_, rest)| rest.trim_end_matches(')').trim_matches('"'))
    {
        Some(name) => format!("`{name}`"),
        None => format!("`{name}`"),
    };
    match presented {
        [] => format!("it is not for `{host}`: it names no host"),
        names => {
            let names: Vec<String> = names.iter().map(bare).collect();
            format!("it is not for `{host}`, but for {}", names.join(", "))
        }
    }
}

/// Says what the server thinks of the client's certificate, if that is what it hangs up over.
fn alert_of_client(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => "it asks for one, and none is set",
        AlertDescription::UnknownCA => "it does not know the authority that has signed it",
        AlertDescription::CertificateExpired => "it has expired",
        AlertDescription::CertificateRevoked => "it is revoked",
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::AccessDenied => "it does not accept it",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;
    use crate::target::Target;

    fn check(error: &Error, message: &str, hint: &str) {
        let mut target = Target::new("any");
        target.host = Some("db.example.org".to_owned());
        let error = refusal(error, &Endpoint::of(&target, 1));
        assert!(error.to_string().ends_with(message), "{error}");
        assert!(error.hint().expect("a hint").contains(hint), "{error}: {:?}", error.hint());
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_said_with_what_helps() {
        let check = |fault, message: &str, hint: &str| check(&Error::InvalidCertificate(fault), message, hint);
        check(CertificateError::UnknownIssuer, "accepted: no authority that is trusted here has signed it", "ssl.ca");
        let (time, not_after) = (UnixTime::now(), UnixTime::now());
        check(CertificateError::ExpiredContext { time, not_after }, "accepted: it has expired", "a new one");
        check(CertificateError::NotValidYet, "it is not valid yet", "clocks");
        let expected = ServerName::try_from("db.example.org").expect("a name").to_owned();
        let named = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: expected.clone(),
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        };
        let names = ["DnsName(\"localhost\")", "IpAddress(127.0.0.1)", "odd"];
        let message = "it is not for `db.example.org`, but for `localhost`, `127.0.0.1`, `odd`";
        check(named(&names), message, "a name that is in the certificate");
        check(named(&[]), "it is not for `db.example.org`: it names no host", "with this name");
        check(CertificateError::Revoked, "evoked", "openssl x509");
    }

    #[test]
    fn what_a_server_says_of_the_clients_certificate_is_no_fault_of_the_protocol() {
        let check = |alert, message: &str| check(&Error::AlertReceived(alert), message, "`ssl.cert`");
        check(AlertDescription::CertificateRequired, "it asks for one, and none is set");
        check(AlertDescription::UnknownCA, "it does not know the authority that has signed it");
        check(AlertDescription::BadCertificate, "it does not accept it");
    }

    #[test]
    fn other_alerts_are_told_as_they_are() {
        check(&Error::AlertReceived(AlertDescription::ProtocolVersion), "ProtocolVersion", "share a TLS version");
    }
}
