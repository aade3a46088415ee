//! `config validate`: whether a config leads to a database that noorm can work with. It leaves nothing behind.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::session::{Session, SessionError};
use crate::tracker::{self, Installed, Probe};
use crate::workbench::Workbench;

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Validation {
    /// The config.
    pub config: String,
    /// Its dialect.
    pub dialect: String,
    /// The database is a file that the first run will make; nothing else is known.
    pub is_missing: bool,
    /// What the server is.
    pub product: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// How long connecting took, in milliseconds.
    pub connect_ms: f64,
    /// How long the quickest of a few small questions took, in milliseconds.
    pub latency_ms: f64,
    /// noorm's tables.
    pub tables: Tables,
    /// Fields of the config that have no effect on this product.
    pub ignored: Vec<String>,
    /// What the login may do.
    pub privileges: Probe,
}

/// What is there of noorm's own tables.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tables {
    /// `missing`, `older`, `current`, `elsewhere`.
    pub state: &'static str,
    /// Their version.
    pub version: Option<u32>,
    /// The version that this noorm works with.
    pub needed: u32,
    /// What was found elsewhere.
    pub elsewhere: Option<String>,
}

/// How many questions the latency is taken from.
const QUESTIONS: u32 = 5;

/// Connects, looks around, tries what a run will do, and takes it back.
pub async fn validate(bench: &Workbench) -> Result<Validation, SessionError> {
    let started = Instant::now();
    let session = Session::open_existing(bench).await?;
    let connect_ms = milliseconds(started.elapsed());
    let mut found = Validation {
        config: bench.active.config.name.clone(),
        dialect: bench.active.config.connection.dialect.clone(),
        is_missing: session.is_none(),
        product: None,
        version: None,
        connect_ms,
        latency_ms: 0.0,
        tables: Tables::of(&Installed::Missing, bench.dialect.latest()?),
        ignored: Vec::new(),
        privileges: Probe::default(),
    };
    let Some(mut session) = session else { return Ok(found) };
    let fact = |name: &str| session.dialect.fact(name).map(str::to_owned);
    (found.product, found.version) = (fact("product"), fact("version"));
    found.ignored = session.ignored_wishes();
    found.latency_ms = latency(&mut session).await?;
    let seen = tracker::installed(&mut session).await?;
    found.tables = Tables::of(&seen, session.dialect.latest()?);
    found.privileges = tracker::probe(&mut session, &seen).await?;
    Ok(found)
}

async fn latency(session: &mut Session) -> Result<f64, SessionError> {
    let question = session.dialect.tracking("exists")?;
    let mut quickest = Duration::MAX;
    for _ in 0..QUESTIONS {
        let started = Instant::now();
        session.query("exists", &question, &[]).await?;
        quickest = quickest.min(started.elapsed());
    }
    Ok(milliseconds(quickest))
}

/// To a hundredth: the rest is chance.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

impl Tables {
    /// `newest` is the version that the next run takes the tables to.
    fn of(seen: &Installed, newest: u32) -> Self {
        let (state, version, elsewhere) = match seen {
            Installed::Missing => ("missing", None, None),
            Installed::Older(version) => ("older", Some(*version), None),
            Installed::Current => ("current", Some(newest), None),
            Installed::Elsewhere(elsewhere) => ("elsewhere", None, Some(elsewhere.origin().to_owned())),
        };
        Self { state, version, needed: newest, elsewhere }
    }
}
