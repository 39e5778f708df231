//! Who may do what.

use crate::{Millis, ids::UserId};
use serde::{Deserialize, Serialize};

/// The two roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, including users, mini programs and their secrets.
    Administrator,
    /// Templates, subscribers, sends and statistics.
    Operator,
}

/// What an action needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Look at and work with templates, subscribers, notices, statistics.
    Operate,
    /// Change mini programs and their secrets.
    ManageMiniPrograms,
    /// Add, change and remove users.
    ManageUsers,
    /// Make and revoke keys of the business API, and say where webhooks go.
    ManageApi,
    /// See the processes and what is dangerous about the settings.
    ManageSystem,
}

impl Role {
    /// Whether the role carries the permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self == Self::Administrator || permission == Permission::Operate
    }

    /// The stored and transmitted name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Operator => "operator",
        }
    }

    /// Reads [`Role::code`].
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "administrator" => Some(Self::Administrator),
            "operator" => Some(Self::Operator),
            _ => None,
        }
    }
}

/// A person who signs in. The password hash never leaves the storage layer with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Row id.
    pub id: UserId,
    /// The name typed at sign-in, unique, compared without regard to case.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Raised whenever the password changes; a session made under an older epoch is void.
    pub session_epoch: i64,
    /// When it was made.
    pub created_at: Millis,
    /// Last successful sign-in.
    pub last_sign_in_at: Option<Millis>,
}
