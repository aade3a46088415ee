//! Why nothing was fetched, in words for who asked. The crates below name their errors for programmers.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::CertificateError;

use crate::credentials::Login;
use crate::shown::plain;

/// Why nothing was fetched, or published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The text is no address to fetch from.
    #[error("`{text}` is not the address of a plugin: {reason}")]
    Address {
        /// The text, without a password.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The host's name is not known.
    #[error("the host of `{from}` was not found")]
    UnknownHost {
        /// What was asked for.
        from: String,
    },
    /// Nobody answers.
    #[error("`{from}` cannot be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        from: String,
        /// What the system says.
        reason: String,
    },
    /// The server was not to be trusted.
    #[error("`{from}` cannot be trusted: {reason}")]
    Tls {
        /// What was asked for.
        from: String,
        /// What is wrong.
        reason: String,
        /// Its certificate is the reason.
        is_certificate: bool,
    },
    /// It took too long.
    #[error("`{from}` took too long to answer")]
    TimedOut {
        /// What was asked for.
        from: String,
    },
    /// The connection ended in the middle.
    #[error("the download of `{from}` was cut off after {received} bytes")]
    Cut {
        /// What was asked for.
        from: String,
        /// What had come.
        received: u64,
    },
    /// A redirection leads to where nobody proves who answers.
    #[error("`{from}` leads to `{to}`, which is not encrypted")]
    Redirect {
        /// What was asked for.
        from: String,
        /// Where it leads.
        to: String,
    },
    /// Redirections without end.
    #[error("`{from}` leads from one address to the next without end")]
    Loop {
        /// What was asked for.
        from: String,
    },
    /// The server wants to know who asks.
    #[error("`{from}` is not for everybody: the server wants a login{}", refused(.login, .why_none))]
    Unauthorized {
        /// What was asked for.
        from: String,
        /// The login that it did not take, if one was shown.
        login: Option<String>,
        /// Why none was shown, if a program that keeps logins has a reason.
        why_none: Option<String>,
    },
    /// The server does not let this login.
    #[error("the server does not allow access to `{from}`")]
    Forbidden {
        /// What was asked for.
        from: String,
    },
    /// There is nothing of the name.
    #[error("there is nothing at `{from}`")]
    NotFound {
        /// What was asked for.
        from: String,
    },
    /// The registry has no such name, or none of its tags is this one.
    #[error("there is no `{from}`: {reason}")]
    NoTag {
        /// What was asked for.
        from: String,
        /// What the registry says.
        reason: &'static str,
    },
    /// The server answers with another status.
    #[error("the server answers {status} for `{from}`")]
    Status {
        /// What was asked for.
        from: String,
        /// The status.
        status: u16,
    },
    /// It is larger than it may be.
    #[error("`{from}` is larger than {bytes_max} bytes")]
    TooLarge {
        /// What was asked for.
        from: String,
        /// What it may be.
        bytes_max: u64,
    },
    /// What the registry has is no plugin.
    #[error("`{from}` is not a plugin: {reason}")]
    NoPlugin {
        /// What was asked for.
        from: String,
        /// What it is.
        reason: String,
    },
    /// What came is not what its digest says.
    #[error("`{from}` is not what was asked for: digest {found}, wanted {wanted}")]
    Digest {
        /// What was asked for.
        from: String,
        /// The digest that was asked for.
        wanted: String,
        /// The digest of what came.
        found: String,
    },
    /// The registry says something that none should.
    #[error("the registry of `{from}` refuses: {reason}")]
    Registry {
        /// What was asked for.
        from: String,
        /// What it says.
        reason: String,
    },
    /// What the registry wants of who logs in cannot be done.
    #[error("the registry of `{from}` takes no logins: {reason}")]
    NoLogin {
        /// What was asked for.
        from: String,
        /// What is wrong.
        reason: String,
    },
    /// The tag is taken.
    #[error("`{at}` is published already, and is something else")]
    Taken {
        /// The tag.
        at: String,
    },
    /// The login cannot be read.
    #[error("the logins in `{file}` cannot be used: {reason}")]
    Credentials {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// TLS cannot be set up here.
    #[error("downloads are not possible here: {reason}")]
    SetUp {
        /// Why.
        reason: String,
    },
}

fn refused(login: &Option<String>, why_none: &Option<String>) -> String {
    match (login, why_none) {
        (Some(name), _) => format!(", and does not take that of `{name}`"),
        (None, Some(why)) => format!(", and {why}"),
        (None, None) => String::new(),
    }
}

impl FetchError {
    /// Whether the network, or who is at its other end, kept it from being fetched.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        matches!(
            self,
            Self::UnknownHost { .. }
                | Self::Unreachable { .. }
                | Self::Tls { .. }
                | Self::TimedOut { .. }
                | Self::Cut { .. }
        )
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Address { .. } => {
                "an address is `https://HOST/FILE.wasm` or `oci://REGISTRY/NAME:TAG`; everything else is a file or a folder"
            }
            Self::UnknownHost { .. } => "compare the name; is this machine online?",
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "try again later; is there a proxy to be named in HTTPS_PROXY?"
            }
            Self::Tls { is_certificate: true, .. } => {
                "name a file with the certificate of the server's authority in SSL_CERT_FILE, if it is one of your own"
            }
            Self::Tls { .. } => "only servers with TLS are asked; on this machine itself a registry may do without",
            Self::Cut { .. } => "try again",
            Self::Redirect { .. } => "ask whoever runs the server for an address that is encrypted throughout",
            Self::Unauthorized { .. } => {
                "log in with `docker login`, or set NOORM_REGISTRY_USER, NOORM_REGISTRY_PASSWORD and, for a registry that only the lock file names, NOORM_REGISTRY_HOST"
            }
            Self::Forbidden { .. } => "ask whoever runs the server for access",
            Self::NotFound { .. } | Self::NoTag { .. } => "compare the address with what its author tells",
            Self::NoPlugin { .. } => "`noorm plugin publish` puts plugins into a registry as they are to be",
            Self::Taken { .. } => "publish under a new tag, or say `--replace`",
            Self::Digest { .. } => "do not use it before its author tells why it changed",
            Self::Credentials { .. } => {
                "log in again with `docker login`, or set NOORM_REGISTRY_USER and NOORM_REGISTRY_PASSWORD"
            }
            Self::SetUp { .. } => {
                "install the certificates of the operating system (`ca-certificates`), or name a file in SSL_CERT_FILE"
            }
            Self::TooLarge { .. }
            | Self::Loop { .. }
            | Self::Status { .. }
            | Self::Registry { .. }
            | Self::NoLogin { .. } => return None,
        })
    }

    /// Says why a request, or the download of its answer, failed.
    pub(crate) fn of_request(error: &reqwest::Error, from: &str, received: u64) -> Self {
        let from = from.to_owned();
        if let Some(tls) = find::<rustls::Error>(error) {
            let is_certificate = matches!(tls, rustls::Error::InvalidCertificate(_));
            return Self::Tls { from, reason: of_tls(tls), is_certificate };
        }
        if let Some(refused) = find::<NotEncrypted>(error) {
            return Self::Redirect { from, to: refused.0.clone() };
        }
        match error {
            error if error.is_redirect() => Self::Loop { from },
            error if error.is_timeout() => Self::TimedOut { from },
            error if error.is_dns() => Self::UnknownHost { from },
            error if error.is_connect() => Self::Unreachable { from, reason: root(error).to_string() },
            error if received > 0 || error.is_body() || error.is_decode() => Self::Cut { from, received },
            error => Self::Unreachable { from, reason: root(error).to_string() },
        }
    }

    /// Says what a status means that is no success.
    pub(crate) fn of_status(status: u16, from: &str, login: Option<&Login>) -> Self {
        let from = from.to_owned();
        match status {
            401 | 407 => Self::Unauthorized {
                from,
                login: login.and_then(Login::user).map(str::to_owned),
                why_none: login.and_then(|login| login.why_none.clone()),
            },
            403 => Self::Forbidden { from },
            404 | 410 => Self::NotFound { from },
            status => Self::Status { from, status },
        }
    }
}

/// A redirection to where nobody proves who answers.
#[derive(Debug)]
pub(crate) struct NotEncrypted(pub(crate) String);

impl fmt::Display for NotEncrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not encrypted", self.0)
    }
}

impl Error for NotEncrypted {}

/// Finds an error among another one and its causes.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of an I/O error is the source of what it wraps, not that itself.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last
}

/// Says what is wrong with a server's TLS.
fn of_tls(error: &rustls::Error) -> String {
    use CertificateError::{Expired, ExpiredContext, NotValidForName, NotValidForNameContext, UnknownIssuer};
    match error {
        rustls::Error::InvalidCertificate(fault) => match fault {
            UnknownIssuer => "its certificate was signed by nobody who is trusted here".to_owned(),
            Expired | ExpiredContext { .. } => "its certificate has expired".to_owned(),
            NotValidForName | NotValidForNameContext { .. } => "its certificate is for another name".to_owned(),
            other => format!("its certificate is not accepted: {}", plain(&other.to_string())),
        },
        rustls::Error::InvalidMessage(_) => "it does not speak TLS".to_owned(),
        other => plain(&other.to_string()),
    }
}
