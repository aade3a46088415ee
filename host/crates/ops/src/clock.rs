//! The instant of a run: one for all of it, from the system's clock or from `NOORM_NOW`.

use jiff::Timestamp;

use crate::home::Home;

/// `NOORM_NOW` is no instant.
#[derive(Debug, thiserror::Error)]
#[error("NOORM_NOW is `{value}`, which is not an instant such as `2026-01-31T12:00:00Z`")]
pub struct ClockError {
    /// What it says.
    value: String,
    /// Why that is no instant.
    #[source]
    source: jiff::Error,
}

/// Returns the instant of this run, UTC with milliseconds. `NOORM_NOW` fixes it, so that renders can be repeated.
pub fn now(home: &Home) -> Result<String, ClockError> {
    let instant = match home.variables.get("NOORM_NOW").filter(|value| !value.is_empty()) {
        Some(value) => value.parse::<Timestamp>().map_err(|source| ClockError { value: value.clone(), source })?,
        None => Timestamp::now(),
    };
    Ok(format!("{instant:.3}"))
}

/// Returns the day of this run, in UTC.
pub fn today(home: &Home) -> Result<jiff::civil::Date, ClockError> {
    let now = now(home)?;
    let instant = now.parse::<Timestamp>().map_err(|source| ClockError { value: now, source })?;
    Ok(instant.to_zoned(jiff::tz::TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_can_be_fixed() {
        let home = |value: &str| Home {
            working_dir: "/".into(),
            home_dir: None,
            variables: [("NOORM_NOW".to_owned(), value.to_owned())].into(),
            seen: noorm_core::redact::Seen::default(),
        };
        assert_eq!(now(&home("2026-01-31T12:00:00Z")).ok().as_deref(), Some("2026-01-31T12:00:00.000Z"));
        assert!(now(&home("noon")).is_err());
        assert!(now(&home("")).is_ok());
    }
}
