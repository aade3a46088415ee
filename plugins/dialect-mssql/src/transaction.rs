//! Transaction control. What a script sets for its session is set back before the next one.
//!
//! The protocol's own way to reset a session would also free the locks that it holds. So the settings are written out, as
//! drivers for SQL Server have them. What has no value of its own to go back to stays: the language with its form of dates,
//! temporary tables, a context that was changed with `EXECUTE AS`.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{AroundText, ControlText, Guest};

use crate::Dialect;
use crate::literals::string;
use crate::naming::quoted;
use crate::server::{Product, fact, product};

/// Settings of every product. With the first one an error rolls back the whole transaction: the host's understanding and
/// the server's stay the same. The others are what indexes on views and computed columns ask for, as far as smaller
/// products have them, and a count of rows with every answer, which the lock is read from.
const SETTINGS: &[&str] = &[
    "XACT_ABORT ON",
    "NOCOUNT OFF",
    "ANSI_NULLS ON",
    "QUOTED_IDENTIFIER ON",
    "TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/// Settings that the known products have besides.
const SETTINGS_KNOWN: &[&str] = &[
    "ANSI_PADDING ON",
    "ANSI_WARNINGS ON",
    "ARITHABORT ON",
    "CONCAT_NULL_YIELDS_NULL ON",
    "NUMERIC_ROUNDABORT OFF",
    "IMPLICIT_TRANSACTIONS OFF",
    "ROWCOUNT 0",
];

impl Guest for Dialect {
    fn control(options: Vec<(String, String)>) -> ControlText {
        let settings = settings(&options);
        let back = back(&options).map(|back| format!("{back}; {settings}"));
        ControlText {
            reset: vec![back.unwrap_or_else(|| settings.clone())],
            setup: vec![settings],
            begin: "BEGIN TRANSACTION".to_owned(),
            // Under `IMPLICIT_TRANSACTIONS` the beginning counts twice, and so must the end.
            commit: "COMMIT TRANSACTION; WHILE @@TRANCOUNT > 0 COMMIT TRANSACTION".to_owned(),
            // The server may have rolled back by itself.
            rollback: "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION".to_owned(),
            ddl: product(&options).is_known(),
            attrs: Vec::new(),
        }
    }

    fn around(_marks: Vec<(String, String)>) -> AroundText {
        AroundText { before: Vec::new(), check: String::new(), after: Vec::new() }
    }
}

/// One text for all settings, one round trip.
fn settings(options: &[(String, String)]) -> String {
    let product = product(options);
    let mut settings: Vec<String> = SETTINGS.iter().map(|setting| (*setting).to_owned()).collect();
    if product.is_known() {
        settings.extend(SETTINGS_KNOWN.iter().map(|setting| (*setting).to_owned()));
    }
    let wish = fact(options, "lock-timeout-ms").and_then(|wish| wish.parse::<u32>().ok());
    settings.push(match wish {
        Some(limit_ms) => format!("LOCK_TIMEOUT {}", limit_ms.min(i32::MAX.unsigned_abs())),
        None => "LOCK_TIMEOUT -1".to_owned(),
    });
    let settings: Vec<String> = settings.iter().map(|setting| format!("SET {setting}")).collect();
    settings.join("; ")
}

/// The way back to the database, for who has left it. Without the condition the server would tell every time which
/// database it is. In Azure nobody can leave.
fn back(options: &[(String, String)]) -> Option<String> {
    if matches!(product(options), Product::AzureSql | Product::Other) {
        return None;
    }
    let database = fact(options, "database")?;
    let name = quoted(database).ok()?;
    Some(format!("IF DB_NAME() <> {} USE {name}", string(database)))
}
