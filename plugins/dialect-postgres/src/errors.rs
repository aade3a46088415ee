//! What PostgreSQL's SQLSTATEs mean. The message is not looked at: it is in the server's language.

use noorm_guest::dialect::exports::noorm::dialect::errors::{Guest, ServerError};

use crate::Dialect;

impl Guest for Dialect {
    fn classify(error: ServerError) -> String {
        class(&error.code).to_owned()
    }
}

fn class(code: &str) -> &'static str {
    match code {
        "42601" | "42602" | "42622" | "42939" => "syntax",
        "23505" => "unique",
        "42P01" | "42703" | "42704" | "42883" | "3D000" | "3F000" | "26000" | "34000" => "missing-object",
        "42P07" | "42701" | "42710" | "42723" | "42P04" | "42P06" | "42P03" | "42P05" => "existing-object",
        "42501" => "permission",
        "55P03" | "55006" => "lock",
        "40001" | "40P01" | "57P04" => "transient",
        "57P01" | "57P02" | "57P03" | "57P05" => "connection",
        // A server that only reads, such as a standby: no other way to run the statement would help.
        "25006" => "other",
        "25001" | "25002" | "25P01" | "25P02" => "transaction",
        _ => match code.get(..2) {
            Some("23") => "constraint",
            Some("08" | "28") => "connection",
            Some("53" | "58") => "resource",
            Some("25" | "2D" | "3B") => "transaction",
            Some("40") => "transient",
            _ => "other",
        },
    }
}
