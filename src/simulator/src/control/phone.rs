//! The phone: what a person sees and taps.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::phone::{Phone, Prompt};
use crate::simulator::{Simulator, UnknownAccount};

#[derive(Deserialize)]
pub(super) struct Which {
    appid: String,
    openid: String,
    /// How many messages.
    #[serde(default = "many")]
    limit: usize,
}

#[derive(Deserialize)]
pub(super) struct Search {
    appid: String,
    #[serde(default)]
    search: String,
    #[serde(default = "some")]
    limit: usize,
}

#[derive(Deserialize)]
pub(super) struct NewPerson {
    appid: String,
    #[serde(default)]
    openid: Option<String>,
}

/// Without `templateId` it is about the main switch.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Choice {
    appid: String,
    openid: String,
    #[serde(default)]
    template_id: Option<String>,
    #[serde(default = "yes")]
    main_switch: bool,
    #[serde(default = "yes")]
    accept: bool,
}

fn some() -> usize {
    50
}

fn many() -> usize {
    200
}

fn yes() -> bool {
    true
}

pub(super) async fn view(
    State(simulator): State<Simulator>,
    Query(which): Query<Which>,
) -> Result<Json<Phone>, UnknownAccount> {
    simulator.phone(&which.appid, &which.openid, which.limit).map(Json)
}

pub(super) async fn people(
    State(simulator): State<Simulator>,
    Query(search): Query<Search>,
) -> Result<Json<Value>, UnknownAccount> {
    let people = simulator.people(&search.appid, &search.search, search.limit)?;
    Ok(Json(json!({ "people": people })))
}

pub(super) async fn add_person(
    State(simulator): State<Simulator>,
    Json(new): Json<NewPerson>,
) -> Result<Json<Value>, UnknownAccount> {
    let openid = simulator.new_person(&new.appid, new.openid.filter(|openid| !openid.is_empty()))?;
    Ok(Json(json!({ "openid": openid })))
}

pub(super) async fn prompt(
    State(simulator): State<Simulator>,
    Json(prompt): Json<Prompt>,
) -> Result<Json<Value>, UnknownAccount> {
    Ok(Json(simulator.prompt(&prompt).await?.to_json()))
}

pub(super) async fn settings(
    State(simulator): State<Simulator>,
    Json(choice): Json<Choice>,
) -> Result<Json<Value>, UnknownAccount> {
    let Choice { appid, openid, template_id, main_switch, accept } = choice;
    let events = match template_id {
        Some(template) if accept => simulator.allow(&appid, &openid, &template).map(|()| 0)?,
        Some(template) => simulator.refuse(&appid, &openid, &template)?,
        None => simulator.set_main_switch(&appid, &openid, main_switch && accept).map(|()| 0)?,
    };
    Ok(Json(json!({ "events": events })))
}
