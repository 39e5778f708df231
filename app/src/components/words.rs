//! The names that states, kinds and roles have on screen; the same word for the same thing everywhere.

use model::{
    Lang,
    access::Role,
    delivery::{DeliveryState, Slice},
    grant::LedgerKind,
    mini_program::{MessageLang, ProgramState},
    notice::NoticeState,
    template::TemplateKind,
};

/// A delivery's state.
#[must_use]
pub fn delivery_state(state: DeliveryState, lang: Lang) -> &'static str {
    let (zh, en) = match state {
        DeliveryState::Pending => ("待发送", "Pending"),
        DeliveryState::Sending => ("发送中", "Sending"),
        DeliveryState::Sent => ("已发送", "Sent"),
        DeliveryState::Delivered => ("已送达", "Delivered"),
        DeliveryState::Failed => ("失败", "Failed"),
        DeliveryState::Unknown => ("结果未知", "Unknown"),
        DeliveryState::Skipped => ("已跳过", "Skipped"),
        DeliveryState::Cancelled => ("已取消", "Cancelled"),
    };
    lang.t(zh, en)
}

/// A notice's state.
#[must_use]
pub fn notice_state(state: NoticeState, lang: Lang) -> &'static str {
    let (zh, en) = match state {
        NoticeState::Draft => ("草稿", "Draft"),
        NoticeState::Scheduled => ("待开始", "Scheduled"),
        NoticeState::Approval => ("待审批", "Awaits approval"),
        NoticeState::Running => ("发送中", "Sending"),
        NoticeState::Paused => ("已暂停", "Paused"),
        NoticeState::Missed => ("需处理", "Needs attention"),
        NoticeState::Finished => ("已完成", "Finished"),
        NoticeState::Stopped => ("已停止", "Stopped"),
        NoticeState::Cancelled => ("已取消", "Cancelled"),
    };
    lang.t(zh, en)
}

/// A slice of the three-way charts.
#[must_use]
pub fn slice(slice: Slice, lang: Lang) -> &'static str {
    match slice {
        Slice::Success => lang.t("成功", "Success"),
        Slice::Fail => lang.t("失败", "Fail"),
        Slice::Pending => lang.t("待发送", "Pending"),
    }
}

/// What one acceptance is worth.
#[must_use]
pub fn template_kind(kind: TemplateKind, lang: Lang) -> &'static str {
    match kind {
        TemplateKind::OneTime => lang.t("一次性", "One-time"),
        TemplateKind::LongTerm => lang.t("长期", "Long-term"),
    }
}

/// The version of the mini program that a message opens.
#[must_use]
pub fn program_state(state: ProgramState, lang: Lang) -> &'static str {
    match state {
        ProgramState::Formal => lang.t("正式版", "Released version"),
        ProgramState::Trial => lang.t("体验版", "Trial version"),
        ProgramState::Developer => lang.t("开发版", "Development version"),
    }
}

/// A message's language, in itself.
#[must_use]
pub fn message_lang(lang: MessageLang) -> &'static str {
    match lang {
        MessageLang::ZhCn => "简体中文",
        MessageLang::EnUs => "English",
        MessageLang::ZhHk => "繁體中文（香港）",
        MessageLang::ZhTw => "繁體中文（台灣）",
    }
}

/// A role.
#[must_use]
pub fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Administrator => lang.t("管理员", "Administrator"),
        Role::Operator => lang.t("操作员", "Operator"),
    }
}

/// Why a balance changed.
#[must_use]
pub fn ledger_kind(kind: LedgerKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        LedgerKind::Accepted => ("用户同意", "Accepted"),
        LedgerKind::Rejected => ("用户拒绝", "Refused"),
        LedgerKind::Spent => ("发送使用", "Spent"),
        LedgerKind::Corrected => ("平台更正", "Corrected"),
        LedgerKind::Expired => ("已过期", "Expired"),
        LedgerKind::Adjusted => ("人工调整", "Adjusted"),
        LedgerKind::Returned => ("未使用，退回", "Returned unused"),
        LedgerKind::Confirmed => ("另一来源确认", "Confirmed"),
    };
    lang.t(zh, en)
}

/// A number with thousands separators.
#[must_use]
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How many per second: with one decimal below 10.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a rate to be read by people")]
pub fn rate(per_second: f64) -> String {
    if per_second <= 0.0 {
        "0".to_owned()
    } else if per_second < 9.95 {
        format!("{:.1}", per_second.max(0.1))
    } else {
        number(per_second.round() as i64)
    }
}

/// A share in percent. Never 0% of something nor 100% of not all.
#[must_use]
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 || part <= 0 {
        return "0%".to_owned();
    }
    if part >= whole {
        return "100%".to_owned();
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    match (part * 1000 + whole / 2) / whole {
        0 => "<0.1%".to_owned(),
        1000.. => ">99.9%".to_owned(),
        tenths => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped_by_thousands() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(-1_234_567), "-1,234,567");
    }

    #[test]
    fn a_rate_is_never_nothing_while_something_goes_out() {
        assert_eq!([0.0, 0.01, 3.27, 9.96, 12_345.6].map(rate), ["0", "0.1", "3.3", "10", "12,346"]);
    }

    #[test]
    fn a_share_never_claims_all_or_nothing_wrongly() {
        assert_eq!(percent(0, 10), "0%");
        assert_eq!(percent(1, 1_000_000), "<0.1%");
        assert_eq!(percent(999_999, 1_000_000), ">99.9%");
        assert_eq!(percent(2, 3), "66.7%");
        assert_eq!(percent(10, 10), "100%");
        assert_eq!(percent(1, 0), "0%");
        assert_eq!(percent(1, 3), "33.3%");
    }
}
