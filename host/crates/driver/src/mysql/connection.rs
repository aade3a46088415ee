//! A session with a MySQL or MariaDB server.
//!
//! The protocol takes one command at a time: nothing is sent before the answer to the last command has been read to its
//! end, with all its results, of which any may be an error.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::{Protocol, Queryable};
use mysql_async::{Column, Conn, Error, QueryResult, Statement, Value};
use noorm_core::value::Scalar;
use tokio::time::timeout;

use super::error::{Failure, QUERY_INTERRUPTED, server_error};
use super::interrupt::MysqlInterrupt;
use super::notices::Notices;
use super::types::{length, parameters, scalar, text};
use crate::{BatchError, Command, Connection, Interrupt, Rows, ServerError};

/// A server that does not take a goodbye is left without one.
const GOODBYE: Duration = Duration::from_secs(1);

/// A session with one server.
pub(crate) struct MysqlConnection {
    session: Conn,
    interrupt: Arc<MysqlInterrupt>,
    notices: Notices,
    in_transaction: bool,
}

/// Turns a cell into a value.
type Read = fn(&Column, Value) -> Scalar;

impl MysqlConnection {
    /// Takes a session that has logged in.
    pub(super) fn new(session: Conn, interrupt: Arc<MysqlInterrupt>) -> Self {
        Self { session, interrupt, notices: Notices::default(), in_transaction: false }
    }

    /// Prepares a text unless it is prepared: mysql_async keeps the last ones.
    async fn prepare(&mut self, sql: &str, params: &[Scalar]) -> Result<Statement, Failure> {
        let statement = self.session.prep(sql).await?;
        let (expected, given) = (usize::from(statement.num_params()), params.len());
        // mysql_async would hang up over this.
        if expected != given { Err(Failure::Parameters { expected, given }) } else { Ok(statement) }
    }

    async fn query_rows(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, Failure> {
        let statement = self.prepare(sql, params).await?;
        Ok(collect(self.session.exec_iter(statement, parameters(params)).await?, scalar).await?)
    }

    async fn ask_rows(&mut self, sql: &str) -> Result<Rows, Failure> {
        Ok(collect(self.session.query_iter(sql).await?, text).await?)
    }

    async fn run_one(&mut self, command: Command<'_>) -> Result<u64, Failure> {
        match command {
            Command::Text(sql) => Ok(drain(self.session.query_iter(sql).await?).await?),
            Command::Bound { sql, params } => {
                let statement = self.prepare(sql, params).await?;
                Ok(drain(self.session.exec_iter(statement, parameters(params)).await?).await?)
            }
            Command::CopyIn { .. } => Err(Failure::NoTransfer),
        }
    }

    /// Reads what the last answer says of the session, and what it came to.
    async fn settle<T>(&mut self, command: Command<'_>, outcome: Result<T, Failure>) -> Result<T, ServerError> {
        let result = match outcome {
            Ok(value) => Ok(value),
            Err(failure) => Err(self.failure(command, &failure).await),
        };
        // What a session that is gone said last is no longer true.
        let is_gone = result.as_ref().is_err_and(|error| error.closed);
        let status = self.session.last_ok_packet().map_or(StatusFlags::empty(), |packet| packet.status_flags());
        self.in_transaction = !is_gone && status.contains(StatusFlags::SERVER_STATUS_IN_TRANS);
        result
    }

    async fn failure(&mut self, command: Command<'_>, failure: &Failure) -> ServerError {
        let values = match command {
            Command::Bound { params, .. } => params.iter().map(length).sum(),
            Command::Text(_) | Command::CopyIn { .. } => 0,
        };
        let mut error = server_error(command.sql(), values, failure);
        // An error says nothing of the transaction, and some end it: the server is asked again.
        error.closed |= self.session.ping().await.is_err();
        error.interrupted = error.code == QUERY_INTERRUPTED && self.interrupt.take_requested();
        error
    }
}

/// Reads an answer to its end and returns the rows of its first result.
async fn collect<P: Protocol>(mut answer: QueryResult<'_, '_, P>, read: Read) -> Result<Rows, Error> {
    let columns = answer.columns().unwrap_or_default();
    let mut rows = Rows {
        columns: columns.iter().map(|column| column.name_str().into_owned()).collect(),
        affected: answer.affected_rows(),
        ..Rows::default()
    };
    while let Some(row) = answer.next().await? {
        let cells = columns.iter().zip(row.unwrap());
        rows.rows.push(cells.map(|(column, value)| read(column, value)).collect());
    }
    if !columns.is_empty() {
        rows.affected = rows.rows.len() as u64;
    }
    answer.drop_result().await?;
    Ok(rows)
}

/// Reads an answer to its end, throws its rows away, and returns how many rows its last result changed or had.
async fn drain<P: Protocol>(mut answer: QueryResult<'_, '_, P>) -> Result<u64, Error> {
    let mut affected = 0;
    while let Some(columns) = answer.columns() {
        affected = answer.affected_rows();
        let mut returned = 0;
        while answer.next().await?.is_some() {
            returned += 1;
        }
        if !columns.is_empty() {
            affected = returned;
        }
    }
    // An error in a later result waits to be taken.
    answer.drop_result().await?;
    Ok(affected)
}

#[async_trait]
impl Connection for MysqlConnection {
    async fn query(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, ServerError> {
        let outcome = self.query_rows(sql, params).await;
        self.settle(Command::Bound { sql, params }, outcome).await
    }

    async fn ask(&mut self, sql: &str) -> Result<Rows, ServerError> {
        let outcome = self.ask_rows(sql).await;
        self.settle(Command::Text(sql), outcome).await
    }

    async fn run(&mut self, batch: &[Command<'_>]) -> Result<Vec<u64>, BatchError> {
        let mut affected = Vec::with_capacity(batch.len());
        for (index, command) in batch.iter().enumerate() {
            let outcome = self.run_one(*command).await;
            let outcome = self.settle(*command, outcome).await;
            affected.push(outcome.map_err(|error| BatchError { index, error })?);
            self.notices.note(self.session.get_warnings(), &self.session.info());
        }
        Ok(affected)
    }

    fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    fn session(&self) -> Option<String> {
        Some(self.session.id().to_string())
    }

    fn interrupter(&self) -> Box<dyn Interrupt> {
        Box::new(MysqlInterrupt::clone(&self.interrupt))
    }

    fn take_notices(&mut self) -> Vec<String> {
        self.notices.take()
    }

    async fn close(self: Box<Self>) -> Result<(), ServerError> {
        // A connection that broke or is too slow: there is nothing left to do about either.
        let _ = timeout(GOODBYE, self.session.disconnect()).await;
        Ok(())
    }
}
