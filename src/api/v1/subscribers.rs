//! Subscribers and their balances.

use super::{
    body::{Name, Params, size},
    caller::Knows,
    cursor::List as Cursor,
    refusal::Refusal,
    shapes::{List, SubscriberBalances, SubscriberShape},
};
use crate::web::WebState;
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which subscribers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubscriberFilter {
    /// Beginning of the openid, or any part of the remark.
    #[serde(default)]
    search: Option<String>,
    /// Rows of a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// List subscribers
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/subscribers",
    operation_id = "listSubscribers",
    tag = "Subscribers",
    params(SubscriberFilter),
    responses((status = 200, description = "A page of subscribers.", body = List<SubscriberShape>)),
    security(("key" = ["subscribers"])),
)]
pub async fn list(
    Knows(caller): Knows,
    State(state): State<WebState>,
    Params(filter): Params<SubscriberFilter>,
) -> Result<Json<List<SubscriberShape>>, Refusal> {
    let (at, size) = (Cursor::Subscribers.at(filter.cursor.as_deref())?, size(filter.limit)?);
    let search = filter.search.unwrap_or_default();
    let page = state.services.subscribers_of(&caller.api, search.trim(), at, size).await?;
    let next = Cursor::Subscribers.next(&page);
    Ok(Json(List { items: page.rows.into_iter().map(SubscriberShape::from).collect(), next }))
}

/// Look at a subscriber
///
/// With what may still be sent, by template.
#[utoipa::path(
    get,
    path = "/subscribers/{openid}",
    operation_id = "getSubscriber",
    tag = "Subscribers",
    params(("openid" = String, Path, description = "The person's openid.", example = "oGZUI0egBJY1zhBYw2KhdUfwVJJE")),
    responses((status = 200, description = "The person with balances.", body = SubscriberBalances)),
    security(("key" = ["subscribers"])),
)]
pub async fn one(
    Knows(caller): Knows,
    State(state): State<WebState>,
    openid: Name,
) -> Result<Json<SubscriberBalances>, Refusal> {
    Ok(Json(state.services.subscriber_of(&caller.api, &openid.0).await?.into()))
}
