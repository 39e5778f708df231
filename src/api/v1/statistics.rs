//! Statistics.

use super::{
    body::Params,
    caller::Reads,
    refusal::Refusal,
    shapes::{Counts, instant},
};
use crate::web::WebState;
use axum::{Json, extract::State};
use jiff::civil::Date;
use model::{Problem, Problems};
use serde::{Deserialize, Serialize};
use service::{Report, Span, zone};
use utoipa::{IntoParams, ToSchema};

/// More days than this are several calls.
const MOST_DAYS: i64 = 366;

/// Which period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Period {
    /// First day in the mini program's zone; six days before the last one when left out.
    #[param(format = Date, example = "2026-11-15")]
    from: Option<String>,
    /// Last day; today when left out.
    #[param(format = Date, example = "2026-11-21")]
    to: Option<String>,
    /// Only of this template.
    template_id: Option<String>,
}

/// A day, or an hour where the period is one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bucket {
    /// Its beginning.
    #[schema(format = DateTime)]
    from: String,
    /// How many deliveries of notices confirmed then stand where now.
    counts: Counts,
}

/// The numbers of a template.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateNumbers {
    /// Its title.
    title: String,
    /// How many stand where.
    counts: Counts,
}

/// How many ended with a code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeNumbers {
    /// WeChat's errcode, or a number below -1000 of our own.
    errcode: i64,
    /// `failed`, `unknown`, `skipped` or `cancelled`.
    #[schema(value_type = String)]
    state: model::delivery::DeliveryState,
    /// How many.
    n: i64,
}

/// The numbers of a period. Each delivery counts in the hour in which its notice was confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// First day.
    #[schema(format = Date)]
    from: String,
    /// Last day.
    #[schema(format = Date)]
    to: String,
    /// The zone of the days.
    #[schema(example = "Asia/Shanghai")]
    time_zone: String,
    /// Over the whole period.
    total: Counts,
    /// By day, or by hour where the period is one day.
    buckets: Vec<Bucket>,
    /// By template, most first.
    templates: Vec<TemplateNumbers>,
    /// By code, most first.
    codes: Vec<CodeNumbers>,
}

/// Statistics
///
/// The same numbers as on the console's page, from exact counters.
#[utoipa::path(
    get,
    path = "/statistics",
    operation_id = "getStatistics",
    tag = "Statistics",
    params(Period),
    responses((status = 200, description = "The numbers.", body = Statistics)),
    security(("key" = ["read"])),
)]
pub async fn report(
    Reads(caller): Reads,
    State(state): State<WebState>,
    Params(period): Params<Period>,
) -> Result<Json<Statistics>, Refusal> {
    let program = &caller.api.program;
    let span = span(&period, state.services.today(program))?;
    let template = match period.template_id.as_deref() {
        Some(name) => Some(state.services.template_named(&caller.api, name).await?.id),
        None => None,
    };
    let report = state.services.report(program, span, template).await?;
    Ok(Json(told(report, program.settings.time_zone.clone())))
}

fn span(period: &Period, today: Date) -> Result<Span, Refusal> {
    let mut problems = Problems::default();
    let to = problems.take("to", day(period.to.as_deref(), today));
    let from = problems.take("from", day(period.from.as_deref(), zone::plus_days(to.unwrap_or(today), -6)));
    if let (Some(from), Some(to)) = (from, to) {
        let days = i64::from(to.since(from).map_or(0, |span| span.get_days())) + 1;
        if from > to {
            problems.push(Problem::of("to", "out_of_range", "to 不能早于 from。", "to must not be before from."));
        } else if days > MOST_DAYS {
            problems.push(Problem::of(
                "from",
                "out_of_range",
                format!("一次最多 {MOST_DAYS} 天，请分成几次。"),
                format!("At most {MOST_DAYS} days at once: make several calls."),
            ));
        }
    }
    match (from, to) {
        (Some(from), Some(to)) if problems.0.is_empty() => Ok(Span { from, to }),
        _ => Err(Refusal::invalid(problems)),
    }
}

fn day(text: Option<&str>, otherwise: Date) -> Result<Date, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(otherwise) };
    let strict = text.len() == 10;
    text.parse::<Date>()
        .ok()
        .filter(|_| strict)
        .ok_or_else(|| Problem::whole("bad_date", "请填写日期，例如 2026-11-21。", "Give a date such as 2026-11-21."))
}

fn told(report: Report, time_zone: String) -> Statistics {
    let bucket = |b: &service::BucketCounts| Bucket { from: instant(b.from), counts: Counts::from(&b.counts) };
    Statistics {
        from: report.span.from.to_string(),
        to: report.span.to.to_string(),
        time_zone,
        total: Counts::from(&report.total),
        buckets: report.buckets.iter().map(bucket).collect(),
        templates: report
            .templates
            .into_iter()
            .map(|t| TemplateNumbers { title: t.title, counts: Counts::from(&t.counts) })
            .collect(),
        codes: report.codes.into_iter().map(|c| CodeNumbers { errcode: c.errcode, state: c.state, n: c.n }).collect(),
    }
}
