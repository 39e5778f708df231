//! What people make up themselves: names, passwords, remarks, titles.

use super::line;
use crate::Problem;

/// The shortest password, in characters.
const PASSWORD_LEAST: usize = 10;
/// The longest; hashing a megabyte for a stranger would be a gift.
const PASSWORD_MOST: usize = 128;
/// A remark's most characters.
const REMARK_MOST: usize = 100;
/// A template title's most characters; the platform's own are shorter.
const TITLE_MOST: usize = 64;

/// A name for display, such as a mini program's: one line of 1 to `max` characters.
///
/// # Errors
/// `required`, `control_character`, `too_long`.
pub fn display_name(input: &str, max: usize) -> Result<String, Problem> {
    line("name", "名称", "a name", input, max)
}

/// A template's title, one line.
///
/// # Errors
/// `required`, `control_character`, `too_long`.
pub fn title(input: &str) -> Result<String, Problem> {
    line("title", "模板标题", "the template's title", input, TITLE_MOST)
}

/// The operators' remark on a subscriber; may be empty.
///
/// # Errors
/// `control_character`, `too_long`.
pub fn remark(input: &str) -> Result<String, Problem> {
    if input.trim().is_empty() { Ok(String::new()) } else { line("remark", "备注", "a remark", input, REMARK_MOST) }
}

/// The name typed at sign-in: 2 to 64 characters without white space.
///
/// # Errors
/// `required`, `control_character`, `too_long`, `too_short`, `white_space`.
pub fn user_name(input: &str) -> Result<String, Problem> {
    let name = line("name", "用户名", "a user name", input, 64)?;
    if name.chars().any(char::is_whitespace) {
        return Err(Problem::of(
            "name",
            "white_space",
            "用户名不能有空格，请删除。",
            "A user name has no spaces: remove them.",
        ));
    }
    if name.chars().count() < 2 {
        return Err(Problem::of(
            "name",
            "too_short",
            "用户名至少 2 个字符，请加长。",
            "A user name has at least 2 characters: make it longer.",
        ));
    }
    Ok(name)
}

/// A new password, kept exactly as typed: 10 to 128 characters, not the user's name, not one character repeated.
///
/// # Errors
/// `required`, `too_short`, `too_long`, `same_as_name`, `too_simple`. The password is never repeated in a message.
pub fn password(input: &str, user_name: &str) -> Result<String, Problem> {
    let refuse = |code: &str, zh: String, en: String| Err(Problem::of("password", code, zh, en));
    let n = input.chars().count();
    if n == 0 {
        return refuse("required", "请填写密码。".to_owned(), "Enter a password.".to_owned());
    }
    if n < PASSWORD_LEAST {
        return refuse(
            "too_short",
            format!("密码有 {n} 个字符，至少 {PASSWORD_LEAST} 个，请加长。"),
            format!("{n} characters, at least {PASSWORD_LEAST} are needed: make it longer."),
        );
    }
    if n > PASSWORD_MOST {
        return refuse(
            "too_long",
            format!("密码有 {n} 个字符，最多 {PASSWORD_MOST} 个，请缩短。"),
            format!("{n} characters, at most {PASSWORD_MOST} are allowed: make it shorter."),
        );
    }
    if input.trim().to_lowercase() == user_name.trim().to_lowercase() {
        return refuse(
            "same_as_name",
            "密码不能与用户名相同，请换一个。".to_owned(),
            "The password must not be the user name: choose another.".to_owned(),
        );
    }
    if input.chars().all(|c| input.starts_with(c)) {
        return refuse(
            "too_simple",
            "密码不能是同一个字符的重复，请换一个。".to_owned(),
            "The password must not be one character repeated: choose another.".to_owned(),
        );
    }
    Ok(input.to_owned())
}
