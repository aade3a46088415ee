//! Logins for registries: the environment's, or those that `docker login` kept, in its file or with a program that its file
//! names (`credsStore`, `credHelpers`).
//!
//! A password is shown to the registry that it is for, and to nobody else.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_client::secrets::RegistryAuth;
use reqwest::RequestBuilder;
use serde::Deserialize;

use crate::credential_helper::{self, Fault};
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
#[serde(rename_all = "camelCase")]
struct DockerConfig {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
    /// The program that keeps the logins of all registries but those of the next field.
    #[serde(default)]
    creds_store: Option<String>,
    /// The programs that keep those of some registries.
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

/// Who we are to a registry.
#[derive(Debug, PartialEq)]
pub(crate) struct Login {
    /// What it is shown.
    pub(crate) auth: RegistryAuth,
    /// Why that is nothing, where a program that keeps logins has a reason.
    pub(crate) why_none: Option<String>,
}

impl Credentials {
    /// Returns the login for a registry. One that only a project's files name is not shown a password that is for nobody in
    /// particular: whoever wrote the file would have it.
    pub(crate) async fn of(&self, registry: &str, is_named_by_user: bool) -> Result<Login, FetchError> {
        if let Some(login) = &self.environment {
            let is_for = match &login.host {
                Some(host) => host == registry,
                None => is_named_by_user,
            };
            if is_for {
                return Ok(Login::of(Some((login.user.clone(), login.password.clone()))));
            }
        }
        match &self.docker_config {
            Some(file) => of_docker(file, registry)
                .await
                .map_err(|reason| FetchError::Credentials { file: file.display().to_string(), reason }),
            None => Ok(Login::of(None)),
        }
    }
}

/// Returns the login that docker would show a registry. What is wrong is said without the file's words.
async fn of_docker(file: &Path, registry: &str) -> Result<Login, String> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Login::of(None));
        }
        Err(error) => return Err(error.to_string()),
    };
    let config: DockerConfig =
        serde_json::from_str(&text).map_err(|_| "it is not the JSON that docker writes".to_owned())?;
    // One without a name stands for the file itself.
    let helper = of_host(&config.cred_helpers, registry);
    if let Some((name, program)) = helper.filter(|(_, program)| !program.is_empty()) {
        return Login::kept(credential_helper::ask(program, name).await);
    }
    let store = config.creds_store.as_ref().filter(|program| !program.is_empty() && helper.is_none());
    let entry = of_host(&config.auths, registry);
    if let Some(login) = entry.map(|(_, entry)| entry.own()).transpose()?.flatten() {
        return Ok(Login::of(Some(login)));
    }
    match (entry, store) {
        // An entry without a login says that the program has it.
        (Some((name, _)), Some(program)) => Login::kept(credential_helper::ask(program, name).await),
        // Where there is none, nobody has logged in, but a program may make its logins itself (`ecr-login`).
        (None, Some(program)) => {
            let kept = credential_helper::ask(program, registry).await;
            // Most plugins are for everybody, and have to come where the program is not installed, or has no keychain.
            Ok(kept.map_or_else(|fault| Login::none(&fault), Login::of))
        }
        (_, None) => Ok(Login::of(None)),
    }
}

/// Returns what stands for a registry, with its name as docker wrote it.
fn of_host<'a, T>(named: &'a BTreeMap<String, T>, registry: &str) -> Option<(&'a String, &'a T)> {
    named.iter().find(|(name, _)| host_of(name) == registry)
}

impl Login {
    fn of(found: Option<(String, String)>) -> Self {
        let auth = found.map_or(RegistryAuth::Anonymous, |(user, password)| RegistryAuth::Basic(user, password));
        Self { auth, why_none: None }
    }

    fn none(fault: &Fault) -> Self {
        Self { auth: RegistryAuth::Anonymous, why_none: Some(fault.to_string()) }
    }

    /// The login that a program has to keep.
    fn kept(answer: Result<Option<(String, String)>, Fault>) -> Result<Self, String> {
        match answer {
            Ok(found) => Ok(Self::of(found)),
            // What is for everybody can be had without.
            Err(fault @ Fault::Token { .. }) => Ok(Self::none(&fault)),
            Err(fault) => Err(fault.to_string()),
        }
    }

    /// Returns the name that it shows.
    pub(crate) fn user(&self) -> Option<&str> {
        match &self.auth {
            RegistryAuth::Basic(user, _) => Some(user),
            _ => None,
        }
    }
}

impl Entry {
    /// Returns the user and the password, if they are in the file.
    fn own(&self) -> Result<Option<(String, String)>, String> {
        if let (Some(user), Some(password)) = (&self.username, &self.password) {
            return Ok(Some((user.clone(), password.clone())));
        }
        let Some(auth) = self.auth.as_ref().filter(|auth| !auth.is_empty()) else { return Ok(None) };
        let decoded = STANDARD.decode(auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let (user, password) = pair.ok_or("a login in it is damaged")?;
        Ok(Some((user.to_owned(), password.trim_end_matches('\0').to_owned())))
    }
}

/// Docker writes some registries as URLs.
fn host_of(name: &str) -> &str {
    let name = name.split_once("://").map_or(name, |(_, rest)| rest);
    name.split('/').next().unwrap_or(name)
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

    /// Asks for a login, as nobody does who waits for something else.
    fn login(logins: &Credentials, registry: &str, is_named_by_user: bool) -> Result<Login, FetchError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(logins.of(registry, is_named_by_user))
    }

    /// Returns what of it a registry is shown.
    fn of(logins: &Credentials, registry: &str, is_named_by_user: bool) -> Result<RegistryAuth, FetchError> {
        login(logins, registry, is_named_by_user).map(|login| login.auth)
    }

    fn basic(user: &str, password: &str) -> RegistryAuth {
        RegistryAuth::Basic(user.to_owned(), password.to_owned())
    }

    #[test]
    fn docker_s_logins_are_for_their_registry() {
        let (_folder, logins) = docker(
            r#"{"auths": {"ghcr.io": {"auth": "bWU6aHVudGVyMjphYg=="}, "https://index.docker.io/v1/": {"auth": "YTpi"},
                "localhost:5000": {"username": "u", "password": "p"}}, "credsStore": "is-not-there"}"#,
        );
        let of = |registry| of(&logins, registry, true).expect("a file as docker writes it");
        assert_eq!(of("ghcr.io"), basic("me", "hunter2:ab"));
        assert_eq!(of("index.docker.io"), basic("a", "b"));
        assert_eq!(of("localhost:5000"), basic("u", "p"));
        for other in ["localhost:5001", "ghcr.io.example.org", "io"] {
            assert_eq!(of(other), RegistryAuth::Anonymous, "{other}");
        }
    }

    #[test]
    fn a_program_without_a_name_is_none() {
        for text in [
            r#"{"auths": {"ghcr.io": {}}, "credsStore": ""}"#,
            r#"{"credsStore": "is-not-there", "credHelpers": {"ghcr.io": ""}}"#,
        ] {
            let (_folder, logins) = docker(text);
            assert_eq!(of(&logins, "ghcr.io", true).expect("nobody is asked"), RegistryAuth::Anonymous);
        }
    }

    #[test]
    fn a_login_without_a_host_is_for_who_the_user_names() {
        let login = |host: Option<&str>| {
            let environment =
                FromEnvironment { host: host.map(str::to_owned), user: "u".to_owned(), password: "hunter2".to_owned() };
            Credentials { environment: Some(environment), docker_config: None }
        };
        let of = |logins: &Credentials, is_named| of(logins, "ghcr.io", is_named).expect("nothing to read");
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
            let error = of(&logins, "ghcr.io", true).expect_err(text).to_string();
            assert!(error.contains("config.json") && !error.contains("hunter2"), "{error}");
        }
        let none = Credentials { environment: None, docker_config: Some("/nowhere/config.json".into()) };
        assert_eq!(of(&none, "ghcr.io", true).expect("no file is no login"), RegistryAuth::Anonymous);
    }

    #[test]
    fn a_program_that_keeps_them_has_to_be_there() {
        for (text, reason) in [
            (
                r#"{"credHelpers": {"ghcr.io": "is-not-there"}}"#,
                "`docker-credential-is-not-there`, which is to keep logins, cannot",
            ),
            (r#"{"credHelpers": {"https://ghcr.io/v2/": "is-not-there"}}"#, "cannot be started"),
            (r#"{"auths": {"ghcr.io": {}}, "credsStore": "is-not-there"}"#, "cannot be started"),
            (r#"{"credHelpers": {"ghcr.io": "../sh"}}"#, "has a name that none has"),
        ] {
            let (_folder, logins) = docker(text);
            let error = of(&logins, "ghcr.io", true).expect_err(text).to_string();
            assert!(error.contains(reason), "{error}");
            assert_eq!(of(&logins, "quay.io", true).expect("nobody keeps one"), RegistryAuth::Anonymous);
        }
    }

    #[test]
    fn where_nobody_logged_in_a_program_is_asked_and_need_not_know() {
        let (_folder, logins) = docker(r#"{"auths": {"quay.io": {}}, "credsStore": "is-not-there"}"#);
        let login = login(&logins, "ghcr.io", true).expect("it is for everybody");
        assert_eq!(login.auth, RegistryAuth::Anonymous);
        assert!(login.why_none.is_some_and(|why| why.contains("cannot be started")));
    }

    #[test]
    fn a_token_is_no_login() {
        let token = || Fault::Token { program: "docker-credential-keys".to_owned() };
        let login = Login::kept(Err(token())).expect("what is for everybody can be had");
        assert_eq!(login, Login { auth: RegistryAuth::Anonymous, why_none: Some(token().to_string()) });
    }
}
