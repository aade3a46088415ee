//! Databases as a whole: here they are files, which are the host's to make and to remove.

use noorm_guest::dialect::exports::noorm::dialect::database::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Query;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;

impl Guest for Dialect {
    fn maintenance() -> Result<String, Failure> {
        Err(is_a_file())
    }

    fn exists(_options: Vec<(String, String)>) -> Result<Query, Failure> {
        Err(is_a_file())
    }

    fn create(_name: String, _options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        Err(is_a_file())
    }

    fn destroy(_name: String, _options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        Err(is_a_file())
    }
}

fn is_a_file() -> Failure {
    Failure::Unsupported("a database that is not a file".to_owned())
}
