//! Typed row ids. Every id is a positive 64-bit integer handed out by the database.

use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    };
}

id!(
    /// A mini program (小程序) in our tables; its platform name is the AppID.
    MiniProgramId
);
id!(
    /// A registered template; its platform name is the `priTmplId`.
    TemplateId
);
id!(
    /// A subscriber: one openid of one mini program.
    SubscriberId
);
id!(
    /// A notice (通知任务).
    NoticeId
);
id!(
    /// Notices that are repeated.
    RecurrenceId
);
id!(
    /// A file that was handed in.
    ImportId
);
id!(
    /// A saved filter of subscribers.
    SegmentId
);
id!(
    /// A person who signs in to the console.
    UserId
);

id!(
    /// A key of the business API.
    ApiKeyId
);
id!(
    /// An endpoint that webhooks are sent to.
    EndpointId
);

/// A delivery is one notice to one subscriber; it needs no number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeliveryId {
    /// The notice.
    pub notice: NoticeId,
    /// The subscriber.
    pub subscriber: SubscriberId,
}
