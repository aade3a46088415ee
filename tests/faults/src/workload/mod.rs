//! The changesets of a run that faults strike: every way in which noorm runs a file is among them.
//!
//! Of every statement the database itself can tell whether it was carried out, and none has the same effect when it is
//! carried out twice. Keys are written out, as a counter of the database's own would go on after a rollback.

mod effect;
mod kinds;
mod words;

use noorm_testkit::{Engine, Sandbox};

pub use effect::Effect;

/// A statement, and how to tell that it was carried out.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(crate) sql: String,
    pub(crate) effect: Effect,
}

/// What stands in a file.
#[derive(Debug, Clone)]
enum Content {
    /// SQL: what stands before the statements, and the statements.
    Script { head: &'static str, statements: Vec<Statement> },
    /// A template, and the statements that it becomes.
    Template { text: String, statements: Vec<Statement> },
    /// Something that is no script: data, or a manifest.
    Other(String),
}

/// A file of a changeset, or one that its manifest names.
#[derive(Debug, Clone)]
struct File {
    path: String,
    content: Content,
}

/// A changeset with its files.
#[derive(Debug, Clone)]
pub struct Change {
    name: String,
    files: Vec<File>,
}

/// Changesets for one engine.
#[derive(Debug, Clone)]
pub struct Workload {
    changes: Vec<Change>,
}

/// A statement of which noorm asks whether it was carried out.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The changeset.
    pub change: &'a str,
    /// What tells whether it was.
    pub effect: &'a Effect,
}

impl Workload {
    /// Makes so many changesets. They come in turns of ten, so that ten have one of each kind.
    pub fn new(engine: Engine, count: usize) -> Self {
        let mut author = kinds::Author::new(words::of(engine));
        Self { changes: (1..=count).map(|number| author.change(number)).collect() }
    }

    /// Writes the files into a project.
    pub fn write(&self, sandbox: &Sandbox) {
        for file in self.changes.iter().flat_map(|change| &change.files) {
            sandbox.write(&file.path, file.text());
        }
    }

    /// Returns what the statement of a file is that noorm asks about, by the text that noorm shows of it.
    pub fn asked(&self, path: &str, text: &str) -> Option<Asked<'_>> {
        let mut files = self.changes.iter().flat_map(|change| change.files.iter().map(move |file| (change, file)));
        let (change, file) = files.find(|(_, file)| file.path == path)?;
        let (Content::Script { statements, .. } | Content::Template { statements, .. }) = &file.content else {
            return None;
        };
        let statement = statements.iter().find(|statement| statement.sql.contains(text))?;
        Some(Asked { change: &change.name, effect: &statement.effect })
    }
}

impl File {
    fn text(&self) -> String {
        match &self.content {
            Content::Script { head, statements } => {
                let texts = statements.iter().map(|statement| statement.sql.as_str());
                format!("{head}{}\n", texts.collect::<Vec<_>>().join("\n"))
            }
            Content::Template { text, .. } | Content::Other(text) => text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_path_of_its_own() {
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::Mariadb] {
            let workload = Workload::new(engine, 60);
            let mut paths: Vec<_> =
                workload.changes.iter().flat_map(|change| &change.files).map(|file| &file.path).collect();
            let count = paths.len();
            paths.sort();
            paths.dedup();
            assert_eq!((workload.changes.len(), paths.len()), (60, count));
        }
    }

    #[test]
    fn a_statement_is_found_by_its_text() {
        let workload = Workload::new(Engine::Sqlite, 10);
        let path = "changesets/2026-01-01_c001/change/002.sql";
        let asked = workload.asked(path, "UPDATE account SET balance = balance + 1 WHERE id = 1").expect("a statement");
        assert_eq!(asked.change, "2026-01-01_c001");
        assert!(matches!(asked.effect, Effect::Row { table, .. } if table == "account"));
        assert!(workload.asked(path, "SELECT 1").is_none());
        assert!(workload.asked("changesets/none.sql", "UPDATE account").is_none());
    }
}
