//! One value, sealed to one recipient: what stands in `encrypted_value` of a row.
//!
//! The text is hex of: the format's version (one byte), the encapsulated key of HPKE, the
//! ciphertext ([`crate::hpke`], auth mode). The plaintext is the value's length (four bytes, big
//! endian), the value, and zeros up to a multiple of [`BLOCK_BYTES`], so that the length of a row
//! tells little of the length of a value. Everything that says what the row is takes part as
//! associated data: a row that is moved, renamed or given another version does not open.

use zeroize::Zeroizing;

use crate::hpke::{ENC_BYTES, Envelope, HpkeError, open_from, seal_to};
use crate::keys::{PrivateKey, PublicKey};
use crate::secret_text::SecretText;

/// The most bytes that a value may have.
pub const VALUE_BYTES_MAX: usize = 64 * 1024;

/// Plaintexts are filled up to a multiple of this.
const BLOCK_BYTES: usize = 64;

/// The first byte of every text.
const VERSION: u8 = 1;

/// The purpose, which keeps a sealed config from being passed off as a value (RFC 9180 §5.1, `info`).
const INFO: &[u8] = b"noorm team vault value 1";

/// Why a value cannot be sealed or opened. No variant has any of the value.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// More than a value may have.
    #[error("the value has {bytes} bytes; a value of the vault has {VALUE_BYTES_MAX} at most")]
    TooLong {
        /// What it has.
        bytes: usize,
    },
    /// The text is not what this module writes.
    #[error("the row is not in the format of the vault")]
    Malformed,
    /// A newer noorm wrote it.
    #[error("the row is in version {found} of the vault's format; this noorm knows version {VERSION}")]
    Newer {
        /// Its version.
        found: u8,
    },
    /// It cannot be sealed, or is not what was sealed.
    #[error(transparent)]
    Hpke(#[from] HpkeError),
}

/// What a row says of its value; all of it is authenticated with the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The random name of the vault: a row of one database means nothing in another.
    pub vault_id: &'a str,
    /// The value's key.
    pub key: &'a str,
    /// Identity hash of who may read it.
    pub recipient_hash: &'a str,
    /// Identity hash of who sealed it.
    pub sender_hash: &'a str,
    /// Which value of the key it is, counted from 1.
    pub key_version: u64,
    /// The vault's version when the row was written.
    pub vault_version: u64,
}

impl Header<'_> {
    /// Returns the associated data: texts with their lengths before them, then the two numbers.
    fn aad(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in [self.vault_id, self.key, self.recipient_hash, self.sender_hash] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes.extend(self.key_version.to_be_bytes());
        bytes.extend(self.vault_version.to_be_bytes());
        bytes
    }
}

/// Seals a value to `recipient` and returns the text of the row.
///
/// # Errors
/// A value that is too long, or those of [`seal_to`].
pub fn seal_value(
    header: &Header<'_>,
    recipient: &PublicKey,
    sender: &PrivateKey,
    value: &SecretText,
) -> Result<String, ValueError> {
    let plaintext = padded(value.expose().as_bytes())?;
    let Envelope { enc, ciphertext } = seal_to(recipient, sender, INFO, &header.aad(), &plaintext)?;
    Ok(hex::encode([&[VERSION], enc.as_slice(), &ciphertext].concat()))
}

/// Opens the text of a row that `sender` sealed to the owner of `recipient`.
///
/// # Errors
/// [`ValueError::Malformed`] or [`ValueError::Newer`] for another text, [`HpkeError`] for one that
/// is not what the header says, or not for this key, or not from this sender.
pub fn open_value(
    header: &Header<'_>,
    sender: &PublicKey,
    recipient: &PrivateKey,
    text: &str,
) -> Result<SecretText, ValueError> {
    let bytes = hex::decode(text).map_err(|_| ValueError::Malformed)?;
    let (version, sealed) = bytes.split_first().ok_or(ValueError::Malformed)?;
    if *version != VERSION {
        return Err(ValueError::Newer { found: *version });
    }
    let (enc, ciphertext) = sealed.split_first_chunk::<ENC_BYTES>().ok_or(ValueError::Malformed)?;
    let envelope = Envelope { enc: *enc, ciphertext: ciphertext.to_vec() };
    let plaintext = open_from(sender, recipient, INFO, &header.aad(), &envelope)?;
    unpadded(&plaintext).ok_or(ValueError::Malformed)
}

fn padded(value: &[u8]) -> Result<Zeroizing<Vec<u8>>, ValueError> {
    let length = u32::try_from(value.len()).ok().filter(|_| value.len() <= VALUE_BYTES_MAX);
    let length = length.ok_or(ValueError::TooLong { bytes: value.len() })?.to_be_bytes();
    let total = (length.len() + value.len()).next_multiple_of(BLOCK_BYTES);
    // One allocation that is wiped: growing would leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(total));
    bytes.extend(length);
    bytes.extend(value);
    bytes.resize(total, 0);
    Ok(bytes)
}

fn unpadded(plaintext: &[u8]) -> Option<SecretText> {
    let (length, rest) = plaintext.split_first_chunk::<4>()?;
    let value = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    std::str::from_utf8(value).ok().map(SecretText::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: Header<'_> = Header {
        vault_id: "5c9ad1c0",
        key: "API_KEY",
        recipient_hash: "b0b",
        sender_hash: "a11ce",
        key_version: 3,
        vault_version: 7,
    };

    fn private(byte: u8) -> PrivateKey {
        PrivateKey::from_hex(&hex::encode([byte; 32])).unwrap()
    }

    fn sealed(value: &str) -> String {
        seal_value(&HEADER, &private(2).public_key(), &private(1), &value.into()).unwrap()
    }

    fn opened(header: &Header<'_>, text: &str) -> Result<SecretText, ValueError> {
        open_value(header, &private(1).public_key(), &private(2), text)
    }

    #[test]
    fn a_row_opens_as_what_it_is_and_as_nothing_else() {
        let text = sealed("sk-live");
        assert_eq!(opened(&HEADER, &text).unwrap().expose(), "sk-live");
        let others = [
            Header { vault_id: "another", ..HEADER },
            Header { key: "API_KEY2", ..HEADER },
            Header { recipient_hash: "car0l", ..HEADER },
            Header { sender_hash: "b0b", ..HEADER },
            Header { key_version: 2, ..HEADER },
            Header { vault_version: 8, ..HEADER },
            // The same bytes, cut into fields elsewhere.
            Header { vault_id: "5c9ad1c0A", key: "PI_KEY", ..HEADER },
        ];
        for other in others {
            assert!(matches!(opened(&other, &text), Err(ValueError::Hpke(HpkeError::NotAuthentic))), "{other:?}");
        }
        let by_another = open_value(&HEADER, &private(3).public_key(), &private(2), &text);
        assert!(matches!(by_another, Err(ValueError::Hpke(HpkeError::NotAuthentic))));
        let for_another = open_value(&HEADER, &private(1).public_key(), &private(3), &text);
        assert!(matches!(for_another, Err(ValueError::Hpke(HpkeError::NotAuthentic))));
    }

    #[test]
    fn what_the_module_does_not_write_is_refused() {
        let text = sealed("sk-live");
        for wrong in ["", "zz", "01", &text[..60], "not hex at all"] {
            assert!(matches!(opened(&HEADER, wrong), Err(ValueError::Malformed)), "{wrong}");
        }
        let newer = format!("02{}", &text[2..]);
        assert!(matches!(opened(&HEADER, &newer), Err(ValueError::Newer { found: 2 })));
    }

    #[test]
    fn the_length_of_a_row_tells_little_of_the_value() {
        assert_eq!(sealed("").len(), sealed(&"x".repeat(60)).len());
        assert_ne!(sealed("").len(), sealed(&"x".repeat(61)).len());
        let long = SecretText::from("x".repeat(VALUE_BYTES_MAX + 1));
        let error = seal_value(&HEADER, &private(2).public_key(), &private(1), &long).unwrap_err();
        assert!(matches!(error, ValueError::TooLong { .. }));
        assert!(!error.to_string().contains("xx"));
    }

    proptest! {
        // Each case is several agreements on a curve, which are slow without optimisation.
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_text_comes_back(value in "\\PC{0,200}") {
            let opened = opened(&HEADER, &sealed(&value)).unwrap();
            prop_assert_eq!(opened.expose(), value);
        }

        #[test]
        fn a_turned_bit_is_noticed(bit in 8_usize..8 * 100) {
            let mut bytes = hex::decode(sealed("sk-live")).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(opened(&HEADER, &hex::encode(bytes)).is_err());
        }

        #[test]
        fn no_text_panics(text in "(01)?[0-9a-f]{0,300}") {
            prop_assert!(opened(&HEADER, &text).is_err());
        }
    }
}
