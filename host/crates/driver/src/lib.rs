//! Sessions with databases: connect, execute, types, TLS, errors. One folder for each driver, with the same files.
//!
//! A driver knows a wire protocol (or a library) and no dialect: it never builds a statement, and what its server's
//! error codes mean is a dialect plugin's business.

pub mod target;

pub mod command;
pub mod connection;
pub mod error;
pub mod interrupt;

mod endpoint;
mod tls;

mod mssql;
mod mysql;
mod postgres;
mod sqlite;

pub use command::{Command, Rows};
pub use connection::Connection;
pub use error::{BatchError, ConnectError, ServerError};
pub use interrupt::{Interrupt, InterruptError};
pub use target::{Ssl, Target};

/// Returns the names of the drivers, sorted.
pub fn drivers() -> &'static [&'static str] {
    &["mssql", "mysql", "postgres", "sqlite"]
}

/// Opens a session with the database that `target` names.
///
/// Call it inside a tokio runtime that has its I/O and its clock enabled, and keep driving that runtime while the
/// session lives: the network drivers do their reading and writing in a task of it.
pub async fn connect(target: &Target) -> Result<Box<dyn Connection>, ConnectError> {
    match target.driver.as_str() {
        "mssql" => Ok(Box::new(mssql::connect(target).await?)),
        "mysql" => Ok(Box::new(mysql::connect(target).await?)),
        "postgres" => Ok(Box::new(postgres::connect(target).await?)),
        "sqlite" => Ok(Box::new(sqlite::connect(target)?)),
        _ => Err(ConnectError::UnknownDriver { driver: target.driver.clone() }),
    }
}

/// Makes the file of a database that is one; `false` when it is there already.
pub fn create_file(target: &Target) -> Result<bool, ConnectError> {
    match target.driver.as_str() {
        "sqlite" => sqlite::create(target),
        _ => Err(ConnectError::NoFile { driver: target.driver.clone() }),
    }
}

/// Removes the file of a database that is one; `false` when there is none.
pub fn remove_file(target: &Target) -> Result<bool, ConnectError> {
    match target.driver.as_str() {
        "sqlite" => sqlite::remove(target),
        _ => Err(ConnectError::NoFile { driver: target.driver.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_driver_that_is_listed_connects() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        for driver in drivers() {
            let mut target = Target::new(driver);
            target.host = Some("/no/such/folder".to_owned());
            let error = runtime.block_on(connect(&target)).err().expect("there is nothing to connect to");
            assert!(!matches!(error, ConnectError::UnknownDriver { .. }), "{error}");
        }
    }

    #[test]
    fn an_unknown_driver_is_named_with_the_known_ones() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let error = runtime.block_on(connect(&Target::new("oracle"))).err().expect("no such driver");
        assert_eq!(error.to_string(), "no driver is called `oracle`");
        assert_eq!(error.hint().as_deref(), Some("the drivers are `mssql`, `mysql`, `postgres`, `sqlite`"));
    }
}
