//! A mini program and the settings that every message of it carries.

use crate::{Millis, ids::MiniProgramId};
use serde::{Deserialize, Serialize};

/// Which version of the mini program a tapped message opens (`miniprogram_state` of `subscribe/send`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgramState {
    /// 正式版, the platform's default.
    #[default]
    Formal,
    /// 体验版: opens for project members only.
    Trial,
    /// 开发版: opens for project members only.
    Developer,
}

impl ProgramState {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Formal, Self::Trial, Self::Developer];

    /// The platform's word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Formal => "formal",
            Self::Trial => "trial",
            Self::Developer => "developer",
        }
    }

    /// Reads the platform's word.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == s)
    }
}

/// The language in which the platform shows the message's fixed parts (`lang` of `subscribe/send`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageLang {
    /// 简体中文, the platform's default.
    #[default]
    #[serde(rename = "zh_CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en_US")]
    EnUs,
    /// 繁體中文 (香港).
    #[serde(rename = "zh_HK")]
    ZhHk,
    /// 繁體中文 (台灣).
    #[serde(rename = "zh_TW")]
    ZhTw,
}

impl MessageLang {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::ZhCn, Self::EnUs, Self::ZhHk, Self::ZhTw];

    /// The platform's word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ZhCn => "zh_CN",
            Self::EnUs => "en_US",
            Self::ZhHk => "zh_HK",
            Self::ZhTw => "zh_TW",
        }
    }

    /// Reads the platform's word.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == s)
    }
}

/// Which of the platform's two token calls is used (getStableAccessToken, getAccessToken). They are isolated from each
/// other: tokens of one do not invalidate those of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenMode {
    /// `POST /cgi-bin/stable_token`: repeated calls give the same token, so nobody makes anybody's void.
    #[default]
    Stable,
    /// `GET /cgi-bin/token`: every call gives a new token and ends the one before within five minutes.
    Classic,
}

impl TokenMode {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Stable, Self::Classic];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Classic => "classic",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == s)
    }
}

/// How the platform's message push (消息推送) is set up in its console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallbackMode {
    /// 明文模式.
    Plain,
    /// 兼容模式: plaintext and ciphertext side by side.
    Compatible,
    /// 安全模式: ciphertext only; plaintext is refused.
    #[default]
    Safe,
}

impl CallbackMode {
    /// All, the safest first.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Compatible, Self::Plain];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compatible => "compatible",
            Self::Safe => "safe",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == s)
    }
}

/// Who is believed about what a person tapped: the mini program's own report, the platform's popup event, or whichever
/// comes first (the other one of the same tap then confirms it and counts nothing).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantSource {
    /// Either, each tap once.
    #[default]
    Both,
    /// Reports change balances; popup events are noted only.
    Report,
    /// Popup events change balances; reports are noted only.
    Event,
}

impl GrantSource {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Both, Self::Report, Self::Event];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Report => "report",
            Self::Event => "event",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == s)
    }
}

/// What a person may set of a mini program, apart from its secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MiniProgramSettings {
    /// Shown in the switcher.
    pub name: String,
    /// The platform's id, `wx` and 16 hex digits.
    pub appid: String,
    /// The page a message opens unless the notice says otherwise; empty: the card cannot be tapped.
    pub default_page: String,
    /// The version a message opens unless the notice says otherwise.
    pub program_state: ProgramState,
    /// The message language unless the notice says otherwise.
    pub message_lang: MessageLang,
    /// IANA name of the time zone of its charts and times, such as `Asia/Shanghai`.
    pub time_zone: String,
    /// Whether `POST /api/subscribe/record` must carry the signed token of `POST /api/login`.
    pub require_login_token: bool,
    /// Which token call is used.
    pub token_mode: TokenMode,
    /// Base address of the platform for this mini program; empty: the installation's.
    pub api_base: String,
    /// Who is believed about grants.
    pub grant_source: GrantSource,
    /// At most so many calls a second, over all processes; `None`: as fast as it goes.
    pub send_rate: Option<i64>,
    /// At most so many calls under way at once, over all processes; `None`: what the processes are set to.
    pub send_at_once: Option<i64>,
}

/// A mini program as stored, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MiniProgram {
    /// Row id.
    pub id: MiniProgramId,
    /// What a person set.
    pub settings: MiniProgramSettings,
    /// Sending rests until then (quota used up, account trouble).
    pub paused_until: Option<Millis>,
    /// The error code that paused it.
    pub pause_errcode: Option<i64>,
    /// How the callback is set up; `None`: it is not.
    pub callback_mode: Option<CallbackMode>,
    /// Generation of the key that signs login tokens; tokens of the generation before stay good until they end.
    pub login_epoch: i64,
    /// When it was made.
    pub created_at: Millis,
}
