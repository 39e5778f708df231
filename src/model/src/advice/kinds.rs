//! How codes are sorted: side, retry, scope, next click.

use crate::Lang;
use serde::{Deserialize, Serialize};

/// Whose side the cause is on; failure charts are split by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The person did not agree, or cannot be reached.
    Audience,
    /// What we wanted to send.
    Data,
    /// Our account, our settings, our machines.
    Setup,
    /// WeChat.
    Platform,
}

impl Side {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Audience, Self::Data, Self::Setup, Self::Platform];

    /// The name on screen.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Audience => lang.t("用户", "Audience"),
            Self::Data => lang.t("消息内容", "Message data"),
            Self::Setup => lang.t("配置与账号", "Set-up and account"),
            Self::Platform => lang.t("微信平台", "WeChat platform"),
        }
    }

    /// The name in the API and in query strings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Audience => "audience",
            Self::Data => "data",
            Self::Setup => "setup",
            Self::Platform => "platform",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.code() == s)
    }
}

/// Whether and when a call may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// The same call gives the same answer.
    Never,
    /// After a while, longer each time.
    Later,
    /// At once with a fresh access token, and only once.
    FreshToken,
    /// When the platform's counters start anew.
    NextDay,
}

impl Retry {
    /// What Yanshu does by itself, on screen and in the docs.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Never => lang.t("不重试", "Not tried again"),
            Self::Later => lang.t("自动稍后重试", "Tried again later"),
            Self::FreshToken => lang.t("换新凭证重试一次", "Tried once more with a fresh token"),
            Self::NextDay => lang.t("次日自动继续", "Goes on the next day"),
        }
    }
}

/// What a code holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// This recipient.
    Delivery,
    /// Every recipient: stop the whole notice.
    Notice,
    /// Every call: pause the mini program.
    MiniProgram,
}

impl Scope {
    /// What ends or rests because of the code, on screen and in the docs.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Delivery => lang.t("只影响这一次", "This one only"),
            Self::Notice => lang.t("停止整个通知任务", "Stops the whole notice"),
            Self::MiniProgram => lang.t("暂停整个小程序的发送", "Pauses all sending of the mini program"),
        }
    }
}

/// Where the remedy is to be found; pages make a link of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextClick {
    /// Correct the content and send again.
    EditContent,
    /// The template's page.
    OpenTemplate,
    /// The mini program's settings.
    OpenMiniProgram,
    /// The subscriber's page: grants and history.
    OpenSubscriber,
    /// Nothing to do but wait; no link.
    Wait,
    /// mp.weixin.qq.com or WeChat's support.
    ContactPlatform,
    /// A fault of Yanshu's.
    ReportBug,
}

impl NextClick {
    /// The words on the link.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::EditContent => lang.t("修改内容后重发", "Correct and send again"),
            Self::OpenTemplate => lang.t("查看模板", "Open the template"),
            Self::OpenMiniProgram => lang.t("检查小程序配置", "Check the mini program's settings"),
            Self::OpenSubscriber => lang.t("查看订阅者", "Open the subscriber"),
            Self::Wait => lang.t("稍后再看", "Wait"),
            Self::ContactPlatform => lang.t("前往微信公众平台", "Go to mp.weixin.qq.com"),
            Self::ReportBug => lang.t("反馈问题", "Report a fault"),
        }
    }
}
