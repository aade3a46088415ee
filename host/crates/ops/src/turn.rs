//! A process's turn to change a database: noorm's tables are there, the lock is held, and what a killed run left behind
//! is marked as failed.

use noorm_core::event::{Event, Listener};

use crate::cancel::Cancel;
use crate::destination::Destination;
use crate::executed_by::executed_by;
use crate::executor::Executor;
use crate::identity;
use crate::lock::{Claim, LockError, LockGuard, TIMEOUT_MS, Waiting};
use crate::session::{Session, SessionError};
use crate::tracker;
use crate::workbench::Workbench;

/// What stands in the row of a run that was killed.
const INTERRUPTED: &str = "the process ended before the run did";

/// A turn. End it with [`Turn::end`].
pub(crate) struct Turn<'a> {
    pub(crate) session: &'a mut Session,
    pub(crate) executed_by: String,
    bench: &'a Workbench,
    guard: LockGuard,
    cancel: &'a Cancel,
    listener: Listener<'a>,
}

impl<'a> Turn<'a> {
    /// Takes the lock.
    pub(crate) async fn take(
        bench: &'a Workbench,
        session: &'a mut Session,
        reason: &str,
        cancel: &'a Cancel,
        listener: Listener<'a>,
    ) -> Result<Self, LockError> {
        let claim = claim(bench, reason);
        let guard = take(bench, session, &claim, cancel, listener).await?;
        if let Some(gone) = &guard.taken_over {
            let (who, since) = (&gone.locked_by, &gone.locked_at);
            let text = match gone.expired {
                true => format!("took over a lock that had expired, and ended its session ({who}, since {since})"),
                false => format!("took over the lock of a process that has ended ({who}, since {since})"),
            };
            listener(Event::Warning(text));
        }
        for wish in session.ignored_wishes() {
            let text = format!("this database has no `{wish}`: the config's limit has no effect");
            listener(Event::Warning(text));
        }
        let mut turn = Self { session, executed_by: claim.locked_by, bench, guard, cancel, listener };
        match turn.begin().await {
            Ok(()) => Ok(turn),
            Err(error) => {
                turn.end().await;
                Err(error)
            }
        }
    }

    /// Takes the tables to the newest version, marks what a killed run left behind, and says who is here.
    async fn begin(&mut self) -> Result<(), LockError> {
        let fence = self.guard.fence(&self.session.dialect)?;
        tracker::upgrade(self.session, fence).await?;
        let mark = tracker::interrupt(&self.session.dialect, INTERRUPTED)?;
        self.session.run_own("changeset-interrupt", &[mark]).await?;
        identity::register(self.bench, self.session, self.listener).await;
        Ok(())
    }

    /// Returns what runs operations in this turn.
    pub(crate) fn executor(&mut self) -> Executor<'_> {
        Executor {
            session: self.session,
            guard: &self.guard,
            scripts: &self.bench.scripts,
            redactor: &self.bench.redactor,
            cancel: self.cancel,
            listener: self.listener,
        }
    }

    /// Gives the lock back. If that fails the lock expires by itself, and the next run of this machine takes it over.
    pub(crate) async fn end(self) {
        let Self { session, guard, listener, .. } = self;
        let released = match session.rollback().await {
            Ok(()) => guard.release(session).await,
            Err(error) => Err(error),
        };
        if let Err(error) = released {
            listener(Event::Warning(not_released(&error)));
        }
    }
}

/// Takes the lock, once the tables have one, and waits for it as long as the workbench says.
async fn take(
    bench: &Workbench,
    session: &mut Session,
    claim: &Claim,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<LockGuard, LockError> {
    let mut waiting = Waiting::new(bench.patience, cancel, listener);
    loop {
        let taken = match tracker::prepare(bench, session, listener).await {
            Ok(()) => LockGuard::take(session, Destination::of(bench), claim, cancel).await,
            Err(error) => Err(error),
        };
        match taken {
            Err(error @ (LockError::Held { .. } | LockError::HeldBySession)) => waiting.pause(error).await?,
            other => return other,
        }
    }
}

/// Who takes the lock of a workbench's database, and why.
pub(crate) fn claim(bench: &Workbench, reason: &str) -> Claim {
    let config = &bench.active.config;
    Claim {
        config_name: config.name.clone(),
        locked_by: executed_by(config, &bench.home),
        reason: reason.to_owned(),
        timeout_ms: TIMEOUT_MS,
    }
}

fn not_released(error: &SessionError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("the lock was not released ({error}{cause}); it expires by itself")
}
