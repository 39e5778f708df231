//! Secrets at rest and signatures, all derived from one master key.

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{aead, hkdf, hmac, rand::SecureRandom, rand::SystemRandom};
use secrecy::{ExposeSecret, SecretString};

/// Why a sealed value could not be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Sealed under another master key, for another purpose, or damaged.
    #[error("a stored secret cannot be opened: it was sealed with another secret key, or is damaged")]
    Open,
    /// The operating system gave no randomness or the primitive failed.
    #[error("the cryptographic primitive failed")]
    Primitive,
    /// The master key is not 32 bytes of base64 or 64 hex digits.
    #[error("the secret key must be 32 bytes, written as 64 hexadecimal digits or in base64")]
    Master,
}

/// What a derived key is for; a value sealed for one purpose cannot be opened for another.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// AppSecrets.
    AppSecret,
    /// Cached access tokens.
    AccessToken,
    /// Tokens of callbacks.
    CallbackToken,
    /// EncodingAESKeys of callbacks.
    CallbackKey,
    /// Secrets that webhooks are signed with.
    WebhookSecret,
    /// What is shown once, on its way to the next page.
    Shown,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::AppSecret => b"app-secret",
            Self::AccessToken => b"access-token",
            Self::CallbackToken => b"callback-token",
            Self::CallbackKey => b"callback-key",
            Self::WebhookSecret => b"webhook-secret",
            Self::Shown => b"shown-once",
        }
    }
}

/// The keys of this installation.
pub struct Keys {
    seal: aead::LessSafeKey,
    form: hmac::Key,
    /// What the keys of login tokens are derived from, one for each mini program and generation.
    login: hkdf::Prk,
    random: SystemRandom,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(hidden)")
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(master: &hkdf::Prk, label: &[u8]) -> Result<[u8; 32], KeyError> {
    let mut key = [0; 32];
    master.expand(&[label], Length(32)).and_then(|okm| okm.fill(&mut key)).map_err(|_| KeyError::Primitive)?;
    Ok(key)
}

impl Keys {
    /// Derives all keys from the master key.
    ///
    /// # Errors
    /// When the primitive fails.
    pub fn from_master(master: &[u8; 32]) -> Result<Self, KeyError> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"yanshu/1").extract(master);
        let seal = aead::UnboundKey::new(&aead::CHACHA20_POLY1305, &derive(&prk, b"seal")?)
            .map_err(|_| KeyError::Primitive)?;
        Ok(Self {
            seal: aead::LessSafeKey::new(seal),
            form: hmac::Key::new(hmac::HMAC_SHA256, &derive(&prk, b"form")?),
            login: prk,
            random: SystemRandom::new(),
        })
    }

    /// Reads a master key as a person writes it.
    ///
    /// # Errors
    /// [`KeyError::Master`] when it is neither form.
    pub fn parse_master(text: &SecretString) -> Result<[u8; 32], KeyError> {
        let text = text.expose_secret().trim();
        let bytes =
            if text.len() == 64 { hex(text) } else { BASE64_STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok() };
        bytes.and_then(|b| b.try_into().ok()).ok_or(KeyError::Master)
    }

    /// A fresh random master key in the form of [`Keys::parse_master`].
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn new_master() -> Result<String, KeyError> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| KeyError::Primitive)?;
        Ok(BASE64_STANDARD_NO_PAD.encode(bytes))
    }

    /// Encrypts a secret for storage: nonce and ciphertext in base64, bound to its purpose.
    ///
    /// # Errors
    /// When the primitive fails.
    pub fn seal(&self, purpose: Purpose, secret: &SecretString) -> Result<String, KeyError> {
        let mut nonce = [0; aead::NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| KeyError::Primitive)?;
        let mut sealed = secret.expose_secret().as_bytes().to_vec();
        self.seal
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(purpose.label()),
                &mut sealed,
            )
            .map_err(|_| KeyError::Primitive)?;
        Ok(BASE64_STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts what [`Keys::seal`] made.
    ///
    /// # Errors
    /// [`KeyError::Open`].
    pub fn open(&self, purpose: Purpose, sealed: &str) -> Result<SecretString, KeyError> {
        let mut bytes = BASE64_STANDARD_NO_PAD.decode(sealed).map_err(|_| KeyError::Open)?;
        let (nonce, body) = bytes.split_at_mut_checked(aead::NONCE_LEN).ok_or(KeyError::Open)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyError::Open)?;
        let plain =
            self.seal.open_in_place(nonce, aead::Aad::from(purpose.label()), body).map_err(|_| KeyError::Open)?;
        String::from_utf8(plain.to_vec()).map(SecretString::from).map_err(|_| KeyError::Open)
    }

    /// The token that a form carries, bound to the browser's nonce and its session.
    #[must_use]
    pub fn form_token(&self, nonce: &str, session: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.form, format!("{nonce}\n{session}").as_bytes()))
    }

    /// Whether a form's token is the one of this browser and session, compared in constant time.
    #[must_use]
    pub fn form_token_is(&self, nonce: &str, session: &str, token: &str) -> bool {
        BASE64_URL_SAFE_NO_PAD
            .decode(token)
            .is_ok_and(|tag| hmac::verify(&self.form, format!("{nonce}\n{session}").as_bytes(), &tag).is_ok())
    }

    /// Signs the token that the mini program gets from `POST /api/login`. `scope` names the key: another mini program or
    /// generation has another one.
    ///
    /// # Errors
    /// When the primitive fails.
    pub fn sign_login(&self, scope: &str, payload: &str) -> Result<String, KeyError> {
        let tag = hmac::sign(&self.login_key(scope)?, payload.as_bytes());
        Ok(format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(payload), BASE64_URL_SAFE_NO_PAD.encode(tag)))
    }

    /// What a login token says, not proven yet: it names the scope to [`Keys::verify_login`] it under.
    #[must_use]
    pub fn read_login(token: &str) -> Option<String> {
        let (payload, _) = token.split_once('.')?;
        String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// Whether a token was made by [`Keys::sign_login`] under this scope.
    #[must_use]
    pub fn verify_login(&self, scope: &str, token: &str) -> bool {
        let parts = token.split_once('.').and_then(|(payload, tag)| {
            Some((BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?, BASE64_URL_SAFE_NO_PAD.decode(tag).ok()?))
        });
        match (parts, self.login_key(scope)) {
            (Some((payload, tag)), Ok(key)) => hmac::verify(&key, &payload, &tag).is_ok(),
            _ => false,
        }
    }

    fn login_key(&self, scope: &str) -> Result<hmac::Key, KeyError> {
        let label = format!("login/{scope}");
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &derive(&self.login, label.as_bytes())?))
    }

    /// Random text for nonces and one-time codes: `bytes` bytes in base64url.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn random_text(&self, bytes: usize) -> Result<String, KeyError> {
        let mut buffer = vec![0; bytes];
        self.random.fill(&mut buffer).map_err(|_| KeyError::Primitive)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(buffer))
    }

    /// A random positive number that names a lease.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn random_lease(&self) -> Result<i64, KeyError> {
        let mut buffer = [0; 8];
        self.random.fill(&mut buffer).map_err(|_| KeyError::Primitive)?;
        Ok((i64::from_le_bytes(buffer) & i64::MAX).max(1))
    }
}

/// Whether two texts are the same, compared in constant time.
#[must_use]
pub fn same_text(a: &str, b: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"same");
    hmac::verify(&key, a.as_bytes(), hmac::sign(&key, b.as_bytes()).as_ref()).is_ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|i| text.get(i..i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok())).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys::from_master(&[byte; 32]).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_only_with_its_key_and_purpose() {
        let secret = SecretString::from("0123456789abcdef0123456789abcdef");
        let sealed = keys(1).seal(Purpose::AppSecret, &secret).unwrap();
        assert!(!sealed.contains("0123456789abcdef"));
        assert_eq!(keys(1).open(Purpose::AppSecret, &sealed).unwrap().expose_secret(), secret.expose_secret());
        assert!(keys(2).open(Purpose::AppSecret, &sealed).is_err());
        assert!(keys(1).open(Purpose::AccessToken, &sealed).is_err());
        assert!(keys(1).open(Purpose::AppSecret, "AAAA").is_err());
    }

    #[test]
    fn a_form_token_holds_for_one_browser_and_session_only() {
        let token = keys(1).form_token("nonce", "session");
        assert!(keys(1).form_token_is("nonce", "session", &token));
        assert!(!keys(1).form_token_is("nonce", "other", &token));
        assert!(!keys(1).form_token_is("other", "session", &token));
        assert!(!keys(1).form_token_is("nonce", "session", ""));
    }

    #[test]
    fn a_login_token_with_a_changed_payload_is_refused() {
        let token = keys(1).sign_login("1/0", "openid").unwrap();
        assert_eq!(Keys::read_login(&token).as_deref(), Some("openid"));
        assert!(keys(1).verify_login("1/0", &token));
        assert!(!keys(1).verify_login("1/1", &token), "a key of another generation");
        let forged = keys(2).sign_login("1/0", "openid").unwrap();
        assert!(!keys(1).verify_login("1/0", &forged));
        assert!(!keys(1).verify_login("1/0", "nonsense"));
    }

    #[test]
    fn a_master_key_is_read_in_both_spellings() {
        let hex = SecretString::from("ab".repeat(32));
        assert_eq!(Keys::parse_master(&hex).unwrap(), [0xab; 32]);
        let fresh = SecretString::from(Keys::new_master().unwrap());
        assert!(Keys::parse_master(&fresh).is_ok());
        assert!(Keys::parse_master(&SecretString::from("too short")).is_err());
        assert!(Keys::parse_master(&SecretString::from("汉".repeat(21) + "a")).is_err());
    }
}
