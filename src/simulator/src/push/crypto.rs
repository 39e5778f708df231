//! Signatures and encryption of pushes, written from the message-push page alone.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockEncryptMut, KeyIvInit};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// The key's last character may carry bits that belong to nothing.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));
/// The padding fills blocks of 32 bytes, twice those of the cipher.
const BLOCK: usize = 32;

/// The EncodingAESKey cannot be one.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("encodingKey is not 43 characters of base64")]
pub(crate) struct BadKey;

/// Hexadecimal SHA-1 of the sorted parts.
pub(crate) fn signature(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, sorted.concat().as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The ciphertext of a message in base64. `random` is the platform's salt of 16 bytes.
pub(crate) fn encrypt(encoding_key: &str, appid: &str, message: &str, random: [u8; 16]) -> Result<String, BadKey> {
    let key = key(encoding_key)?;
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut plain = Vec::with_capacity(message.len() + 84);
    plain.extend_from_slice(&random);
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(message.as_bytes());
    plain.extend_from_slice(appid.as_bytes());
    let padding = BLOCK - plain.len() % BLOCK;
    plain.resize(plain.len() + padding, padding as u8);
    let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).map_err(|_length| BadKey)?;
    Ok(BASE64.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(&plain)))
}

fn key(encoding_key: &str) -> Result<Vec<u8>, BadKey> {
    let key = BASE64.decode(format!("{encoding_key}=")).map_err(|_text| BadKey)?;
    if key.len() == 32 { Ok(key) } else { Err(BadKey) }
}

/// Whether a text can be an EncodingAESKey.
pub(crate) fn is_key(encoding_key: &str) -> bool {
    key(encoding_key).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{encrypt, is_key, signature};

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const APPID: &str = "wxba5fad812f8e6fb9";

    #[test]
    fn the_official_examples_of_signatures_come_out() {
        assert_eq!(signature(&["AAAAA", "1714036504", "1514711492"]), "f464b24fc39322e44b38aa78f5edd27bd1441696");
        assert_eq!(signature(&["AAAAA", "1714037059", "486452656"]), "899cf89e464efb63f54ddac96b0a0a235f53aa78");
        assert_eq!(signature(&["AAAAA", "1714112445", "415670741"]), "6c5c811b55cc85e0e1b54100749188c20beb3f5d");
    }

    #[test]
    fn the_official_example_of_a_ciphertext_comes_out() {
        let text = encrypt(KEY, APPID, r#"{"demo_resp":"good luck"}"#, *b"707722b803182950").ok();
        let expected = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==";
        assert_eq!(text.as_deref(), Some(expected));
        let signed = signature(&["AAAAA", "1713424427", "415670741", expected]);
        assert_eq!(signed, "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1");
    }

    #[test]
    fn the_official_push_comes_out() {
        let message = r#"{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}"#;
        let text = encrypt(KEY, APPID, message, *b"a8eedb185eb2fecf").unwrap_or_default();
        assert!(text.starts_with("+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao"), "{text}");
        let signed = signature(&["AAAAA", "1714112445", "415670741", &text]);
        assert_eq!(signed, "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3");
    }

    #[test]
    fn a_key_of_another_length_or_alphabet_is_none() {
        assert!(is_key(KEY) && is_key("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP9"));
        assert!(!is_key("") && !is_key("AAAA") && !is_key(&"!".repeat(43)));
    }
}
