//! Stands in for the crate `getrandom`, as far as crates for archives name it: there are no random numbers in a plugin. It
//! does not pretend to have some.

use std::fmt;

/// There are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plugin has no random numbers")
    }
}

impl std::error::Error for Error {}

/// Fails.
///
/// # Errors
/// Always.
pub fn fill(_: &mut [u8]) -> Result<(), Error> {
    Err(Error)
}

/// Fails.
///
/// # Errors
/// Always.
pub fn u64() -> Result<u64, Error> {
    Err(Error)
}
