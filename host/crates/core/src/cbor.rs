//! Reads the documents that loaders return, and writes the options that they get: one RFC 8949 item, as
//! `wit/types/types.wit` allows it.
//!
//! What a plugin sends is not trusted: lengths may lie, nesting may not end. Nothing here panics or reserves memory
//! for what has not arrived.

mod encode;

pub use encode::encode;

use crate::value::Value;

/// Deepest nesting of lists and maps that is read.
pub const DEPTH_MAX: usize = 128;

/// Why bytes are not a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset} of the document: {what}")]
pub struct CborError {
    /// Where, counted from 0.
    pub offset: usize,
    /// What is wrong there.
    pub what: String,
}

/// Reads exactly one item.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.item(0)?;
    if reader.at < bytes.len() {
        return Err(reader.error("bytes after the end of the item"));
    }
    Ok(value)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>) -> CborError {
        CborError { offset: self.at, what: what.into() }
    }

    fn take(&mut self, count: u64) -> Result<&[u8], CborError> {
        let rest = &self.bytes[self.at..];
        match usize::try_from(count).ok().filter(|count| *count <= rest.len()) {
            Some(count) => {
                self.at += count;
                Ok(&rest[..count])
            }
            None => Err(self.error(format!("{count} bytes are announced and {} are left", rest.len()))),
        }
    }

    fn argument(&mut self, info: u8) -> Result<u64, CborError> {
        let width = match info {
            0..=23 => return Ok(u64::from(info)),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 => return Err(self.error("an item of indefinite length")),
            _ => return Err(self.error("a reserved length")),
        };
        Ok(self.take(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn item(&mut self, depth: usize) -> Result<Value, CborError> {
        if depth > DEPTH_MAX {
            return Err(self.error(format!("nested deeper than {DEPTH_MAX}")));
        }
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        if major == 7 {
            return self.simple(info);
        }
        let argument = self.argument(info)?;
        match major {
            0 => Ok(i64::try_from(argument).map_or(Value::Big(i128::from(argument)), Value::Integer)),
            1 => {
                let number = -1 - i128::from(argument);
                Ok(i64::try_from(number).map_or(Value::Big(number), Value::Integer))
            }
            2 => Ok(Value::Bytes(self.take(argument)?.to_vec())),
            3 => Ok(Value::Text(self.text(argument)?)),
            4 => {
                let mut items = Vec::new();
                for _ in 0..argument {
                    items.push(self.item(depth + 1)?);
                }
                Ok(Value::List(items))
            }
            5 => self.map(argument, depth),
            _ => self.tagged(argument),
        }
    }

    fn text(&mut self, length: u64) -> Result<String, CborError> {
        let offset = self.at;
        let bytes = self.take(length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| CborError { offset, what: "text that is not UTF-8".to_owned() })
    }

    fn map(&mut self, count: u64, depth: usize) -> Result<Value, CborError> {
        let mut entries = Vec::new();
        for _ in 0..count {
            match self.item(depth + 1)? {
                Value::Text(key) => entries.push((key, self.item(depth + 1)?)),
                _ => return Err(self.error("a key that is not text")),
            }
        }
        Ok(Value::Map(entries))
    }

    /// Tags 2 and 3: integers as big-endian bytes.
    fn tagged(&mut self, tag: u64) -> Result<Value, CborError> {
        if tag != 2 && tag != 3 {
            return Err(self.error(format!("tag {tag}, which is not allowed here")));
        }
        let first = self.take(1)?[0];
        if first >> 5 != 2 {
            return Err(self.error("a bignum that is not bytes"));
        }
        let length = self.argument(first & 0x1f)?;
        let bytes = self.take(length)?;
        if bytes.len() > 16 || (bytes.len() == 16 && bytes[0] & 0x80 != 0) {
            return Err(self.error("an integer beyond 128 bits"));
        }
        let magnitude = bytes.iter().fold(0i128, |number, byte| number << 8 | i128::from(*byte));
        Ok(Value::Big(if tag == 2 { magnitude } else { -1 - magnitude }))
    }

    fn simple(&mut self, info: u8) -> Result<Value, CborError> {
        match info {
            20 => Ok(Value::Boolean(false)),
            21 => Ok(Value::Boolean(true)),
            22 => Ok(Value::Null),
            25 => Ok(Value::Real(half(self.argument(info)?))),
            26 => {
                let bits = u32::try_from(self.argument(info)?).map_err(|_| self.error("a wrong float"))?;
                Ok(Value::Real(f64::from(f32::from_bits(bits))))
            }
            27 => Ok(Value::Real(f64::from_bits(self.argument(info)?))),
            _ => Err(self.error(format!("simple value {info}, which is not allowed here"))),
        }
    }
}

/// RFC 8949, appendix D.
fn half(bits: u64) -> f64 {
    let exponent = i32::try_from(bits >> 10 & 0x1f).unwrap_or(0);
    let fraction = f64::from(u32::try_from(bits & 0x3ff).unwrap_or(0));
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hex: &str, expected: Result<Value, &str>) {
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).expect("the test's own digits"))
            .collect();
        match (decode(&bytes), expected) {
            (Ok(value), Ok(expected)) => assert_eq!(value, expected, "{hex}"),
            (Err(error), Err(what)) => assert!(error.what.contains(what), "{hex}: {error}"),
            (got, expected) => panic!("{hex}: got {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn reads_the_examples_of_the_rfc() {
        check("1a000f4240", Ok(Value::Integer(1_000_000)));
        check("1bffffffffffffffff", Ok(Value::Big(18_446_744_073_709_551_615)));
        check("c249010000000000000000", Ok(Value::Big(18_446_744_073_709_551_616)));
        check("3903e7", Ok(Value::Integer(-1000)));
        check("f93e00", Ok(Value::Real(1.5)));
        check("f90001", Ok(Value::Real(5.960_464_477_539_063e-8)));
        check("fb3ff199999999999a", Ok(Value::Real(1.1)));
        check("f6", Ok(Value::Null));
        check("4401020304", Ok(Value::Bytes(vec![1, 2, 3, 4])));
        check(
            "a26161016162820203",
            Ok(Value::Map(vec![
                ("a".to_owned(), Value::Integer(1)),
                ("b".to_owned(), Value::List(vec![Value::Integer(2), Value::Integer(3)])),
            ])),
        );
    }

    #[test]
    fn refuses_lies_without_reserving_for_them() {
        check("9bffffffffffffffff", Err("are left"));
        check("bbffffffffffffffff", Err("are left"));
        check("7bffffffffffffffff", Err("are left"));
        check("62c328", Err("UTF-8"));
        check("a10102", Err("not text"));
        check("9f", Err("indefinite"));
        check("c401", Err("tag 4"));
        check("0000", Err("after the end"));
        check("", Err("are left"));
        check(&"81".repeat(100_000), Err("nested deeper"));
    }
}
