//! A session with a PostgreSQL server.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use noorm_core::value::Scalar;
use tokio_postgres::{Client, Error, SimpleQueryMessage, Statement};

use super::error::{is_out_of_step, server_error};
use super::interrupt::PostgresInterrupt;
use super::pipeline::{forgets_prepared, stretch};
use super::session::Session;
use super::status::TransactionStatus;
use super::types::{Cell, Parameter};
use crate::{BatchError, Command, Connection, Interrupt, Rows, ServerError};

/// Texts that stay prepared: noorm's own, of which there are a few dozen.
const STATEMENTS_KEPT: usize = 256;

/// How much of a transfer is copied at a time.
const COPY_CHUNK: usize = 64 * 1024;

const QUERY_CANCELED: &str = "57014";

/// A session with one server.
pub(crate) struct PostgresConnection {
    client: Client,
    session: Session,
    status: TransactionStatus,
    interrupt: Arc<PostgresInterrupt>,
    prepared: HashMap<String, Statement>,
}

type Flight<'a> = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'a>>;

impl PostgresConnection {
    /// Takes a session that has logged in.
    pub(super) fn new(
        client: Client,
        session: Session,
        status: TransactionStatus,
        interrupt: Arc<PostgresInterrupt>,
    ) -> Self {
        Self { client, session, status, interrupt, prepared: HashMap::new() }
    }

    /// Prepares a text unless it is prepared.
    async fn prepare(&mut self, sql: &str) -> Result<(), Error> {
        if self.prepared.contains_key(sql) {
            return Ok(());
        }
        if self.prepared.len() == STATEMENTS_KEPT {
            self.prepared.clear();
        }
        let statement = self.client.prepare(sql).await?;
        self.prepared.insert(sql.to_owned(), statement);
        Ok(())
    }

    async fn ask_rows(&mut self, sql: &str) -> Result<Rows, Error> {
        let mut stream = pin!(self.client.simple_query_raw(sql).await?);
        let mut rows = Rows::default();
        while let Some(message) = stream.try_next().await? {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    rows.columns = columns.iter().map(|column| column.name().to_owned()).collect();
                }
                SimpleQueryMessage::Row(row) => {
                    let cells = (0..row.len()).map(|index| row.get(index).map_or(Scalar::Null, Scalar::from));
                    rows.rows.push(cells.collect());
                }
                SimpleQueryMessage::CommandComplete(count) => rows.affected = count,
                _ => {}
            }
        }
        Ok(rows)
    }

    async fn query_rows(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, Error> {
        self.prepare(sql).await?;
        let statement = &self.prepared[sql];
        let columns: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let mut stream = pin!(self.client.query_raw(statement, params.iter().map(Parameter)).await?);
        let mut rows = Vec::new();
        while let Some(row) = stream.try_next().await? {
            let cells = (0..columns.len()).map(|index| row.try_get::<_, Cell>(index).map(|cell| cell.0));
            rows.push(cells.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Rows { columns, rows, affected: stream.rows_affected().unwrap_or(0) })
    }

    /// Runs the first commands of `batch`, as many as may be under way together. Stops at the first that fails.
    async fn run_stretch(&mut self, batch: &[Command<'_>], affected: &mut Vec<u64>) -> Result<(), (usize, Error)> {
        // Whatever else needs preparing is first in a stretch of its own, after everything before it succeeded.
        if let Some(Command::Bound { sql, .. }) = batch.first() {
            self.prepare(sql).await.map_err(|error| (0, error))?;
        }
        let length = stretch(batch, self.status.is_healthy(), |sql| self.prepared.contains_key(sql));
        let batch = &batch[..length];
        let mut flights = Vec::with_capacity(length);
        for command in batch {
            let mut flight = self.start(*command);
            // The first poll sends the request.
            let landed = match poll_fn(|cx| Poll::Ready(flight.as_mut().poll(cx))).await {
                Poll::Ready(result) => Some(result),
                Poll::Pending => None,
            };
            let was_not_sent = matches!(landed, Some(Err(_)));
            flights.push((flight, landed));
            if was_not_sent {
                break;
            }
        }
        let mut outcome = Ok(());
        for (index, (flight, landed)) in flights.into_iter().enumerate() {
            let result = match landed {
                Some(result) => result,
                None => flight.await,
            };
            match (result, &outcome) {
                (Ok(count), Ok(())) => affected.push(count),
                (Err(error), Ok(())) => outcome = Err((index, error)),
                // These answers are consequences: the transaction was lost. They are awaited to stay in step.
                (_, Err(_)) => {}
            }
        }
        if batch.iter().any(|command| forgets_prepared(command.sql())) {
            self.prepared.clear();
        }
        outcome
    }

    fn start<'a>(&'a self, command: Command<'a>) -> Flight<'a> {
        match command {
            Command::Text(sql) => Box::pin(text(&self.client, sql)),
            Command::Bound { sql, params } => Box::pin(bound(&self.client, &self.prepared[sql], params)),
            Command::CopyIn { sql, data } => Box::pin(copy_in(&self.client, sql, data)),
        }
    }

    /// Makes sure that the end of the last answer has arrived, and with it the state of the transaction.
    async fn settle(&self) {
        // If the connection is gone, the error that the caller gets says so.
        let _ = self.client.check_connection().await;
    }

    async fn failure(&mut self, sql: &str, error: Error) -> ServerError {
        if is_out_of_step(&error) {
            // The server waits for data that will not come, or sends some: there is no way back.
            self.session.abort();
        }
        self.settle().await;
        let mut failure = server_error(sql, &error);
        if error.is_closed()
            && let Some(end) = self.session.end()
        {
            failure = end;
        }
        failure.closed |= self.client.is_closed();
        failure.interrupted = failure.code == QUERY_CANCELED && self.interrupt.take_requested();
        failure
    }
}

/// Runs a user's statement and throws its rows away.
async fn text(client: &Client, sql: &str) -> Result<u64, Error> {
    let mut stream = pin!(client.simple_query_raw(sql).await?);
    let mut affected = 0;
    while let Some(message) = stream.try_next().await? {
        if let SimpleQueryMessage::CommandComplete(count) = message {
            affected = count;
        }
    }
    Ok(affected)
}

async fn bound(client: &Client, statement: &Statement, params: &[Scalar]) -> Result<u64, Error> {
    let mut stream = pin!(client.query_raw(statement, params.iter().map(Parameter)).await?);
    while stream.try_next().await?.is_some() {}
    Ok(stream.rows_affected().unwrap_or(0))
}

async fn copy_in(client: &Client, sql: &str, data: &[u8]) -> Result<u64, Error> {
    let mut sink = pin!(client.copy_in::<_, Bytes>(sql).await?);
    for chunk in data.chunks(COPY_CHUNK) {
        sink.feed(Bytes::copy_from_slice(chunk)).await?;
    }
    let affected = sink.finish().await?;
    // `finish` does not wait for the end of the answer.
    client.check_connection().await?;
    Ok(affected)
}

#[async_trait]
impl Connection for PostgresConnection {
    async fn query(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, ServerError> {
        match self.query_rows(sql, params).await {
            Ok(rows) => Ok(rows),
            Err(error) => Err(self.failure(sql, error).await),
        }
    }

    async fn ask(&mut self, sql: &str) -> Result<Rows, ServerError> {
        match self.ask_rows(sql).await {
            Ok(rows) => Ok(rows),
            Err(error) => Err(self.failure(sql, error).await),
        }
    }

    async fn run(&mut self, batch: &[Command<'_>]) -> Result<Vec<u64>, BatchError> {
        let mut affected = Vec::with_capacity(batch.len());
        while affected.len() < batch.len() {
            let done = affected.len();
            if let Err((place, error)) = self.run_stretch(&batch[done..], &mut affected).await {
                let index = done + place;
                return Err(BatchError { index, error: self.failure(batch[index].sql(), error).await });
            }
        }
        Ok(affected)
    }

    fn in_transaction(&self) -> bool {
        // A session that ended in one is not asked: whoever goes on is told by the next statement.
        self.status.is_open()
    }

    fn session(&self) -> Option<String> {
        self.status.process().map(|process| process.to_string())
    }

    fn interrupter(&self) -> Box<dyn Interrupt> {
        Box::new(PostgresInterrupt::clone(&self.interrupt))
    }

    fn take_notices(&mut self) -> Vec<String> {
        self.session.take_notices()
    }

    async fn close(self: Box<Self>) -> Result<(), ServerError> {
        let Self { client, session, prepared, .. } = *self;
        drop((client, prepared));
        session.finish().await;
        Ok(())
    }
}
