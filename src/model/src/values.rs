//! Parse, don't validate: every function turns what a person typed into the value as it is stored, or says what to
//! change. The problem's field is the usual name; [`crate::Problems::take`] replaces it by the form's own.

mod openids;
mod people;
mod platform;
mod traits;

pub use openids::{OpenidList, openid_list};
pub use people::{display_name, password, remark, title, user_name};
pub use platform::{app_secret, appid, field_key, label, openid, page_path, pri_tmpl_id};
pub use traits::{attributes, person_traits, short_value, tags, value_name};

use crate::{
    Problem,
    rules::characters::{is_control, is_invisible},
    rules::length,
};

/// The trimmed text when it is one line of 1 to `max` characters, else what to change. `zh` and `en` name the thing.
fn line(field: &str, zh: &str, en: &str, input: &str, max: usize) -> Result<String, Problem> {
    let text = input.trim().trim_matches('\u{FEFF}').trim();
    if text.is_empty() {
        return Err(Problem::of(field, "required", format!("请填写{zh}。"), format!("Enter {en}.")));
    }
    if text.chars().any(|c| is_control(c) || is_invisible(c)) {
        return Err(Problem::of(
            field,
            "control_character",
            format!("{zh}里有换行或看不见的字符，请删除后重新输入。"),
            "There are line breaks or invisible characters: remove them.",
        ));
    }
    let n = length(text);
    if n > max {
        return Err(Problem::of(
            field,
            "too_long",
            format!("{zh}有 {n} 个字符，最多 {max} 个，请缩短。"),
            format!("{n} characters, at most {max} are allowed: make it shorter."),
        ));
    }
    Ok(text.to_owned())
}
