//! The platform's own names: AppID, AppSecret, template id, openid, field key. Their forms are those of every sample on
//! the platform's pages; where no page gives a length, the bounds are wide.

mod page_path;

pub use page_path::page_path;

use super::line;
use crate::Problem;

/// An AppID: `wx` and 16 lower-case hex digits. The platform compares it with regard to case (40013).
///
/// # Errors
/// `required`, `original_id`, `upper_case`, `not_an_appid`.
pub fn appid(input: &str) -> Result<String, Problem> {
    let id = line("appid", "AppID", "the AppID", input, 64)?;
    if is_appid(&id) {
        return Ok(id);
    }
    let (code, zh, en) = if id.starts_with("gh_") {
        (
            "original_id",
            "这是原始 ID（gh_ 开头），请填写 AppID（wx 开头），两者都在 mp.weixin.qq.com 的账号设置里。".to_owned(),
            "This is the original id (gh_…). Enter the AppID (wx…); both are in the account settings of mp.weixin.qq.com."
                .to_owned(),
        )
    } else if is_appid(&id.to_ascii_lowercase()) {
        let lower = id.to_ascii_lowercase();
        (
            "upper_case",
            format!("AppID 区分大小写，字母都应小写，请改为 {lower}。"),
            format!("An AppID is in lower case: write {lower}."),
        )
    } else {
        let n = id.chars().count();
        (
            "not_an_appid",
            format!("AppID 应为 wx 加 16 位 0–9、a–f，共 18 位；当前 {n} 位，请从 mp.weixin.qq.com 复制。"),
            format!("An AppID is wx and 16 of 0–9, a–f, 18 in all; this has {n}. Copy it from mp.weixin.qq.com."),
        )
    };
    Err(Problem::of("appid", code, zh, en))
}

fn is_appid(id: &str) -> bool {
    id.strip_prefix("wx")
        .is_some_and(|hex| hex.len() == 16 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// An AppSecret: 32 hex digits. It is never repeated in a message.
///
/// # Errors
/// `required`, `masked`, `not_a_secret`.
pub fn app_secret(input: &str) -> Result<String, Problem> {
    let secret = line("app_secret", "AppSecret", "the AppSecret", input, 256)?;
    if secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(secret);
    }
    if secret.contains(['*', '•', '●']) {
        return Err(Problem::of(
            "app_secret",
            "masked",
            "这是打了星号的 AppSecret。微信只在生成时完整显示一次，找不到时请在 mp.weixin.qq.com 重置。",
            "This AppSecret is masked. WeChat shows it whole only once; if it is lost, reset it on mp.weixin.qq.com.",
        ));
    }
    let n = secret.chars().count();
    Err(Problem::of(
        "app_secret",
        "not_a_secret",
        format!("AppSecret 应为 32 位 0–9、a–f；当前 {n} 位，或含有其他字符，请重新复制。"),
        format!("An AppSecret is 32 of 0–9, a–f; this has {n} characters or others among them. Copy it again."),
    ))
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// A template id (`priTmplId`): base64url, 43 characters in every sample seen, 20 to 64 taken.
///
/// # Errors
/// `required`, `library_number`, `not_a_template_id`.
pub fn pri_tmpl_id(input: &str) -> Result<String, Problem> {
    let id = line("pri_tmpl_id", "模板 ID", "the template id", input, 256)?;
    if is_word(&id) && (20..=64).contains(&id.len()) {
        return Ok(id);
    }
    if id.len() < 20 && id.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::of(
            "pri_tmpl_id",
            "library_number",
            "这是公共模板库的模板编号。请填写“我的模板”里的模板 ID，通常是 43 位。",
            "This is the number of a public template. Enter the template id from “我的模板”, usually 43 characters.",
        ));
    }
    let n = id.chars().count();
    Err(Problem::of(
        "pri_tmpl_id",
        "not_a_template_id",
        format!(
            "模板 ID 由字母、数字、“-”和“_”组成，通常 43 位；当前 {n} 位，请从 mp.weixin.qq.com 的“订阅消息 → 我的模板”复制。"
        ),
        format!(
            "A template id is letters, digits, - and _, usually 43; this has {n}. Copy it from 订阅消息 → 我的模板."
        ),
    ))
}

/// Whether the text has the form of an openid: 20 to 64 of `[A-Za-z0-9_-]`; 28 in every sample seen.
pub(super) fn is_openid(text: &str) -> bool {
    (20..=64).contains(&text.len()) && is_word(text)
}

/// An openid. Whether it belongs to the mini program only the platform can tell (40003).
///
/// # Errors
/// `required`, `not_an_openid`.
pub fn openid(input: &str) -> Result<String, Problem> {
    let id = line("openid", "openid", "an openid", input, 256)?;
    if is_openid(&id) {
        return Ok(id);
    }
    let n = id.chars().count();
    Err(Problem::of(
        "openid",
        "not_an_openid",
        format!("openid 由字母、数字、“-”和“_”组成，通常 28 位；当前 {n} 位，请检查是否复制完整。"),
        format!("An openid is letters, digits, - and _, usually 28; this has {n}. Was it copied whole?"),
    ))
}

/// The key of a template's field, type prefix and number such as `thing1`. `{{thing1.DATA}}` is taken as well.
///
/// # Errors
/// `required`, `too_long`, `not_a_key`.
pub fn field_key(input: &str) -> Result<String, Problem> {
    let text = line("key", "字段名", "the field's key", input, 64)?;
    let bare = text.trim_start_matches('{').trim_end_matches('}').trim();
    let key = bare.strip_suffix(".DATA").unwrap_or(bare);
    let prefix = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let good =
        !prefix.is_empty() && prefix.len() < key.len() && prefix.bytes().all(|b| b == b'_' || b.is_ascii_lowercase());
    if good {
        return Ok(key.to_owned());
    }
    Err(Problem::of(
        "key",
        "not_a_key",
        "字段名由小写的类型名加数字组成，例如 thing1、character_string2，请对照模板详情填写。",
        "A key is a type in lower case and a number, such as thing1 or character_string2; see the template's details.",
    ))
}

/// The platform's label of a field, one line.
///
/// # Errors
/// `required`, `control_character`, `too_long`.
pub fn label(input: &str) -> Result<String, Problem> {
    line("label", "字段标签", "the field's label", input, 64)
}
