//! Keys and signatures that minisign 0.11 made.

use super::*;

const CONTENT: &[u8] = b"a component";

const ACME: &str = "untrusted comment: minisign public key 79524146CBB4D7D8
RWTY17TLRkFSeSMrPUDUaAKKLIMrnSz+0aguPObiB94dATuYEDtcIyp0
";

/// Its identifier has a leading zero, which minisign does not write.
const OTHER: &str = "RWSHJcWFEhXCBqWh1Zd9trVf4hbqlhXC16Ecg2jKFcMN0yEhFRJ+oTNF";

const SIGNATURE: &str = "untrusted comment: signature from minisign secret key
RUTY17TLRkFSeTwzj5EGu+r3ni6R8n1dGu0uRuAJipngn3Ps7x3TqyNh2IL7zcT9CNxCmqFv/j6QmaRmg+5kLA5dq7JdFxTKSwc=
trusted comment: acme 1.0
I1hliuVgKnwhIQL3weLlH3Y7Xt675/3zzcJZT/Z971R4b7wJprYwBjmYLvYT5NYk3+77C5E21swLLS8u7DCEDQ==
";

/// With `minisign -S -l`.
const OLD: &str = "untrusted comment: signature from minisign secret key
RWTY17TLRkFSeQwZm+ChlUzSHJSJr6YK3maNL0iBwlrFI9l1GHezaWPYmfYXTKALCD9PcK2Xhsat7L3K28WuHvGYmwzYFdGYsQc=
trusted comment: timestamp:1795953419	file:c.wasm
TlYJo6UyvtCU9pATSAiRCbNakfzJWac/g/8XPu5yeSKL3r516rtgok1+Zn0TyNwc5lewoWWz/TeJx4xJDNVSDg==
";

fn keys(keys: &[(&str, &str)]) -> SigningKeys {
    SigningKeys::read(keys.iter().copied()).expect("these are keys")
}

#[test]
fn a_signature_names_its_key() {
    let both = keys(&[("other", OTHER), ("acme", ACME)]);
    assert_eq!(both.verify(CONTENT, SIGNATURE), Ok("acme"));
    // As an editor or a version control leaves it.
    assert_eq!(both.verify(CONTENT, &SIGNATURE.replace('\n', "\r\n")), Ok("acme"));
    assert!(both.has("other") && !both.has("RW"));
}

#[test]
fn what_was_changed_is_refused() {
    let acme = keys(&[("acme", ACME)]);
    let wrong = Err(SignatureError::Wrong { name: "acme".to_owned() });
    assert_eq!(acme.verify(b"a Component", SIGNATURE), wrong);
    assert_eq!(acme.verify(b"", SIGNATURE), wrong);
    // The comment that minisign calls trusted is signed too.
    assert_eq!(acme.verify(CONTENT, &SIGNATURE.replace("acme 1.0", "acme 2.0")), wrong);
    // One letter of the signature itself.
    assert_eq!(acme.verify(CONTENT, &SIGNATURE.replace("j6QmaR", "j6QmaS")), wrong);
}

#[test]
fn an_unknown_key_is_told_with_those_that_are_known() {
    let error = keys(&[("other", OTHER)]).verify(CONTENT, SIGNATURE).expect_err("nobody's");
    assert_eq!(
        error.to_string(),
        "it was signed with the key 79524146CBB4D7D8, which is none of the settings' keys: `other` is 6C2151285C52587"
    );
}

#[test]
fn an_identifier_proves_nothing() {
    // Another key under the identifier of the one that signed.
    let mut bytes = STANDARD.decode(OTHER).expect("base64");
    let acme = STANDARD.decode(ACME.lines().nth(1).expect("a key")).expect("base64");
    bytes[2..10].copy_from_slice(&acme[2..10]);
    let imposter = STANDARD.encode(bytes);
    let one = keys(&[("imposter", &imposter)]);
    assert_eq!(one.verify(CONTENT, SIGNATURE), Err(SignatureError::Wrong { name: "imposter".to_owned() }));
    // Nor does it keep the right one from being tried.
    assert_eq!(keys(&[("imposter", &imposter), ("acme", ACME)]).verify(CONTENT, SIGNATURE), Ok("acme"));
}

#[test]
fn old_and_damaged_signatures_are_told_apart() {
    let acme = keys(&[("acme", ACME)]);
    assert_eq!(acme.verify(CONTENT, OLD), Err(SignatureError::OldFormat));
    let lines: Vec<&str> = SIGNATURE.lines().collect();
    let second = lines[1];
    for text in ["", "\n", "a\nb\nc\nd", "\0\n\0", second, &lines[..3].join("\n"), &SIGNATURE.replace("RUTY", "AATY")] {
        assert_eq!(acme.verify(CONTENT, text), Err(SignatureError::Malformed), "{text:?}");
    }
    // Cut anywhere, it is no signature, and nothing panics.
    for end in 0..SIGNATURE.trim_end().len() {
        assert!(acme.verify(CONTENT, &SIGNATURE[..end]).is_err(), "{end}");
    }
}

#[test]
fn what_is_no_key_is_named() {
    for text in ["", "RW", "RWTY17TLRkFSeSMrPUDUaAKKLIMrnSz+0aguPObiB94dATuYEDtcIyp", SIGNATURE, "acme"] {
        let error = SigningKeys::read([("acme", text)]).expect_err("no key");
        assert_eq!(error, SignatureError::Key { name: "acme".to_owned() }, "{text:?}");
    }
}
