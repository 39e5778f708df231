//! `POST /api/login` `{"code"}` → openid and a signed token.

use super::answer::{bad_body, failure};
use crate::web::WebState;
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

/// The body.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    code: String,
    #[serde(alias = "appid")]
    app_id: Option<String>,
}

/// Exchanges the code of `wx.login`.
pub async fn login(
    State(state): State<WebState>,
    headers: HeaderMap,
    body: Result<Json<Login>, JsonRejection>,
) -> Response {
    let Json(body) = match body {
        Ok(body) => body,
        Err(rejection) => return bad_body(&rejection, &headers),
    };
    match state.services.login(body.app_id.as_deref(), &body.code).await {
        Ok(answer) => Json(
            json!({ "ok": true, "openId": answer.openid, "token": answer.token, "expiresIn": answer.expires_in_secs }),
        )
        .into_response(),
        Err(error) => failure(error, &headers),
    }
}
