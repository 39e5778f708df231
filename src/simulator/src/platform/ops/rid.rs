//! `POST /cgi-bin/openapi/rid/get`: what became of a call.

use serde::Deserialize;
use serde_json::json;

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::input::Input;
use crate::rids::time_of;
use crate::simulator::Inner;

/// Request ids are kept so long (getRidInfo).
const KEPT_MS: i64 = 7 * 86_400_000;

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    rid: String,
}

/// 76001: unknown or older than seven days; 76002: no request id at all; 76003: of another account; 76022: of a call under
/// `/sns/` (getRidInfo's notes). 76004 is listed without a documented cause; here it is an id from the future.
pub(super) fn get(inner: &Inner, account: &AccountState, input: &Input) -> Outcome {
    let order: Order = input.json()?;
    let now = inner.now();
    let time = time_of(&order.rid).ok_or(76002)?;
    if time > now {
        return Err(76004.into());
    }
    let known = inner.rids.get(&order.rid).filter(|known| now - known.at_ms <= KEPT_MS).ok_or(76001)?;
    if known.is_sns {
        return Err(76022.into());
    }
    if known.appid.as_ref() != Some(&account.appid) {
        return Err(crate::refusal::Refusal::new(76003, "rid is not owner"));
    }
    let answer = json!({
        "errcode": 0, "errmsg": "ok",
        "request": {
            "invoke_time": known.at_ms.div_euclid(1000),
            "cost_in_ms": u64::try_from(known.cost.as_millis()).unwrap_or(u64::MAX),
            "request_url": known.query,
            "request_body": known.body,
            "response_body": known.answered,
            "client_ip": known.ip.to_string(),
        },
    });
    Ok(answer.to_string())
}
