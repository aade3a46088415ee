//! A quirk: a dialect over another one. Its author writes what differs, everything else is the base's answer.
//!
//! ```
//! use noorm_guest::quirk::{ControlText, Identity, Options, Quirk, base};
//!
//! struct Acme;
//!
//! impl Quirk for Acme {
//!     fn identity() -> Identity {
//!         Identity::new("quirk-acme", "0.1.0", "what acme does to every database").over(["postgres"])
//!     }
//!
//!     fn control(options: Options) -> ControlText {
//!         let mut control = base::control(&options);
//!         control.setup.push("SET ROLE acme_migrator".to_owned());
//!         // The base resets a session before each file, also before the first.
//!         if !control.reset.is_empty() {
//!             control.reset.push("SET ROLE acme_migrator".to_owned());
//!         }
//!         control
//!     }
//! }
//!
//! noorm_guest::export_quirk!(Acme);
//! ```
//!
//! An override changes what the host is told and nothing inside the base: one that quotes names in another way has no effect
//! on the names in the base's own statements.

pub mod base;
mod over;
mod script;
mod statement;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use noorm_guest_quirk as bindings;
#[doc(hidden)]
pub use noorm_guest_quirk::noorm;
#[doc(hidden)]
pub use over::Over;
pub use statement::{Rule, Statement};

pub use bindings::exports::noorm::dialect::describe::Descriptor;
pub use bindings::exports::noorm::dialect::effect::Evidence;
pub use bindings::exports::noorm::dialect::errors::ServerError;
pub use bindings::exports::noorm::dialect::naming::{NameRules, ObjectName};
pub use bindings::exports::noorm::dialect::quirk::Identity as WitIdentity;
pub use bindings::exports::noorm::dialect::script::{Piece, Range};
pub use bindings::exports::noorm::dialect::tracking::{Adoption, Found, Query, Target};
pub use bindings::exports::noorm::dialect::transaction::{AroundText, ControlText};
pub use bindings::noorm::types::data::Scalar;
pub use bindings::noorm::types::report::{Diagnostic, Failure, Severity, Span};

/// Names and values in order: facts about a server, wishes of a config, marks of a script.
pub type Options = Vec<(String, String)>;

/// Who a quirk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `quirk-` and a word.
    pub name: String,
    /// Its own version, such as `1.2.3`.
    pub version: String,
    /// One line for `noorm plugin list`.
    pub summary: String,
    /// The dialects that it was made for; none: any.
    pub bases: Vec<String>,
}

impl Identity {
    /// Makes the identity of a quirk that goes over any dialect.
    pub fn new(name: &str, version: &str, summary: &str) -> Self {
        Self { name: name.to_owned(), version: version.to_owned(), summary: summary.to_owned(), bases: Vec::new() }
    }

    /// Names the dialects that it goes over.
    #[must_use]
    pub fn over<const N: usize>(mut self, bases: [&str; N]) -> Self {
        self.bases = bases.map(str::to_owned).into();
        self
    }
}

/// What differs from the dialect under it. Every method but the first passes the base's answer on.
pub trait Quirk: 'static {
    /// Says who it is. Asked before there is a base: it calls none.
    fn identity() -> Identity;

    /// Names the schema of noorm's own tables; `None`: where the base has them. Everything about those tables and the lock
    /// follows it.
    fn schema() -> Option<String> {
        None
    }

    /// Changes the facts and the wishes before anything is decided by them, here or in the base: where a script is split
    /// without a server there are none.
    fn options(options: Options) -> Options {
        options
    }

    /// Looks at each statement of a script, in order: may refuse it, or change how it stands to transactions. What is refused
    /// is told together, at the end of the script. Without a rule the script's text is not kept.
    fn rules() -> &'static [Rule] {
        &[]
    }

    /// Describes the whole: the quirk's name and version, the base's driver.
    fn describe() -> Descriptor {
        let (identity, base) = (Self::identity(), base::describe());
        let dialect = identity.name.strip_prefix("quirk-").unwrap_or(&identity.name).to_owned();
        let summary = format!("{}, over {}", identity.summary, base.summary);
        Descriptor { name: format!("dialect-{dialect}"), version: identity.version, summary, dialect, ..base }
    }

    /// `server.login`.
    fn login(wishes: Options) -> Options {
        base::login(&wishes)
    }

    /// `server.probe`.
    fn probe() -> String {
        base::probe()
    }

    /// `server.facts`.
    fn facts(answer: Options) -> Result<Options, Failure> {
        base::facts(&answer)
    }

    /// `database.maintenance`.
    fn maintenance() -> Result<String, Failure> {
        base::maintenance()
    }

    /// `database.exists`.
    fn database_exists(options: Options) -> Result<Query, Failure> {
        base::database_exists(&options)
    }

    /// `database.create`.
    fn create_database(name: String, options: Options) -> Result<Vec<String>, Failure> {
        base::create_database(&name, &options)
    }

    /// `database.destroy`.
    fn destroy_database(name: String, options: Options) -> Result<Vec<String>, Failure> {
        base::destroy_database(&name, &options)
    }

    /// `naming.rules`.
    fn name_rules() -> NameRules {
        base::name_rules()
    }

    /// `naming.quote`.
    fn quote(identifier: String) -> Result<String, Failure> {
        base::quote(&identifier)
    }

    /// `naming.qualify`.
    fn qualify(name: ObjectName) -> Result<String, Failure> {
        base::qualify(&name)
    }

    /// `literals.literal`.
    fn literal(value: Scalar) -> Result<String, Failure> {
        base::literal(&value)
    }

    /// `literals.escape`.
    fn escape(text: String) -> Result<String, Failure> {
        base::escape(&text)
    }

    /// `transaction.control`.
    fn control(options: Options) -> ControlText {
        base::control(&options)
    }

    /// `transaction.around`.
    fn around(marks: Options) -> AroundText {
        base::around(&marks)
    }

    /// `tracking.latest`.
    fn latest() -> u32 {
        base::latest()
    }

    /// `tracking.upgrade`. The target has the schema that the quirk names.
    fn upgrade(installed: u32, target: Target) -> Result<Vec<String>, Failure> {
        base::upgrade(installed, &target)
    }

    /// `tracking.action`. The target has the schema that the quirk names.
    fn tracking(action: String, target: Target) -> Result<Query, Failure> {
        base::tracking(&action, &target)
    }

    /// `tracking.adopt`. The target has the schema that the quirk names.
    fn adopt(found: Vec<Found>, target: Target) -> Result<Option<Adoption>, Failure> {
        base::adopt(&found, &target)
    }

    /// `lock.action`. The target has the schema that the quirk names.
    fn lock(action: String, target: Target) -> Result<Query, Failure> {
        base::lock(&action, &target)
    }

    /// What the base refused in a script, on its way to the user.
    fn script_failure(failure: Failure) -> Failure {
        failure
    }

    /// `effect.look`.
    fn look(statement: String, options: Options) -> Option<Evidence> {
        base::look(&statement, &options)
    }

    /// `errors.classify`.
    fn classify(error: ServerError) -> String {
        base::classify(&error)
    }
}

/// Makes the failure of an input that is wrong as a whole: it has no place, the host knows where it came from.
pub fn invalid(code: &str, message: impl Into<String>, help: Option<&str>) -> Failure {
    Failure::Invalid(vec![Diagnostic {
        severity: Severity::Error,
        code: code.to_owned(),
        message: message.into(),
        span: None,
        help: help.map(str::to_owned),
        attrs: Vec::new(),
    }])
}

crate::internal::internal!();

/// Makes a component of a quirk. Does nothing on other targets, where a plugin is a library for its tests.
#[macro_export]
macro_rules! export_quirk {
    ($type:ident) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Component = $crate::quirk::Over<$type>;
            $crate::quirk::bindings::__export_quirk! { Component with_types_in $crate::quirk::bindings }
            $crate::__tell_host_of_panics!(quirk);
        };
    };
}
