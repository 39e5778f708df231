//! Times, dates and ranges.

use super::{expect, field, refusal, verdict};
use model::{Lang, rules::check};
use proptest::prelude::*;

#[test]
fn a_time_is_on_the_24_hour_clock_and_may_follow_a_date() {
    let good = [
        "15:01",
        "00:00",
        "23:59:59",
        "2019年10月1日 15:01",
        "2022-12-08 16:13:16",
        "2025年09月10日 17:25",
        "2026/10/01 08:00",
        "10月1日 08:00",
        "15:01~16:30",
        "22:00~06:00",
        "2026年10月1日 15:01~2026年10月1日 16:00",
    ];
    expect("time1", "ok", &good);
    let bad = [
        "24:00",
        "15:60",
        "15:01:60",
        "9:05",
        "15：01",
        "15:1",
        "1501",
        "2019年10月1日",
        "2019-10-01T15:01",
        "下午3:00",
        " 15:01",
        "2019年10月1日  15:01",
        "2019年10月1日15:01",
        "15:01-16:30",
        "15:01～16:30",
        "15:01 ~ 16:30",
        "15:01~16:30~17:00",
        "15:01~",
        "~",
        "１５:01",
        "2019年2月30日 15:01",
    ];
    expect("time1", "not_a_time", &bad);
}

#[test]
fn a_date_takes_every_form_of_the_platforms_table() {
    let good = [
        "2019年10月1日",
        "2019年10月",
        "10月1日",
        "2018-01-01",
        "2018/01/01",
        "2018.01.01",
        "2018-01",
        "01-01",
        "2024-02-29",
        "02-29",
        "2000-02-29",
        "2026-10-01~2026-10-07",
    ];
    expect("date1", "ok", &good);
    let bad = [
        "2019年",
        "2023-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-04-31",
        "2026-00-10",
        "2026-01-00",
        "0000-01-01",
        "2018-01/01",
        "18-01-01",
        "20180101",
        "10月1号",
        "明天",
        "15:01",
        "2026-10-01～2026-10-07",
        "2026-10-01至2026-10-07",
        "2026-1-1-1",
        "月日",
    ];
    expect("date1", "not_a_date", &bad);
}

#[test]
fn a_date_with_a_time_passes_with_a_warning() {
    expect("date1", "warning: date_with_time", &["2019年08月13日 15:00", "2019-08-13 15:00:01"]);
}

#[test]
fn a_range_that_ends_before_it_begins_warns() {
    expect("date1", "warning: range_backwards", &["2026-10-07~2026-10-01", "2026年10月1日~2025年10月1日"]);
    expect("time1", "warning: range_backwards", &["2026-10-01 16:00~2026-10-01 15:00"]);
}

#[test]
fn the_sentence_names_the_slip() {
    for (key, value, said) in [
        ("time1", "15:01～16:30", "半角“~”"),
        ("time1", "15：01", "半角“:”"),
        ("time1", "9:05", "09:05"),
        ("time1", "24:00", "23:59"),
        ("time1", "2019年10月1日", "缺少时间"),
        ("time1", "15:01 ~ 16:30", "空格"),
        ("date1", "2023-02-29", "日历上没有这一天"),
        ("date1", "15:01", "缺少日期"),
        ("date1", "明天", "日期格式不对"),
    ] {
        let sentence = refusal(check(&field(key), value), Lang::Zh);
        assert!(sentence.contains(said), "{value}: {sentence}");
    }
}

proptest! {
    #[test]
    fn every_day_that_exists_passes_in_every_form(y in 1_u32..=9999, m in 1_u32..=12, d in 1_u32..=28, h in 0_u32..24, min in 0_u32..60) {
        for date in [format!("{y:04}年{m}月{d}日"), format!("{y:04}-{m:02}-{d:02}"), format!("{y:04}.{m}.{d}"), format!("{m}月{d}日")] {
            prop_assert_eq!(verdict("date1", &date), "ok", "{}", date);
            prop_assert_eq!(verdict("time1", &format!("{date} {h:02}:{min:02}")), "ok");
        }
    }

    #[test]
    fn no_day_that_does_not_exist_passes(y in 1_u32..=9999, m in 0_u32..=20, d in 0_u32..=40) {
        let leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        let days = [0, 31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].get(m as usize).copied().unwrap_or(0);
        let exists = (1..=days).contains(&d);
        prop_assert_eq!(verdict("date1", &format!("{y:04}/{m:02}/{d:02}")) == "ok", exists);
    }
}
