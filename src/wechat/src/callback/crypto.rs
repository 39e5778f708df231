//! Opening ciphertext: AES-256-CBC under the EncodingAESKey (message push page; padding and IV as its sample has them).

use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::ExposeSecret;

use super::{CallbackKeys, CallbackRefusal};

/// The 43rd character of a key has two bits that mean nothing and need not be zero; nor need anybody write the `=`.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const KEY_BYTES: usize = 32;
const IV_BYTES: usize = 16;
/// PKCS#7 over blocks of 32 bytes, though the cipher's have 16.
const MOST_PADDING: usize = 32;
const RANDOM_BYTES: usize = 16;

/// Whether a text can be an EncodingAESKey: 43 letters and digits that decode to 32 bytes.
pub fn is_encoding_key(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && key(text).is_some()
}

fn key(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok().filter(|key| key.len() == KEY_BYTES)
}

/// The message inside a ciphertext for our AppID.
pub(super) fn open(keys: &CallbackKeys, encrypted: &str) -> Result<Vec<u8>, CallbackRefusal> {
    let key = keys.encoding_key.as_ref().and_then(|text| key(text.expose_secret()));
    let message = key.and_then(|key| message(&decrypt(&key, encrypted)?, &keys.appid).map(<[u8]>::to_vec));
    message.ok_or(CallbackRefusal::Undecipherable)
}

fn decrypt(key: &[u8], encrypted: &str) -> Option<Vec<u8>> {
    let ciphertext = LENIENT.decode(encrypted).ok()?;
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key, key.get(..IV_BYTES)?).ok()?;
    cipher.decrypt_padded_vec_mut::<NoPadding>(&ciphertext).ok()
}

/// Random bytes, the message's length (big-endian), the message, the AppID, padding: takes the message out if all the
/// rest is as it must be.
fn message<'a>(padded: &'a [u8], appid: &str) -> Option<&'a [u8]> {
    let rest = unpad(padded)?.get(RANDOM_BYTES..)?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, tail) = rest.split_at_checked(length)?;
    (tail == appid.as_bytes()).then_some(message)
}

fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let count = usize::from(*padded.last()?);
    let (text, padding) = padded.split_at_checked(padded.len().checked_sub(count)?)?;
    let good = (1..=MOST_PADDING).contains(&count) && padding.iter().all(|byte| usize::from(*byte) == count);
    good.then_some(text)
}
