//! The bundled SQLite dialect under another name, with one flaw: a test says which.

#[path = "../../../worlds/flaw.rs"]
mod flaw;

#[path = "../../../../../plugins/dialect-sqlite/src/database.rs"]
mod database;
#[path = "../../../../../plugins/dialect-sqlite/src/effect.rs"]
mod effect;
#[path = "../../../../../plugins/dialect-sqlite/src/errors.rs"]
mod errors;
#[path = "../../../../../plugins/dialect-sqlite/src/literals.rs"]
mod literals;
#[path = "../../../../../plugins/dialect-sqlite/src/lock.rs"]
mod lock;
#[path = "../../../../../plugins/dialect-sqlite/src/naming.rs"]
mod naming;
// The bundled dialect offers its lexical rules to others.
#[allow(unreachable_pub)]
#[path = "../../../../../plugins/dialect-sqlite/src/script.rs"]
mod script;
#[path = "../../../../../plugins/dialect-sqlite/src/server.rs"]
mod server;
#[path = "../../../../../plugins/dialect-sqlite/src/tracking/mod.rs"]
mod tracking;
#[path = "../../../../../plugins/dialect-sqlite/src/transaction.rs"]
mod transaction;

mod splitting;

use std::sync::atomic::{AtomicU32, Ordering};

use noorm_guest::dialect::exports::noorm::dialect as wit;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;

use flaw::is;

/// The dialect that the modules above belong to.
#[derive(Debug)]
pub struct Dialect;

/// The dialect with the flaw.
#[derive(Debug)]
pub struct Flawed;

noorm_guest::export_dialect!(Flawed);

type Pairs = Vec<(String, String)>;

/// How often this instance was asked for counts.
static ASKED: AtomicU32 = AtomicU32::new(0);

impl wit::describe::Guest for Flawed {
    fn describe() -> wit::describe::Descriptor {
        wit::describe::Descriptor {
            name: "dialect-flawed".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "SQLite, but for one thing".to_owned(),
            dialect: "flawed".to_owned(),
            driver: "sqlite".to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl wit::naming::Guest for Flawed {
    fn rules() -> wit::naming::NameRules {
        let mut rules = <Dialect as wit::naming::Guest>::rules();
        if is("name-length") {
            rules.max_bytes = 63;
        }
        if is("no-limit") {
            rules.max_bytes = u32::MAX;
        }
        rules
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        if is("quoting") && identifier == "a\"b" {
            return Ok(format!("\"{identifier}\""));
        }
        if is("impossible-names") && identifier.is_empty() {
            return Ok("\"\"".to_owned());
        }
        <Dialect as wit::naming::Guest>::quote(identifier)
    }

    fn qualify(name: wit::naming::ObjectName) -> Result<String, Failure> {
        if is("qualifying")
            && let Some(schema) = &name.schema
            && !name.name.is_empty()
            && !name.name.contains('\0')
        {
            return Self::quote(format!("{schema}.{}", name.name));
        }
        <Dialect as wit::naming::Guest>::qualify(name)
    }
}

impl wit::literals::Guest for Flawed {
    fn literal(value: Scalar) -> Result<String, Failure> {
        match value {
            Scalar::Text(text) if is("text-literals") && text.contains("DROP") => Ok(format!("'{text}'")),
            Scalar::Integer(-1) if is("numbers") => Ok("-1".to_owned()),
            // As a language does that has one kind of numbers.
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            Scalar::Integer(value) if is("rounding") => {
                <Dialect as wit::literals::Guest>::literal(Scalar::Integer(value as f64 as i64))
            }
            Scalar::Boolean(_) if is("other-literals") => Ok("1".to_owned()),
            value => <Dialect as wit::literals::Guest>::literal(value),
        }
    }

    fn escape(text: String) -> Result<String, Failure> {
        if is("escaping") {
            return Ok(text);
        }
        <Dialect as wit::literals::Guest>::escape(text)
    }
}

impl wit::effect::Guest for Flawed {
    fn look(statement: String, options: Pairs) -> Option<wit::effect::Evidence> {
        assert!(!(is("fuzz") && statement.contains('#')), "what is this");
        <Dialect as wit::effect::Guest>::look(statement, options)
    }
}

impl wit::transaction::Guest for Flawed {
    fn control(options: Pairs) -> wit::transaction::ControlText {
        let mut control = <Dialect as wit::transaction::Guest>::control(options);
        if is("control-text") {
            control.begin = "SELECT 1".to_owned();
        }
        control
    }

    fn around(marks: Pairs) -> wit::transaction::AroundText {
        <Dialect as wit::transaction::Guest>::around(marks)
    }
}

impl wit::server::Guest for Flawed {
    fn login(wishes: Pairs) -> Pairs {
        <Dialect as wit::server::Guest>::login(wishes)
    }

    fn probe() -> String {
        <Dialect as wit::server::Guest>::probe()
    }

    fn facts(answer: Pairs) -> Result<Pairs, Failure> {
        assert!(!(is("sessions") && answer.is_empty()), "no answer");
        <Dialect as wit::server::Guest>::facts(answer)
    }
}

impl wit::database::Guest for Flawed {
    fn maintenance() -> Result<String, Failure> {
        <Dialect as wit::database::Guest>::maintenance()
    }

    fn exists(options: Pairs) -> Result<wit::database::Query, Failure> {
        <Dialect as wit::database::Guest>::exists(options)
    }

    fn create(name: String, options: Pairs) -> Result<Vec<String>, Failure> {
        if is("databases") {
            return Ok(vec![format!("CREATE DATABASE {name}")]);
        }
        <Dialect as wit::database::Guest>::create(name, options)
    }

    fn destroy(name: String, options: Pairs) -> Result<Vec<String>, Failure> {
        <Dialect as wit::database::Guest>::destroy(name, options)
    }
}

impl wit::tracking::Guest for Flawed {
    fn latest() -> u32 {
        if is("versions") {
            return u32::MAX;
        }
        <Dialect as wit::tracking::Guest>::latest()
    }

    fn upgrade(installed: u32, target: wit::tracking::Target) -> Result<Vec<String>, Failure> {
        if is("upgrades") && installed == 1 {
            return Ok(Vec::new());
        }
        <Dialect as wit::tracking::Guest>::upgrade(installed, target)
    }

    fn action(name: String, target: wit::tracking::Target) -> Result<wit::tracking::Query, Failure> {
        let is_changed = is("actions") && name == "counts";
        let is_again = is("repeats") && name == "counts" && ASKED.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let mut query = <Dialect as wit::tracking::Guest>::action(name, target)?;
        if is_changed {
            query.columns.reverse();
            query.columns.truncate(1);
        }
        if is_again {
            query.columns.reverse();
        }
        Ok(query)
    }

    fn adopt(
        found: Vec<wit::tracking::Found>,
        target: wit::tracking::Target,
    ) -> Result<Option<wit::tracking::Adoption>, Failure> {
        if is("adoption") && found.is_empty() {
            let (origin, check) = ("nothing".to_owned(), String::new());
            return Ok(Some(wit::tracking::Adoption { origin, check, statements: Vec::new() }));
        }
        <Dialect as wit::tracking::Guest>::adopt(found, target)
    }
}

impl wit::lock::Guest for Flawed {
    fn action(name: String, target: wit::lock::Target) -> Result<wit::lock::Query, Failure> {
        <Dialect as wit::lock::Guest>::action(name, target)
    }
}

impl wit::errors::Guest for Flawed {
    fn classify(error: wit::errors::ServerError) -> String {
        if is("error-classes") {
            return "a class of the future".to_owned();
        }
        <Dialect as wit::errors::Guest>::classify(error)
    }
}
