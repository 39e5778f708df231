//! `POST /api/subscribe/record`: what the person answered in the popup.

use super::{
    answer::{bad_body, failure},
    caller::bearer,
};
use crate::web::WebState;
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use service::RecordReport;
use std::collections::BTreeMap;

/// The body; both spellings of the article's front end and of the platform are taken.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    #[serde(alias = "openid")]
    open_id: Option<String>,
    #[serde(alias = "template_id", alias = "tmplId")]
    template_id: Option<String>,
    #[serde(default)]
    results: BTreeMap<String, String>,
    #[serde(alias = "appid")]
    app_id: Option<String>,
    token: Option<String>,
    report_id: Option<String>,
}

/// Records a report; all of it or nothing.
pub async fn record(
    State(state): State<WebState>,
    headers: HeaderMap,
    body: Result<Json<Record>, JsonRejection>,
) -> Response {
    let Json(body) = match body {
        Ok(body) => body,
        Err(rejection) => return bad_body(&rejection, &headers),
    };
    let report = RecordReport {
        appid: body.app_id,
        openid: body.open_id,
        token: bearer(&headers).or(body.token),
        template_id: body.template_id,
        // wx.requestSubscribeMessage puts its errMsg beside the template ids.
        results: body.results.into_iter().filter(|(id, _)| id != "errMsg").collect(),
        report_id: body.report_id,
    };
    match state.services.record(&report).await {
        Ok(recorded) => {
            let balances: BTreeMap<_, _> =
                recorded.answers.iter().map(|a| (a.pri_tmpl_id.clone(), a.balance)).collect();
            let repeated = recorded.repeated;
            Json(json!({ "ok": true, "openId": recorded.openid, "balances": balances, "repeated": repeated }))
                .into_response()
        }
        Err(error) => failure(error, &headers),
    }
}
