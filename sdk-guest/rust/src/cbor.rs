//! Writes values as RFC 8949 core-deterministic CBOR, the form in which documents leave a loader.
//!
//! The reader is for what comes from the host, which is little: options.

mod decode;

pub use decode::{DecodeError, decode};

/// A value on its way to the host.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// An integer. What does not fit 64 bits is written as a bignum (tags 2 and 3).
    Integer(i128),
    /// A number that is not an integer.
    Real(f64),
    /// Text.
    Text(String),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name. The order does not matter: keys are sorted when they are written.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Returns the value as one CBOR item.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write(self, &mut out);
        out
    }
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Boolean(false) => out.push(0xf4),
        Value::Boolean(true) => out.push(0xf5),
        Value::Integer(number) => integer(*number, out),
        Value::Real(number) => real(*number, out),
        Value::Text(text) => text_item(text, out),
        Value::List(items) => {
            head(4, items.len() as u64, out);
            for item in items {
                write(item, out);
            }
        }
        Value::Map(entries) => {
            head(5, entries.len() as u64, out);
            let mut encoded: Vec<(Vec<u8>, &Value)> =
                entries.iter().map(|(key, value)| (key_bytes(key), value)).collect();
            // Section 4.2.1: the bytewise order of the encoded keys.
            encoded.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, value) in encoded {
                out.extend_from_slice(&key);
                write(value, out);
            }
        }
    }
}

fn key_bytes(key: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 2);
    text_item(key, &mut out);
    out
}

fn text_item(text: &str, out: &mut Vec<u8>) {
    head(3, text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

#[allow(clippy::cast_possible_truncation)] // each arm's pattern bounds the number
fn head(major: u8, number: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    match number {
        0..=23 => out.push(major | number as u8),
        24..=0xff => out.extend_from_slice(&[major | 24, number as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&(number as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend_from_slice(&(number as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

fn integer(number: i128, out: &mut Vec<u8>) {
    let negative = number < 0;
    let magnitude = if negative { !number } else { number }.unsigned_abs();
    match u64::try_from(magnitude) {
        Ok(small) => head(u8::from(negative), small, out),
        Err(_) => {
            head(6, if negative { 3 } else { 2 }, out);
            let bytes = magnitude.to_be_bytes();
            let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
            head(2, (bytes.len() - first) as u64, out);
            out.extend_from_slice(&bytes[first..]);
        }
    }
}

/// Shortest form that keeps the value: 16, 32 or 64 bits. NaN has one form (section 4.2.2).
fn real(number: f64, out: &mut Vec<u8>) {
    if number.is_nan() {
        out.extend_from_slice(&[0xf9, 0x7e, 0x00]);
        return;
    }
    #[allow(clippy::cast_possible_truncation)] // compared below
    let single = number as f32;
    if f64::from(single).to_bits() != number.to_bits() {
        out.push(0xfb);
        out.extend_from_slice(&number.to_be_bytes());
        return;
    }
    match half(single) {
        Some(bits) => {
            out.push(0xf9);
            out.extend_from_slice(&bits.to_be_bytes());
        }
        None => {
            out.push(0xfa);
            out.extend_from_slice(&single.to_be_bytes());
        }
    }
}

/// The bits of a half-precision number that is exactly `number`, where there is one.
#[allow(clippy::cast_possible_truncation)] // masked to the width of each field
fn half(number: f32) -> Option<u16> {
    let bits = number.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let exponent = ((bits >> 23) & 0xff) as i32;
    let fraction = bits & 0x007f_ffff;
    match exponent {
        0 if fraction == 0 => Some(sign),
        0xff if fraction == 0 => Some(sign | 0x7c00),
        0 | 0xff => None,
        _ => {
            let unbiased = exponent - 127;
            if (-14..=15).contains(&unbiased) && fraction & 0x1fff == 0 {
                return Some(sign | (((unbiased + 15) as u16) << 10) | (fraction >> 13) as u16);
            }
            // Subnormal halves: an integer times 2^-24.
            if (-24..-14).contains(&unbiased) {
                let shift = (-14 - unbiased) as u32 + 13;
                let full = fraction | 0x0080_0000;
                if full.trailing_zeros() >= shift {
                    return Some(sign | (full >> shift) as u16);
                }
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Value, expected: &str) {
        let hex: String = value.encode().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected, "{value:?}");
    }

    // The examples of RFC 8949, appendix A.
    #[test]
    fn numbers_take_their_shortest_form() {
        check(&Value::Integer(0), "00");
        check(&Value::Integer(24), "1818");
        check(&Value::Integer(1_000_000), "1a000f4240");
        check(&Value::Integer(18_446_744_073_709_551_615), "1bffffffffffffffff");
        check(&Value::Integer(18_446_744_073_709_551_616), "c249010000000000000000");
        check(&Value::Integer(-18_446_744_073_709_551_617), "c349010000000000000000");
        check(&Value::Integer(-1000), "3903e7");
        check(&Value::Real(1.5), "f93e00");
        check(&Value::Real(100_000.0), "fa47c35000");
        check(&Value::Real(1.1), "fb3ff199999999999a");
        check(&Value::Real(5.960_464_477_539_063e-8), "f90001");
        check(&Value::Real(0.000_061_035_156_25), "f90400");
        check(&Value::Real(f64::NEG_INFINITY), "f9fc00");
    }

    #[test]
    fn keys_are_sorted_by_their_encoded_bytes() {
        let map = Value::Map(vec![
            ("bb".to_owned(), Value::Integer(1)),
            ("c".to_owned(), Value::Null),
            ("a".to_owned(), Value::List(vec![Value::Boolean(true)])),
        ]);
        check(&map, "a3616181f56163f662626201");
    }
}
