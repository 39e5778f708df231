//! What calls are signed with, in the form of Standard Webhooks: `whsec_` and base64.

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use secrecy::{ExposeSecret, SecretString};

const PREFIX: &str = "whsec_";
/// Bytes of a new one.
const LENGTH: usize = 32;

/// Why a secret is none.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It does not have the form.
    #[error("a webhook secret is whsec_ and 24 to 64 bytes in base64")]
    Form,
    /// The operating system gave no randomness.
    #[error("no randomness")]
    Random,
}

/// A secret.
pub struct Secret(hmac::Key);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Secret {
    /// A new one, in the form in which it is shown.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<SecretString, SecretError> {
        let mut bytes = [0; LENGTH];
        SystemRandom::new().fill(&mut bytes).map_err(|_| SecretError::Random)?;
        Ok(SecretString::from(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes))))
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it does not have the form.
    pub fn read(text: &SecretString) -> Result<Self, SecretError> {
        let encoded = text.expose_secret().trim().strip_prefix(PREFIX).ok_or(SecretError::Form)?;
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| SecretError::Form)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(SecretError::Form);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The value of `webhook-signature` for a message of this id, instant (seconds since 1970) and body.
    #[must_use]
    pub fn sign(&self, id: &str, at: i64, body: &str) -> String {
        let tag = hmac::sign(&self.0, format!("{id}.{at}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(tag))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// The example of the specification of Standard Webhooks.
    #[test]
    fn a_message_is_signed_as_the_standard_says() {
        let secret = Secret::read(&SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let body = "{\"test\": 2432232314}";
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_new_secret_is_read_and_nonsense_is_not() {
        assert!(Secret::read(&Secret::generate().unwrap()).is_ok());
        for bad in ["", "whsec_", "whsec_AAAA", "abc", "whsec_%%%"] {
            assert!(Secret::read(&SecretString::from(bad)).is_err(), "{bad}");
        }
    }
}
