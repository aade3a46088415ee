//! Values on their way to and from a PostgreSQL server.
//!
//! They go as text, which every type of the server can read, so that a statement decides by itself what its parameters
//! are. They come back in binary, the only way tokio-postgres knows; a type that is not known here has to be cast to text.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use noorm_core::value::Scalar;
use tokio_postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

type Cause = Box<dyn Error + Sync + Send>;

/// One bound value.
pub(super) struct Parameter<'a>(pub(super) &'a Scalar);

/// tokio-postgres writes parameters to its debug log, and some are secrets.
impl std::fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[value]")
    }
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Cause> {
        match self.0 {
            Scalar::Null => return Ok(IsNull::Yes),
            // Numeric types do not read `true`, and boolean reads 1.
            Scalar::Boolean(flag) if *base(ty) == Type::TEXT => out.put_slice(flag.to_string().as_bytes()),
            Scalar::Boolean(flag) => out.put_u8(if *flag { b'1' } else { b'0' }),
            Scalar::Integer(number) => out.put_slice(number.to_string().as_bytes()),
            Scalar::Real(number) => out.put_slice(format!("{number:?}").as_bytes()),
            Scalar::Decimal(text) | Scalar::Text(text) => out.put_slice(text.as_bytes()),
            Scalar::Bytes(bytes) => {
                if *base(ty) != Type::BYTEA {
                    std::str::from_utf8(bytes).map_err(|_| format!("bytes cannot be bound as {ty}"))?;
                }
                out.put_slice(bytes);
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, ty: &Type) -> Format {
        if *base(ty) == Type::BYTEA { Format::Binary } else { Format::Text }
    }

    to_sql_checked!();
}

/// One cell of a result.
pub(super) struct Cell(pub(super) Scalar);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Cause> {
        let text = |raw: &[u8]| Ok::<_, Cause>(Scalar::Text(std::str::from_utf8(raw)?.to_owned()));
        let ty = base(ty);
        Ok(Self(match *ty {
            Type::BOOL => Scalar::Boolean(bool::from_sql(ty, raw)?),
            Type::INT2 => Scalar::Integer(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Scalar::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Scalar::Integer(i64::from_sql(ty, raw)?),
            Type::OID | Type::XID | Type::CID => Scalar::Integer(u32::from_be_bytes(raw.try_into()?).into()),
            Type::FLOAT4 => Scalar::Real(f32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Scalar::Real(f64::from_sql(ty, raw)?),
            Type::NUMERIC => Scalar::Decimal(numeric(raw)?),
            Type::BYTEA => Scalar::Bytes(raw.to_vec()),
            Type::UUID => Scalar::Text(uuid(raw)),
            // One byte says which version of the format follows.
            Type::JSONB => text(raw.get(1..).ok_or("an empty jsonb value")?)?,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::CHAR => text(raw)?,
            Type::JSON | Type::XML | Type::UNKNOWN => text(raw)?,
            _ if matches!(ty.kind(), Kind::Enum(_)) => text(raw)?,
            _ => return Err(format!("a column of type {ty} cannot be read; cast it to text").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Cause> {
        Ok(Self(Scalar::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Returns the type that a domain is made of.
fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => base(inner),
        _ => ty,
    }
}

fn uuid(raw: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in raw.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// Reads the binary form of `numeric`: groups of four decimal digits, the weight of the first group, a sign, and the
/// number of digits after the point.
fn numeric(raw: &[u8]) -> Result<String, Cause> {
    let mut words = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let mut word = || words.next().ok_or("a numeric value that is cut short");
    let (groups, weight, sign, scale) = (word()?, word()?.cast_signed(), word()?, word()?);
    match sign {
        0x0000 | 0x4000 => {}
        0xC000 => return Ok("NaN".to_owned()),
        0xD000 => return Ok("Infinity".to_owned()),
        0xF000 => return Ok("-Infinity".to_owned()),
        _ => return Err("a numeric value with an unknown sign".into()),
    }
    let digits = (0..groups).map(|_| word()).collect::<Result<Vec<_>, _>>()?;
    let group = |place: i32| {
        let index = usize::try_from(i32::from(weight) - place).ok();
        index.and_then(|index| digits.get(index)).copied().unwrap_or(0)
    };
    let mut whole = String::new();
    for place in (0..=i32::from(weight)).rev() {
        whole.push_str(&format!("{:04}", group(place)));
    }
    let mut fraction = String::new();
    for place in 1..=i32::from(scale).div_euclid(4) + 1 {
        fraction.push_str(&format!("{:04}", group(-place)));
    }
    fraction.truncate(usize::from(scale));
    let whole = whole.trim_start_matches('0');
    let minus = if sign == 0x4000 { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(format!("{minus}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_keep_every_digit() {
        let check = |words: &[u16], expected: &str| {
            let raw: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            assert_eq!(numeric(&raw).expect("a numeric"), expected);
        };
        check(&[0, 0, 0, 0], "0");
        check(&[2, 0, 0, 2, 19, 9000], "19.90");
        check(&[1, 1, 0x4000, 0, 12], "-120000");
        check(&[1, 0xFFFF, 0, 3, 50], "0.005");
        check(&[1, 0xFFFE, 0, 8, 1], "0.00000001");
        check(&[0, 0, 0xC000, 0], "NaN");
    }

    #[test]
    fn a_numeric_that_is_cut_short_is_an_error() {
        assert!(numeric(&[0, 2, 0, 0, 0, 0, 0, 0, 0, 1]).is_err());
        assert!(numeric(&[]).is_err());
    }

    #[test]
    fn values_do_not_reach_logs() {
        assert_eq!(format!("{:?}", Parameter(&Scalar::from("hunter2"))), "[value]");
    }
}
