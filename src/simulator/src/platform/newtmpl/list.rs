//! `GET gettemplate`.

use serde_json::{Value, json};

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::simulator::Inner;
use crate::sync::lock;
use crate::template::Template;

pub(super) fn list(inner: &Inner, account: &AccountState) -> Outcome {
    let limit = account.settings().daily_template_lists;
    if !lock(&account.quota).take_list(limit, inner.now()) {
        return Err(45009.into());
    }
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
