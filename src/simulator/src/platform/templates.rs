//! `GET /wxaapi/newtmpl/gettemplate`.

use axum::response::Response;
use serde_json::{Value, json};

use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::simulator::Inner;
use crate::template::Template;

pub(super) async fn list(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    flow::run(inner, Endpoint::Templates, record, Subject::default(), |record| answer(inner, record, input)).await
}

fn answer(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Outcome {
    let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now())?;
    record.call.appid = Some(account.appid.clone());
    let data: Vec<Value> = account.templates().iter().map(|known| entry(&known.template)).collect();
    Ok(json!({ "errcode": 0, "errmsg": "ok", "data": data }).to_string())
}

/// As the page lists it; the enum list is there only for templates with enum keywords.
fn entry(template: &Template) -> Value {
    let mut entry = json!({
        "priTmplId": template.id,
        "title": template.title,
        "content": template.content,
        "example": template.example,
        "type": template.kind,
    });
    if !template.enum_values.is_empty() {
        entry["keywordEnumValueList"] = json!(template.enum_values);
    }
    entry
}
