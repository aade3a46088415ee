//! The component that a quirk becomes: what the host asks goes to the quirk's methods.

use std::marker::PhantomData;

use super::bindings::exports::noorm::dialect::{
    database, describe, effect, errors, literals, lock, naming, quirk, script, server, tracking, transaction,
};
use super::script::Script;
use super::{
    Adoption, AroundText, ControlText, Descriptor, Evidence, Failure, Found, NameRules, ObjectName, Options, Query,
    Quirk, Scalar, ServerError, Target, WitIdentity,
};

/// A quirk with the base under it.
#[derive(Debug)]
pub struct Over<Q>(PhantomData<Q>);

/// Puts noorm's tables where the quirk has them, unless the host asks about another place.
fn placed<Q: Quirk>(target: Target) -> Target {
    let schema = target.schema.or_else(Q::schema);
    Target { schema, options: Q::options(target.options) }
}

impl<Q: Quirk> quirk::Guest for Over<Q> {
    fn identify() -> WitIdentity {
        let it = Q::identity();
        WitIdentity { name: it.name, version: it.version, summary: it.summary, bases: it.bases, attrs: Vec::new() }
    }
}

impl<Q: Quirk> describe::Guest for Over<Q> {
    fn describe() -> Descriptor {
        Q::describe()
    }
}

impl<Q: Quirk> server::Guest for Over<Q> {
    fn login(wishes: Options) -> Options {
        Q::login(wishes)
    }

    fn probe() -> String {
        Q::probe()
    }

    fn facts(answer: Options) -> Result<Options, Failure> {
        Q::facts(answer)
    }
}

impl<Q: Quirk> database::Guest for Over<Q> {
    fn maintenance() -> Result<String, Failure> {
        Q::maintenance()
    }

    fn exists(options: Options) -> Result<Query, Failure> {
        Q::database_exists(Q::options(options))
    }

    fn create(name: String, options: Options) -> Result<Vec<String>, Failure> {
        Q::create_database(name, Q::options(options))
    }

    fn destroy(name: String, options: Options) -> Result<Vec<String>, Failure> {
        Q::destroy_database(name, Q::options(options))
    }
}

impl<Q: Quirk> naming::Guest for Over<Q> {
    fn rules() -> NameRules {
        Q::name_rules()
    }

    fn quote(identifier: String) -> Result<String, Failure> {
        Q::quote(identifier)
    }

    fn qualify(name: ObjectName) -> Result<String, Failure> {
        Q::qualify(name)
    }
}

impl<Q: Quirk> literals::Guest for Over<Q> {
    fn literal(value: Scalar) -> Result<String, Failure> {
        Q::literal(value)
    }

    fn escape(text: String) -> Result<String, Failure> {
        Q::escape(text)
    }
}

impl<Q: Quirk> transaction::Guest for Over<Q> {
    fn control(options: Options) -> ControlText {
        Q::control(Q::options(options))
    }

    fn around(marks: Options) -> AroundText {
        Q::around(marks)
    }
}

impl<Q: Quirk> tracking::Guest for Over<Q> {
    fn latest() -> u32 {
        Q::latest()
    }

    fn upgrade(installed: u32, target: Target) -> Result<Vec<String>, Failure> {
        Q::upgrade(installed, placed::<Q>(target))
    }

    fn action(name: String, target: Target) -> Result<Query, Failure> {
        Q::tracking(name, placed::<Q>(target))
    }

    fn adopt(found: Vec<Found>, target: Target) -> Result<Option<Adoption>, Failure> {
        Q::adopt(found, placed::<Q>(target))
    }
}

impl<Q: Quirk> lock::Guest for Over<Q> {
    fn action(name: String, target: Target) -> Result<Query, Failure> {
        Q::lock(name, placed::<Q>(target))
    }
}

impl<Q: Quirk> script::Guest for Over<Q> {
    type Splitter = Script<Q>;
}

impl<Q: Quirk> effect::Guest for Over<Q> {
    fn look(statement: String, options: Options) -> Option<Evidence> {
        Q::look(statement, Q::options(options))
    }
}

impl<Q: Quirk> errors::Guest for Over<Q> {
    fn classify(error: ServerError) -> String {
        let attrs = Q::options(error.attrs);
        Q::classify(ServerError { attrs, ..error })
    }
}
