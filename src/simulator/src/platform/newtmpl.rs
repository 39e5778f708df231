//! Template management, `/wxaapi/newtmpl/…`.

mod add;
mod delete;
mod library;
mod list;

use axum::response::Response;

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::simulator::Inner;

/// One of the calls; the token is checked before all else.
pub(super) async fn run(inner: &Inner, endpoint: Endpoint, record: &mut Record<'_>, input: &Input) -> Response {
    flow::run(inner, endpoint, record, Subject::default(), |record| {
        let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now())?;
        record.call.appid = Some(account.appid.clone());
        answer(inner, endpoint, &account, input)
    })
    .await
}

fn answer(inner: &Inner, endpoint: Endpoint, account: &AccountState, input: &Input) -> Outcome {
    match endpoint {
        Endpoint::Categories => Ok(library::categories()),
        Endpoint::Titles => library::titles(input),
        Endpoint::Keywords => library::keywords(input),
        Endpoint::AddTemplate => add::add(account, input),
        Endpoint::DeleteTemplate => delete::delete(account, input),
        _ => list::list(inner, account),
    }
}
