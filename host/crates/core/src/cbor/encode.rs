//! Writes documents as loaders return them: core-deterministic, so that equal data has equal bytes.

use crate::value::Value;

/// Writes one item (RFC 8949, section 4.2.1): shortest forms, definite lengths, map keys sorted by their encoded bytes.
#[must_use]
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    item(&mut out, value);
    out
}

/// Major types of RFC 8949, section 3.1.
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

fn item(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Boolean(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
        Value::Integer(value) => integer(out, i128::from(*value)),
        Value::Big(value) => integer(out, *value),
        Value::Real(value) => real(out, *value),
        Value::Text(text) => string(out, TEXT, text.as_bytes()),
        Value::Bytes(bytes) => string(out, BYTES, bytes),
        Value::List(items) => {
            head(out, ARRAY, items.len() as u64);
            items.iter().for_each(|one| item(out, one));
        }
        Value::Map(entries) => map(out, entries),
    }
}

fn map(out: &mut Vec<u8>, entries: &[(String, Value)]) {
    let encoded = |(key, value): &(String, Value)| {
        let (mut name, mut content) = (Vec::new(), Vec::new());
        string(&mut name, TEXT, key.as_bytes());
        item(&mut content, value);
        (name, content)
    };
    let mut encoded: Vec<_> = entries.iter().map(encoded).collect();
    encoded.sort();
    head(out, MAP, encoded.len() as u64);
    for (name, content) in encoded {
        out.extend(name);
        out.extend(content);
    }
}

/// Integers beyond 64 bits are tags 2 and 3 (section 3.4.3).
fn integer(out: &mut Vec<u8>, value: i128) {
    let (major, tag, magnitude) = match u128::try_from(value) {
        Ok(magnitude) => (UNSIGNED, 2, magnitude),
        Err(_) => (NEGATIVE, 3, value.unsigned_abs() - 1),
    };
    if let Ok(small) = u64::try_from(magnitude) {
        return head(out, major, small);
    }
    head(out, 6, tag);
    let bytes = magnitude.to_be_bytes();
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    string(out, BYTES, &bytes[start..]);
}

/// The shortest of the three widths that keeps the value; every NaN is the one of section 4.2.2.
fn real(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        return out.extend([0xf9, 0x7e, 0x00]);
    }
    #[allow(clippy::cast_possible_truncation)] // whether anything is lost is what is asked
    let single = value as f32;
    if f64::from(single).to_bits() != value.to_bits() {
        out.push(0xfb);
        return out.extend(value.to_be_bytes());
    }
    match half(single) {
        Some(bits) => {
            out.push(0xf9);
            out.extend(bits.to_be_bytes());
        }
        None => {
            out.push(0xfa);
            out.extend(single.to_be_bytes());
        }
    }
}

/// Returns a number in half precision (IEEE 754 binary16), where nothing of it is lost.
fn half(value: f32) -> Option<u16> {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let (exponent, fraction) = ((bits >> 23) & 0xff, bits & 0x007f_ffff);
    match exponent {
        0 => (fraction == 0).then_some(sign),
        0xff => (fraction == 0).then_some(sign | 0x7c00),
        113..=142 if fraction & 0x1fff == 0 => {
            u16::try_from(((exponent - 112) << 10) | (fraction >> 13)).ok().map(|rest| sign | rest)
        }
        // Subnormal in half precision.
        103..=112 => {
            let (whole, shift) = (fraction | 0x0080_0000, 126 - exponent);
            (whole.trailing_zeros() >= shift).then(|| u16::try_from(whole >> shift).ok().map(|rest| sign | rest))?
        }
        _ => None,
    }
}

fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    head(out, major, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes a major type with its argument in the fewest bytes.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend([major | 24, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend(&bytes[4..]);
        }
        _ => {
            out.push(major | 27);
            out.extend(bytes);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::cbor::decode;

    /// The numbers are those of RFC 8949, appendix A.
    #[test]
    fn the_examples_of_the_rfc() {
        let hex = |value: Value| encode(&value).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        for (value, expected) in [
            (Value::Integer(0), "00"),
            (Value::Integer(23), "17"),
            (Value::Integer(24), "1818"),
            (Value::Integer(1000), "1903e8"),
            (Value::Integer(1_000_000_000_000), "1b000000e8d4a51000"),
            (Value::Integer(-1), "20"),
            (Value::Integer(-1000), "3903e7"),
            (Value::Big(18_446_744_073_709_551_616), "c249010000000000000000"),
            (Value::Big(-18_446_744_073_709_551_617), "c349010000000000000000"),
            (Value::Big(18_446_744_073_709_551_615), "1bffffffffffffffff"),
            (Value::Real(0.0), "f90000"),
            (Value::Real(-0.0), "f98000"),
            (Value::Real(1.0), "f93c00"),
            (Value::Real(1.1), "fb3ff199999999999a"),
            (Value::Real(1.5), "f93e00"),
            (Value::Real(65504.0), "f97bff"),
            (Value::Real(100_000.0), "fa47c35000"),
            (Value::Real(5.960_464_477_539_063e-8), "f90001"),
            (Value::Real(0.000_061_035_156_25), "f90400"),
            (Value::Real(f64::INFINITY), "f97c00"),
            (Value::Real(f64::NAN), "f97e00"),
            (Value::Boolean(false), "f4"),
            (Value::Null, "f6"),
            (Value::Text("ü".to_owned()), "62c3bc"),
            (Value::Bytes(vec![1, 2]), "420102"),
            (Value::List(vec![Value::Integer(1)]), "8101"),
        ] {
            assert_eq!(hex(value.clone()), expected, "{value:?}");
        }
    }

    #[test]
    fn keys_are_sorted_by_their_bytes_and_come_back() {
        let entry = |key: &str| (key.to_owned(), Value::Integer(1));
        let map = Value::Map(vec![entry("bb"), entry("a"), entry("c")]);
        let Value::Map(back) = decode(&encode(&map)).unwrap() else { panic!("a map") };
        assert_eq!(back.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["a", "c", "bb"]);
    }
}
