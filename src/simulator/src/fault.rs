//! Fault scripts: which calls go wrong, and how.

mod armed;

use serde::{Deserialize, Serialize};

pub(crate) use armed::{Faults, Subject};

/// One rule of a fault script. The rules are tried in order; delays add up, and the first other action wins.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Fault {
    /// Which calls it is for.
    #[serde(rename = "match", default)]
    pub matching: Match,
    /// What happens to them.
    pub action: Action,
}

impl Fault {
    /// A rule for the calls that match.
    pub fn new(matching: Match, action: Action) -> Self {
        Self { matching, action }
    }
}

/// Which calls a rule is for: all conditions that are given must hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Match {
    /// The path, for example `/cgi-bin/message/subscribe/send`.
    pub path: Option<String>,
    /// The account.
    pub appid: Option<String>,
    /// The addressee of a send.
    pub openid: Option<String>,
    /// The template of a send.
    pub template_id: Option<String>,
    /// Only the n-th call (from 1) of those that the conditions above select.
    pub nth: Option<u64>,
    /// Only the first n of them.
    pub first: Option<u64>,
    /// Each of them with this probability, from 0 to 1.
    pub probability: Option<f64>,
    /// Makes the choice by probability repeatable.
    pub seed: u64,
}

impl Match {
    /// Every call of a path.
    pub fn path(path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..Self::default() }
    }

    /// Every send.
    pub fn sends() -> Self {
        Self::path("/cgi-bin/message/subscribe/send")
    }

    /// The first n of these calls.
    pub fn first(self, n: u64) -> Self {
        Self { first: Some(n), ..self }
    }

    /// The n-th (from 1) of these calls.
    pub fn nth(self, n: u64) -> Self {
        Self { nth: Some(n), ..self }
    }

    /// Only calls for this openid.
    pub fn openid(self, openid: impl Into<String>) -> Self {
        Self { openid: Some(openid.into()), ..self }
    }
}

/// What goes wrong. `accept` says whether the call takes effect before its answer is spoilt.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Action {
    /// Answers with an error code; the call has no effect.
    Errcode {
        /// The code.
        errcode: i32,
        /// Its text; the platform's own where absent.
        #[serde(default)]
        errmsg: Option<String>,
    },
    /// Waits, then goes on as usual.
    Delay {
        /// How long.
        ms: u64,
    },
    /// Closes the connection without an answer; the call has no effect. Without `openid`, `template_id` and `appid` in
    /// the match, the body is not even read.
    DropBefore,
    /// Lets the call take effect, then closes the connection without an answer.
    DropAfter,
    /// Never answers.
    Hang {
        /// Whether the call takes effect all the same.
        #[serde(default)]
        accept: bool,
    },
    /// Answers a page of HTML, as proxies do.
    Html {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
        /// Whether the call takes effect all the same.
        #[serde(default)]
        accept: bool,
    },
    /// Answers 200 and nothing else.
    Empty {
        /// Whether the call takes effect all the same.
        #[serde(default)]
        accept: bool,
    },
    /// Answers the first half of the right JSON.
    Truncated {
        /// Whether the call takes effect all the same.
        #[serde(default)]
        accept: bool,
    },
    /// Answers with an HTTP status, as gateways do.
    Status {
        /// The status.
        status: u16,
        /// The header `Retry-After`, in seconds.
        #[serde(default)]
        retry_after_secs: Option<u64>,
        /// Whether the call takes effect all the same.
        #[serde(default)]
        accept: bool,
    },
    /// Answers 200 with any text.
    Body {
        /// The text.
        body: String,
        /// Whether the call takes effect all the same.
        #[serde(default)]
        accept: bool,
    },
}

fn bad_gateway() -> u16 {
    502
}

impl Action {
    /// An error code with the platform's own words.
    pub fn errcode(errcode: i32) -> Self {
        Self::Errcode { errcode, errmsg: None }
    }

    /// Whether the call takes effect before its answer is spoilt.
    pub(crate) fn accepts(&self) -> bool {
        match self {
            Self::Errcode { .. } | Self::DropBefore => false,
            Self::Delay { .. } | Self::DropAfter => true,
            Self::Hang { accept }
            | Self::Html { accept, .. }
            | Self::Empty { accept }
            | Self::Truncated { accept }
            | Self::Status { accept, .. }
            | Self::Body { accept, .. } => *accept,
        }
    }
}
