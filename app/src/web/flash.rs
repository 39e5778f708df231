//! A message that one action leaves for the next page (post, redirect, get).

use super::FormState;
use model::{Text, ids::UserId};
use serde::{Deserialize, Serialize};

/// Session key of the [`Flash`].
pub const SESSION_FLASH: &str = "flash";
/// Session key of the [`SessionUser`].
pub const SESSION_USER: &str = "user";
/// Session key of the chosen mini program's id.
pub const SESSION_MINI_PROGRAM: &str = "mini_program";

/// Who is signed in, as the session remembers it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SessionUser {
    /// The user.
    pub id: UserId,
    /// The user's session epoch at sign-in; a password change makes it stale.
    pub epoch: i64,
}

/// Tone of a flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlashKind {
    /// It worked.
    Success,
    /// It was refused.
    Error,
}

/// The message and, where a form was refused, what was typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    /// Tone.
    pub kind: FlashKind,
    /// The sentence.
    pub message: Text,
    /// The refused form.
    pub form: Option<FormState>,
}
