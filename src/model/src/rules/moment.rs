//! Times and dates.
//!
//! Formats: sendMessage page, 订阅消息参数值内容限制说明: `HH:MM` or `HH:MM:SS`; `y年m月d日`, `y年m月`, `m月d日`, or
//! joined by `-`, `/`, `.`; two points joined by `~`. Field reports: a full-width `～` gives 47003, and one `date`
//! with a time was refused whose date alone passed.

mod point;

use crate::Problem;
use point::{Fault, Point};

type Verdict = Result<Option<Problem>, Problem>;

/// 时间: every point needs a time of day; a date may come before it.
pub(super) fn time(value: &str) -> Verdict {
    let points = points("not_a_time", value)?;
    if points.iter().any(|point| point.time.is_none()) {
        return Err(Problem::whole(
            "not_a_time",
            "缺少时间，请补上 24 小时制的时和分，例如 15:01 或 2026年10月1日 15:01。",
            "The time of day is missing: add hours and minutes, as in 15:01 or 2026年10月1日 15:01.",
        ));
    }
    Ok(backwards(&points))
}

/// 日期: every point needs a date; a time of day may follow it.
pub(super) fn date(value: &str) -> Verdict {
    let points = points("not_a_date", value)?;
    if points.iter().any(|point| point.date.is_none()) {
        return Err(Problem::whole(
            "not_a_date",
            "缺少日期，请补上年月日，例如 2026年10月1日 或 2026-10-01。",
            "The date is missing: add it, as in 2026年10月1日 or 2026-10-01.",
        ));
    }
    Ok(backwards(&points).or_else(|| with_time(&points)))
}

fn points(code: &str, value: &str) -> Result<Vec<Point>, Problem> {
    let parsed = if value.contains('～') {
        Err(Fault::FullWidthTilde)
    } else if value.matches('~').count() > 1 {
        Err(Fault::MoreThanTwo)
    } else {
        value.split('~').map(Point::parse).collect()
    };
    parsed.map_err(|fault| fault.tell(code))
}

/// A range that ends before it begins is told of only when both dates are complete: 22:00~06:00 may mean a night.
fn backwards(points: &[Point]) -> Option<Problem> {
    let [from, to] = points else { return None };
    let (begin, end) = (from.complete()?, to.complete()?);
    (begin > end).then(|| {
        Problem::whole(
            "range_backwards",
            "结束时间早于开始时间，请确认是否填反。",
            "The range ends before it begins: are the two swapped?",
        )
    })
}

fn with_time(points: &[Point]) -> Option<Problem> {
    points.iter().any(|point| point.time.is_some()).then(|| {
        Problem::whole(
            "date_with_time",
            "日期字段带时间偶有被微信拒绝的情况，只填日期更稳妥。",
            "WeChat has been seen to refuse a time in a date field; the date alone is safer.",
        )
    })
}
