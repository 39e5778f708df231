//! The form in which the tables are written.

use super::{Advice, NextClick, Retry, Scope, Side};

/// `code => side, retry, scope, next; name; cause; remedy;` with every text in Chinese and English.
macro_rules! table {
    ($($code:expr => $side:ident, $retry:ident, $scope:ident, $next:ident;
       $name:literal, $name_en:literal; $cause:literal, $cause_en:literal; $remedy:literal, $remedy_en:literal;)*) => {
        /// The codes of this group, ascending.
        pub(super) const TABLE: &[super::Advice] = &[$(super::Advice {
            errcode: $code,
            side: super::Side::$side,
            retry: super::Retry::$retry,
            scope: super::Scope::$scope,
            next: Some(super::NextClick::$next),
            name: ($name, $name_en),
            cause: ($cause, $cause_en),
            remedy: ($remedy, $remedy_en),
        }),*];
    };
}
pub(super) use table;

/// What holds for a code that is in no table.
pub(super) const UNKNOWN: Advice = Advice {
    errcode: 0,
    side: Side::Platform,
    retry: Retry::Never,
    scope: Scope::Delivery,
    next: Some(NextClick::ContactPlatform),
    name: ("未收录的错误码", "Unlisted code"),
    cause: (
        "微信返回了雁书尚未收录的错误码，原文见旁边的 errmsg。",
        "WeChat answered with a code that Yanshu does not know; its own words are in errmsg.",
    ),
    remedy: (
        "在微信开放社区搜索这个错误码，或把 rid 提供给微信客服查询（7 天内有效）。",
        "Search WeChat's developer community for the code, or give the rid to WeChat's support within 7 days.",
    ),
};
