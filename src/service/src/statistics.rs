//! What the overview and the statistics page show.

use crate::{Services, UseResult, zone};
use jiff::civil::Date;
use model::{
    Millis,
    ids::TemplateId,
    mini_program::MiniProgram,
    notice::{Notice, StateCounts},
    page::At,
    statistics::{CodeCounts, HourAccuracy, TemplateCounts},
};
use store::Period;

/// Local dates, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// The longest period that one page shows.
pub const MOST_DAYS: i32 = 366;

/// One bar of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketCounts {
    /// Start of the day or hour.
    pub from: Millis,
    /// Its local date.
    pub date: Date,
    /// Its local hour, where bars are hours.
    pub hour: Option<i8>,
    /// How many stand where.
    pub counts: StateCounts,
}

/// Everything a statistics page shows.
#[derive(Clone, Debug)]
pub struct Report {
    /// The period, as it was used (swapped ends put right, cut to [`MOST_DAYS`]).
    pub span: Span,
    /// Sum over the period.
    pub total: StateCounts,
    /// By day, or by hour where the period is one day; without gaps.
    pub buckets: Vec<BucketCounts>,
    /// By template, most first.
    pub templates: Vec<TemplateCounts>,
    /// By reason, most first.
    pub codes: Vec<CodeCounts>,
    /// How good the forecast of grants was, by day; days without an answer are left out.
    pub accuracy: Vec<DayAccuracy>,
}

/// Of the deliveries that were queued because a grant stood behind them, how many met 43101 (no grant at WeChat).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayAccuracy {
    /// The local date.
    pub date: Date,
    /// Deliveries that WeChat answered.
    pub answered: i64,
    /// Of these, refused with 43101.
    pub contradicted: i64,
}

/// Is it healthy?
#[derive(Clone, Debug)]
pub struct Health {
    /// When the access token ends; `None`: there is none yet.
    pub token_expires_at: Option<Millis>,
    /// The last refresh failed with this code.
    pub token_errcode: Option<i64>,
    /// Deliveries pending or sending.
    pub queue: i64,
}

/// Everything the overview shows.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Today.
    pub today: Report,
    /// The last 14 days, today included.
    pub days: Report,
    /// Health strip.
    pub health: Health,
    /// Latest notices.
    pub notices: Vec<Notice>,
    /// Registered subscribers.
    pub subscribers: i64,
}

impl Services {
    /// Today's date in the mini program's time zone.
    #[must_use]
    pub fn today(&self, program: &MiniProgram) -> Date {
        zone::date_of(self.now(), &zone::of(&program.settings.time_zone))
    }

    /// Statistics of a period.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn report(&self, program: &MiniProgram, span: Span, template: Option<TemplateId>) -> UseResult<Report> {
        let tz = zone::of(&program.settings.time_zone);
        let span = tidy(span);
        let period = Period {
            mini_program: program.id,
            template,
            from: zone::start_of(span.from, &tz),
            to: zone::start_of(zone::plus_days(span.to, 1), &tz),
        };
        let hours = self.store.counts_by_hour(period).await?;
        let mut buckets = empty_buckets(span, &tz);
        let mut total = StateCounts::default();
        for hour in hours {
            // The last bucket that begins no later than the hour holds it.
            let at = buckets.partition_point(|b| b.from <= hour.hour_at).saturating_sub(1);
            if let Some(bucket) = buckets.get_mut(at) {
                add(&mut bucket.counts, &hour.counts);
            }
            add(&mut total, &hour.counts);
        }
        Ok(Report {
            span,
            total,
            buckets,
            templates: self.store.counts_by_template(period).await?,
            codes: self.store.counts_by_code(period).await?,
            accuracy: by_day(&self.store.accuracy_by_hour(period).await?, &tz),
        })
    }

    /// The overview.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn overview(&self, program: &MiniProgram) -> UseResult<Overview> {
        let today = self.today(program);
        let fortnight = Span { from: zone::plus_days(today, -13), to: today };
        Ok(Overview {
            today: self.report(program, Span { from: today, to: today }, None).await?,
            days: self.report(program, fortnight, None).await?,
            health: self.health(program).await?,
            notices: self.store.notices(program.id, None, None, At::Start, 6).await?.rows,
            subscribers: self.count_subscribers(program.id).await?,
        })
    }

    /// The health of one mini program.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn health(&self, program: &MiniProgram) -> UseResult<Health> {
        let token = self.store.token(program.id).await?;
        Ok(Health {
            token_expires_at: token.as_ref().filter(|t| t.sealed.is_some()).map(|t| t.expires_at),
            token_errcode: token.and_then(|t| t.last_errcode),
            queue: self.store.queue_depth(program.id).await?,
        })
    }
}

fn by_day(hours: &[HourAccuracy], tz: &jiff::tz::TimeZone) -> Vec<DayAccuracy> {
    let mut days: Vec<DayAccuracy> = Vec::new();
    for hour in hours {
        let date = zone::date_of(hour.hour_at, tz);
        match days.last_mut().filter(|day| day.date == date) {
            Some(day) => {
                day.answered += hour.answered;
                day.contradicted += hour.contradicted;
            }
            None => days.push(DayAccuracy { date, answered: hour.answered, contradicted: hour.contradicted }),
        }
    }
    days
}

fn tidy(span: Span) -> Span {
    let (from, to) = if span.from <= span.to { (span.from, span.to) } else { (span.to, span.from) };
    Span { from: from.max(zone::plus_days(to, 1 - MOST_DAYS)), to }
}

fn empty_buckets(span: Span, tz: &jiff::tz::TimeZone) -> Vec<BucketCounts> {
    let counts = StateCounts::default();
    if span.from == span.to {
        let end = zone::start_of(zone::plus_days(span.to, 1), tz);
        let mut buckets = Vec::with_capacity(24);
        let mut from = zone::start_of(span.from, tz);
        while from < end {
            buckets.push(BucketCounts { from, date: span.from, hour: Some(zone::hour_number(from, tz)), counts });
            from += 3_600_000;
        }
        return buckets;
    }
    let mut buckets = Vec::new();
    let mut date = span.from;
    while date <= span.to {
        buckets.push(BucketCounts { from: zone::start_of(date, tz), date, hour: None, counts });
        let next = zone::plus_days(date, 1);
        if next == date {
            break;
        }
        date = next;
    }
    buckets
}

fn add(to: &mut StateCounts, more: &StateCounts) {
    for state in model::delivery::DeliveryState::ALL {
        to.add(state, more.of(state));
    }
}
