//! A session with a SQLite file. Its methods are `async` by contract only: they work to the end without a pause.

use std::ffi::CString;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use noorm_core::value::Scalar;
use rusqlite::{InterruptHandle, Statement};

use super::error::server_error;
use super::journal;
use super::types::{bind, read};
use crate::{BatchError, Command, Connection, Interrupt, InterruptError, Rows, ServerError};

/// A session with one database file.
pub(crate) struct SqliteConnection {
    connection: File,
    interrupted: Arc<AtomicBool>,
}

/// An open file, whose journal goes when it is closed.
struct File(rusqlite::Connection);

impl Deref for File {
    type Target = rusqlite::Connection;

    fn deref(&self) -> &rusqlite::Connection {
        &self.0
    }
}

impl Drop for File {
    fn drop(&mut self) {
        journal::delete(&self.0);
    }
}

impl SqliteConnection {
    /// Takes an open file.
    pub(super) fn new(connection: rusqlite::Connection) -> Self {
        Self { connection: File(connection), interrupted: Arc::new(AtomicBool::new(false)) }
    }

    fn run_one(&self, command: Command<'_>) -> rusqlite::Result<u64> {
        check_text(command.sql())?;
        match command {
            Command::Text(sql) => self.step_to_end(&mut self.connection.prepare(sql)?, &[]),
            Command::Bound { sql, params } => self.step_to_end(&mut *self.connection.prepare_cached(sql)?, params),
            Command::CopyIn { .. } => Err(rusqlite::Error::InvalidQuery),
        }
    }

    /// Runs a statement and counts: the rows that it returns, or those that it changes.
    fn step_to_end(&self, statement: &mut Statement<'_>, params: &[Scalar]) -> rusqlite::Result<u64> {
        bind(statement, params)?;
        let returns_rows = statement.column_count() > 0;
        let changes_before = self.connection.total_changes();
        let mut returned = 0;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {
            returned += 1;
        }
        Ok(if returns_rows { returned } else { self.changed_since(changes_before) })
    }

    /// SQLite's count of changed rows keeps its value over statements that change none, so ask first whether there
    /// was any change.
    fn changed_since(&self, changes_before: u64) -> u64 {
        if self.connection.total_changes() == changes_before { 0 } else { self.connection.changes() }
    }

    fn query_rows(&self, sql: &str, params: &[Scalar]) -> rusqlite::Result<Rows> {
        check_text(sql)?;
        let mut statement = self.connection.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let changes_before = self.connection.total_changes();
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            found.push((0..columns.len()).map(|index| read(row.get_ref(index)?)).collect::<rusqlite::Result<_>>()?);
        }
        let affected = if columns.is_empty() { self.changed_since(changes_before) } else { found.len() as u64 };
        Ok(Rows { columns, rows: found, affected })
    }

    fn failure(&self, sql: &str, error: rusqlite::Error) -> ServerError {
        server_error(sql, error, &self.interrupted)
    }
}

/// SQLite reads a text up to its first NUL and would leave out the rest without a word.
fn check_text(sql: &str) -> rusqlite::Result<()> {
    if sql.contains('\0') {
        CString::new(sql)?;
    }
    Ok(())
}

#[async_trait]
impl Connection for SqliteConnection {
    async fn query(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, ServerError> {
        self.query_rows(sql, params).map_err(|error| self.failure(sql, error))
    }

    async fn ask(&mut self, sql: &str) -> Result<Rows, ServerError> {
        let mut rows = self.query(sql, &[]).await?;
        for value in rows.rows.iter_mut().flatten() {
            *value = match std::mem::replace(value, Scalar::Null) {
                Scalar::Integer(number) => number.to_string().into(),
                Scalar::Real(number) => number.to_string().into(),
                other => other,
            };
        }
        Ok(rows)
    }

    async fn run(&mut self, batch: &[Command<'_>]) -> Result<Vec<u64>, BatchError> {
        let mut affected = Vec::with_capacity(batch.len());
        for (index, command) in batch.iter().enumerate() {
            match self.run_one(*command) {
                Ok(count) => affected.push(count),
                Err(error) => return Err(BatchError { index, error: self.failure(command.sql(), error) }),
            }
        }
        Ok(affected)
    }

    fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn session(&self) -> Option<String> {
        None
    }

    fn interrupter(&self) -> Box<dyn Interrupt> {
        let handle = self.connection.get_interrupt_handle();
        Box::new(SqliteInterrupt { handle, interrupted: self.interrupted.clone() })
    }

    fn take_notices(&mut self) -> Vec<String> {
        // SQLite has none.
        Vec::new()
    }

    async fn close(self: Box<Self>) -> Result<(), ServerError> {
        // Dropping it closes the file: there is nothing that could be told of it.
        Ok(())
    }
}

struct SqliteInterrupt {
    handle: InterruptHandle,
    interrupted: Arc<AtomicBool>,
}

impl Interrupt for SqliteInterrupt {
    fn interrupt(&self) -> Result<(), InterruptError> {
        self.interrupted.store(true, Ordering::SeqCst);
        self.handle.interrupt();
        Ok(())
    }
}
