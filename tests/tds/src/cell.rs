//! Columns and cells of results, by type: what describes a column, and what a value of it looks like on the wire.

use crate::text;

/// A column: its name and how its type is described.
#[derive(Debug, Clone)]
pub struct Column {
    pub(crate) name: String,
    pub(crate) type_info: Vec<u8>,
}

/// The encoded value of a cell, its length included.
#[derive(Debug, Clone)]
pub struct Cell(pub Vec<u8>);

/// English, case-insensitive, Windows-1252.
const COLLATION: [u8; 5] = [0x09, 0x04, 0xd0, 0x00, 0x34];

impl Column {
    /// Describes a column by the bytes of its type.
    pub fn raw(name: &str, type_info: &[u8]) -> Self {
        Self { name: name.to_owned(), type_info: type_info.to_vec() }
    }

    /// `tinyint`, `smallint`, `int` or `bigint`, by size in bytes.
    pub fn int(name: &str, size: u8) -> Self {
        Self::raw(name, &[0x26, size])
    }

    /// `int` that is never null, which has a type of its own.
    pub fn int_not_null(name: &str) -> Self {
        Self::raw(name, &[0x38])
    }

    /// `bit`.
    pub fn bit(name: &str) -> Self {
        Self::raw(name, &[0x68, 1])
    }

    /// `float` or `real`, by size in bytes.
    pub fn float(name: &str, size: u8) -> Self {
        Self::raw(name, &[0x6d, size])
    }

    /// `decimal`.
    pub fn decimal(name: &str, precision: u8, scale: u8) -> Self {
        Self::raw(name, &[0x6a, 17, precision, scale])
    }

    /// `nvarchar` with a limit.
    pub fn nvarchar(name: &str) -> Self {
        Self::raw(name, &[&[0xe7, 0x40, 0x1f], COLLATION.as_slice()].concat())
    }

    /// `nvarchar(max)`.
    pub fn nvarchar_max(name: &str) -> Self {
        Self::raw(name, &[&[0xe7, 0xff, 0xff], COLLATION.as_slice()].concat())
    }

    /// `varchar` with a limit.
    pub fn varchar(name: &str) -> Self {
        Self::raw(name, &[&[0xa7, 0x40, 0x1f], COLLATION.as_slice()].concat())
    }

    /// `varbinary` with a limit.
    pub fn varbinary(name: &str) -> Self {
        Self::raw(name, &[0xa5, 0x40, 0x1f])
    }

    /// `varbinary(max)`.
    pub fn varbinary_max(name: &str) -> Self {
        Self::raw(name, &[0xa5, 0xff, 0xff])
    }

    /// `uniqueidentifier`.
    pub fn guid(name: &str) -> Self {
        Self::raw(name, &[0x24, 16])
    }

    /// `date`.
    pub fn date(name: &str) -> Self {
        Self::raw(name, &[0x28])
    }

    /// `time(7)`.
    pub fn time(name: &str) -> Self {
        Self::raw(name, &[0x29, 7])
    }

    /// `datetime2(7)`.
    pub fn datetime2(name: &str) -> Self {
        Self::raw(name, &[0x2a, 7])
    }

    /// `datetimeoffset(7)`.
    pub fn datetimeoffset(name: &str) -> Self {
        Self::raw(name, &[0x2b, 7])
    }

    /// `datetime` or `smalldatetime`, by size in bytes.
    pub fn datetime(name: &str, size: u8) -> Self {
        Self::raw(name, &[0x6f, size])
    }

    /// `money` or `smallmoney`, by size in bytes.
    pub fn money(name: &str, size: u8) -> Self {
        Self::raw(name, &[0x6e, size])
    }

    /// `xml` without a schema.
    pub fn xml(name: &str) -> Self {
        Self::raw(name, &[0xf1, 0])
    }

    /// `ntext` of a table `dbo.t`.
    pub fn ntext(name: &str) -> Self {
        let info = [&[0x63, 0xff, 0xff, 0xff, 0x7f], COLLATION.as_slice(), &[2]].concat();
        Self::raw(name, &[info, text::long("dbo"), text::long("t")].concat())
    }

    /// `sql_variant`.
    pub fn variant(name: &str) -> Self {
        Self::raw(name, &[0x62, 0x49, 0x1f, 0, 0])
    }
}

impl Cell {
    /// A value after a length of one byte.
    pub fn byte(value: &[u8]) -> Self {
        Self([&[u8::try_from(value.len()).unwrap()], value].concat())
    }

    /// A value after a length of two bytes.
    pub fn short(value: &[u8]) -> Self {
        Self([&u16::try_from(value.len()).unwrap().to_le_bytes(), value].concat())
    }

    /// A value in chunks of this length.
    pub fn chunks(value: &[u8], length: usize) -> Self {
        let mut bytes = (value.len() as u64).to_le_bytes().to_vec();
        for chunk in value.chunks(length) {
            bytes.extend(u32::try_from(chunk.len()).unwrap().to_le_bytes());
            bytes.extend(chunk);
        }
        bytes.extend([0; 4]);
        Self(bytes)
    }

    /// NULL of a type whose length is one byte.
    pub fn null() -> Self {
        Self(vec![0])
    }

    /// NULL of a type whose length is two bytes.
    pub fn null_short() -> Self {
        Self(vec![0xff; 2])
    }

    /// NULL of a type that comes in chunks.
    pub fn null_chunks() -> Self {
        Self(vec![0xff; 8])
    }

    /// An integer of this size in bytes.
    pub fn int(value: i64, size: usize) -> Self {
        Self::byte(&value.to_le_bytes()[..size])
    }

    /// Text of a type with a limit.
    pub fn nvarchar(value: &str) -> Self {
        Self::short(&text::utf16(value))
    }

    /// A decimal: its digits without the point.
    pub fn decimal(digits: i128) -> Self {
        let sign = u8::from(digits >= 0);
        Self::byte(&[&[sign], digits.unsigned_abs().to_le_bytes().as_slice()].concat())
    }

    /// Text of the older type: a pointer and a timestamp precede it.
    pub fn ntext(value: &str) -> Self {
        let bytes = text::utf16(value);
        let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        Self([vec![16], vec![0xee; 24], length.to_vec(), bytes].concat())
    }

    /// An `int` inside a `sql_variant`.
    pub fn variant_int(value: i32) -> Self {
        Self([&6_u32.to_le_bytes(), [0x38, 0].as_slice(), &value.to_le_bytes()].concat())
    }
}
