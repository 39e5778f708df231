//! The lists that can be handed out: deliveries of a notice, slices of a preflight, subscribers.

use super::{Cells, failed, refused, table};
use crate::web::WebState;
use app::{
    components::words,
    pages::{asked_deliveries, asked_subscribers},
    web::Context,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures::stream;
use model::{
    advice,
    delivery::Delivery,
    ids::{NoticeId, SubscriberId},
    page::At,
    recipient::Recipient,
    subscriber::{PersonTraits, SubscriberSummary},
};
use service::PreflightSlice;
use sheets::Format;
use std::collections::HashMap;

/// Columns of attributes in a file of subscribers.
const MOST_ATTRIBUTES: usize = 50;

/// `GET /notices/{id}/files/deliveries.{csv,xlsx}`, with the filters of the page.
pub async fn deliveries(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    Path((id, file)): Path<(i64, String)>,
) -> Response {
    if let Some(refused) = refused(&ctx) {
        return refused;
    }
    let Some(format) = format_of(&file, "deliveries") else { return StatusCode::NOT_FOUND.into_response() };
    let id = NoticeId(id);
    if let Err(error) = state.services.notice(id).await {
        return failed(&error);
    }
    let (search, states, errcode) = asked_deliveries(&ctx);
    let header = [
        ctx.t("openid", "openid"),
        ctx.t("备注", "Remark"),
        ctx.t("状态", "State"),
        ctx.t("错误码", "Code"),
        ctx.t("原因", "Reason"),
        ctx.t("尝试次数", "Attempts"),
        ctx.t("更新时间", "Updated"),
        "rid",
        "errmsg",
    ]
    .map(str::to_owned);
    let services = state.services.clone();
    let pages = stream::unfold((services, ctx, Some(At::Start)), move |(services, ctx, at)| {
        let (search, states) = (search.clone(), states.clone());
        async move {
            let at = at?;
            match services.many_deliveries(id, &search, &states, errcode, at).await {
                Ok(page) => {
                    let next = page.after.map(At::After);
                    let rows: Cells = page.rows.into_iter().map(|row| delivery(&ctx, row)).collect();
                    Some((Ok(rows), (services, ctx, next)))
                }
                Err(error) => Some((Err(error), (services, ctx, None))),
            }
        }
    });
    table(&state.services, format, &format!("yanshu-notice-{id}"), header.to_vec(), pages).await
}

fn delivery(ctx: &Context, row: Delivery) -> Vec<String> {
    let (code, reason) = if row.errcode == 0 {
        (String::new(), String::new())
    } else {
        (row.errcode.to_string(), advice::advise(row.errcode).name(ctx.lang).to_owned())
    };
    vec![
        row.openid,
        row.remark,
        words::delivery_state(row.state, ctx.lang).to_owned(),
        code,
        reason,
        row.attempts.to_string(),
        ctx.time(row.updated_at),
        row.rid.unwrap_or_default(),
        row.errmsg.unwrap_or_default(),
    ]
}

/// `GET /send/{id}/files/recipients.{csv,xlsx}?slice=…`: a slice of a draft's preflight.
pub async fn recipients(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    Path((id, file)): Path<(i64, String)>,
) -> Response {
    if let Some(refused) = refused(&ctx) {
        return refused;
    }
    let slice = ctx.query("slice").and_then(PreflightSlice::parse);
    let (Some(format), Some(slice)) = (format_of(&file, "recipients"), slice) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let id = NoticeId(id);
    if let Err(error) = state.services.notice(id).await {
        return failed(&error);
    }
    let header = ["openid", ctx.t("行号", "Line"), ctx.t("原因", "Reason")].map(str::to_owned);
    let lang = ctx.lang;
    let pages = stream::unfold((state.services.clone(), Some(None)), move |(services, after)| async move {
        match services.preflight_slice(id, slice, after?).await {
            Ok((rows, next)) => {
                let rows: Cells = rows.into_iter().map(|row| recipient(row, lang)).collect();
                Some((Ok(rows), (services, next.map(Some))))
            }
            Err(error) => Some((Err(error), (services, None))),
        }
    });
    let name = format!("yanshu-draft-{id}-{}", slice.code());
    table(&state.services, format, &name, header.to_vec(), pages).await
}

fn recipient(row: Recipient, lang: model::Lang) -> Vec<String> {
    let why = row.problem.map(|p| format!("{}: {}", p.field, p.say(lang))).unwrap_or_default();
    vec![row.openid, row.line.map(|line| line.to_string()).unwrap_or_default(), why]
}

/// `GET /subscribers/files/subscribers.{csv,xlsx}`: whoever the list's filter finds, in the form in which they can be handed in again.
pub async fn subscribers(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    Path(file): Path<String>,
) -> Response {
    if let Some(refused) = refused(&ctx) {
        return refused;
    }
    let (Some(format), Some(program)) = (format_of(&file, "subscribers"), ctx.mini_program.clone()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let names = match state.services.traits_in_use(program.id).await {
        Ok((_, names)) => names.into_iter().take(MOST_ATTRIBUTES).collect::<Vec<_>>(),
        Err(error) => return failed(&error),
    };
    let filter = asked_subscribers(&ctx);
    let mut header = [
        "openid",
        ctx.t("备注", "Remark"),
        ctx.t("标签", "Tags"),
        ctx.t("授权余额", "Balance"),
        ctx.t("首次出现", "First seen"),
        ctx.t("最近上报", "Last seen"),
    ]
    .map(str::to_owned)
    .to_vec();
    header.extend(names.iter().cloned());
    let services = state.services.clone();
    let pages = stream::unfold((services, ctx, names, filter, Some(At::Start)), move |all| async move {
        let (services, ctx, names, filter, at) = all;
        match services.many_subscribers(program.id, &filter, at?).await {
            Ok((page, mut traits)) => {
                let next = page.after.map(At::After);
                let rows: Cells = page.rows.into_iter().map(|row| person(&ctx, row, &mut traits, &names)).collect();
                Some((Ok(rows), (services, ctx, names, filter, next)))
            }
            Err(error) => Some((Err(error), (services, ctx, names, filter, None))),
        }
    });
    table(&state.services, format, "yanshu-subscribers", header, pages).await
}

fn person(
    ctx: &Context,
    row: SubscriberSummary,
    traits: &mut HashMap<SubscriberId, PersonTraits>,
    names: &[String],
) -> Vec<String> {
    let person = row.subscriber;
    let traits = traits.remove(&person.id).unwrap_or_default();
    let mut cells = vec![
        person.openid,
        person.remark,
        traits.tags.into_iter().collect::<Vec<_>>().join(", "),
        row.balance.to_string(),
        ctx.time(person.created_at),
        person.last_seen_at.map(|at| ctx.time(at)).unwrap_or_default(),
    ];
    cells.extend(names.iter().map(|name| traits.attributes.get(name).cloned().unwrap_or_default()));
    cells
}

/// The format that the end of a file's name asks for.
fn format_of(file: &str, stem: &str) -> Option<Format> {
    let (name, end) = file.split_once('.')?;
    if name == stem { Format::parse(end) } else { None }
}
