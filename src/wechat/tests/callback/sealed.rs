//! Ciphertext: padding, lengths, keys, tampering.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::mini_program::CallbackMode::Safe;
use wechat::callback::{CallbackKeys, CallbackRefusal, is_encoding_key, receive};

use crate::support::{APPID, KEY, NOW, SENT, encrypt, keys, padded, query, seal, sealed_json, taken};

fn opened(encrypted: &str) -> Result<(), CallbackRefusal> {
    let body = format!(r#"{{"ToUserName":"gh_1","Encrypt":"{encrypted}"}}"#);
    taken(Safe, &(query(Some(encrypted)), body)).map(|_| ())
}

/// A plaintext as it is, of whole blocks.
fn opened_plain(plain: &[u8]) -> Result<(), CallbackRefusal> {
    opened(&encrypt(KEY, plain))
}

const REFUSED: Result<(), CallbackRefusal> = Err(CallbackRefusal::Undecipherable);

#[test]
fn every_padding_from_1_to_32_is_taken() {
    let mut seen = std::collections::BTreeSet::new();
    for more in 0..32 {
        let message = SENT.replacen("gh_1", &"g".repeat(more), 1);
        let plain = padded(b"0123456789abcdef", message.as_bytes(), APPID);
        seen.insert(*plain.last().unwrap());
        assert_eq!(opened_plain(&plain), Ok(()), "{more}");
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), (1..=32).collect::<Vec<u8>>());
}

#[test]
fn other_padding_is_refused() {
    let good = padded(b"0123456789abcdef", SENT.as_bytes(), APPID);
    let count = *good.last().unwrap();
    assert!(count > 1, "the test needs padding of two bytes at least");
    let end = good.len() - 1;
    for (at, byte) in [(end, 0), (end, 33), (end, 255), (end, count + 1), (end - 1, count + 1)] {
        let mut bad = good.clone();
        bad[at] = byte;
        assert_eq!(opened_plain(&bad), REFUSED, "{at} {byte}");
    }
    // Well-formed, but of a block size that nobody has.
    let bare = good.len() - usize::from(count);
    let wide = 48 - bare % 16;
    assert!(wide > 32);
    let mut bad = good.get(..bare).unwrap().to_vec();
    bad.extend(vec![u8::try_from(wide).unwrap(); wide]);
    assert_eq!(opened_plain(&bad), REFUSED);
    // Nothing but padding, and nothing left for random bytes and length.
    assert_eq!(opened_plain(&[32; 32]), REFUSED);
    assert_eq!(opened_plain(&[16; 16]), REFUSED);
    assert_eq!(opened_plain(&[1; 16]), REFUSED);
}

#[test]
fn a_length_that_does_not_fit_is_refused() {
    let good = padded(b"0123456789abcdef", SENT.as_bytes(), APPID);
    let length = u32::try_from(SENT.len()).unwrap();
    for wrong in [0, 1, length - 1, length + 1, length + 18, u32::MAX, i32::MAX as u32] {
        let mut bad = good.clone();
        bad[16..20].copy_from_slice(&wrong.to_be_bytes());
        assert_eq!(opened_plain(&bad), REFUSED, "{wrong}");
    }
    let mut little = good;
    little[16..20].copy_from_slice(&length.to_le_bytes());
    assert_eq!(opened_plain(&little), REFUSED);
}

#[test]
fn ciphertext_for_another_appid_is_refused() {
    for appid in ["", "wx0123456789abcdee", "wx0123456789abcde", "wx0123456789abcdef0", "WX0123456789ABCDEF"] {
        assert_eq!(opened_plain(&padded(b"0123456789abcdef", SENT.as_bytes(), appid)), REFUSED, "{appid}");
    }
}

#[test]
fn ciphertext_that_was_tampered_with_has_a_wrong_signature() {
    let (query, body) = sealed_json(SENT);
    let at = body.find("Encrypt").unwrap() + 20;
    let changed = if body.as_bytes()[at] == b'A' { "B" } else { "A" };
    let mut tampered = body.clone();
    tampered.replace_range(at..=at, changed);
    assert_eq!(taken(Safe, &(query, tampered)), Err(CallbackRefusal::Signature));
}

#[test]
fn ciphertext_that_was_signed_after_tampering_is_refused_wherever_it_was_changed() {
    let good = STANDARD.decode(seal(SENT)).unwrap();
    let (mut refused, mut read) = (0, 0);
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x80;
        match opened(&STANDARD.encode(bad)) {
            Err(CallbackRefusal::Undecipherable | CallbackRefusal::Malformed) => refused += 1,
            Ok(()) => read += 1,
            other => panic!("{other:?}"),
        }
    }
    // CBC by itself does not notice changes of the random bytes; the signature covers them.
    assert!(read <= 16 && refused >= good.len() - 16, "{read} {refused}");
}

#[test]
fn garbage_as_ciphertext_is_refused() {
    let whole = seal(SENT);
    let cut = STANDARD.encode(&STANDARD.decode(&whole).unwrap()[..40]);
    for encrypted in ["x", "====", "AAAA", "汉字", "AAAAAAAAAAAAAAAAAAAAAA==", &cut, &format!("{whole}!")] {
        assert_eq!(opened(encrypted), REFUSED, "{encrypted}");
    }
}

#[test]
fn another_key_or_none_is_refused() {
    let (query, body) = sealed_json(SENT);
    let with = |key: Option<&str>| {
        let keys = CallbackKeys { encoding_key: key.map(Into::into), ..keys(Safe) };
        receive(&keys, &query, body.as_bytes(), NOW).map(|_| ())
    };
    assert_eq!(with(Some(KEY)), Ok(()));
    // The last of these differs in bits that count.
    let other = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJK012340";
    for key in [None, Some(""), Some("short"), Some(&*"A".repeat(44)), Some(other)] {
        assert_eq!(with(key), REFUSED, "{key:?}");
    }
    // Keys that differ only in the spare bits of the last character are the same key (5 is 57, 4 is 56).
    assert_eq!(with(Some("abcdefghijklmnopqrstuvwxyzABCDEFGHIJK012344")), Ok(()));
    assert_eq!(with(Some("abcdefghijklmnopqrstuvwxyzABCDEFGHIJK012344=")), Ok(()));
}

#[test]
fn a_key_is_43_letters_and_digits() {
    assert!(is_encoding_key(KEY));
    assert!(is_encoding_key(&"9".repeat(43)));
    for text in ["", &"A".repeat(42), &"A".repeat(44), &format!("{}=", "A".repeat(42)), &format!("{}+", "A".repeat(42))]
    {
        assert!(!is_encoding_key(text), "{text}");
    }
    assert!(!is_encoding_key(&format!("{}é", "A".repeat(41))));
}
