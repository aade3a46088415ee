//! A hostile dialect whose pieces are not those of the script; the script's text chooses the lie.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod world {
    wit_bindgen::generate!({
        path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/dialect"],
        world: "noorm:dialect/dialect",
        generate_all,
    });
}

use std::cell::RefCell;

use world::exports::noorm::dialect::script::{self, Piece, Range};
use world::exports::noorm::dialect::{
    database, describe, effect, errors, literals, lock, naming, server, tracking, transaction,
};
use world::noorm::types::data::Scalar;
use world::noorm::types::report::Failure;

struct Plugin;

fn unsupported<T>() -> Result<T, Failure> {
    Err(Failure::Unsupported("anything".to_owned()))
}

impl describe::Guest for Plugin {
    fn describe() -> describe::Descriptor {
        describe::Descriptor {
            name: "dialect-nonsense".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "a hostile guest".to_owned(),
            dialect: "nonsense".to_owned(),
            driver: "sqlite".to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl naming::Guest for Plugin {
    fn rules() -> naming::NameRules {
        naming::NameRules { max_bytes: 0, folds: "keep".to_owned(), separator: ".".to_owned(), default_schema: None }
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        assert!(!identifier.is_empty(), "no identifier");
        Ok(identifier)
    }

    fn qualify(_: naming::ObjectName) -> Result<String, Failure> {
        unsupported()
    }
}

impl effect::Guest for Plugin {
    fn look(_: String, _: Vec<(String, String)>) -> Option<effect::Evidence> {
        None
    }
}

impl literals::Guest for Plugin {
    fn literal(_: Scalar) -> Result<String, Failure> {
        unsupported()
    }

    fn escape(_: String) -> Result<String, Failure> {
        unsupported()
    }
}

impl transaction::Guest for Plugin {
    fn control(_: Vec<(String, String)>) -> transaction::ControlText {
        unreachable!("this dialect has no transactions")
    }

    fn around(_: Vec<(String, String)>) -> transaction::AroundText {
        unreachable!("this dialect has no transactions")
    }
}

impl server::Guest for Plugin {
    fn login(_: Vec<(String, String)>) -> Vec<(String, String)> {
        Vec::new()
    }

    fn probe() -> String {
        String::new()
    }

    fn facts(_: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
        unsupported()
    }
}

impl database::Guest for Plugin {
    fn maintenance() -> Result<String, Failure> {
        unsupported()
    }

    fn exists(_: Vec<(String, String)>) -> Result<database::Query, Failure> {
        unsupported()
    }

    fn create(_: String, _: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        unsupported()
    }

    fn destroy(_: String, _: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        unsupported()
    }
}

impl tracking::Guest for Plugin {
    fn latest() -> u32 {
        0
    }

    fn upgrade(_: u32, _: tracking::Target) -> Result<Vec<String>, Failure> {
        unsupported()
    }

    fn action(_: String, _: tracking::Target) -> Result<tracking::Query, Failure> {
        unsupported()
    }

    fn adopt(_: Vec<tracking::Found>, _: tracking::Target) -> Result<Option<tracking::Adoption>, Failure> {
        unsupported()
    }
}

impl lock::Guest for Plugin {
    fn action(_: String, _: lock::Target) -> Result<lock::Query, Failure> {
        unsupported()
    }
}

impl errors::Guest for Plugin {
    fn classify(_: errors::ServerError) -> String {
        "a class of the future".to_owned()
    }
}

struct Splitter {
    text: RefCell<Vec<u8>>,
}

impl script::Guest for Plugin {
    type Splitter = Splitter;
}

impl script::GuestSplitter for Splitter {
    fn open(_: String, _: Vec<(String, String)>) -> Result<script::Splitter, Failure> {
        Ok(script::Splitter::new(Splitter { text: RefCell::default() }))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<Vec<Piece>, Failure> {
        self.text.borrow_mut().extend(chunk);
        Ok(Vec::new())
    }

    fn finish(&self) -> Result<Vec<Piece>, Failure> {
        let text = self.text.borrow();
        let end = text.len() as u64;
        Ok(match text.as_slice() {
            b"gap" => vec![piece(1, end)],
            b"short" => vec![piece(0, end - 1)],
            b"beyond" => vec![piece(0, end + 1)],
            b"overlap" => vec![piece(0, 4), piece(3, end)],
            b"empty" => vec![piece(0, 0), piece(0, end)],
            b"huge" => vec![piece(0, u64::MAX)],
            b"backwards" => vec![piece(end, 0)],
            b"\xc3\xa9-half" => vec![piece(0, 1), piece(1, end)],
            b"none" => Vec::new(),
            b"kind" => vec![Piece { kind: "\u{1b}[2J".to_owned(), ..piece(0, end) }],
            b"transaction" => vec![Piece { transaction: "maybe".to_owned(), ..piece(0, end) }],
            b"line" => vec![Piece { line: 0, ..piece(0, end) }],
            b"marks" => vec![Piece { attrs: vec![("a".to_owned(), "x".repeat(5_000))], ..piece(0, end) }],
            b"data" => vec![Piece { data: Some(range(0, 1)), ..piece(0, end) }],
            _ => vec![piece(0, end)],
        })
    }
}

fn range(start: u64, end: u64) -> Range {
    Range { start, end }
}

fn piece(start: u64, end: u64) -> Piece {
    Piece {
        whole: range(start, end),
        body: range(start, end),
        line: 1,
        kind: "statement".to_owned(),
        data: None,
        transaction: "inside".to_owned(),
        attrs: Vec::new(),
    }
}

world::export!(Plugin with_types_in world);
