//! Numbers as SQL text: what a decimal is, and how one is written without an exponent. How a dialect writes a number that is
//! beyond its exact ones is its own to say.

/// A number as it came: digits with at most a sign, a point between digits and an exponent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// All digits, without the point.
    digits: String,
    /// How many places the point stands to the right of their end.
    exponent: i64,
}

impl Decimal {
    /// Reads a number; `None` where the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent),
            None => (text, "0"),
        };
        let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(mantissa) => (true, mantissa),
            None => (false, mantissa),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if !is_digits(whole) || !fraction.is_none_or(is_digits) || !is_digits(unsigned) {
            return None;
        }
        let fraction = fraction.unwrap_or_default();
        // An exponent that is beyond all numbers is beyond the exact ones too.
        let exponent = exponent.parse().unwrap_or(i64::from(i32::MAX));
        let places = i64::try_from(fraction.len()).ok()?;
        Some(Self { is_negative, digits: format!("{whole}{fraction}"), exponent: exponent - places })
    }

    /// Writes it without an exponent; `None` where that takes more digits than `digits_max`, or more of them behind the
    /// point than `fraction_max`.
    pub fn plain(&self, digits_max: usize, fraction_max: usize) -> Option<String> {
        let places = usize::try_from(self.exponent.unsigned_abs()).ok()?;
        if places > digits_max || self.digits.len() > digits_max {
            return None;
        }
        let sign = if self.is_negative { "-" } else { "" };
        if self.exponent >= 0 {
            let whole = format!("{}{}", self.digits, "0".repeat(places));
            return (whole.len() <= digits_max).then(|| format!("{sign}{whole}"));
        }
        let padded = format!("{:0>width$}", self.digits, width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        (places <= fraction_max && padded.len() <= digits_max).then(|| format!("{sign}{whole}.{fraction}"))
    }
}

/// Writes a negative number in parentheses, so that it may follow a minus sign: `--` would begin a comment.
pub fn signed(number: &str) -> String {
    if number.starts_with('-') { format!("({number})") } else { number.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten digits, four of them behind the point.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let plain = Decimal::parse(text).and_then(|number| number.plain(10, 4));
        assert_eq!(plain.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_number_is_written_without_its_exponent() {
        check("1", Some("1"));
        check("-0.50", Some("-0.50"));
        check("1.5e3", Some("1500"));
        check("-25E-3", Some("-0.025"));
        check("1e+9", Some("1000000000"));
    }

    #[test]
    fn what_takes_too_many_digits_is_not_written() {
        for text in ["1e10", "12345678901", "0.00001", "1e-5", "1e99999999999999999999"] {
            assert!(Decimal::parse(text).is_some(), "{text}");
            check(text, None);
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in ["", "-", "+1", "1.", ".5", "1e", "1e1.5", "--1", "0x1", "NaN", "1 ", "1'"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
