//! `GET /sns/jscode2session`.

use axum::response::Response;

use super::token::identify;
use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::openid::random_text;
use crate::simulator::Inner;

pub(super) async fn run(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    let appid = input.query("appid").unwrap_or_default();
    record.call.appid = inner.account(&appid).map(|account| account.appid.clone());
    let subject = Subject { appid: Some(&appid), ..Subject::default() };
    flow::run(inner, Endpoint::Session, record, subject, |record| session(inner, record, input, &appid)).await
}

fn session(inner: &Inner, record: &mut Record<'_>, input: &Input, appid: &str) -> Outcome {
    let secret = input.query("secret").unwrap_or_default();
    let account = identify(inner, appid, &secret)?;
    if input.query("grant_type").as_deref() != Some("authorization_code") {
        return Err(40002.into());
    }
    let code = input.query("js_code").filter(|code| !code.is_empty()).ok_or(41008)?;
    let person = inner.codes.take(appid, &code)?;
    // Whoever signed in is a user of this mini program from now on.
    account.subscribers.register(&person.openid);
    record.call.openid = Some(person.openid.as_str().into());
    let mut answer = serde_json::json!({ "openid": person.openid, "session_key": format!("{}==", random_text(22)) });
    if let Some(unionid) = person.unionid {
        answer["unionid"] = unionid.into();
    }
    Ok(answer.to_string())
}
