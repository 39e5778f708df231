//! A stand-in for `api.weixin.qq.com`, in memory: tokens, subscribe-message sends with a ledger of grants, login codes
//! and quotas, plus fault scripts and a log of calls.
//!
//! It answers on the platform's own paths the way the platform does (HTTP 200 with an `errcode` in the body, a rid,
//! `text/plain`) and is steered from Rust through [`Simulator`] or over HTTP under `/sim/`. It is written from the
//! platform's documentation and from field reports only, and never imports our own client: a misreading there must not
//! be mirrored here.

mod account;
mod answer;
mod calls;
mod codes;
mod control;
mod endpoint;
mod fault;
mod flow;
mod input;
mod openid;
mod platform;
mod quota;
mod refusal;
mod rules;
mod serve;
mod settings;
mod simulator;
mod subscribers;
mod summary;
mod sync;
mod template;
mod tokens;

pub use account::Account;
pub use calls::Call;
pub use fault::{Action, Fault, Match};
pub use openid::demo_openid;
pub use settings::Settings;
pub use simulator::{Grant, Simulator, UnknownAccount};
pub use summary::{Repeat, SendSummary};
pub use template::{EnumValues, Template};
pub use tokens::TokenEnd;
