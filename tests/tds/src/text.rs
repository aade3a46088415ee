//! Text on the wire: UTF-16, little-endian, counted in units.

/// Encodes a text without a length.
pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Decodes a text.
pub(crate) fn from_utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Encodes a text after a length of one byte.
pub(crate) fn short(text: &str) -> Vec<u8> {
    let units = u8::try_from(text.encode_utf16().count()).expect("a short text");
    [vec![units], utf16(text)].concat()
}

/// Encodes a text after a length of two bytes.
pub(crate) fn long(text: &str) -> Vec<u8> {
    let units = u16::try_from(text.encode_utf16().count()).expect("a text of no great length");
    [units.to_le_bytes().to_vec(), utf16(text)].concat()
}
