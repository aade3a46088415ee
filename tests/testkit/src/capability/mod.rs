//! What an engine may lack that speaks a dialect's protocol and is not the product itself. A test names what it needs, and
//! is skipped by name where that is not there. The servers that `tests/databases` brings up have everything: on those
//! nothing is asked, so that nothing is skipped by mistake.

mod mssql;
mod mysql;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::database::{Database, Engine, MssqlDatabase};

/// Something that not every compatible engine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// It is a product that noorm knows. Of another one noorm takes nothing for granted, and makes no use of what is there.
    KnownProduct,
    /// Databases can be made: each test has its own, and some have several.
    CreateDatabase,
    /// Schemas besides the default one.
    Schemas,
    /// Tables move from one schema to another.
    SchemaTransfer,
    /// Columns that number their rows.
    Identity,
    /// Instants with milliseconds.
    Datetime2,
    /// A catalog of tables and columns, as the product has it.
    Catalog,
    /// The standard's catalog.
    InformationSchema,
    /// DDL takes part in transactions.
    TransactionalDdl,
    /// An error can be caught.
    TryCatch,
    /// An error can end the transaction.
    XactAbort,
    /// A statement can return the rows that it changed.
    Output,
    /// Scripts can print.
    Print,
    /// A statement that waits can be stopped.
    Stop,
    /// What a client leaves behind that is gone is free soon, whatever it ran.
    LostClient,
    /// Locks of a session's own.
    SessionLock,
    /// A time limit for waiting for locks of the database's.
    LockTimeout,
    /// Stored procedures.
    Procedures,
    /// Triggers.
    Triggers,
    /// Tables can be locked.
    TableLock,
}

/// Says that the server is a real SQL Server: what it seems to lack is a failure there, and no skip.
const COMPLETE: &str = "NOORM_TEST_MSSQL_COMPLETE";

impl Capability {
    /// Every capability, with its name.
    pub const ALL: &[(Self, &str)] = &[
        (Self::KnownProduct, "known-product"),
        (Self::CreateDatabase, "create-database"),
        (Self::Schemas, "schemas"),
        (Self::SchemaTransfer, "schema-transfer"),
        (Self::Identity, "identity"),
        (Self::Datetime2, "datetime2"),
        (Self::Catalog, "catalog"),
        (Self::InformationSchema, "information-schema"),
        (Self::TransactionalDdl, "transactional-ddl"),
        (Self::TryCatch, "try-catch"),
        (Self::XactAbort, "xact-abort"),
        (Self::Output, "output"),
        (Self::Print, "print"),
        (Self::Stop, "stop"),
        (Self::LostClient, "lost-client"),
        (Self::SessionLock, "session-lock"),
        (Self::LockTimeout, "lock-timeout"),
        (Self::Procedures, "procedures"),
        (Self::Triggers, "triggers"),
        (Self::TableLock, "table-lock"),
    ];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        let known = Self::ALL.iter().find(|(capability, _)| *capability == self);
        known.map(|(_, name)| *name).expect("every capability is in the list")
    }

    /// Returns why an engine lacks it, or `None` if it has it. The engine is asked once by each process. It is not for a
    /// test that has its database already: asking takes one, too.
    pub fn missing(self, engine: Engine) -> Option<String> {
        static SAID: Mutex<BTreeMap<(Engine, Capability), Option<String>>> = Mutex::new(BTreeMap::new());
        if !engine.is_optional() {
            return None;
        }
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = said.entry((engine, self)).or_insert_with(|| self.ask(engine).err()).clone();
        if let (Some(reason), Engine::Mssql, Some(_)) = (&reason, engine, std::env::var_os(COMPLETE)) {
            panic!("SQL Server has everything, says {COMPLETE}, and lacks {}: {reason}", self.name());
        }
        reason
    }

    fn ask(self, engine: Engine) -> Result<(), String> {
        match (self, engine) {
            (Self::CreateDatabase, Engine::Mssql) => MssqlDatabase::can_be_many(&engine.server()),
            // There is no other way to a database for a test, which then fails.
            (Self::CreateDatabase, _) => Ok(()),
            (Self::LostClient, Engine::Mssql) => MssqlDatabase::notices_lost_clients(&engine.server()),
            _ => self.found_in(&Database::create(engine, PathBuf::new())),
        }
    }

    /// Finds out in a database, where that leaves something behind.
    pub(crate) fn found_in(self, database: &Database) -> Result<(), String> {
        let Some(probe) = self.probe(database.engine()) else { return Ok(()) };
        let rows = match database {
            Database::Mysql(database) => database.try_query(probe)?,
            Database::Mssql(database) => database.try_query(probe)?,
            Database::Sqlite(_) | Database::Postgres(_) => unreachable!("they have no probes"),
        };
        match rows.last().and_then(|row| row.first()) {
            Some(value) if value == "1" => Ok(()),
            Some(value) => Err(format!("it answers {value}")),
            None => Err("it answers nothing".to_owned()),
        }
    }

    /// Returns the statements that find out, of which the last row is 1 where it is there; `None` where a product has it
    /// by nature, or where no test of its dialect needs it.
    fn probe(self, engine: Engine) -> Option<&'static str> {
        let probes = match engine {
            Engine::Mssql => mssql::PROBES,
            Engine::Mysql => mysql::PROBES,
            Engine::Sqlite | Engine::Postgres | Engine::Mariadb => &[],
        };
        probes.iter().find(|(capability, _)| *capability == self).map(|(_, probe)| *probe)
    }
}

/// Returns what noorm itself cannot do without on an engine, so that every test needs it.
pub(crate) fn basic(engine: Engine) -> &'static [Capability] {
    match engine {
        Engine::Mssql => mssql::BASIC,
        Engine::Mysql => mysql::BASIC,
        Engine::Sqlite | Engine::Postgres | Engine::Mariadb => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_has_a_name_of_its_own() {
        let mut names: Vec<_> = Capability::ALL.iter().map(|(capability, _)| capability.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Capability::ALL.len());
    }

    #[test]
    fn what_every_test_needs_can_be_found_out() {
        for engine in [Engine::Mysql, Engine::Mssql] {
            for capability in basic(engine) {
                assert!(capability.probe(engine).is_some(), "{engine:?}: {capability:?}");
            }
        }
    }

    #[test]
    fn the_servers_of_the_tests_have_everything() {
        for (capability, name) in Capability::ALL {
            assert_eq!(capability.missing(Engine::Mariadb), None, "{name}");
        }
    }

    #[test]
    fn the_probes_of_mysql_find_what_is_there() {
        let database = Database::create(Engine::Mariadb, PathBuf::new());
        for (capability, probe) in mysql::PROBES {
            let rows = database.query(probe);
            assert_eq!(rows.last().map(|row| row[0].as_str()), Some("1"), "{capability:?}");
        }
    }
}
