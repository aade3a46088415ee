//! Reads the CBOR that the host sends: a loader's options. Bytes and tags other than those of large integers never come.

use super::Value;

/// Deepest nesting that is read.
const DEPTH_MAX: usize = 128;

/// Why bytes are no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    /// Where, counted from 0.
    pub offset: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.what)
    }
}

impl std::error::Error for DecodeError {}

/// Reads exactly one item.
pub fn decode(bytes: &[u8]) -> Result<Value, DecodeError> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.item(0)?;
    if reader.at == bytes.len() { Ok(value) } else { Err(reader.error("bytes after the end")) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, what: &'static str) -> DecodeError {
        DecodeError { offset: self.at, what }
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], DecodeError> {
        let rest = &self.bytes[self.at..];
        match usize::try_from(count).ok().and_then(|count| rest.get(..count)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => Err(self.error("fewer bytes than announced")),
        }
    }

    fn argument(&mut self, info: u8) -> Result<u64, DecodeError> {
        let width = match info {
            0..=23 => return Ok(u64::from(info)),
            24..=27 => 1 << (info - 24),
            _ => return Err(self.error("a length that is not allowed")),
        };
        Ok(self.take(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn item(&mut self, depth: usize) -> Result<Value, DecodeError> {
        if depth > DEPTH_MAX {
            return Err(self.error("nested too deep"));
        }
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        if major == 7 {
            return self.simple(info);
        }
        let argument = self.argument(info)?;
        match major {
            0 => Ok(Value::Integer(i128::from(argument))),
            1 => Ok(Value::Integer(-1 - i128::from(argument))),
            3 => {
                let text =
                    std::str::from_utf8(self.take(argument)?).map_err(|_| self.error("text that is not UTF-8"))?;
                Ok(Value::Text(text.to_owned()))
            }
            4 => (0..argument).map(|_| self.item(depth + 1)).collect::<Result<_, _>>().map(Value::List),
            5 => (0..argument).map(|_| self.entry(depth)).collect::<Result<_, _>>().map(Value::Map),
            6 if argument == 2 || argument == 3 => self.large(argument == 3),
            _ => Err(self.error("an item that is not allowed")),
        }
    }

    fn entry(&mut self, depth: usize) -> Result<(String, Value), DecodeError> {
        match self.item(depth + 1)? {
            Value::Text(key) => Ok((key, self.item(depth + 1)?)),
            _ => Err(self.error("a key that is not text")),
        }
    }

    fn large(&mut self, is_negative: bool) -> Result<Value, DecodeError> {
        let first = self.take(1)?[0];
        if first >> 5 != 2 {
            return Err(self.error("a large integer that is not bytes"));
        }
        let length = self.argument(first & 0x1f)?;
        let bytes = self.take(length)?;
        if bytes.len() > 16 || (bytes.len() == 16 && bytes[0] & 0x80 != 0) {
            return Err(self.error("an integer beyond 128 bits"));
        }
        let magnitude = bytes.iter().fold(0i128, |number, byte| number << 8 | i128::from(*byte));
        Ok(Value::Integer(if is_negative { -1 - magnitude } else { magnitude }))
    }

    fn simple(&mut self, info: u8) -> Result<Value, DecodeError> {
        match info {
            20 => Ok(Value::Boolean(false)),
            21 => Ok(Value::Boolean(true)),
            22 => Ok(Value::Null),
            25 => {
                let bits = self.argument(info)?;
                Ok(Value::Real(half(u16::try_from(bits).unwrap_or_default())))
            }
            26 => {
                let bits = self.argument(info)?;
                Ok(Value::Real(f64::from(f32::from_bits(u32::try_from(bits).unwrap_or_default()))))
            }
            27 => self.argument(info).map(|bits| Value::Real(f64::from_bits(bits))),
            _ => Err(self.error("a simple value that is not allowed")),
        }
    }
}

/// RFC 8949, appendix D.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let value = Value::Map(vec![
            ("a".to_owned(), Value::List(vec![Value::Null, Value::Boolean(true), Value::Text("zoë".repeat(200))])),
            ("b".to_owned(), Value::Integer(-18_446_744_073_709_551_617)),
            ("c".to_owned(), Value::Integer(300)),
            ("d".to_owned(), Value::List([1.5, -0.1, 1e9, 5.960_464_477_539_063e-8].map(Value::Real).to_vec())),
        ]);
        assert_eq!(decode(&value.encode()), Ok(value));
    }

    #[test]
    fn lies_are_refused() {
        for bytes in [&[][..], &[0x9f], &[0x62, 0xc3, 0x28], &[0xa1, 1, 2], &[0, 0], &[0x9b; 9], &[0x44, 1, 2, 3, 4]] {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(decode(&[0x81; 10_000]).map_err(|error| error.what), Err("nested too deep"));
    }
}
