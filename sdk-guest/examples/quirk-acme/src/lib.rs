//! What Acme does to every PostgreSQL: noorm's own tables stand in the schema `acme_ops`, everything runs as the role
//! `acme_migrator`, and tables are called `acme_…`.

mod naming_rule;

use noorm_guest::quirk::{ControlText, Identity, Options, Quirk, Rule, base};

/// Where noorm keeps its tables. The database team makes it, and owns it as the role.
const SCHEMA: &str = "acme_ops";

/// Who owns what a migration makes, whoever runs it.
const AS_ROLE: &str = "SET ROLE acme_migrator";

/// The quirk.
#[derive(Debug)]
pub struct Acme;

impl Quirk for Acme {
    fn identity() -> Identity {
        let summary = "Acme's schema, role and names";
        Identity::new("quirk-acme", env!("CARGO_PKG_VERSION"), summary).over(["postgres"])
    }

    fn schema() -> Option<String> {
        Some(SCHEMA.to_owned())
    }

    fn control(options: Options) -> ControlText {
        with_role(base::control(&options))
    }

    fn rules() -> &'static [Rule] {
        &[naming_rule::tables_are_ours]
    }
}

/// The role is taken on when a session begins, and again where the base resets a session between two files.
fn with_role(mut control: ControlText) -> ControlText {
    control.setup.push(AS_ROLE.to_owned());
    if !control.reset.is_empty() {
        control.reset.push(AS_ROLE.to_owned());
    }
    control
}

noorm_guest::export_quirk!(Acme);

#[cfg(test)]
mod tests {
    use super::*;

    fn control(reset: &[&str]) -> ControlText {
        ControlText {
            setup: vec!["SET x = 1".to_owned()],
            reset: reset.iter().map(|text| (*text).to_owned()).collect(),
            begin: "BEGIN".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: true,
            attrs: Vec::new(),
        }
    }

    #[test]
    fn the_role_comes_last_in_setup_and_after_each_reset() {
        let control = with_role(control(&["RESET ALL"]));
        assert_eq!(control.setup, ["SET x = 1", AS_ROLE]);
        assert_eq!(control.reset, ["RESET ALL", AS_ROLE]);
    }

    #[test]
    fn where_nothing_is_reset_the_role_stays() {
        assert!(with_role(control(&[])).reset.is_empty());
    }

    #[test]
    fn the_identity_is_that_of_a_quirk_over_postgresql() {
        let identity = Acme::identity();
        assert!(identity.name.starts_with("quirk-"));
        assert_eq!(identity.bases, ["postgres"]);
    }
}
