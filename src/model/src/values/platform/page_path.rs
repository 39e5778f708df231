//! The page that a tap on the message opens.

use crate::{
    Problem,
    rules::{
        characters::{is_control, is_invisible},
        length,
    },
};

/// Longest path with its query.
const MOST: usize = 1024;

/// A page of the mini program, with a query if wished (`pages/order/detail?id=1`); empty: the card cannot be tapped.
/// The sendMessage page writes it without a leading `/`, so one is removed. An address with a scheme or host is
/// refused, for a message opens pages of the mini program only.
///
/// # Errors
/// `too_long`, `control_character`, `white_space`, `not_a_page`.
pub fn page_path(input: &str) -> Result<String, Problem> {
    let text = input.trim();
    let refuse = |code: &str, zh: &str, en: &str| Err(Problem::of("page", code, zh, en));
    if text.chars().any(|c| is_control(c) || is_invisible(c)) {
        return refuse(
            "control_character",
            "页面路径里有换行或看不见的字符，请删除后重新输入。",
            "There are line breaks or invisible characters: remove them.",
        );
    }
    if text.chars().any(char::is_whitespace) {
        return refuse(
            "white_space",
            "页面路径里不能有空格，请删除；参数里的空格写成 %20。",
            "No spaces in a page path: remove them, or write %20 inside the query.",
        );
    }
    let n = length(text);
    if n > MOST {
        return Err(Problem::of(
            "page",
            "too_long",
            format!("页面路径有 {n} 个字符，最多 {MOST} 个，请缩短。"),
            format!("{n} characters, at most {MOST} are allowed: make it shorter."),
        ));
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    if path.contains([':', '\\']) || path.contains("//") || text.starts_with('#') {
        return refuse(
            "not_a_page",
            "只能填写小程序内的页面路径，不能是网址或小程序链接，例如 pages/index/index?id=1。",
            "Only a page of the mini program, not a web address or link, such as pages/index/index?id=1.",
        );
    }
    let page = text.strip_prefix('/').unwrap_or(text);
    if !text.is_empty() && path.trim_matches('/').is_empty() {
        return refuse(
            "not_a_page",
            "缺少页面路径，请补全，例如 pages/index/index；不需要跳转时请留空。",
            "The page is missing: write it, such as pages/index/index, or leave all empty to open nothing.",
        );
    }
    Ok(page.to_owned())
}
