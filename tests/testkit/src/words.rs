//! The few words of SQL that tests need and that engines say differently.

use crate::{Database, Engine};

impl Database {
    /// Returns the type of a text of any letters that can be compared and sorted.
    pub fn text_type(&self) -> &'static str {
        match self.engine() {
            Engine::Mssql => "NVARCHAR(100)",
            _ => "TEXT",
        }
    }

    /// Returns the type that turns a number into a text.
    pub fn cast_type(&self) -> &'static str {
        match self.engine() {
            Engine::Mariadb | Engine::Mysql => "CHAR",
            _ => self.text_type(),
        }
    }

    /// Returns a string of any letters; it has no quote in it.
    pub fn string(&self, text: &str) -> String {
        match self.engine() {
            Engine::Mssql => format!("N'{text}'"),
            _ => format!("'{text}'"),
        }
    }

    /// Returns the length of a text.
    pub fn length(&self, text: &str) -> String {
        match self.engine() {
            Engine::Mssql => format!("LEN({text})"),
            _ => format!("length({text})"),
        }
    }

    /// Returns an instant of the database's clock, as its lock keeps it, so many seconds from now.
    pub fn in_seconds(&self, seconds: u32) -> String {
        match self.engine() {
            Engine::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{seconds} seconds')"),
            Engine::Postgres => format!("(now() AT TIME ZONE 'UTC') + interval '{seconds} seconds'"),
            Engine::Mariadb | Engine::Mysql => format!("utc_timestamp(3) + interval {seconds} second"),
            Engine::Mssql => format!("DATEADD(second, {seconds}, SYSUTCDATETIME())"),
        }
    }

    /// Puts statements into a script that noorm sends one by one: each in a line of its own, and behind it, where only
    /// that ends a piece, a line `GO`.
    pub fn pieces(&self, statements: &[&str]) -> String {
        match self.engine() {
            Engine::Mssql => statements.iter().map(|sql| format!("{sql}\nGO\n")).collect(),
            _ => statements.iter().map(|sql| format!("{sql}\n")).collect(),
        }
    }

    /// Returns the line of such a script in which a statement stands, counted from 1 like the statement.
    pub fn line_of_piece(&self, number: usize) -> usize {
        match self.engine() {
            Engine::Mssql => 2 * number - 1,
            _ => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::SqliteFile;

    use super::*;

    #[test]
    fn a_piece_is_found_in_its_line() {
        let database = Database::Sqlite(SqliteFile::new("app.db".into()));
        assert_eq!(database.pieces(&["SELECT 1;", "SELECT 2;"]), "SELECT 1;\nSELECT 2;\n");
        assert_eq!(database.line_of_piece(2), 2);
    }
}
