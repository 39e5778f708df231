//! `POST /wxa/business/getuserphonenumber`.

use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::simulator::Inner;

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    code: String,
}

pub(super) async fn run(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    flow::run(inner, Endpoint::PhoneNumber, record, Subject::default(), |record| answer(inner, record, input)).await
}

fn answer(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Outcome {
    let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now())?;
    record.call.appid = Some(account.appid.clone());
    let order: Order = input.json()?;
    let number = inner.phone_codes.take(&account.appid, &order.code)?;
    let answer = json!({
        "errcode": 0, "errmsg": "ok",
        "phone_info": {
            "phoneNumber": number, "purePhoneNumber": number, "countryCode": "86",
            "watermark": { "timestamp": inner.now().div_euclid(1000), "appid": *account.appid },
        },
    });
    Ok(answer.to_string())
}
