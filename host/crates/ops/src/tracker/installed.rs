//! Whether noorm's tables are there, where, and of which version. Looking changes nothing.

use std::time::Duration;

use noorm_plugin_host::{Adoption, Found};

use super::rows;
use super::{LOCKABLE, SCHEMA_VERSION};
use crate::session::{Session, SessionError};
use crate::workbench::Workbench;

/// What a database has of noorm's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    /// Nothing.
    Missing,
    /// Tables in another place or of noorm's original, which can be taken over.
    Elsewhere(Box<Elsewhere>),
    /// An older version; 0 is that of tables that were only just taken over.
    Older(u32),
    /// The version that this noorm works with.
    Current,
}

/// Tables that can be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub(super) adoption: Adoption,
    pub(super) lock: LockTable,
}

impl Elsewhere {
    /// Returns what was found, for people.
    pub fn origin(&self) -> &str {
        &self.adoption.origin
    }
}

/// The table with the rows of the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockTable {
    /// Where it stands; empty where noorm's tables belong.
    pub(crate) schema: String,
    /// Whether its rows say which process holds the lock.
    pub(crate) has_token: bool,
}

impl Installed {
    /// For a command that only reads: whether there is something to read. Tables that are not as this noorm reads them are
    /// an error.
    pub fn is_readable(&self) -> Result<bool, SessionError> {
        match self {
            Self::Missing => Ok(false),
            Self::Current => Ok(true),
            Self::Older(found) => Err(SessionError::Older { found: i64::from(*found), known: SCHEMA_VERSION }),
            Self::Elsewhere(elsewhere) => Err(SessionError::Elsewhere { origin: elsewhere.adoption.origin.clone() }),
        }
    }

    /// Whether the tables have the lock of today.
    pub(super) fn is_lockable(&self) -> bool {
        match self {
            Self::Missing | Self::Elsewhere(_) => false,
            Self::Older(version) => *version >= LOCKABLE,
            Self::Current => true,
        }
    }

    /// Returns the table with the lock's rows.
    pub(crate) fn lock_table(&self) -> Option<LockTable> {
        let here = |has_token| Some(LockTable { schema: String::new(), has_token });
        match self {
            Self::Missing | Self::Older(0) => None,
            Self::Older(version) => here(*version >= LOCKABLE),
            Self::Current => here(true),
            Self::Elsewhere(elsewhere) => Some(elsewhere.lock.clone()),
        }
    }
}

/// Looks which version of noorm's tables is there.
pub async fn installed(session: &mut Session) -> Result<Installed, SessionError> {
    match look(session).await {
        // Somebody may be moving the tables between two of the questions.
        Err(error @ (SessionError::Server { .. } | SessionError::NotAdoptable { .. })) if !error.is_closed() => {
            tokio::time::sleep(MOVING).await;
            look(session).await.map_err(|_| error)
        }
        seen => seen,
    }
}

/// How long a table may be on its way from one name to another.
const MOVING: Duration = Duration::from_millis(200);

async fn look(session: &mut Session) -> Result<Installed, SessionError> {
    let known = session.dialect.latest()?;
    match version(session).await? {
        Some(found) => match u32::try_from(found) {
            Ok(version) if version == known => Ok(Installed::Current),
            Ok(version) if version < known => Ok(Installed::Older(version)),
            _ => Err(SessionError::Newer { found, known }),
        },
        None => Ok(elsewhere(session).await?.map_or(Installed::Missing, |it| Installed::Elsewhere(Box::new(it)))),
    }
}

/// Returns the version that the tables say they have; `None` without tables.
pub(super) async fn version(session: &mut Session) -> Result<Option<i64>, SessionError> {
    let exists = session.dialect.tracking("exists")?;
    let present = session.query("exists", &exists, &[]).await?;
    if rows::only_integer(&present, "present").unwrap_or(0) == 0 {
        return Ok(None);
    }
    let version = session.dialect.tracking("version")?;
    let found = session.query("version", &version, &[]).await?;
    Ok(rows::only_integer(&found, "schema_version"))
}

/// Looks for tables in other places, and whether anything speaks against taking them over.
async fn elsewhere(session: &mut Session) -> Result<Option<Elsewhere>, SessionError> {
    let found = found(session).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let Some(adoption) = session.dialect.adopt(&found)? else { return Ok(None) };
    if !adoption.check.is_empty() {
        check(session, &adoption).await?;
    }
    let mut lock = LockTable { schema: String::new(), has_token: false };
    for column in found.into_iter().filter(|it| it.table == LOCK_TABLE) {
        lock.has_token |= column.column == "token";
        lock.schema = column.schema;
    }
    Ok(Some(Elsewhere { adoption, lock }))
}

/// The table of the lock, which is called the same in every version.
const LOCK_TABLE: &str = "__noorm_lock__";

async fn found(session: &mut Session) -> Result<Vec<Found>, SessionError> {
    let query = session.dialect.tracking("elsewhere")?;
    let rows = session.query("elsewhere", &query, &[]).await?;
    let text = |row: &[noorm_core::value::Scalar], name: &str| {
        let value = rows.column(name).and_then(|place| row.get(place));
        value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    let found =
        |row: &Vec<_>| Found { schema: text(row, "schema"), table: text(row, "table"), column: text(row, "column") };
    Ok(rows.rows.iter().map(found).collect())
}

/// How many reasons are told.
const REASONS_MAX: usize = 3;

async fn check(session: &mut Session, adoption: &Adoption) -> Result<(), SessionError> {
    let answer = session.connection.ask(&adoption.check).await;
    let rows = answer.map_err(|source| SessionError::Server { action: "adopt".to_owned(), source })?;
    let Some(first) = rows.rows.first() else { return Ok(()) };
    let text = |row: &[noorm_core::value::Scalar], at: usize| row.get(at).and_then(|it| it.as_str()).map(str::to_owned);
    let told = rows.rows.iter().take(REASONS_MAX);
    let reasons: Vec<String> = told.map(|row| text(row, 0).unwrap_or_default()).collect();
    Err(SessionError::NotAdoptable {
        origin: adoption.origin.clone(),
        reasons: reasons.join("; "),
        hint: text(first, 1),
    })
}

/// Connects to a database that has noorm's tables, to read them; `None` where it or they are missing.
pub async fn open(bench: &Workbench) -> Result<Option<Session>, SessionError> {
    let Some(mut session) = Session::open_existing(bench).await? else { return Ok(None) };
    let is_readable = installed(&mut session).await?.is_readable()?;
    Ok(is_readable.then_some(session))
}
