//! One template of the differences.

use super::{
    super::{field_list, kind_badge},
    differences::{Difference, between},
};
use crate::{
    components::{Badge, Tone, words::number},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang,
    platform::{OwnTemplate, SyncLine, SyncStep},
    template::TemplateKind,
};

/// The platform's id of the line's template.
pub(super) fn id(line: &SyncLine) -> &str {
    template(line).map_or("", |template| template.pri_tmpl_id.as_str())
}

fn template(line: &SyncLine) -> Option<&OwnTemplate> {
    line.theirs.as_ref().or(line.ours.as_ref().map(|(_, ours)| ours))
}

fn step(step: SyncStep, lang: Lang) -> (&'static str, Tone) {
    match step {
        SyncStep::New => (lang.t("新模板", "New"), Tone::Info),
        SyncStep::Changed => (lang.t("有变化", "Changed"), Tone::Warn),
        SyncStep::Gone => (lang.t("已在微信删除", "Gone at WeChat"), Tone::Fail),
        SyncStep::Back => (lang.t("重新出现", "Back again"), Tone::Success),
        SyncStep::Same => (lang.t("一致", "The same"), Tone::Neutral),
        SyncStep::NotSendable => (lang.t("不能发送", "Cannot be sent"), Tone::Neutral),
    }
}

/// What would be done with a tick, as the words beside it.
fn action(step: SyncStep, lang: Lang) -> &'static str {
    match step {
        SyncStep::Gone => lang.t("在雁书里标记为已在微信删除", "Mark it as gone at WeChat"),
        SyncStep::Changed => lang.t("按微信的内容更新", "Take over what WeChat says"),
        SyncStep::Back => lang.t("恢复使用，并按微信的内容更新", "Use it again, as WeChat says"),
        SyncStep::New | SyncStep::Same | SyncStep::NotSendable => lang.t("登记到雁书", "Register it"),
    }
}

/// A line that asks for a decision.
pub(super) fn card(ctx: &Context, line: &SyncLine, ticked: bool) -> Option<AnyView> {
    let shown = template(line)?;
    let id = shown.pri_tmpl_id.clone();
    let (word, tone) = step(line.step, ctx.lang);
    let control = format!("chosen-{id}");
    let title = match &line.ours {
        Some((own, _)) => view! { <a href=format!("/templates/{own}")>{shown.title.clone()}</a> }.into_any(),
        None => shown.title.clone().into_any(),
    };
    let kind = shown.kind.map(|kind| kind_badge(kind, ctx.lang));
    Some(
        view! {
            <section class="card sync-line">
                <h3 class="row"><Badge text=word tone=tone /> <span>{title}</span> {kind} <code class="muted small">{id.clone()}</code></h3>
                {content(ctx, line)}
                {stake(ctx, line)}
                <div class="check">
                    <input id=control.clone() type="checkbox" name="chosen[]" value=id checked=ticked />
                    <label for=control>{action(line.step, ctx.lang)}</label>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn content(ctx: &Context, line: &SyncLine) -> AnyView {
    let lang = ctx.lang;
    match (&line.ours, &line.theirs) {
        (Some((_, ours)), Some(theirs)) => table(ctx, between(ours, theirs, lang)),
        (None, Some(theirs)) => {
            let text = format!("{}{}", lang.t("字段：", "Fields: "), field_list(&theirs.fields, lang));
            view! { <p>{text}</p> }.into_any()
        }
        _ => {
            let text = lang.t(
                "雁书里登记着它，但微信的列表里没有。它可能已在微信后台删除，或随服务类目一起被移除；也可能雁书里填错了模板 ID。标记后不再用它发送，额度和历史都保留。",
                "It is registered here, but WeChat does not list it. It may have been deleted at WeChat or have gone with a service category, or its id was mistyped here. Once marked it is not used for sending; grants and history stay.",
            );
            view! { <p>{text}</p> }.into_any()
        }
    }
}

fn table(ctx: &Context, differences: Vec<Difference>) -> AnyView {
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    if differences.is_empty() {
        return view! { <p class="muted">{head("内容没有变化。", "Its content is the same.")}</p> }.into_any();
    }
    let none = head("（没有）", "(none)");
    let cell = |value: Option<String>| match value {
        Some(text) => text.into_any(),
        None => view! { <span class="muted">{none.clone()}</span> }.into_any(),
    };
    let rows: Vec<_> = differences
        .into_iter()
        .map(|d| view! { <tr><th scope="row">{d.what}</th><td>{cell(d.ours)}</td><td>{cell(d.theirs)}</td></tr> })
        .collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{head("项目", "What")}</th>
                        <th scope="col">{head("雁书里", "Here")}</th>
                        <th scope="col">{head("微信上", "At WeChat")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The grants that hang on it, where the line touches them.
fn stake(ctx: &Context, line: &SyncLine) -> Option<AnyView> {
    let (grants, people) = (number(line.grants), number(line.people));
    let text = match (effect(line)?, ctx.lang) {
        (Effect::Lost, Lang::Zh) => format!("牵涉的授权：{people} 人，共 {grants} 条额度，将无法再使用。"),
        (Effect::Lost, Lang::En) => {
            format!("At stake: {grants} grants of {people} people, which cannot be used any more.")
        }
        (Effect::Levelled, Lang::Zh) => {
            format!("牵涉的授权：{people} 人，共 {grants} 条额度。改为长期后，每人的余额最多为 1，同意一次长期有效。")
        }
        (Effect::Levelled, Lang::En) => format!(
            "At stake: {grants} grants of {people} people. As a long-term template it has a balance of at most 1 each, which stands until it is refused."
        ),
        (Effect::Counted, Lang::Zh) => {
            format!("牵涉的授权：{people} 人，共 {grants} 条额度。改为一次性后，每条额度只能发送一次。")
        }
        (Effect::Counted, Lang::En) => {
            format!(
                "At stake: {grants} grants of {people} people. As a one-time template each is good for one message only."
            )
        }
    };
    Some(view! { <p class="notice-box warn">{text}</p> }.into_any())
}

/// What a line does to the grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Lost,
    Levelled,
    Counted,
}

fn effect(line: &SyncLine) -> Option<Effect> {
    if line.grants == 0 && line.people == 0 {
        return None;
    }
    let ours = line.ours.as_ref().and_then(|(_, ours)| ours.kind);
    let theirs = line.theirs.as_ref().and_then(|theirs| theirs.kind);
    match (line.step, ours, theirs) {
        (SyncStep::Gone, ..) => Some(Effect::Lost),
        (SyncStep::Changed | SyncStep::Back, Some(TemplateKind::OneTime), Some(TemplateKind::LongTerm)) => {
            Some(Effect::Levelled)
        }
        (SyncStep::Changed | SyncStep::Back, Some(TemplateKind::LongTerm), Some(TemplateKind::OneTime)) => {
            Some(Effect::Counted)
        }
        _ => None,
    }
}

/// A line that asks for nothing.
pub(super) fn plain(ctx: &Context, line: &SyncLine) -> Option<AnyView> {
    let shown = template(line)?;
    let (word, tone) = step(line.step, ctx.lang);
    let title = match &line.ours {
        Some((own, _)) => view! { <a href=format!("/templates/{own}")>{shown.title.clone()}</a> }.into_any(),
        None => shown.title.clone().into_any(),
    };
    let id = shown.pri_tmpl_id.clone();
    Some(
        view! { <li class="row"><Badge text=word tone=tone /> <span>{title}</span> <code class="muted small">{id}</code></li> }
            .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::TemplateId;

    fn line(step: SyncStep, ours: TemplateKind, theirs: Option<TemplateKind>, grants: i64) -> SyncLine {
        let own = |kind| OwnTemplate { pri_tmpl_id: "T".to_owned(), title: "甲".to_owned(), kind, fields: Vec::new() };
        SyncLine {
            step,
            theirs: theirs.map(|kind| own(Some(kind))),
            ours: Some((TemplateId(1), own(Some(ours)))),
            grants,
            people: grants,
        }
    }

    #[test]
    fn grants_are_at_stake_where_a_template_goes_or_becomes_of_the_other_kind() {
        use TemplateKind::{LongTerm, OneTime};
        assert_eq!(effect(&line(SyncStep::Gone, OneTime, None, 3)), Some(Effect::Lost));
        assert_eq!(effect(&line(SyncStep::Changed, OneTime, Some(LongTerm), 3)), Some(Effect::Levelled));
        assert_eq!(effect(&line(SyncStep::Back, LongTerm, Some(OneTime), 3)), Some(Effect::Counted));
        assert_eq!(effect(&line(SyncStep::Changed, OneTime, Some(OneTime), 3)), None);
        assert_eq!(effect(&line(SyncStep::Gone, OneTime, None, 0)), None);
    }
}
