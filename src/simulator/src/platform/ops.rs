//! Operations (openApi 管理): request ids, the callback's reachability, addresses.

mod callback_check;
mod rid;

use axum::response::Response;

use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::simulator::Inner;

pub(super) async fn run(inner: &Inner, endpoint: Endpoint, record: &mut Record<'_>, input: &Input) -> Response {
    let hosts = if endpoint == Endpoint::CallbackCheck { callback_check::look(inner, input).await } else { Vec::new() };
    let process = |record: &mut Record<'_>| answer(inner, endpoint, record, input, &hosts);
    flow::run(inner, endpoint, record, Subject::default(), process).await
}

fn answer(
    inner: &Inner,
    endpoint: Endpoint,
    record: &mut Record<'_>,
    input: &Input,
    hosts: &[callback_check::Reached],
) -> Outcome {
    let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now())?;
    record.call.appid = Some(account.appid.clone());
    match endpoint {
        Endpoint::RidGet => rid::get(inner, &account, input),
        Endpoint::CallbackCheck => callback_check::check(&account, input, hosts),
        // The lists carry no errcode. This machine pushes from its own address; the network is the documentation's.
        Endpoint::CallbackIps => Ok(r#"{"ip_list":["127.0.0.1","::1","101.226.103.0/25"]}"#.to_owned()),
        _ => Ok(r#"{"ip_list":["127.0.0.1","101.226.212.27"]}"#.to_owned()),
    }
}
