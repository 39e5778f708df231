//! Which field a refusal is about, in the operator's words.

use crate::web::{Context, PageError};
use leptos::prelude::*;
use model::{
    Lang, advice,
    delivery::{Delivery, DeliveryState},
    page::At,
    rules::FieldType,
    statistics::CodeCounts,
};
use service::NoticeView;

/// The code whose errmsg names a field.
const BAD_FIELD: i64 = 47003;

/// The field that a 47003 names: its label, key, what was sent, and what its type takes. `None` for any other code, and
/// where the text names none.
pub(super) fn field(view: &NoticeView, errcode: i64, errmsg: Option<&str>, lang: Lang) -> Option<AnyView> {
    let key = advice::field_at_fault(errmsg.filter(|_| errcode == BAD_FIELD)?)?;
    let known = view.template.settings.fields.iter().find(|field| field.key == key);
    let label = match known {
        Some(field) => view! { <strong>{field.label.clone()}</strong> " " <code>{key.to_owned()}</code> }.into_any(),
        None => {
            let text = lang.t("（这个模板没有登记这个字段）", " (not a registered field of this template)").to_owned();
            view! { <code>{key.to_owned()}</code> {text} }.into_any()
        }
    };
    let value = match view.notice.content.values.get(key).map(|value| value.trim()) {
        Some(value) if !value.is_empty() => value.to_owned(),
        _ => lang.t("（空）", "(empty)").to_owned(),
    };
    let kind = FieldType::of_key(key);
    let rule = format!("{}{}{}", kind.label(lang), lang.t("：", ": "), kind.rule(lang));
    Some(
        view! {
            <dl class="def fault">
                <dt>{lang.t("出错的字段", "The field at fault").to_owned()}</dt>
                <dd>{label}</dd>
                <dt>{lang.t("发送的内容", "What was sent").to_owned()}</dt>
                <dd>{value}</dd>
                <dt>{lang.t("字段规则", "What it takes").to_owned()}</dt>
                <dd>{rule}</dd>
            </dl>
        }
        .into_any(),
    )
}

/// WeChat's own words and request id; of a code that is not listed they are all there is.
pub(super) fn original(delivery: &Delivery) -> Option<AnyView> {
    let errmsg = delivery.errmsg.clone().map(|text| view! { "errmsg " <code>{text}</code> });
    let rid = delivery.rid.clone().map(|rid| view! { " rid " <code>{rid}</code> });
    (errmsg.is_some() || rid.is_some()).then(|| view! { <p class="muted small">{errmsg} {rid}</p> }.into_any())
}

/// Codes of which a delivery is looked up for WeChat's own words; there are hardly ever more in one notice.
const MOST: usize = 4;

/// A delivery for each code of the notice that cannot be understood without WeChat's own words: the one that stopped it, a
/// refused field, codes that are not listed.
pub(super) async fn samples(
    ctx: &Context,
    view: &NoticeView,
    codes: &[CodeCounts],
) -> Result<Vec<Delivery>, PageError> {
    let notice = &view.notice;
    let speaks = |code: i64| notice.stop_errcode == Some(code) || code == BAD_FIELD || !advice::is_known(code);
    let mut found = Vec::new();
    for code in codes.iter().filter(|c| c.state == DeliveryState::Failed && c.n > 0 && speaks(c.errcode)).take(MOST) {
        let page = ctx.services.deliveries(notice.id, &[code.state], Some(code.errcode), At::Start).await?;
        found.extend(page.rows.into_iter().find(|delivery| delivery.errmsg.is_some() || delivery.rid.is_some()));
    }
    Ok(found)
}
