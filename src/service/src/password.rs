//! Password hashes: argon2id with the crate's recommended cost, off the async threads.

use crate::{UseError, UseResult};
use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use secrecy::{ExposeSecret, SecretString};

/// Makes a hash in PHC text form.
///
/// # Errors
/// When the primitive fails.
pub async fn hash(password: SecretString) -> UseResult<String> {
    tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes(), &salt)
            .map(|h| h.to_string())
            .map_err(|_| UseError::Internal("password hashing failed"))
    })
    .await
    .map_err(|_| UseError::Internal("password hashing was cancelled"))?
}

/// Whether the password fits the hash. Without a hash it takes as long as with one, so that the time does not tell
/// whether a name exists.
///
/// # Errors
/// When the task is cancelled at shutdown.
pub async fn verify(password: SecretString, hash: Option<String>) -> UseResult<bool> {
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let fits = PasswordHash::new(&hash)
            .is_ok_and(|h| Argon2::default().verify_password(password.expose_secret().as_bytes(), &h).is_ok());
        fits && known
    })
    .await
    .map_err(|_| UseError::Internal("password check was cancelled"))
}

/// A hash of the same cost that nobody's password fits.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$3vM1LVqJx0g5n0Wc1gYtS2gZc0b1hM7v1cQ7zvY3m0E";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_is_well_formed_and_of_the_same_cost() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(hash.params.get_decimal("m"), Some(19456));
        assert_eq!(hash.params.get_decimal("t"), Some(2));
    }
}
