//! Answers, token by token, in the order in which they are written down.

use crate::cell::{Cell, Column};
use crate::text;

/// A message of a server's: an error, or an informational one.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its number.
    pub number: u32,
    /// Its severity: 11 and above are errors.
    pub class: u8,
    /// Its text.
    pub text: String,
    /// The procedure that raised it, or nothing.
    pub procedure: String,
    /// The line, from 1.
    pub line: u32,
}

impl Message {
    /// Makes an error of class 16 in line 1.
    pub fn error(number: u32, text: &str) -> Self {
        Self { number, class: 16, text: text.to_owned(), procedure: String::new(), line: 1 }
    }

    /// Sets the line.
    pub fn line(mut self, line: u32) -> Self {
        self.line = line;
        self
    }

    /// Sets the class.
    pub fn class(mut self, class: u8) -> Self {
        self.class = class;
        self
    }

    /// Sets the procedure.
    pub fn procedure(mut self, name: &str) -> Self {
        self.procedure = name.to_owned();
        self
    }

    fn token(&self, token: u8) -> Vec<u8> {
        const STATE: u8 = 1;
        let mut body = self.number.to_le_bytes().to_vec();
        body.extend([STATE, self.class]);
        body.extend(text::long(&self.text));
        body.extend(text::short("wire"));
        body.extend(text::short(&self.procedure));
        body.extend(self.line.to_le_bytes());
        counted(token, &body)
    }
}

fn counted(token: u8, body: &[u8]) -> Vec<u8> {
    [&[token], u16::try_from(body.len()).unwrap().to_le_bytes().as_slice(), body].concat()
}

const MORE: u16 = 0x01;
const ERROR: u16 = 0x02;
const COUNT: u16 = 0x10;
const ATTENTION: u16 = 0x20;

/// The number of SELECT among the commands of a server.
pub const SELECT: u16 = 0xc1;
/// The number of INSERT.
pub const INSERT: u16 = 0xc3;

/// An answer under construction.
#[derive(Debug, Clone, Default)]
pub struct Answer(pub(crate) Vec<u8>);

impl Answer {
    /// Starts an answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer to a login that succeeds.
    pub fn logged_in() -> Self {
        let database = [vec![1], text::short("shop"), text::short("master")].concat();
        let mut login = vec![1, 0x74, 0, 0, 4];
        login.extend(text::short("Wire-only SQL Server"));
        login.extend([16, 0, 0x10, 0x27]);
        let chatter = |number, text: &str| Message { number, class: 0, ..Message::error(number, text) };
        Self::new()
            .raw(&counted(0xe3, &database))
            .info(&chatter(5701, "Changed database context to 'shop'."))
            .info(&chatter(5703, "Changed language setting to us_english."))
            .raw(&counted(0xad, &login))
            .done()
    }

    /// The answer to a request to stop.
    pub fn stopped() -> Self {
        Self::new().end(0xfd, ATTENTION, 0, 0)
    }

    /// Sends clients on to another server.
    pub fn routed(host: &str, port: u16) -> Self {
        let address = [vec![0], port.to_le_bytes().to_vec(), text::long(host)].concat();
        let length = u16::try_from(address.len()).unwrap().to_le_bytes();
        let body = [vec![20], length.to_vec(), address, vec![0, 0]].concat();
        Self::logged_in_without_end().raw(&counted(0xe3, &body)).done()
    }

    fn logged_in_without_end() -> Self {
        let Self(mut tokens) = Self::logged_in();
        const DONE_LENGTH: usize = 13;
        tokens.truncate(tokens.len() - DONE_LENGTH);
        Self(tokens)
    }

    /// Adds tokens as they are.
    pub fn raw(mut self, tokens: &[u8]) -> Self {
        self.0.extend(tokens);
        self
    }

    /// Adds an error.
    pub fn error(self, message: &Message) -> Self {
        self.raw(&message.token(0xaa))
    }

    /// Adds an informational message.
    pub fn info(self, message: &Message) -> Self {
        self.raw(&message.token(0xab))
    }

    /// Adds what PRINT leads to.
    pub fn print(self, text: &str) -> Self {
        self.info(&Message::error(0, text).class(0))
    }

    /// Says that a transaction began.
    pub fn begun(self, descriptor: u64) -> Self {
        self.raw(&counted(0xe3, &[[8, 8].as_slice(), &descriptor.to_le_bytes(), &[0]].concat()))
    }

    /// Says that a transaction was committed.
    pub fn committed(self, descriptor: u64) -> Self {
        self.raw(&counted(0xe3, &[[9, 0, 8].as_slice(), &descriptor.to_le_bytes()].concat()))
    }

    /// Says that a transaction was rolled back.
    pub fn rolled_back(self, descriptor: u64) -> Self {
        self.raw(&counted(0xe3, &[[10, 0, 8].as_slice(), &descriptor.to_le_bytes()].concat()))
    }

    /// Describes the columns of the rows that follow.
    pub fn columns(self, columns: &[Column]) -> Self {
        let mut token = vec![0x81];
        token.extend(u16::try_from(columns.len()).unwrap().to_le_bytes());
        for column in columns {
            const NULLABLE: [u8; 2] = [1, 0];
            token.extend([0; 4]);
            token.extend(NULLABLE);
            token.extend(&column.type_info);
            token.extend(text::short(&column.name));
        }
        self.raw(&token)
    }

    /// Adds a row.
    pub fn row(self, cells: &[Cell]) -> Self {
        let cells: Vec<u8> = cells.iter().flat_map(|cell| cell.0.clone()).collect();
        self.raw(&[vec![0xd1], cells].concat())
    }

    /// Adds a row that lists its absent cells in a bit map.
    pub fn row_with_nulls(self, cells: &[Option<Cell>]) -> Self {
        let mut map = vec![0; cells.len().div_ceil(8)];
        for (index, _) in cells.iter().enumerate().filter(|(_, cell)| cell.is_none()) {
            map[index / 8] |= 1 << (index % 8);
        }
        let cells: Vec<u8> = cells.iter().flatten().flat_map(|cell| cell.0.clone()).collect();
        self.raw(&[vec![0xd2], map, cells].concat())
    }

    /// Ends a statement of several, which did this to so many rows.
    pub fn and_then(self, command: u16, rows: u64) -> Self {
        self.end(0xfd, MORE | COUNT, command, rows)
    }

    /// Ends a statement inside a procedure.
    pub fn in_procedure(self, command: u16, rows: u64) -> Self {
        self.end(0xff, MORE | COUNT, command, rows)
    }

    /// Ends the answer to a statement with values.
    pub fn procedure_done(self) -> Self {
        self.raw(&[0x79, 0, 0, 0, 0]).end(0xfe, 0, 0xe0, 0)
    }

    /// Ends the answer.
    pub fn done(self) -> Self {
        self.end(0xfd, 0, 0, 0)
    }

    /// Ends the answer, with a count.
    pub fn done_with(self, command: u16, rows: u64) -> Self {
        self.end(0xfd, COUNT, command, rows)
    }

    /// Ends the answer of a request that failed.
    pub fn failed(self) -> Self {
        self.end(0xfd, ERROR, 0, 0)
    }

    fn end(self, token: u8, status: u16, command: u16, rows: u64) -> Self {
        let end = [&[token], status.to_le_bytes().as_slice(), &command.to_le_bytes(), &rows.to_le_bytes()].concat();
        self.raw(&end)
    }

    /// Returns the tokens.
    pub fn tokens(&self) -> &[u8] {
        &self.0
    }
}
