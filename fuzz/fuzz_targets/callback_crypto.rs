//! Any body, any ciphertext, any plaintext under right signatures. The first byte says what the rest is.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use model::mini_program::CallbackMode::{Compatible, Plain, Safe};
use wechat::callback::CallbackRefusal;
use yanshu_fuzz::{encrypt, envelope, query, seal, take};

fuzz_target!(|data: &[u8]| {
    let Some((what, rest)) = data.split_first() else { return };
    match what % 4 {
        // The envelope, which may have ciphertext of its own.
        0 => {
            let text = String::from_utf8_lossy(rest);
            let encrypted = text.split(['"', '>', '<', '[', ']']).max_by_key(|part| part.len()).unwrap_or_default();
            for mode in [Safe, Compatible, Plain] {
                let _taken_or_refused = take(mode, &query(encrypted), rest);
            }
        }
        // Ciphertext.
        1 => refused_or_malformed(&STANDARD.encode(rest)),
        // Plaintext with its random bytes, length and padding.
        2 => refused_or_malformed(&encrypt(rest)),
        // A message: what comes encrypted is what comes plain.
        _ => same(rest),
    }
});

fn refused_or_malformed(encrypted: &str) {
    if encrypted.is_empty() {
        return;
    }
    let (query, body) = (query(encrypted), envelope(encrypted));
    let safe = take(Safe, &query, &body);
    assert_eq!(take(Compatible, &query, &body), safe);
    assert!(!matches!(safe, Err(CallbackRefusal::Plaintext | CallbackRefusal::Stale)));
    assert_eq!(take(Plain, &query, &body).err(), Some(CallbackRefusal::Undecipherable));
}

fn same(message: &[u8]) {
    let encrypted = seal(message);
    let sealed = take(Safe, &query(&encrypted), &envelope(&encrypted));
    let plain = take(Plain, &query(""), message);
    // Ciphertext inside of a message means something to the outermost body only.
    if !String::from_utf8_lossy(message).contains("Encrypt") {
        assert_eq!(sealed, plain);
    }
}
