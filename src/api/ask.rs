//! `GET /api/subscribe/ask`: which templates to ask a person for next.

use super::{
    answer::{failure, refuse},
    caller::bearer,
};
use crate::web::WebState;
use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use service::RecordReport;

/// The query string.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ask {
    #[serde(alias = "openid")]
    open_id: Option<String>,
    #[serde(alias = "appid")]
    app_id: Option<String>,
    /// Comma-separated; none: all.
    template_ids: String,
}

/// What to ask for, and what there is.
pub async fn ask(
    State(state): State<WebState>,
    headers: HeaderMap,
    query: Result<Query<Ask>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return refuse(StatusCode::BAD_REQUEST, "bad_query", "The query string cannot be read.", json!([]), &headers);
    };
    let only: Vec<String> =
        query.template_ids.split(',').map(str::trim).filter(|id| !id.is_empty()).take(50).map(str::to_owned).collect();
    let who =
        RecordReport { appid: query.app_id, openid: query.open_id, token: bearer(&headers), ..RecordReport::default() };
    match state.services.ask(&who, &only).await {
        Ok(asking) => {
            let templates: Vec<_> = asking
                .templates
                .iter()
                .map(|t| {
                    json!({
                        "templateId": t.pri_tmpl_id, "title": t.title, "kind": t.kind.code(),
                        "balance": t.balance, "refused": t.refused,
                    })
                })
                .collect();
            Json(json!({ "ok": true, "openId": asking.openid, "ask": asking.ask, "templates": templates }))
                .into_response()
        }
        Err(error) => failure(error, &headers),
    }
}
