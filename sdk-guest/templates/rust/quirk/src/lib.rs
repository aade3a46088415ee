//! What {{word}} does to every PostgreSQL: noorm's own tables stand in a schema of its own, and a statement may not take
//! longer than a minute. Every other answer is that of the dialect under it.

use noorm_guest::quirk::{ControlText, Identity, Options, Quirk, base};

/// Where noorm keeps its tables.
const SCHEMA: &str = "{{ident}}_ops";

/// The quirk.
#[derive(Debug)]
pub struct Plugin;

impl Quirk for Plugin {
    fn identity() -> Identity {
        Identity::new("{{name}}", env!("CARGO_PKG_VERSION"), "what {{word}} does to every database").over(["postgres"])
    }

    fn schema() -> Option<String> {
        Some(SCHEMA.to_owned())
    }

    fn control(options: Options) -> ControlText {
        with_timeout(base::control(&options))
    }
}

/// Sets the time when a session begins, and again where the base resets a session between two files.
fn with_timeout(mut control: ControlText) -> ControlText {
    const TIMEOUT: &str = "SET statement_timeout = '60s'";
    control.setup.push(TIMEOUT.to_owned());
    if !control.reset.is_empty() {
        control.reset.push(TIMEOUT.to_owned());
    }
    control
}

noorm_guest::export_quirk!(Plugin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_holds_from_the_beginning_and_after_a_reset() {
        let control = ControlText {
            setup: Vec::new(),
            reset: vec!["RESET ALL".to_owned()],
            begin: "BEGIN".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: true,
            attrs: Vec::new(),
        };
        let control = with_timeout(control);
        assert_eq!(control.setup.last(), control.reset.last());
        assert_eq!((control.setup.len(), control.reset.len()), (1, 2));
    }

    #[test]
    fn the_name_is_the_folders() {
        assert_eq!(Plugin::identity().name, "{{name}}");
    }
}
