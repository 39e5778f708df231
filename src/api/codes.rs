//! `GET /api/error-codes`: what WeChat's codes and ours mean and what to do, from the one table that the pages use too.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use model::{
    Lang,
    advice::{self, Advice, Retry},
};
use serde_json::{Value, json};

/// The whole table, in both languages.
pub async fn codes() -> Response {
    let all: Vec<Value> = advice::all().map(entry).collect();
    Json(json!({ "ok": true, "codes": all })).into_response()
}

fn entry(advice: &Advice) -> Value {
    let text =
        |lang: Lang| json!({ "name": advice.name(lang), "cause": advice.cause(lang), "remedy": advice.remedy(lang) });
    json!({
        "errcode": advice.errcode,
        "side": advice.side.code(),
        "retry": advice.retry != Retry::Never,
        "zh": text(Lang::Zh),
        "en": text(Lang::En),
    })
}
