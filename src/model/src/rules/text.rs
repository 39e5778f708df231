//! Rules about which characters a value may hold, and how many. All limits: sendMessage page,
//! 订阅消息参数值内容限制说明.

use super::{
    characters::{excerpt, is_control, is_han, is_invisible, is_symbol},
    length,
};
use crate::Problem;

type Verdict = Result<(), Problem>;

/// At most `max` characters; says how many there are and how many have to go.
pub(super) fn fits(value: &str, max: usize) -> Verdict {
    let n = length(value);
    let over = n.saturating_sub(max);
    if over == 0 {
        return Ok(());
    }
    let (zh, en) = if n == value.chars().count() {
        ("", "")
    } else {
        ("（表情等特殊字符按 2 个计）", " (an emoji counts as 2 or more)")
    };
    Err(Problem::whole(
        "too_long",
        format!("当前 {n} 个字符{zh}，最多 {max} 个，请减少 {over} 个。"),
        format!("{n} characters{en}, at most {max} are allowed: remove {over}."),
    ))
}

/// No control character anywhere: 不支持换行等控制字符, same table.
pub(super) fn no_control_characters(value: &str) -> Verdict {
    let Some(found) = value.chars().find(|c| is_control(*c)) else { return Ok(()) };
    let (zh, en) = match found {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
            ("内容不能换行，请合并成一行。".to_owned(), "Line breaks are not allowed: put it on one line.".to_owned())
        }
        '\t' => (
            "内容里有制表符（Tab），请删除或改成空格。".to_owned(),
            "There is a tab: remove it or use a space.".to_owned(),
        ),
        c => {
            let n = u32::from(c);
            (
                format!("内容里有不可见的控制字符（U+{n:04X}），请删除后重新输入。"),
                format!("There is an invisible control character (U+{n:04X}): remove it."),
            )
        }
    };
    Err(Problem::whole("control_character", zh, en))
}

/// A warning for pasted characters that nobody sees but that count.
pub(super) fn invisible(value: &str) -> Option<Problem> {
    value.chars().any(is_invisible).then(|| {
        Problem::whole(
            "invisible_character",
            "内容里混有看不见的字符（通常来自复制粘贴），建议删除后重新输入。",
            "There are invisible characters, probably pasted along: better type the value anew.",
        )
    })
}

fn first_not(value: &str, good: impl Fn(char) -> bool) -> Option<char> {
    value.chars().find(|c| !good(*c))
}

fn shown(c: char) -> String {
    if c.is_whitespace() { "␣".to_owned() } else { c.to_string() }
}

pub(super) fn letters(value: &str) -> Verdict {
    if let Some(c) = first_not(value, |c| c.is_ascii_alphabetic()) {
        let c = shown(c);
        return Err(Problem::whole(
            "not_letters",
            format!("只能填写英文字母，请去掉“{c}”。"),
            format!("Only letters A–Z are allowed: remove “{c}”."),
        ));
    }
    fits(value, 32)
}

pub(super) fn symbols(value: &str) -> Verdict {
    if let Some(c) = first_not(value, is_symbol) {
        let c = shown(c);
        return Err(Problem::whole(
            "not_symbols",
            format!("只能填写符号，请去掉“{c}”。"),
            format!("Only symbols are allowed: remove “{c}”."),
        ));
    }
    fits(value, 5)
}

/// Field reports: 汉字 in a `character_string` gives 47003.
pub(super) fn character_string(value: &str) -> Verdict {
    if let Some(c) = value.chars().find(|c| is_han(*c)) {
        return Err(Problem::whole(
            "chinese_characters",
            format!("不能有汉字，请去掉“{c}”等汉字，只留数字、字母和符号。"),
            format!("Chinese characters are not allowed: remove “{c}”; digits, letters and symbols may stay."),
        ));
    }
    fits(value, 32)
}

/// Mixed 汉字 and letters count as a Chinese name. Field reports: digits (`用户410774`) give 47003.
pub(super) fn name(value: &str) -> Verdict {
    if let Some(c) = value.chars().find(|c| c.is_numeric() && !is_han(*c)) {
        return Err(Problem::whole(
            "digits_in_name",
            format!("姓名不能有数字，请去掉“{c}”等数字。"),
            format!("A name must not have digits: remove “{c}” and the like."),
        ));
    }
    fits(value, if value.chars().any(is_han) { 10 } else { 20 })
}

pub(super) fn phrase(value: &str) -> Verdict {
    if let Some(c) = first_not(value, is_han) {
        let c = shown(c);
        return Err(Problem::whole(
            "not_chinese",
            format!("只能填写汉字，请去掉“{c}”。"),
            format!("Only Chinese characters are allowed: remove “{c}”."),
        ));
    }
    fits(value, 5)
}

pub(super) fn car_number(value: &str) -> Verdict {
    let last = value.chars().count().saturating_sub(1);
    let good = |(i, c): (usize, char)| c.is_ascii_alphanumeric() || (is_han(c) && (i == 0 || i == last));
    if let Some((_, c)) = value.chars().enumerate().find(|at| !good(*at)) {
        let c = shown(c);
        return Err(Problem::whole(
            "not_a_car_number",
            format!("车牌只有第一位和最后一位可以是汉字，其余须为字母或数字，请去掉“{c}”。"),
            format!("Only the first and the last character may be Chinese, the rest letters and digits: remove “{c}”."),
        ));
    }
    fits(value, 8)
}

/// Only values of the template's own list; a template registered without its list cannot be checked, so it warns.
pub(super) fn one_of(allowed: &[String], value: &str) -> Result<Option<Problem>, Problem> {
    if allowed.is_empty() {
        return Ok(Some(Problem::whole(
            "values_not_known",
            "模板没有登记这个字段的可选值，无法检查；填错时微信会拒绝。",
            "The template was registered without this field's choices, so they cannot be checked; WeChat refuses others.",
        )));
    }
    if allowed.iter().any(|choice| choice == value) {
        return Ok(None);
    }
    let choices = excerpt(&allowed.join(" / "), 120);
    Err(Problem::whole(
        "not_allowed",
        format!("只能从以下选项中选择：{choices}。"),
        format!("Choose one of: {choices}."),
    ))
}

/// Its limit is not published; five characters are customary.
pub(super) fn short_thing(value: &str) -> Option<Problem> {
    let n = length(value);
    (n > 5).then(|| {
        Problem::whole(
            "perhaps_too_long",
            format!("当前 {n} 个字符；微信未公布这种字段的上限，通常不超过 5 个，过长可能被拒绝。"),
            format!("{n} characters; WeChat publishes no limit, about 5 are customary and more may be refused."),
        )
    })
}

pub(super) fn unknown_type() -> Problem {
    Problem::whole(
        "unknown_type",
        "Yanshu 不认识这种字段类型，只检查了是否为空和换行；请先发给自己试一条。",
        "This field type is not known here; only emptiness and line breaks were checked. Send one to yourself first.",
    )
}
