//! `__noorm_identities__`: who works with this database. What stands there is a hint and not trust (ruling 13).

use noorm_core::value::Scalar;
use noorm_vault::{Identity, IdentityRow};

use super::rows::{Reader, query, read};
use crate::session::{Session, SessionError};

/// No team has more members and machines; the rest of a flooded table is left alone.
const ROWS_MAX: i64 = 10_000;

/// Adds an identity, or notes that it was seen again.
pub(crate) async fn upsert_identity(session: &mut Session, identity: &Identity) -> Result<(), SessionError> {
    let values = [
        ("identity_hash", Scalar::from(identity.identity_hash.as_str())),
        ("email", identity.email.as_str().into()),
        ("name", identity.name.as_str().into()),
        ("machine", identity.machine.as_str().into()),
        ("os", identity.os.as_str().into()),
        ("public_key", identity.public_key.to_hex().as_str().into()),
    ];
    query(session, "identity-upsert", &values).await.map(drop)
}

/// Returns the rows as they are; whether they are identities is for the caller to see.
pub(crate) async fn identities(session: &mut Session) -> Result<Vec<IdentityRow>, SessionError> {
    let found = query(session, "identity-list", &[("limit", Scalar::Integer(ROWS_MAX))]).await?;
    read(session, "identity-list", &found, row)
}

fn row(row: &Reader<'_>) -> Result<IdentityRow, String> {
    Ok(IdentityRow {
        identity_hash: row.text("identity_hash")?,
        email: row.text("email")?,
        name: row.text("name")?,
        machine: row.text("machine")?,
        os: row.text("os")?,
        public_key: row.text("public_key")?,
        last_seen_at: row.text("last_seen_at")?,
    })
}
