//! The dialect under a quirk, one function for each of its methods. What each answers is told in `wit/dialect/dialect.wit`.
//!
//! In a quirk's own tests there is no base, and a call of one of these panics.

use super::bindings::noorm::dialect::{
    database, describe, effect, errors, literals, lock, naming, script, server, tracking, transaction,
};
use super::{
    Adoption, AroundText, ControlText, Descriptor, Evidence, Failure, Found, NameRules, ObjectName, Options, Query,
    Scalar, ServerError, Target,
};

/// A splitter of the base's.
pub use script::Splitter;

/// `describe.describe`.
pub fn describe() -> Descriptor {
    describe::describe()
}

/// `server.login`.
pub fn login(wishes: &Options) -> Options {
    server::login(wishes)
}

/// `server.probe`.
pub fn probe() -> String {
    server::probe()
}

/// `server.facts`.
pub fn facts(answer: &Options) -> Result<Options, Failure> {
    server::facts(answer)
}

/// `database.maintenance`.
pub fn maintenance() -> Result<String, Failure> {
    database::maintenance()
}

/// `database.exists`.
pub fn database_exists(options: &Options) -> Result<Query, Failure> {
    database::exists(options)
}

/// `database.create`.
pub fn create_database(name: &str, options: &Options) -> Result<Vec<String>, Failure> {
    database::create(name, options)
}

/// `database.destroy`.
pub fn destroy_database(name: &str, options: &Options) -> Result<Vec<String>, Failure> {
    database::destroy(name, options)
}

/// `naming.rules`.
pub fn name_rules() -> NameRules {
    naming::rules()
}

/// `naming.quote`.
pub fn quote(identifier: &str) -> Result<String, Failure> {
    naming::quote(identifier)
}

/// `naming.qualify`.
pub fn qualify(name: &ObjectName) -> Result<String, Failure> {
    naming::qualify(name)
}

/// `literals.literal`.
pub fn literal(value: &Scalar) -> Result<String, Failure> {
    literals::literal(value)
}

/// `literals.escape`.
pub fn escape(text: &str) -> Result<String, Failure> {
    literals::escape(text)
}

/// `transaction.control`.
pub fn control(options: &Options) -> ControlText {
    transaction::control(options)
}

/// `transaction.around`.
pub fn around(marks: &Options) -> AroundText {
    transaction::around(marks)
}

/// `tracking.latest`.
pub fn latest() -> u32 {
    tracking::latest()
}

/// `tracking.upgrade`.
pub fn upgrade(installed: u32, target: &Target) -> Result<Vec<String>, Failure> {
    tracking::upgrade(installed, target)
}

/// `tracking.action`.
pub fn tracking(action: &str, target: &Target) -> Result<Query, Failure> {
    tracking::action(action, target)
}

/// `tracking.adopt`.
pub fn adopt(found: &[Found], target: &Target) -> Result<Option<Adoption>, Failure> {
    tracking::adopt(found, target)
}

/// `lock.action`.
pub fn lock(action: &str, target: &Target) -> Result<Query, Failure> {
    lock::action(action, target)
}

/// `effect.look`.
pub fn look(statement: &str, options: &Options) -> Option<Evidence> {
    effect::look(statement, options)
}

/// `errors.classify`.
pub fn classify(error: &ServerError) -> String {
    errors::classify(error)
}
