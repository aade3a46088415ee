//! The ten kinds of changesets, each with files of its own way to run.

use super::words::Words;
use super::{Change, Content, Effect, File, Statement};

const NO_TRANSACTION: &str = "-- noorm: no-transaction\n";

/// Rows of a long file.
const LONG: usize = 20;

/// Writes changesets in the order in which they run.
pub(super) struct Author {
    words: Words,
    /// What the account holds after the statements so far.
    balance: usize,
    /// Marks so far, of the file that is being written.
    marks: usize,
}

impl Author {
    pub(super) fn new(words: Words) -> Self {
        Self { words, balance: 0, marks: 0 }
    }

    /// Writes the changeset with this number, counted from 1.
    pub(super) fn change(&mut self, number: usize) -> Change {
        let name = format!("2026-01-01_c{number:03}");
        let mut folder = Folder { path: format!("changesets/{name}/change"), files: Vec::new() };
        match number % 10 {
            1 => self.tables(number, &mut folder),
            2 => self.alters(number, &mut folder),
            3 => self.template(number, &mut folder),
            4 => self.view_and_trigger(number, &mut folder),
            5 => self.no_transaction(number, &mut folder),
            6 => self.wrapped(number, &mut folder),
            7 => self.transaction_in_the_middle(number, &mut folder),
            8 => self.outside(number, &mut folder),
            9 => self.special(number, &mut folder),
            _ => self.manifest(number, &mut folder),
        }
        Change { name, files: folder.files }
    }

    /// A row in the ledger: a second one would be seen, as nothing keeps it out.
    fn mark(&mut self, number: usize) -> Statement {
        self.marks += 1;
        let mark = format!("c{number:03} {}", self.marks);
        row("ledger", &format!("'{mark}'"), &format!("mark = '{mark}'"))
    }

    /// One more on the account.
    fn deposit(&mut self) -> Statement {
        self.balance += 1;
        let condition = format!("id = 1 AND balance = {}", self.balance);
        statement(
            "UPDATE account SET balance = balance + 1 WHERE id = 1;",
            Effect::Row { table: "account".to_owned(), condition },
        )
    }

    fn tables(&mut self, number: usize, folder: &mut Folder) {
        if number == 1 {
            let account = row("account", "1, 0", "id = 1");
            folder.script(
                "000.sql",
                vec![
                    created("ledger", "mark VARCHAR(80) NOT NULL"),
                    created("account", "id INTEGER PRIMARY KEY, balance INTEGER NOT NULL"),
                    account,
                ],
            );
        }
        let table = name_of(number);
        let index = format!("{table}_name");
        let sql = format!("CREATE INDEX {index} ON {table} (name);");
        folder.script(
            "001.sql",
            vec![
                created(&table, COLUMNS),
                statement(&sql, Effect::Index { table: table.clone(), name: index }),
                self.mark(number),
            ],
        );
        let mut rows = rows(&table, 3);
        rows.extend([self.deposit(), self.mark(number)]);
        folder.script("002.sql", rows);
    }

    fn alters(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number - 1);
        let column = Effect::Column { table: table.clone(), column: "note".to_owned() };
        let noted = Effect::Row { table: table.clone(), condition: "id = 1 AND note = 'first'".to_owned() };
        let added = statement(&format!("ALTER TABLE {table} ADD COLUMN note VARCHAR(80);"), column);
        let set = statement(&format!("UPDATE {table} SET note = 'first', amount = amount + 1 WHERE id = 1;"), noted);
        folder.script("001.sql", vec![added, self.mark(number), set, self.deposit()]);
    }

    fn template(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number);
        folder.script("001.sql", vec![created(&table, COLUMNS)]);
        let data: String = (1..=5).map(|id| format!("{id},{},{}\n", words(id), amount(id))).collect();
        folder.other("items.csv", format!("id,name,amount\n{data}"));
        let mark = self.mark(number);
        let text = format!(
            "{{% for item in items -%}}\nINSERT INTO {table} VALUES ({{{{ item.id }}}}, {{{{ quote(item.name) }}}}, \
             {{{{ item.amount }}}});\n{{% endfor %}}{}\n",
            mark.sql
        );
        let mut statements = rows(&table, 5);
        statements.push(mark);
        folder.template("002_seed.sql.j2", text, statements);
    }

    fn view_and_trigger(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number - 3);
        let view = format!("v{number:03}");
        let sql = format!("CREATE VIEW {view} AS SELECT id, name FROM {table} WHERE amount > 1;");
        folder.script("001.sql", vec![statement(&sql, Effect::Relation(view)), self.mark(number)]);
        let mut trigger = (self.words.trigger)(&format!("g{number:03}"), &table);
        trigger.push(row(&table, "100, 'by trigger', 100, NULL", "id = 100"));
        trigger.push(self.mark(number));
        folder.script("002.sql", trigger);
    }

    fn no_transaction(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number);
        folder.script("001.sql", vec![created(&table, COLUMNS), self.mark(number)]);
        let other = format!("n{number:03}");
        let mut statements = vec![created(&other, COLUMNS), self.mark(number)];
        statements.extend(rows(&other, 2));
        statements.push(self.deposit());
        folder.headed("002.sql", NO_TRANSACTION, statements);
        folder.script("003.sql", vec![self.mark(number), self.deposit()]);
    }

    fn wrapped(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number);
        // The frame is taken off, and is not counted.
        let mut statements = vec![created(&table, COLUMNS), self.mark(number)];
        statements.extend(rows(&table, 2));
        let last = statements.last_mut().expect("two rows");
        last.sql.push_str("\nCOMMIT;");
        folder.headed("001.sql", "BEGIN;\n", statements);
        folder.script("002.sql", vec![self.deposit(), self.mark(number)]);
    }

    fn transaction_in_the_middle(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number);
        let mut statements = vec![created(&table, COLUMNS), statement("BEGIN;", Effect::None), self.mark(number)];
        statements.extend(rows(&table, 2));
        statements.extend([self.deposit(), statement("COMMIT;", Effect::None), self.mark(number)]);
        folder.script("001.sql", statements);
        folder.script("002.sql", vec![self.mark(number)]);
    }

    fn outside(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number - 7);
        folder.script("001.sql", vec![self.deposit(), self.mark(number)]);
        let mut statements = vec![self.mark(number)];
        statements.extend((self.words.outside)(&format!("o{number:03}"), &table));
        statements.push(self.mark(number));
        folder.script("002.sql", statements);
        folder.script("003.sql", vec![self.mark(number)]);
    }

    fn special(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number);
        let mut statements = vec![created(&table, COLUMNS)];
        statements.extend(rows(&table, 2));
        folder.script("001.sql", statements);
        let (head, mut statements) = (self.words.special)(&format!("s{number:03}"), &table);
        statements.push(self.mark(number));
        folder.headed("002.sql", head, statements);
    }

    fn manifest(&mut self, number: usize, folder: &mut Folder) {
        let table = name_of(number);
        let dropped = format!("n{:03}", number - 5);
        let paths = [1, 2].map(|part| format!("schema/{table}_{part}.sql"));
        folder.other("001.txt", format!("# the table, then its rows\n{}\n{}\n", paths[0], paths[1]));
        let mark = self.mark(number);
        folder.at(paths[0].clone(), vec![created(&table, COLUMNS), mark]);
        folder.at(paths[1].clone(), rows(&table, LONG));
        let drop = statement(&format!("DROP TABLE {dropped};"), Effect::Gone(dropped));
        folder.script("002.sql", vec![self.mark(number), drop, self.deposit()]);
    }
}

/// The files of a changeset.
struct Folder {
    path: String,
    files: Vec<File>,
}

impl Folder {
    fn script(&mut self, name: &str, statements: Vec<Statement>) {
        self.headed(name, "", statements);
    }

    fn headed(&mut self, name: &str, head: &'static str, statements: Vec<Statement>) {
        let path = format!("{}/{name}", self.path);
        self.files.push(File { path, content: Content::Script { head, statements } });
    }

    fn at(&mut self, path: String, statements: Vec<Statement>) {
        self.files.push(File { path, content: Content::Script { head: "", statements } });
    }

    fn template(&mut self, name: &str, text: String, statements: Vec<Statement>) {
        let path = format!("{}/{name}", self.path);
        self.files.push(File { path, content: Content::Template { text, statements } });
    }

    fn other(&mut self, name: &str, text: String) {
        self.files.push(File { path: format!("{}/{name}", self.path), content: Content::Other(text) });
    }
}

pub(super) const COLUMNS: &str = "id INTEGER PRIMARY KEY, name VARCHAR(80), amount INTEGER NOT NULL";

pub(super) fn statement(sql: &str, effect: Effect) -> Statement {
    Statement { sql: sql.to_owned(), effect }
}

pub(super) fn created(table: &str, columns: &str) -> Statement {
    statement(&format!("CREATE TABLE {table} ({columns});"), Effect::Relation(table.to_owned()))
}

pub(super) fn row(table: &str, values: &str, condition: &str) -> Statement {
    let effect = Effect::Row { table: table.to_owned(), condition: condition.to_owned() };
    statement(&format!("INSERT INTO {table} VALUES ({values});"), effect)
}

fn rows(table: &str, count: usize) -> Vec<Statement> {
    let one = |id| row(table, &format!("{id}, '{}', {}", words(id), amount(id)), &format!("id = {id}"));
    (1..=count).map(one).collect()
}

fn name_of(number: usize) -> String {
    format!("t{number:03}")
}

fn words(id: usize) -> String {
    format!("the {id}. row; not the last -- nor a comment")
}

fn amount(id: usize) -> usize {
    id * 10
}
