//! Whether a login may do what noorm does in a database: it is tried, and taken back.
//!
//! A right that a catalog shows can be taken away by another one, and what a product asks for differs. So the statements of
//! noorm's own run in a transaction that is rolled back. What cannot be taken back is not tried.

use noorm_core::history::{ChangeType, Direction, FileStatus, Origin, Status};
use noorm_core::value::Scalar;
use noorm_plugin_host::ErrorClass;
use serde::Serialize;

use super::installed::Installed;
use super::upgrade::step;
use super::{NewExecution, NewOperation, OperationEnd};
use super::{finish, history, record, start};
use crate::session::{Session, SessionError};

/// What the login may not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lack {
    /// What was tried, such as `make noorm's tables`.
    pub what: String,
    /// What the database answered.
    pub message: String,
    /// Its code.
    pub code: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// What may not be done.
    pub lacks: Vec<Lack>,
    /// What may be done.
    pub may: Vec<String>,
    /// What could not be tried, and why.
    pub untried: Vec<String>,
}

const MAKE: &str = "make noorm's tables";
const UPGRADE: &str = "upgrade noorm's tables";
const WRITE: &str = "write into noorm's tables";

/// Tries what the next run will do first.
pub(crate) async fn probe(session: &mut Session, seen: &Installed) -> Result<Probe, SessionError> {
    let mut probe = Probe::default();
    let scripts = "what your scripts do: only they know what they need";
    match seen {
        Installed::Missing if session.control.ddl => {
            let made = make(session, 0).await;
            probe.note(session, MAKE, made).await?;
        }
        Installed::Older(version) if session.control.ddl => {
            let made = make(session, *version).await;
            probe.note(session, UPGRADE, made).await?;
        }
        Installed::Missing => probe.untried.push(format!("{MAKE}: here that cannot be taken back")),
        Installed::Older(_) => probe.untried.push(format!("{UPGRADE}: here that cannot be taken back")),
        Installed::Elsewhere(_) => probe.untried.push("take over the tables that stand elsewhere".to_owned()),
        Installed::Current => {
            let written = write(session).await;
            probe.note(session, WRITE, written).await?;
        }
    }
    probe.untried.push(scripts.to_owned());
    Ok(probe)
}

async fn make(session: &mut Session, before: u32) -> Result<(), SessionError> {
    session.begin().await?;
    for version in before..session.dialect.latest()? {
        step(session, if before == 0 { "make" } else { "upgrade" }, version).await?;
    }
    write_rows(session).await
}

async fn write(session: &mut Session) -> Result<(), SessionError> {
    session.begin().await?;
    write_rows(session).await
}

/// Writes what a run writes, and reads it.
async fn write_rows(session: &mut Session) -> Result<(), SessionError> {
    let operation = NewOperation {
        name: "config validate".to_owned(),
        change_type: ChangeType::Run,
        direction: Direction::Change,
        executed_by: String::new(),
        config_name: String::new(),
        origin: Origin::Run,
        with: Vec::new(),
    };
    let id = start(session, &operation).await?;
    let file = NewExecution {
        filepath: "config validate",
        file_type: "sql",
        checksum: "",
        status: FileStatus::Success,
        error_message: "",
        skip_reason: None,
        duration_ms: 0,
        statements_done: 0,
        statement_started: 0,
        statements_total: 0,
        inputs: "",
    };
    let end = OperationEnd { status: Status::Success, checksum: "", error_message: "", duration_ms: 0 };
    let rows = [record(&session.dialect, id, file)?, finish(&session.dialect, id, end)?];
    session.run_own("execution-insert", &rows).await?;
    // It affects no row, and needs the right to change and to remove the lock's all the same.
    let renew = session.dialect.lock("renew")?;
    let token = Scalar::from("config validate");
    session.query("renew", &renew, &[("timeout_ms", 1.into()), ("token", token.clone())]).await?;
    let release = session.dialect.lock("release")?;
    session.query("release", &release, &[("token", token)]).await?;
    history(session, 1).await.map(drop)
}

impl Probe {
    /// Takes back what was tried, and notes what came of it. A database that is gone ends it all.
    async fn note(
        &mut self,
        session: &mut Session,
        what: &str,
        tried: Result<(), SessionError>,
    ) -> Result<(), SessionError> {
        let class = tried.as_ref().err().and_then(|error| session.class(error));
        let rolled_back = match &tried {
            Err(error) if error.is_closed() => Ok(()),
            _ => session.rollback().await,
        };
        match tried {
            Ok(()) => self.may.push(what.to_owned()),
            // Somebody else is doing it just now.
            Err(_) if matches!(class, Some(ErrorClass::ExistingObject | ErrorClass::Unique | ErrorClass::Lock)) => {
                self.untried.push(format!("{what}: another session is in the way just now"));
            }
            Err(SessionError::Server { source, .. } | SessionError::Tables { source, .. }) if !source.closed => {
                let hint = source.hint.or_else(|| {
                    Some(
                        "grant it to this user, or let the owner of the database run `noorm run build` once".to_owned(),
                    )
                });
                self.lacks.push(Lack { what: what.to_owned(), message: source.message, code: source.code, hint });
            }
            Err(error) => return Err(error),
        }
        rolled_back
    }
}
