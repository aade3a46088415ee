//! The call from the host, and the host's files.

use std::rc::Rc;

use noorm_guest::linked::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::linked::noorm::types::report::Failure;
use noorm_guest::options::Options;

use crate::Plugin;
use crate::evaluate::evaluate;

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        let none = Options::none(&request.options);
        match none.and_then(|()| evaluate(&request.path, &request.content, Rc::new(read))) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_linked_failure(&request.path)),
        }
    }
}

/// Asks the host for a file of the project.
fn read(path: &str) -> Result<Vec<u8>, String> {
    noorm_guest::linked::noorm::host::files::read(path).map_err(|failure| match failure {
        Failure::Invalid(diagnostics) => {
            diagnostics.into_iter().next().map_or_else(|| "it cannot be read".to_owned(), |first| first.message)
        }
        Failure::Unsupported(what) | Failure::Denied(what) | Failure::Internal(what) => what,
    })
}
