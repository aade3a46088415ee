//! A zip archive: files as they are, and one byte repeated so often that only its compressed form has room.

/// An archive that is being made.
#[derive(Debug, Default)]
pub(crate) struct Zip {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Zip {
    /// Adds a file, without compression.
    pub(crate) fn file(&mut self, name: &str, content: &str) {
        let content = content.as_bytes();
        self.entry(name, 0, content, content.len(), crc(0, content));
    }

    /// Adds a file of `count` equal bytes between two texts, compressed.
    pub(crate) fn repeated(&mut self, name: &str, before: &str, byte: u8, count: usize, after: &str) {
        let mut bits = Bits::default();
        // One block, the last, with the fixed codes of RFC 1951, section 3.2.6.
        bits.low_first(0b011, 3);
        before.bytes().chain([byte]).for_each(|byte| bits.literal(byte));
        let matches = (count - 1) / 258;
        for _ in 0..matches {
            // Length 258, distance 1: the byte before, again.
            bits.high_first(0b1100_0101, 8);
            bits.high_first(0, 5);
        }
        let rest = count - 1 - matches * 258;
        std::iter::repeat_n(byte, rest).chain(after.bytes()).for_each(|byte| bits.literal(byte));
        bits.high_first(0, 7);
        let size = before.len() + count + after.len();
        // Nobody gets to the end to compare the sum.
        self.entry(name, 8, &bits.end(), size, 0);
    }

    /// Returns the archive.
    pub(crate) fn end(self) -> Vec<u8> {
        let mut out = self.out;
        let (at, size) = (length(out.len()), length(self.directory.len()));
        out.extend(self.directory);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(self.count.to_le_bytes());
        out.extend(self.count.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0, 0]);
        out
    }

    fn entry(&mut self, name: &str, method: u16, packed: &[u8], size: usize, crc: u32) {
        let at = length(self.out.len());
        let mut header = vec![20, 0, 0, 0];
        header.extend(method.to_le_bytes());
        // The first day of zip.
        header.extend([0, 0, 0x21, 0]);
        header.extend(crc.to_le_bytes());
        header.extend(length(packed.len()).to_le_bytes());
        header.extend(length(size).to_le_bytes());
        header.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
        header.extend([0, 0]);
        self.out.extend(b"PK\x03\x04");
        self.out.extend(&header);
        self.out.extend(name.as_bytes());
        self.out.extend(packed);
        self.directory.extend(b"PK\x01\x02\x14\0");
        self.directory.extend(&header);
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
    }
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn crc(start: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!start, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// A stream of bits, the lowest of each byte first.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    byte: u8,
    used: u32,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        self.byte |= u8::from(bit & 1 == 1) << self.used;
        self.used += 1;
        if self.used == 8 {
            self.out.push(self.byte);
            (self.byte, self.used) = (0, 0);
        }
    }

    fn low_first(&mut self, bits: u32, count: u32) {
        (0..count).for_each(|at| self.bit(bits >> at));
    }

    fn high_first(&mut self, bits: u32, count: u32) {
        (0..count).rev().for_each(|at| self.bit(bits >> at));
    }

    /// A byte below 144: ASCII.
    fn literal(&mut self, byte: u8) {
        self.high_first(0x30 + u32::from(byte), 8);
    }

    fn end(mut self) -> Vec<u8> {
        if self.used > 0 {
            self.out.push(self.byte);
        }
        self.out
    }
}
