//! Numbers, amounts of money and phone numbers. All limits: sendMessage page, 订阅消息参数值内容限制说明.

use super::{
    characters::{half_width, is_symbol},
    text::fits,
};
use crate::Problem;

type Verdict = Result<(), Problem>;

/// `12`, `12.5`: digits with at most one point among them. Gives the number of digits.
fn decimal(text: &str) -> Option<usize> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(fraction)).then(|| text.bytes().filter(u8::is_ascii_digit).count())
}

/// The same sentence for what people write in place of a plain number; `None` when it is none of those.
fn common_slip(code: &str, text: &str) -> Option<Problem> {
    let problem = |zh: &str, en: &str| Some(Problem::whole(code, zh, en));
    if text.chars().any(char::is_whitespace) {
        problem("不能有空格，请删除。", "Spaces are not allowed: remove them.")
    } else if text.contains([',', '，']) {
        problem(
            "不能有千位分隔符，请去掉逗号，例如 12345.60。",
            "No thousands separators: remove the commas, as in 12345.60.",
        )
    } else if text.starts_with(['-', '+', '－', '＋', '−']) {
        problem("前面不能加正负号，请去掉。", "No sign before the number: remove it.")
    } else if text.chars().any(|c| half_width(c).is_ascii_digit() && !c.is_ascii_digit()) {
        problem("数字要用半角，请切换输入法后重新输入。", "Use half-width digits 0–9.")
    } else {
        None
    }
}

pub(super) fn number(value: &str) -> Verdict {
    if decimal(value).is_none() {
        let code = "not_a_number";
        return Err(common_slip(code, value).unwrap_or_else(|| {
            Problem::whole(
                code,
                "只能填写数字，可带一个小数点，例如 12 或 12.5；单位请放到别的字段。",
                "Only digits with one decimal point at most, such as 12 or 12.5; put units into another field.",
            )
        }));
    }
    fits(value, 32)
}

/// `¤ ¢ £ ¥` and the block of currency signs, with the full-width forms.
fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{A2}'..='\u{A5}' | '\u{E3F}' | '\u{20A0}'..='\u{20CF}' | '＄' | '￠' | '￡' | '￥' | '￦')
}

/// One currency symbol at most, up to 10 digits (those after the point included, to be safe), 元 at the end if wished.
pub(super) fn amount(value: &str) -> Verdict {
    let bare = value.strip_prefix(is_currency).unwrap_or(value);
    let bare = bare.strip_suffix('元').unwrap_or(bare);
    let Some(digits) = decimal(bare) else {
        let code = "not_an_amount";
        return Err(common_slip(code, bare).unwrap_or_else(|| {
            Problem::whole(
                code,
                "金额格式不对：数字前最多一个货币符号，结尾可加“元”，例如 ¥99.50 或 99.5元。",
                "Not an amount: one currency symbol at most, digits, and 元 at the end if you like, as in ¥99.50 or 99.5元.",
            )
        }));
    };
    if digits > 10 {
        let over = digits - 10;
        return Err(Problem::whole(
            "too_long",
            format!("当前 {digits} 位数字（含小数），最多 10 位，请减少 {over} 位。"),
            format!("{digits} digits with decimals, at most 10 are allowed: remove {over}."),
        ));
    }
    Ok(())
}

/// Digits and symbols, as in `+86-0766-66888866`.
pub(super) fn phone_number(value: &str) -> Verdict {
    let code = "not_a_phone_number";
    if value.chars().any(char::is_whitespace) {
        return Err(Problem::whole(
            code,
            "电话里不能有空格，请删除或改用“-”。",
            "No spaces in a phone number: remove them or use “-”.",
        ));
    }
    if let Some(c) = value.chars().find(|c| !c.is_ascii_digit() && !is_symbol(*c)) {
        return Err(Problem::whole(
            code,
            format!("电话只能由数字和符号组成，请去掉“{c}”，例如 +86-0766-66888866。"),
            format!("Digits and symbols only, as in +86-0766-66888866: remove “{c}”."),
        ));
    }
    if !value.bytes().any(|b| b.is_ascii_digit()) {
        return Err(Problem::whole(code, "电话里没有数字，请填写号码。", "There are no digits: enter a phone number."));
    }
    fits(value, 17)
}
