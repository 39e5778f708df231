//! Popup and change events: what people answered.

use super::{
    Push,
    dialect::{self, Conn},
    grants::{Observation, Says, observe},
    lookup::{self, Ids},
    subscribers::seen,
};
use crate::{StoreResult, text::text};
use model::{Millis, callback::EventBody, grant::Answer};
use std::collections::BTreeMap;

pub(super) async fn work(conn: &mut Conn, pushes: &[Push], templates: &Ids, now: Millis) -> StoreResult<()> {
    if pushes.iter().all(|push| push.answers().is_empty()) {
        return Ok(());
    }
    let people = people(conn, pushes, now).await?;
    let mut told = Vec::new();
    for push in pushes {
        let Some(subscriber) = lookup::id(&people, push.mini_program, &push.event.openid) else { continue };
        told.extend(push.answers().iter().filter_map(|item| {
            let template = lookup::id(templates, push.mini_program, &item.pri_tmpl_id)?;
            let (says, note) = match push.event.body {
                EventBody::Popup(_) => (Says::Popup, "popup"),
                // Only refusals are pushed.
                _ if item.answer == Answer::Reject => (Says::Change, "change"),
                _ => return None,
            };
            Some(Observation { template, subscriber, says, answer: item.answer, happened_at: push.at, note })
        }));
    }
    let mut locked: Vec<i64> = told.iter().map(|o| o.template).collect();
    locked.sort_unstable();
    locked.dedup();
    if locked.is_empty() {
        return Ok(());
    }
    dialect::lock_grants(conn, &locked, false).await?;
    told.sort_by_key(|o| o.happened_at);
    observe(conn, None, &told, now).await
}

/// Who answers is made where they are new, also by a refusal: what they accepted before it may come to light after it. In
/// the order of their names, so that two processes do not wait for each other.
async fn people(conn: &mut Conn, pushes: &[Push], now: Millis) -> StoreResult<Ids> {
    let mut answered: BTreeMap<(i64, String), Millis> = BTreeMap::new();
    for push in pushes {
        if !push.answers().is_empty() && !push.event.openid.is_empty() {
            let at = answered.entry((push.mini_program, text(&push.event.openid).into_owned())).or_insert(push.at);
            *at = push.at.max(*at);
        }
    }
    let mut ids = Ids::new();
    for ((mini_program, openid), at) in answered {
        let id = seen(conn, mini_program, &openid, at, now).await?;
        ids.insert((mini_program, openid), id);
    }
    Ok(ids)
}
