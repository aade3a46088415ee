//! Where a file goes on that stopped in the middle of an earlier run. Nothing is guessed: what cannot be known is asked.

use std::ops::Range;
use std::sync::Arc;

use noorm_core::excerpt;
use noorm_core::path::ProjectPath;
use noorm_core::plan::progress::{Progress, Resume};
use noorm_plugin_host::Evidence;

use crate::executor::RunError;
use crate::executor::batch::Batch;
use crate::script::Script;
use crate::session::Session;
use crate::workbench::Workbench;

/// Why a file cannot simply go on.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// A statement was sent, and nothing says whether it was carried out.
    #[error(
        "nobody knows whether statement {} of `{}` (line {}) was carried out: the run ended while it was under way",
        .0.statement, .0.path, .0.line
    )]
    Uncertain(Box<Uncertain>),
    /// What has run was edited.
    #[error("`{path}` was edited in its first {done} statements, which have run, and it is not finished")]
    Edited {
        /// The file.
        path: ProjectPath,
        /// Statements that are done.
        done: u64,
        /// Statements that it has now.
        total: u64,
        /// What `resolve` is told.
        owner: Owner,
    },
    /// The script cannot be read or split.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// A statement of which nobody knows whether it was carried out.
#[derive(Debug)]
pub struct Uncertain {
    /// The file.
    pub path: ProjectPath,
    /// Which statement, counted from 1.
    pub statement: u64,
    /// Its line, counted from 1.
    pub line: u32,
    /// The script, without secrets.
    pub text: Arc<str>,
    /// Where the statement is in it, in bytes.
    pub range: Range<usize>,
    /// How to see whether it was, where the database's catalog can tell.
    pub evidence: Option<Evidence>,
    /// What `resolve` is told.
    pub owner: Owner,
}

impl Uncertain {
    /// How to find out, and what to say then.
    fn hint(&self) -> String {
        let (command, statement) = (self.owner.resolve(), self.statement);
        let (done, undone) = (format!("`{command} --after {statement}`"), format!("`{command} --at {statement}`"));
        match &self.evidence {
            Some(Evidence { query, present: true }) => {
                format!("run `{query}` in the database; if it returns a row, {done}; if it returns none, {undone}")
            }
            Some(Evidence { query, present: false }) => {
                format!("run `{query}` in the database; if it returns no row, {done}; if it returns one, {undone}")
            }
            None => format!(
                "look in the database whether the effect of this statement is there; if it is, {done}; if it is not, \
                 {undone}"
            ),
        }
    }
}

/// What a file that stopped in the middle belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A changeset.
    Change(String),
    /// The file itself, run by a build or alone.
    File(ProjectPath),
}

impl Owner {
    /// Returns the command that says where to go on.
    fn resolve(&self) -> String {
        match self {
            Self::Change(name) => format!("noorm change resolve {name}"),
            Self::File(path) => format!("noorm run resolve {path}"),
        }
    }
}

impl ResumeError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Uncertain(it) => Some(it.hint()),
            Self::Edited { owner, .. } => Some(format!(
                "undo the edit of those statements, or say where to go on: `{} --after N`; `--force` runs everything \
                 again",
                owner.resolve()
            )),
            Self::Run(error) => error.hint(),
        }
    }
}

/// Returns what an earlier run has done of a script for good, so that it goes on behind that.
pub(crate) fn earlier(
    bench: &Workbench,
    session: &Session,
    script: &Script,
    progress: Option<Progress>,
    owner: Owner,
) -> Result<Option<Progress>, ResumeError> {
    let Some(progress) = progress else { return Ok(None) };
    let batch = split(bench, session, script)?;
    match batch.resume(&progress) {
        Resume::After(0) => Ok(None),
        Resume::After(_) => Ok(Some(progress)),
        Resume::Uncertain(statement) => Err(uncertain(bench, session, &batch, statement, owner)),
        Resume::Edited(done) => {
            Err(ResumeError::Edited { path: script.path.clone(), done, total: batch.total(), owner })
        }
    }
}

/// Splits a script without running it.
pub(crate) fn split<'a>(bench: &Workbench, session: &Session, script: &'a Script) -> Result<Batch<'a>, RunError> {
    let text = bench.scripts.text(script)?;
    Batch::split(&session.dialect, &bench.scripts, script, text)
}

fn uncertain(bench: &Workbench, session: &Session, batch: &Batch<'_>, statement: u64, owner: Owner) -> ResumeError {
    let index = usize::try_from(statement).unwrap_or(usize::MAX).saturating_sub(1);
    let piece = batch.statements.get(index);
    let (body, line) = piece.map_or((0..0, 1), |piece| (piece.body.clone(), piece.line));
    let text = bench.redactor.redact(&batch.text);
    // A redacted text has other offsets; lines stay.
    let range = if text.len() == batch.text.len() { body } else { excerpt::offset(&text, line, 1)..text.len() };
    let path = batch.script.path.clone();
    // What is asked has to be asked all the same where the plugin fails.
    let evidence = text.get(range.clone()).and_then(|body| session.dialect.look(body).unwrap_or_default());
    ResumeError::Uncertain(Box::new(Uncertain {
        path,
        statement,
        line,
        text: text.as_ref().into(),
        range,
        evidence,
        owner,
    }))
}
