//! Logins for registries: the environment's, or those that `docker login` kept.
//!
//! A password is shown to the registry that it is for, and to nobody else. Programs that keep passwords for docker
//! (`credsStore`, `credHelpers`) are not run.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_client::secrets::RegistryAuth;
use reqwest::RequestBuilder;
use serde::Deserialize;

use crate::error::FetchError;

/// Where logins come from.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// The login of the environment.
    pub environment: Option<FromEnvironment>,
    /// The file that `docker login` writes; it need not be there.
    pub docker_config: Option<PathBuf>,
}

/// A login that the environment has.
#[derive(Clone)]
pub struct FromEnvironment {
    /// The registry that it is for; without it, whichever the user names on the command line.
    pub host: Option<String>,
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for FromEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromEnvironment").field("host", &self.host).field("user", &self.user).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct DockerConfig {
    #[serde(default)]
    auths: BTreeMap<String, Login>,
}

#[derive(Deserialize)]
struct Login {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

impl Credentials {
    /// Returns the login for a registry. One that only a project's files name is not shown a password that is for nobody in
    /// particular: whoever wrote the file would have it.
    pub(crate) fn of(&self, registry: &str, is_named_by_user: bool) -> Result<RegistryAuth, FetchError> {
        if let Some(login) = &self.environment {
            let is_for = match &login.host {
                Some(host) => host == registry,
                None => is_named_by_user,
            };
            if is_for {
                return Ok(RegistryAuth::Basic(login.user.clone(), login.password.clone()));
            }
        }
        Ok(self
            .of_docker(registry)?
            .map_or(RegistryAuth::Anonymous, |(user, password)| RegistryAuth::Basic(user, password)))
    }

    fn of_docker(&self, registry: &str) -> Result<Option<(String, String)>, FetchError> {
        let Some(path) = &self.docker_config else { return Ok(None) };
        // The parser's own words may quote the file.
        let wrong =
            |reason: &str| FetchError::Credentials { file: path.display().to_string(), reason: reason.to_owned() };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(wrong(&error.to_string())),
        };
        let config: DockerConfig =
            serde_json::from_str(&text).map_err(|_| wrong("it is not the JSON that docker writes"))?;
        let Some(login) = config.auths.into_iter().find(|(name, _)| host_of(name) == registry).map(|(_, login)| login)
        else {
            return Ok(None);
        };
        if let (Some(user), Some(password)) = (login.username, login.password) {
            return Ok(Some((user, password)));
        }
        // An entry without a login says that a program keeps it.
        let Some(auth) = login.auth.filter(|auth| !auth.is_empty()) else { return Ok(None) };
        let decoded = STANDARD.decode(auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let (user, password) = pair.ok_or_else(|| wrong("a login in it is damaged"))?;
        Ok(Some((user.to_owned(), password.trim_end_matches('\0').to_owned())))
    }
}

/// Docker writes some registries as URLs.
fn host_of(name: &str) -> &str {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    name.split('/').next().unwrap_or(name)
}

/// Returns the name that a login shows.
pub(crate) fn login_of(auth: &RegistryAuth) -> Option<&str> {
    match auth {
        RegistryAuth::Basic(user, _) => Some(user),
        _ => None,
    }
}

/// Shows a login with a request.
pub(crate) fn show(request: RequestBuilder, auth: &RegistryAuth) -> RequestBuilder {
    match auth {
        RegistryAuth::Anonymous => request,
        RegistryAuth::Basic(user, password) => request.basic_auth(user, Some(password)),
        RegistryAuth::Bearer(token) => request.bearer_auth(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docker(text: &str) -> (tempfile::TempDir, Credentials) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.json");
        std::fs::write(&path, text).expect("a file");
        (folder, Credentials { environment: None, docker_config: Some(path) })
    }

    fn basic(user: &str, password: &str) -> RegistryAuth {
        RegistryAuth::Basic(user.to_owned(), password.to_owned())
    }

    #[test]
    fn docker_s_logins_are_for_their_registry() {
        let (_folder, logins) = docker(
            r#"{"auths": {"ghcr.io": {"auth": "bWU6aHVudGVyMjphYg=="}, "https://index.docker.io/v1/": {"auth": "YTpi"},
                "localhost:5000": {"username": "u", "password": "p"}, "kept.example.org": {}}, "credsStore": "pass"}"#,
        );
        let of = |registry| logins.of(registry, true).expect("a file as docker writes it");
        assert_eq!(of("ghcr.io"), basic("me", "hunter2:ab"));
        assert_eq!(of("index.docker.io"), basic("a", "b"));
        assert_eq!(of("localhost:5000"), basic("u", "p"));
        for other in ["kept.example.org", "localhost:5001", "ghcr.io.example.org", "io"] {
            assert_eq!(of(other), RegistryAuth::Anonymous, "{other}");
        }
    }

    #[test]
    fn a_login_without_a_host_is_for_who_the_user_names() {
        let login = |host: Option<&str>| {
            let environment =
                FromEnvironment { host: host.map(str::to_owned), user: "u".to_owned(), password: "hunter2".to_owned() };
            Credentials { environment: Some(environment), docker_config: None }
        };
        let of = |logins: &Credentials, is_named| logins.of("ghcr.io", is_named).expect("nothing to read");
        assert_eq!(of(&login(None), true), basic("u", "hunter2"));
        assert_eq!(of(&login(None), false), RegistryAuth::Anonymous);
        assert_eq!(of(&login(Some("ghcr.io")), false), basic("u", "hunter2"));
        assert_eq!(of(&login(Some("quay.io")), true), RegistryAuth::Anonymous);
        assert!(!format!("{:?}", login(None)).contains("hunter2"));
    }

    #[test]
    fn a_damaged_file_is_named_and_not_quoted() {
        for text in
            ["{", "3", r#"{"auths": {"ghcr.io": {"auth": "hunter2"}}}"#, r#"{"auths": {"ghcr.io": {"auth": "YQ=="}}}"#]
        {
            let (_folder, logins) = docker(text);
            let error = logins.of("ghcr.io", true).expect_err(text).to_string();
            assert!(error.contains("config.json") && !error.contains("hunter2"), "{error}");
        }
        let none = Credentials { environment: None, docker_config: Some("/nowhere/config.json".into()) };
        assert_eq!(none.of("ghcr.io", true).expect("no file is no login"), RegistryAuth::Anonymous);
    }
}
