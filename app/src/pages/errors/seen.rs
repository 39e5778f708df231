//! What a code did to the mini program worked with.

use crate::web::{Context, PageError};
use model::{
    delivery::Delivery,
    mini_program::MiniProgram,
    notice::{Notice, NoticeState},
    page::At,
    statistics::CodeCounts,
};
use service::{Span, zone};

/// How many days are counted.
const DAYS: i32 = 14;
/// More notices are not listed; the notices themselves can be looked through.
const MOST: usize = 10;

/// A notice of which something ended with the code.
pub(super) struct Met {
    pub(super) notice: Notice,
    pub(super) counts: Vec<CodeCounts>,
}

/// Numbers, notices, and WeChat's own words.
pub(super) struct Seen {
    pub(super) span: Span,
    /// Of the period, by state.
    pub(super) counts: Vec<CodeCounts>,
    /// Of the latest notices, newest first.
    pub(super) met: Vec<Met>,
    /// A delivery of the newest of them.
    pub(super) sample: Option<Delivery>,
}

impl Seen {
    pub(super) async fn of(ctx: &Context, program: &MiniProgram, errcode: i64) -> Result<Self, PageError> {
        let today = ctx.services.today(program);
        let span = Span { from: zone::plus_days(today, 1 - DAYS), to: today };
        let mut counts = ctx.services.report(program, span, None).await?.codes;
        counts.retain(|code| code.errcode == errcode);
        let met = met(ctx, program, errcode).await?;
        let sample = match met.iter().find(|met| !met.counts.is_empty()) {
            Some(met) => {
                let page = ctx.services.deliveries(met.notice.id, &[], Some(errcode), At::Start).await?;
                page.rows.into_iter().find(|delivery| delivery.errmsg.is_some() || delivery.rid.is_some())
            }
            None => None,
        };
        Ok(Self { span, counts, met, sample })
    }
}

/// Among the latest notices, those that met it.
async fn met(ctx: &Context, program: &MiniProgram, errcode: i64) -> Result<Vec<Met>, PageError> {
    let mut found = Vec::new();
    for notice in ctx.services.notices(program.id, None, None, At::Start).await?.rows {
        if notice.state == NoticeState::Draft {
            continue;
        }
        let mut counts = ctx.services.notice_codes(notice.id).await?;
        counts.retain(|code| code.errcode == errcode && code.n > 0);
        if !counts.is_empty() || notice.stop_errcode == Some(errcode) {
            found.push(Met { notice, counts });
        }
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}
