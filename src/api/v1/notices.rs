//! Notices: order, look at, cancel.

use super::{
    body::{Body, Name, Params, size},
    caller::{Reads, Sends},
    cursor::List as Cursor,
    object::{Object, Texts},
    once::{Answer, once},
    refusal::{Refusal, internal},
    shapes::{DeliveryShape, List, NoticeOrdered, NoticeShape, Numbers},
};
use crate::web::WebState;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{delivery::DeliveryState, ids::NoticeId, notice::NoticeState};
use serde::{Deserialize, Serialize};
use service::{Order, Ordered, Recipient};
use utoipa::{IntoParams, ToSchema};

/// One of whom to send to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Recipient)]
pub struct RecipientInput {
    /// The person's id in this mini program.
    #[schema(example = "oGZUI0egBJY1zhBYw2KhdUfwVJJE", min_length = 20, max_length = 64)]
    openid: String,
    /// Values of this person's own message: under a field's key instead of the one in `data` above, under any other name
    /// what `{{name}}` in those values stands for.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, example = json!({"thing1": "三号楼电梯停运"}))]
    data: Texts,
}

/// An order to send.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeOrder {
    /// The template's `priTmplId`, or its number in the console.
    #[schema(example = "aLy3Tz4hEsbHmGl7d2MkGtoGPo4ZC10NMWHEuNl0kZ8", max_length = 64)]
    template_id: String,
    /// Field key → value, for everybody. Every field of the template has a value here or with each recipient, by the rules of
    /// its type. At most 1,000 characters each. `{{name}}` or `{{name|otherwise}}` is filled from the recipient's own `data`, else
    /// from the subscriber's attribute of that name, else with what stands after the bar.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, example = json!({"thing1": "村口路灯不亮", "phrase2": "处理中"}))]
    data: Texts,
    /// The page of the mini program that a tap opens, with its query; "": none. Left out: the mini program's usual one.
    #[schema(example = "pages/opinion/detail?id=42")]
    page: Option<String>,
    /// Which version of the mini program it opens: `formal`, `trial` or `developer`. Left out: the usual one. Where that one is not
    /// `formal` an order for more than one recipient has to name it.
    #[schema(example = "formal")]
    miniprogram_state: Option<String>,
    /// The message's language: `zh_CN`, `en_US`, `zh_HK` or `zh_TW`. Left out: the usual one.
    #[schema(example = "zh_CN")]
    lang: Option<String>,
    /// To whom. One who stands here twice gets one message.
    #[schema(value_type = Vec<RecipientInput>, min_items = 1, max_items = 10000)]
    recipients: Vec<Object<RecipientInput>>,
    /// When it begins, as an instant in RFC 3339 with its offset, such as `2026-12-01T09:00:00+08:00`. Left out: at once. Recipients and grants are settled now; the
    /// notice can be cancelled until then, in the console too.
    // Without an example: whoever copies it from the page wants the message now, and a time goes by.
    #[schema(format = DateTime)]
    send_at: Option<String>,
    /// Whether it passes the mini program's quiet hours and its frequency cap, which count for orders to more than one.
    #[serde(default)]
    urgent: bool,
    /// Only tell what would become of the recipients: nothing is stored, nothing is sent.
    #[serde(default)]
    dry_run: bool,
}

impl From<NoticeOrder> for Order {
    fn from(order: NoticeOrder) -> Self {
        Self {
            template: order.template_id,
            data: order.data.0,
            page: order.page,
            program_state: order.miniprogram_state,
            message_lang: order.lang,
            send_at: order.send_at,
            urgent: order.urgent,
            recipients: order
                .recipients
                .into_iter()
                .map(|Object(r)| Recipient { openid: r.openid, data: r.data.0 })
                .collect(),
        }
    }
}

/// Order a notice
///
/// Checks everything, stores the notice with a delivery for each recipient, and answers; sending begins at once, or at `send_at`. All or
/// nothing: with anything wrong nothing is stored. Recipients without a grant are skipped and counted. Give each order an
/// `Idempotency-Key` and repeat it when no answer came: it is sent once.
#[utoipa::path(
    post,
    path = "/notices",
    operation_id = "orderNotice",
    tag = "Notices",
    request_body = NoticeOrder,
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Names this order: repeated with the same body within 24 hours it gives the same answer and sends nothing more.")),
    responses(
        (status = 202, description = "Stored; it is being sent.", body = NoticeOrdered),
        (status = 200, description = "Of a dry run: what would become of the recipients.", body = NoticeOrdered),
    ),
    security(("key" = ["send"])),
)]
pub async fn order(
    Sends(caller): Sends,
    State(state): State<WebState>,
    body: Body<NoticeOrder>,
) -> Result<Response, Refusal> {
    let Body { value, written, headers } = body;
    let (services, api) = (state.services.clone(), caller.api.clone());
    if value.dry_run {
        let numbers = services.forecast_order(&api, &value.into()).await?;
        let forecast = NoticeOrdered { id: None, recipients: Numbers::from(numbers), dry_run: true };
        return Ok(Json(forecast).into_response());
    }
    once(&state, &caller, &headers, &written, async move |once| {
        match services.take_order(&api, &value.into(), once.as_ref()).await? {
            Ordered::Nobody(numbers) => Err(Refusal::nobody(numbers)),
            Ordered::Notice(id, numbers) => answer(
                StatusCode::ACCEPTED,
                &NoticeOrdered { id: Some(id.0), recipients: Numbers::from(numbers), dry_run: false },
            ),
        }
    })
    .await
}

fn answer(status: StatusCode, body: &impl Serialize) -> Result<Answer, Refusal> {
    Ok(Answer { status, body: serde_json::to_value(body).map_err(|_| internal())? })
}

/// Which notices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticeFilter {
    /// Only of this state.
    #[param(value_type = Option<String>, example = "running")]
    state: Option<NoticeState>,
    /// Only of this template.
    template_id: Option<String>,
    /// Rows of a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// List notices
///
/// Newest first, those made in the console too.
#[utoipa::path(
    get,
    path = "/notices",
    operation_id = "listNotices",
    tag = "Notices",
    params(NoticeFilter),
    responses((status = 200, description = "A page of notices.", body = List<NoticeShape>)),
    security(("key" = ["read"])),
)]
pub async fn list(
    Reads(caller): Reads,
    State(state): State<WebState>,
    Params(filter): Params<NoticeFilter>,
) -> Result<Json<List<NoticeShape>>, Refusal> {
    let (at, size) = (Cursor::Notices.at(filter.cursor.as_deref())?, size(filter.limit)?);
    let page = state.services.notices_of(&caller.api, filter.state, filter.template_id.as_deref(), at, size).await?;
    let templates = state.services.registered_templates(caller.api.program.id).await?;
    let next = Cursor::Notices.next(&page);
    let items = page.rows.into_iter().map(|notice| NoticeShape::of(notice, &templates)).collect();
    Ok(Json(List { items, next }))
}

/// Look at a notice
///
/// With the counts of its deliveries as they stand now.
#[utoipa::path(
    get,
    path = "/notices/{id}",
    operation_id = "getNotice",
    tag = "Notices",
    params(("id" = i64, Path, description = "The notice's number.", example = 1234)),
    responses((status = 200, description = "The notice.", body = NoticeShape)),
    security(("key" = ["read"])),
)]
pub async fn one(Reads(caller): Reads, State(state): State<WebState>, id: Name) -> Result<Json<NoticeShape>, Refusal> {
    let notice = state.services.notice_of(&caller.api, NoticeId(id.number()?)).await?;
    let templates = state.services.registered_templates(caller.api.program.id).await?;
    Ok(Json(NoticeShape::of(notice, &templates)))
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryFilter {
    /// Only of this state.
    #[param(value_type = Option<String>, example = "failed")]
    state: Option<DeliveryState>,
    /// Only with this errcode.
    #[param(example = 43101)]
    errcode: Option<i64>,
    /// Rows of a page, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// List a notice's deliveries
///
/// One row for each recipient, with the reason where it was not sent.
#[utoipa::path(
    get,
    path = "/notices/{id}/deliveries",
    operation_id = "listDeliveries",
    tag = "Notices",
    params(("id" = i64, Path, description = "The notice's number.", example = 1234), DeliveryFilter),
    responses((status = 200, description = "A page of deliveries.", body = List<DeliveryShape>)),
    security(("key" = ["read"])),
)]
pub async fn deliveries(
    Reads(caller): Reads,
    State(state): State<WebState>,
    id: Name,
    Params(filter): Params<DeliveryFilter>,
) -> Result<Json<List<DeliveryShape>>, Refusal> {
    let (at, size) = (Cursor::Deliveries.at(filter.cursor.as_deref())?, size(filter.limit)?);
    let states: Vec<DeliveryState> = filter.state.into_iter().collect();
    let wanted = (states.as_slice(), filter.errcode);
    let page = state.services.deliveries_of(&caller.api, NoticeId(id.number()?), wanted, at, size).await?;
    let next = Cursor::Deliveries.next(&page);
    let items = page.rows.into_iter().map(|delivery| DeliveryShape::of(delivery, caller.lang)).collect();
    Ok(Json(List { items, next }))
}

/// Cancel a notice
///
/// Withdraws what has not been sent; grants come back. What is on its way is not stopped. One that has ended stays as it
/// is, so this may be repeated.
#[utoipa::path(
    post,
    path = "/notices/{id}/cancel",
    operation_id = "cancelNotice",
    tag = "Notices",
    params(("id" = i64, Path, description = "The notice's number.", example = 1234)),
    responses((status = 200, description = "The notice as it stands now.", body = NoticeShape)),
    security(("key" = ["send"])),
)]
pub async fn cancel(
    Sends(caller): Sends,
    State(state): State<WebState>,
    id: Name,
) -> Result<Json<NoticeShape>, Refusal> {
    let id = NoticeId(id.number()?);
    let services = state.services.clone();
    let api = caller.api.clone();
    // To its end, even when the caller hangs up.
    tokio::spawn(async move { services.cancel_of(&api, id).await }).await.map_err(|_| internal())??;
    let notice = state.services.notice_of(&caller.api, id).await?;
    let templates = state.services.registered_templates(caller.api.program.id).await?;
    Ok(Json(NoticeShape::of(notice, &templates)))
}
