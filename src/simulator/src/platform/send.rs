//! `POST /cgi-bin/message/subscribe/send`.

mod data;
mod effects;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use self::data::values;

use self::data::Data;
use self::effects::Accepted;
use crate::account::{Account, AccountState};
use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::openid;
use crate::refusal::Refusal;
use crate::simulator::Inner;
use crate::subscribers::{Place, Subscribers};
use crate::summary::Repeat;
use crate::sync::lock;
use crate::template::KnownTemplate;

#[derive(Deserialize)]
struct Order<'a> {
    #[serde(borrow, default)]
    touser: Cow<'a, str>,
    #[serde(borrow, default)]
    template_id: Cow<'a, str>,
    #[serde(borrow, default)]
    page: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    miniprogram_state: Option<Cow<'a, str>>,
}

pub(super) async fn run(inner: &Arc<Inner>, record: &mut Record<'_>, input: &Input) -> Response {
    let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now());
    let order = input.json::<Order<'_>>();
    let mut place = Place::Unknown;
    let mut subject = Subject::default();
    if let Ok(account) = &account {
        record.call.appid = Some(account.appid.clone());
        subject.appid = Some(&account.appid);
    }
    if let Ok(order) = &order {
        subject.openid = Some(&order.touser);
        subject.template_id = Some(&order.template_id);
    }
    if let (Ok(account), Ok(order)) = (&account, &order) {
        // From here on the send is under way, so that one that comes while this waits is seen to overlap.
        place = Subscribers::enter(account, &order.touser);
        record.call.template_id = Some(account.template_id(&order.template_id));
        record.call.openid = Some(place.openid().cloned().unwrap_or_else(|| order.touser.as_ref().into()));
    }
    flow::run(inner, Endpoint::Send, record, subject, |record| {
        let account = account.as_ref().map_err(Refusal::clone)?;
        let order = order.as_ref().map_err(Refusal::clone)?;
        let settings = account.settings();
        let (openid, template) = accept(inner, account, &settings, order, &place)?;
        record.call.accepted = true;
        let msgid = inner.last_msgid.fetch_add(1, Ordering::Relaxed) + 1;
        let accepted = Accepted { account, openid, template, msgid };
        accepted.show_on_phone(inner, order);
        record.push_first = accepted.push(inner, &settings);
        success(inner, msgid)
    })
    .await
}

fn success(inner: &Inner, msgid: i64) -> Outcome {
    if !inner.knobs.msgid() {
        return Ok(r#"{"errcode":0,"errmsg":"ok"}"#.to_owned());
    }
    Ok(format!(r#"{{"errcode":0,"errmsg":"ok","msgid":{msgid}}}"#))
}

/// The checks in the order that field reports suggest: token, openid, template, grant, data, page.
fn accept<'a>(
    inner: &Inner,
    account: &AccountState,
    settings: &Account,
    order: &Order<'_>,
    place: &'a Place,
) -> Result<(&'a Arc<str>, Arc<KnownTemplate>), Refusal> {
    if !settings.authorized {
        return Err(48001.into());
    }
    if !lock(&account.quota).take(settings.daily_sends, inner.now()) {
        return Err(45009.into());
    }
    check_openid(inner, settings, &order.touser, place)?;
    let template = account.template(&order.template_id).filter(|known| !known.template.service_card).ok_or(40037)?;
    if template.template.banned {
        return Err(43107.into());
    }
    let openid = match place {
        Place::Busy(_) => return Err(43108.into()),
        Place::Unknown => return Err(43101.into()),
        Place::Entered(guard) => &guard.openid,
    };
    if !account.subscribers.is_open(openid, &template.id) {
        return Err(43101.into());
    }
    let data = Data::read(order.data);
    data.check(&template)?;
    check_page(settings, order.page.as_deref())?;
    let content = openid::fnv(order.data.map_or("", RawValue::get).as_bytes());
    spend(inner, account, openid, &template, content)?;
    Ok((openid, template))
}

fn check_openid(inner: &Inner, settings: &Account, touser: &str, place: &Place) -> Result<(), Refusal> {
    let stranger = matches!(place, Place::Unknown);
    if stranger
        && (settings.known_openids_only || !openid::is_well_formed(touser) || inner.is_foreign(touser, &settings.appid))
    {
        return Err(40003.into());
    }
    Ok(())
}

/// The page must exist in the released version. What a leading slash does is not known: it is let pass.
fn check_page(settings: &Account, page: Option<&str>) -> Result<(), Refusal> {
    let (Some(pages), Some(page)) = (&settings.pages, page.filter(|page| !page.is_empty())) else {
        return Ok(());
    };
    let path = page.split('?').next().unwrap_or_default().trim_start_matches('/');
    if pages.iter().any(|known| known.trim_start_matches('/') == path) { Ok(()) } else { Err(41030.into()) }
}

fn spend(
    inner: &Inner,
    account: &AccountState,
    openid: &Arc<str>,
    template: &KnownTemplate,
    content: u64,
) -> Result<(), Refusal> {
    let accepted = account.subscribers.accept(openid, &template.id, template.is_long_term(), content).ok_or(43101)?;
    inner.totals.count(&accepted, || Repeat {
        appid: account.appid.clone(),
        openid: openid.clone(),
        template_id: template.id.clone(),
        content: format!("{content:016x}"),
        times: accepted.times,
    });
    Ok(())
}
