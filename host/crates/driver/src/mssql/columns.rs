//! How long the values of a result are, by the types that its description names. What they mean is tiberius's business.

/// A reader over bytes of which more may come.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    read: usize,
}

/// Why reading cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The rest has not arrived.
    Incomplete,
    /// A token or a type that is not known here, or one that contradicts itself.
    Unknown(u8),
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, read: 0 }
    }

    /// Returns how much was read.
    pub(super) fn read(&self) -> usize {
        self.read
    }

    /// Reads this many bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Stop> {
        let end = self.read.checked_add(length).ok_or(Stop::Incomplete)?;
        let taken = self.bytes.get(self.read..end).ok_or(Stop::Incomplete)?;
        self.read = end;
        Ok(taken)
    }

    fn number(&mut self, length: usize) -> Result<u64, Stop> {
        Ok(self.take(length)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Reads one byte.
    pub(super) fn byte(&mut self) -> Result<u8, Stop> {
        Ok(self.take(1)?[0])
    }

    /// Reads a length of two bytes.
    pub(super) fn short(&mut self) -> Result<usize, Stop> {
        let bytes = self.take(2)?;
        Ok(usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
    }

    /// Reads a length of four bytes.
    pub(super) fn long(&mut self) -> Result<u64, Stop> {
        self.number(4)
    }

    /// Reads a number of eight bytes.
    pub(super) fn longest(&mut self) -> Result<u64, Stop> {
        self.number(8)
    }

    /// Reads a text whose length, in UTF-16 units, is one byte.
    pub(super) fn short_text(&mut self) -> Result<String, Stop> {
        let length = usize::from(self.byte()?);
        self.text(length)
    }

    /// Reads a text whose length, in UTF-16 units, is two bytes.
    pub(super) fn long_text(&mut self) -> Result<String, Stop> {
        let length = self.short()?;
        self.text(length)
    }

    fn text(&mut self, length: usize) -> Result<String, Stop> {
        let units = self.take(length * 2)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Ok(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    }
}

/// How the length of a value is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// By the type.
    Fixed(u64),
    /// By one byte before it.
    Byte,
    /// By two bytes before it.
    Short,
    /// By four bytes before it.
    Long,
    /// By four bytes after a pointer and a timestamp.
    Pointer,
    /// By the chunks that it comes in.
    Chunks,
}

/// What is left to do about a value whose length was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes follow.
    Bytes(u64),
    /// Chunks follow, each with its length, up to an empty one.
    Chunks,
}

const SHORT_NULL: usize = 0xffff;
const LONGEST_NULL: u64 = u64::MAX;
/// The length of types without a limit.
const UNLIMITED: usize = 0xffff;
const COLLATION_LENGTH: usize = 5;
const TIMESTAMP_LENGTH: usize = 8;

/// Reads the description of one column.
pub(super) fn column(reader: &mut Reader<'_>) -> Result<Length, Stop> {
    let user_type_and_flags = 4 + 2;
    reader.take(user_type_and_flags)?;
    let length = type_info(reader)?;
    if length == Length::Pointer {
        // These types name their table, in parts.
        for _ in 0..reader.byte()? {
            reader.long_text()?;
        }
    }
    reader.short_text()?;
    Ok(length)
}

/// Reads a type.
pub(super) fn type_info(reader: &mut Reader<'_>) -> Result<Length, Stop> {
    let kind = reader.byte()?;
    Ok(match kind {
        // null
        0x1f => Length::Fixed(0),
        // tinyint, bit
        0x30 | 0x32 => Length::Fixed(1),
        // smallint
        0x34 => Length::Fixed(2),
        // int, smalldatetime, real, smallmoney
        0x38 | 0x3a | 0x3b | 0x7a => Length::Fixed(4),
        // money, datetime, float, bigint
        0x3c | 0x3d | 0x3e | 0x7f => Length::Fixed(8),
        // date
        0x28 => Length::Byte,
        // uniqueidentifier, and the nullable forms of integers, bit, float, money and datetime; time, datetime2 and
        // datetimeoffset have a scale in the same place
        0x24 | 0x26 | 0x68 | 0x6d | 0x6e | 0x6f | 0x29 | 0x2a | 0x2b => after(reader, 1, Length::Byte)?,
        // decimal and numeric: size, precision, scale
        0x6a | 0x6c => after(reader, 3, Length::Byte)?,
        // varbinary, binary
        0xa5 | 0xad => limited(reader, 0)?,
        // varchar, char, nvarchar, nchar
        0xa7 | 0xaf | 0xe7 | 0xef => limited(reader, COLLATION_LENGTH)?,
        // image
        0x22 => after(reader, 4, Length::Pointer)?,
        // text, ntext
        0x23 | 0x63 => after(reader, 4 + COLLATION_LENGTH, Length::Pointer)?,
        // sql_variant
        0x62 => after(reader, 4, Length::Long)?,
        // xml, with its schema
        0xf1 => {
            if reader.byte()? == 1 {
                reader.short_text()?;
                reader.short_text()?;
                reader.long_text()?;
            }
            Length::Chunks
        }
        // types of the user's: size, database, schema, name, assembly
        0xf0 => {
            reader.short()?;
            for _ in 0..3 {
                reader.short_text()?;
            }
            reader.long_text()?;
            Length::Chunks
        }
        unknown => return Err(Stop::Unknown(unknown)),
    })
}

fn after(reader: &mut Reader<'_>, skipped: usize, length: Length) -> Result<Length, Stop> {
    reader.take(skipped)?;
    Ok(length)
}

fn limited(reader: &mut Reader<'_>, skipped: usize) -> Result<Length, Stop> {
    let limit = reader.short()?;
    reader.take(skipped)?;
    Ok(if limit == UNLIMITED { Length::Chunks } else { Length::Short })
}

/// Reads the length of a value.
pub(super) fn body(length: Length, reader: &mut Reader<'_>) -> Result<Body, Stop> {
    let bytes = match length {
        Length::Fixed(bytes) => bytes,
        Length::Byte => u64::from(reader.byte()?),
        Length::Short => match reader.short()? {
            SHORT_NULL => 0,
            bytes => bytes as u64,
        },
        Length::Long => reader.long()?,
        Length::Pointer => match reader.byte()? {
            0 => 0,
            pointer => {
                reader.take(usize::from(pointer) + TIMESTAMP_LENGTH)?;
                reader.long()?
            }
        },
        Length::Chunks => match reader.longest()? {
            LONGEST_NULL => 0,
            _ => return Ok(Body::Chunks),
        },
    };
    Ok(Body::Bytes(bytes))
}
