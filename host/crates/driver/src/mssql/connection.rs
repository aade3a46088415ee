//! A session with a SQL Server.
//!
//! Every answer is read to its end: an error is told only there, even after rows. Commands go one after another, since
//! this protocol has no way to send the next one before the answer to the last.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use noorm_core::value::Scalar;
use tiberius::error::Error;
use tiberius::{Client, QueryItem, QueryStream, ToSql};
use tokio_util::compat::Compat;

use super::error::{failure, gone, invalid_value, no_transfer};
use super::interrupt::MssqlInterrupt;
use super::parameters::with_nulls;
use super::session::Session;
use super::types::{Parameter, scalar, text};
use super::wire::Wire;
use crate::{BatchError, Command, Connection, Interrupt, Rows, ServerError};

/// A server that does not take a goodbye is left without one.
const GOODBYE: Duration = Duration::from_secs(1);

/// A session with one server.
pub(crate) struct MssqlConnection {
    /// None after the connection broke.
    client: Option<Client<Compat<Wire>>>,
    session: Session,
}

/// What to do with the rows of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Nothing,
    Values,
    Texts,
}

impl MssqlConnection {
    /// Takes a session that has logged in.
    pub(super) fn new(client: Client<Compat<Wire>>, session: Session) -> Self {
        Self { client: Some(client), session }
    }

    async fn perform(&mut self, command: Command<'_>, keep: Keep) -> Result<Rows, ServerError> {
        let client = self.client.as_mut().ok_or_else(gone)?;
        let result = match command {
            Command::Text(sql) => run_text(client, sql, keep).await,
            Command::Bound { sql, params } => {
                let bound: Result<Vec<_>, _> = params.iter().map(Parameter::new).collect();
                run_bound(client, &with_nulls(sql, params), &bound.map_err(invalid_value)?, keep).await
            }
            Command::CopyIn { .. } => return Err(no_transfer()),
        };
        let is_being_stopped = self.session.is_being_stopped();
        let outcome = self.session.take_outcome();
        match failure(command.sql(), result.as_ref().err(), &outcome, is_being_stopped) {
            None => {
                let mut rows = result.unwrap_or_default();
                rows.affected = outcome.affected;
                Ok(rows)
            }
            Some(failure) => {
                if failure.closed {
                    self.client = None;
                }
                Err(failure)
            }
        }
    }
}

async fn run_text(client: &mut Client<Compat<Wire>>, sql: &str, keep: Keep) -> Result<Rows, Error> {
    drain(client.simple_query(sql).await?, keep).await
}

async fn run_bound(
    client: &mut Client<Compat<Wire>>,
    sql: &str,
    params: &[Parameter<'_>],
    keep: Keep,
) -> Result<Rows, Error> {
    let params: Vec<&dyn ToSql> = params.iter().map(|param| param as &dyn ToSql).collect();
    drain(client.query(sql, &params).await?, keep).await
}

/// Reads an answer to its end. The rows of the first result are kept, if any are.
async fn drain(mut stream: QueryStream<'_>, keep: Keep) -> Result<Rows, Error> {
    let mut rows = Rows::default();
    while let Some(item) = stream.try_next().await? {
        match item {
            QueryItem::Metadata(metadata) if keep != Keep::Nothing && metadata.result_index() == 0 => {
                rows.columns = metadata.columns().iter().map(|column| column.name().to_owned()).collect();
            }
            QueryItem::Row(row) if keep != Keep::Nothing && row.result_index() == 0 => {
                let cell = if keep == Keep::Values { scalar } else { text };
                rows.rows.push(row.cells().map(|(column, data)| cell(column, data)).collect());
            }
            QueryItem::Metadata(_) | QueryItem::Row(_) => {}
        }
    }
    Ok(rows)
}

#[async_trait]
impl Connection for MssqlConnection {
    async fn query(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, ServerError> {
        self.perform(Command::Bound { sql, params }, Keep::Values).await
    }

    async fn ask(&mut self, sql: &str) -> Result<Rows, ServerError> {
        self.perform(Command::Text(sql), Keep::Texts).await
    }

    async fn run(&mut self, batch: &[Command<'_>]) -> Result<Vec<u64>, BatchError> {
        let mut affected = Vec::with_capacity(batch.len());
        for (index, command) in batch.iter().enumerate() {
            let done = self.perform(*command, Keep::Nothing).await;
            affected.push(done.map_err(|error| BatchError { index, error })?.affected);
        }
        Ok(affected)
    }

    fn in_transaction(&self) -> bool {
        self.client.is_some() && self.session.in_transaction()
    }

    fn session(&self) -> Option<String> {
        self.session.process().map(|process| process.to_string())
    }

    fn interrupter(&self) -> Box<dyn Interrupt> {
        Box::new(MssqlInterrupt(self.session.clone()))
    }

    fn take_notices(&mut self) -> Vec<String> {
        self.session.take_notices()
    }

    async fn close(self: Box<Self>) -> Result<(), ServerError> {
        if let Some(client) = self.client {
            // A connection that broke or is too slow: there is nothing left to do about either.
            let _ = tokio::time::timeout(GOODBYE, client.close()).await;
        }
        Ok(())
    }
}
