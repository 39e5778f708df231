//! What people answered, told by a back end.

use super::{
    body::Body,
    caller::Grants,
    object::Texts,
    once::{Answer, once},
    refusal::{Refusal, internal},
};
use crate::web::WebState;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use service::{RecordReport, UseError};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a person answered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRecord {
    /// Who.
    #[schema(example = "oGZUI0egBJY1zhBYw2KhdUfwVJJE", min_length = 20, max_length = 64)]
    openid: String,
    /// `priTmplId` → what `wx.requestSubscribeMessage` gave: `accept`, `reject`, `ban` or `filter`.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"aLy3Tz4hEsbHmGl7d2MkGtoGPo4ZC10NMWHEuNl0kZ8": "accept"}))]
    results: Texts,
}

/// What was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantRecorded {
    /// Whose.
    openid: String,
    /// `priTmplId` → balance after it.
    balances: BTreeMap<String, i64>,
    /// Whether it had been recorded before, under the same `Idempotency-Key`: nothing was counted again.
    repeated: bool,
}

/// Record answers
///
/// For a back end that passes on what its mini program got from `wx.requestSubscribeMessage`. All or nothing. With an
/// `Idempotency-Key` it counts once.
#[utoipa::path(
    post,
    path = "/grants",
    operation_id = "recordGrants",
    tag = "Subscribers",
    request_body = GrantRecord,
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Names this report: repeated with the same body within 24 hours it counts once.")),
    responses((status = 200, description = "Recorded.", body = GrantRecorded)),
    security(("key" = ["grants"])),
)]
pub async fn record(
    Grants(caller): Grants,
    State(state): State<WebState>,
    body: Body<GrantRecord>,
) -> Result<Response, Refusal> {
    let Body { value, written, headers } = body;
    let (services, api) = (state.services.clone(), caller.api.clone());
    once(&state, &caller, &headers, &written, async move |once| {
        if value.results.0.is_empty() {
            return Err(UseError::from(nothing()).into());
        }
        let report = RecordReport {
            openid: Some(value.openid),
            results: value.results.0,
            report_id: once.map(|once| once.report_id()),
            ..RecordReport::default()
        };
        let recorded = services.record_by_key(&api, &report).await?;
        let balances = recorded.answers.into_iter().map(|a| (a.pri_tmpl_id, a.balance)).collect();
        let body = GrantRecorded { openid: recorded.openid, balances, repeated: recorded.repeated };
        Ok(Answer { status: StatusCode::OK, body: serde_json::to_value(body).map_err(|_| internal())? })
    })
    .await
}

fn nothing() -> model::Problem {
    model::Problem::of("results", "required", "请至少给出一个模板的结果。", "Give the result of one template at least.")
}
