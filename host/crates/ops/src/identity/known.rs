//! `identity list`: the identities that a project has seen. Hints, not trust (ruling 13).

use noorm_vault::KnownUser;
use serde::Serialize;

use super::current::current;
use super::error::IdentityError;
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// What stands as the source of the user's own identity.
const OWN: &str = "own";

/// Identities by name.
#[derive(Debug, Serialize)]
pub struct KnownList {
    /// The user's own first.
    pub identities: Vec<KnownView>,
}

/// An identity as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownView {
    /// SHA-256 over email, name, machine and system.
    pub identity_hash: String,
    /// Display name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Host name.
    pub machine: String,
    /// Platform and version.
    pub os: String,
    /// X25519 public key in hex.
    pub public_key: String,
    /// Instant of the last activity.
    pub last_seen: String,
    /// The config in whose database it was seen, `import` or `own`.
    pub source: String,
    /// Whether it is the user's own, on this machine.
    pub is_own: bool,
}

/// Lists the identities that the project knows, and the user's own; changes nothing.
pub fn list(project: Option<&Project>, home: &Home, now: &str) -> Result<KnownList, IdentityError> {
    let own = current(home, now).ok().map(|current| KnownUser::of_identity(&current.identity, OWN, now)).transpose()?;
    let state = match project {
        Some(project) => store::load(project, home)?.unwrap_or_default(),
        None => noorm_vault::State::default(),
    };
    let own_hash = own.as_ref().map(|own| own.identity_hash.clone());
    let others = state.known_users.into_values().filter(|user| Some(&user.identity_hash) != own_hash.as_ref());
    let mut others: Vec<KnownView> = others.map(|user| view(user, false)).collect();
    others.sort_by(|one, other| (&one.name, &one.machine).cmp(&(&other.name, &other.machine)));
    let identities = own.map(|own| view(own, true)).into_iter().chain(others).collect();
    Ok(KnownList { identities })
}

fn view(user: KnownUser, is_own: bool) -> KnownView {
    KnownView {
        identity_hash: user.identity_hash,
        name: user.name,
        email: user.email,
        machine: user.machine,
        os: user.os,
        public_key: user.public_key,
        last_seen: user.last_seen,
        source: user.source,
        is_own,
    }
}
