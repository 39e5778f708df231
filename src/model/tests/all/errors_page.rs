//! `docs/errors.md` is written from the adviser's table. `YANSHU_WRITE_DOCS=1 cargo test -p model` writes it anew.

use model::{
    Lang,
    advice::{Advice, Side, all},
};
use std::{fmt::Write as _, path::PathBuf};

const HEAD: &str = "\
# Error codes 错误码

Written from the table in `src/model/src/advice` by its test; do not edit by hand. The console shows the same under *Error codes 错误码*
(`/errors`), where a code's page also says how often it came and which notices met it.

Codes are WeChat's `errcode`; those below -1000 are Yanshu's own, for ends that WeChat gave no code for. `errmsg` and `rid` are kept with
every attempt, whether the code is known or not.

Codes that `wx.requestSubscribeMessage` gives on the phone (10001–10005, 20001–20005, 20013) are a table of their own: there 20002 means that one-time
and long-term templates were asked for together, 20004 that the person switched subscribe messages off altogether, 20005 that the mini
program is banned. They never reach Yanshu.
";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md")
}

/// Both languages in a cell.
fn both(of: impl Fn(Lang) -> &'static str) -> String {
    format!("{}<br>{}", of(Lang::Zh), of(Lang::En)).replace('|', "\\|")
}

fn row(advice: &Advice) -> String {
    format!(
        "| {} | {} | {} | {} | {} | {} |",
        advice.errcode,
        both(|lang| advice.name(lang)),
        both(|lang| advice.cause(lang)),
        both(|lang| advice.remedy(lang)),
        both(|lang| advice.retry.label(lang)),
        both(|lang| advice.scope.label(lang)),
    )
}

fn rendered() -> String {
    let mut text = HEAD.to_owned();
    for side in Side::ALL {
        let _ = write!(text, "\n## {} {}\n\n", side.label(Lang::Zh), side.label(Lang::En));
        text.push_str("| code | | why | what to do | retry | holds for |\n|---|---|---|---|---|---|\n");
        for advice in all().filter(|advice| advice.side == side) {
            text.push_str(&row(advice));
            text.push('\n');
        }
    }
    text
}

#[test]
fn the_page_of_error_codes_says_what_the_table_says() -> std::io::Result<()> {
    let wanted = rendered();
    if std::env::var_os("YANSHU_WRITE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(path(), &wanted)?;
    }
    let found = std::fs::read_to_string(path())?;
    assert!(found == wanted, "docs/errors.md is out of date: run it again with YANSHU_WRITE_DOCS=1");
    Ok(())
}

#[test]
fn every_code_stands_on_the_page_once() {
    let text = rendered();
    for advice in all() {
        assert_eq!(text.matches(&format!("\n| {} |", advice.errcode)).count(), 1, "{}", advice.errcode);
    }
}
