//! The platform's own paths.

mod newtmpl;
mod ops;
mod phone_number;
mod quota;
mod send;
mod session;
mod token;

pub(crate) use send::values;

use axum::extract::{Request, State};
use axum::response::Response;

use crate::answer;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::simulator::Simulator;

/// Every request that is not for `/sim/`.
pub(crate) async fn entry(State(simulator): State<Simulator>, request: Request) -> Response {
    let inner = &simulator.inner;
    let endpoint = Endpoint::of(request.uri().path());
    let mut record = Record::begin(&inner.log, endpoint, inner.now());
    let record = &mut record;
    if inner.faults.drops_unread(endpoint) {
        return answer::dropped();
    }
    let input = match Input::read(request).await {
        Ok(input) => input,
        Err(response) => {
            record.call.answered = true;
            return response;
        }
    };
    record.call.read = true;
    record.asked = Some(input.asked());
    if let Some(errcode) = endpoint.refuses(&input.method) {
        return flow::run(inner, endpoint, record, Subject::default(), |_| Err(errcode.into())).await;
    }
    match endpoint {
        Endpoint::Send => send::run(inner, record, &input).await,
        Endpoint::ClassicToken => token::classic(inner, record, &input).await,
        Endpoint::StableToken => token::stable(inner, record, &input).await,
        Endpoint::Session => session::run(inner, record, &input).await,
        Endpoint::QuotaGet => quota::get(inner, record, &input).await,
        Endpoint::ClearQuota => quota::clear(inner, record, &input).await,
        Endpoint::ClearQuotaBySecret => quota::clear_by_secret(inner, record, &input).await,
        Endpoint::PhoneNumber => phone_number::run(inner, record, &input).await,
        Endpoint::RidGet | Endpoint::CallbackCheck | Endpoint::CallbackIps | Endpoint::DomainIps => {
            ops::run(inner, endpoint, record, &input).await
        }
        Endpoint::Templates
        | Endpoint::Categories
        | Endpoint::Titles
        | Endpoint::Keywords
        | Endpoint::AddTemplate
        | Endpoint::DeleteTemplate => newtmpl::run(inner, endpoint, record, &input).await,
        Endpoint::Unknown => flow::run(inner, endpoint, record, Subject::default(), |_| Err(40066.into())).await,
    }
}
