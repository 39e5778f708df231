//! Accounts, their templates, secrets, tokens and login codes.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::one_or_many::OneOrMany;
use crate::account::Account;
use crate::simulator::{Simulator, UnknownAccount};
use crate::template::Template;
use crate::tokens::TokenEnd;

#[derive(Deserialize)]
pub(super) struct Which {
    appid: String,
}

#[derive(Deserialize)]
pub(super) struct NewTemplate {
    appid: String,
    #[serde(flatten)]
    template: Template,
}

#[derive(Deserialize)]
pub(super) struct OldTemplate {
    appid: String,
    id: String,
    #[serde(default)]
    banned: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPhoneCode {
    appid: String,
    code: String,
    phone_number: String,
}

#[derive(Deserialize)]
pub(super) struct NewSecret {
    appid: String,
    #[serde(default)]
    secret: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct EndTokens {
    appid: String,
    how: TokenEnd,
}

#[derive(Deserialize)]
pub(super) struct NewCode {
    appid: String,
    code: String,
    openid: String,
    #[serde(default)]
    unionid: Option<String>,
}

pub(super) async fn list(State(simulator): State<Simulator>) -> Json<Vec<Account>> {
    Json(simulator.accounts())
}

pub(super) async fn add(State(simulator): State<Simulator>, Json(new): Json<OneOrMany<Account>>) -> StatusCode {
    new.0.into_iter().for_each(|account| simulator.add_account(account));
    StatusCode::NO_CONTENT
}

pub(super) async fn templates(
    State(simulator): State<Simulator>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<Template>>, UnknownAccount> {
    simulator.templates(&which.appid).map(Json)
}

pub(super) async fn add_template(
    State(simulator): State<Simulator>,
    Json(new): Json<OneOrMany<NewTemplate>>,
) -> Result<StatusCode, UnknownAccount> {
    new.0.into_iter().try_for_each(|new| simulator.add_template(&new.appid, new.template))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete_template(
    State(simulator): State<Simulator>,
    Json(old): Json<OldTemplate>,
) -> Result<StatusCode, UnknownAccount> {
    Ok(found(simulator.delete_template(&old.appid, &old.id)?))
}

pub(super) async fn ban_template(
    State(simulator): State<Simulator>,
    Json(old): Json<OldTemplate>,
) -> Result<StatusCode, UnknownAccount> {
    Ok(found(simulator.ban_template(&old.appid, &old.id, old.banned)?))
}

fn found(found: bool) -> StatusCode {
    if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

pub(super) async fn rotate_secret(
    State(simulator): State<Simulator>,
    Json(new): Json<NewSecret>,
) -> Result<Json<Value>, UnknownAccount> {
    let secret = simulator.rotate_secret(&new.appid, new.secret)?;
    Ok(Json(json!({ "secret": secret })))
}

pub(super) async fn end_tokens(
    State(simulator): State<Simulator>,
    Json(end): Json<EndTokens>,
) -> Result<StatusCode, UnknownAccount> {
    simulator.end_tokens(&end.appid, end.how)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn add_code(State(simulator): State<Simulator>, Json(new): Json<OneOrMany<NewCode>>) -> StatusCode {
    for new in new.0 {
        simulator.add_code(&new.appid, &new.code, &new.openid, new.unionid);
    }
    StatusCode::NO_CONTENT
}

pub(super) async fn add_phone_code(
    State(simulator): State<Simulator>,
    Json(new): Json<OneOrMany<NewPhoneCode>>,
) -> StatusCode {
    for new in new.0 {
        simulator.add_phone_code(&new.appid, &new.code, &new.phone_number);
    }
    StatusCode::NO_CONTENT
}
