//! CockroachDB as a dialect of its own. noorm's PostgreSQL knows the product when it has asked the server, and keeps to what
//! it can do. A project that speaks to nothing else says so with this quirk: then it also holds where no server is asked, a
//! server of another kind is refused, and scripts are told early what CockroachDB does not have.

mod lacks;

use noorm_guest::quirk::{Failure, Identity, Options, Quirk, Rule, ServerError, base};

/// What the base calls the product, and the fact that has its name.
const PRODUCT: (&str, &str) = ("product", "CockroachDB");

/// The quirk.
#[derive(Debug)]
pub struct Cockroach;

impl Quirk for Cockroach {
    fn identity() -> Identity {
        Identity::new("quirk-cockroachdb", env!("CARGO_PKG_VERSION"), "CockroachDB").over(["postgres"])
    }

    /// Without a server the base would think of PostgreSQL: of advisory locks, and of DDL in transactions.
    fn options(options: Options) -> Options {
        with_product(options)
    }

    fn facts(answer: Options) -> Result<Options, Failure> {
        of_cockroach(base::facts(&answer)?)
    }

    /// `RESTRICT` is what some sessions default to (cockroachlabs.com/docs/stable/drop-database).
    fn destroy_database(name: String, options: Options) -> Result<Vec<String>, Failure> {
        let statements = base::destroy_database(&name, &options)?;
        Ok(statements.into_iter().map(|sql| format!("{sql} CASCADE")).collect())
    }

    fn rules() -> &'static [Rule] {
        &[lacks::statement, lacks::function]
    }

    fn classify(error: ServerError) -> String {
        own_class(&error.code).map_or_else(|| base::classify(&error), str::to_owned)
    }
}

fn with_product(mut options: Options) -> Options {
    if !options.iter().any(|(name, _)| name == PRODUCT.0) {
        options.push((PRODUCT.0.to_owned(), PRODUCT.1.to_owned()));
    }
    options
}

/// Refuses facts about another product.
fn of_cockroach(facts: Options) -> Result<Options, Failure> {
    match facts.iter().find(|(name, _)| name == PRODUCT.0) {
        Some((_, product)) if product != PRODUCT.1 => {
            Err(Failure::Unsupported(format!("{product}: this dialect is for {} alone", PRODUCT.1)))
        }
        _ => Ok(facts),
    }
}

/// The codes that mean something else than in PostgreSQL.
fn own_class(code: &str) -> Option<&'static str> {
    match code {
        // Nobody knows whether the statement was carried out: to try again might do it twice
        // (cockroachlabs.com/docs/stable/common-errors).
        "40003" => Some("other"),
        _ => None,
    }
}

noorm_guest::export_quirk!(Cockroach);

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(product: &str) -> Options {
        vec![("product".to_owned(), product.to_owned()), ("version".to_owned(), "25.2.1".to_owned())]
    }

    #[test]
    fn the_product_is_known_without_a_server() {
        assert_eq!(with_product(Vec::new()), [("product".to_owned(), "CockroachDB".to_owned())]);
        assert_eq!(with_product(facts("CockroachDB")), facts("CockroachDB"));
    }

    #[test]
    fn another_product_is_refused() {
        assert_eq!(of_cockroach(facts("CockroachDB")).ok(), Some(facts("CockroachDB")));
        let refused = of_cockroach(facts("PostgreSQL"));
        assert!(matches!(refused, Err(Failure::Unsupported(what)) if what.contains("PostgreSQL")));
    }

    #[test]
    fn an_ambiguous_result_is_not_tried_again() {
        assert_eq!(own_class("40003"), Some("other"));
        assert_eq!(own_class("40001"), None);
    }
}
