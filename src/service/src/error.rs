//! What a use case can answer besides its result.

use crate::keys::KeyError;
use model::{Problem, Problems, delivery::own_code};
use wechat::CallError;

/// Why a use case was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    /// The input is wrong; the problems say what to change.
    #[error("the input was refused: {}", first(.0))]
    Invalid(Problems),
    /// The thing does not exist (any more).
    #[error("not found")]
    NotFound,
    /// Too many attempts; the person may try again after so many seconds.
    #[error("too many attempts")]
    TooMany {
        /// Seconds until the next attempt counts.
        retry_after_secs: i64,
    },
    /// The database failed; the text is for logs.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
    /// A secret could not be sealed or opened.
    #[error("a stored secret could not be used")]
    Key(#[from] KeyError),
    /// WeChat could not be asked, or answered with an error that the caller has to show.
    #[error("the platform refused")]
    Platform(#[from] CallError),
    /// Something of ours that should not happen.
    #[error("internal: {0}")]
    Internal(&'static str),
}

/// What WeChat answered instead of doing what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// WeChat's code; one of [`own_code`] where it gave none.
    pub errcode: i64,
    /// WeChat's text; empty where it gave none.
    pub errmsg: String,
    /// WeChat's request id.
    pub rid: Option<String>,
}

impl UseError {
    /// The refusal behind [`UseError::Platform`]; `None` for any other error.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let Self::Platform(error) = self else { return None };
        let unspoken = |errcode| Refusal { errcode, errmsg: String::new(), rid: None };
        Some(match error {
            CallError::Platform(e) => Refusal { errcode: e.errcode, errmsg: e.errmsg.clone(), rid: e.rid.clone() },
            CallError::NotSent { .. } => unspoken(own_code::NO_CONNECTION),
            CallError::Throttled { .. } | CallError::Refused { .. } => unspoken(own_code::GATEWAY),
            CallError::Unknown { .. } => unspoken(own_code::NO_ANSWER),
        })
    }
}

impl From<Problems> for UseError {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

impl From<Problem> for UseError {
    fn from(problem: Problem) -> Self {
        Self::Invalid(problem.into())
    }
}

/// What every use case answers.
pub type UseResult<T> = Result<T, UseError>;

/// The first problem, for logs: code and field, never what was typed.
fn first(problems: &Problems) -> String {
    problems.0.first().map(|p| format!("{} ({})", p.field, p.code)).unwrap_or_default()
}
