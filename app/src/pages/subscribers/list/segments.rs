//! The rarer conditions of the filter, and filters with a name.

use super::super::filter::{address, is_filtering};
use crate::{
    actions::segments::{DeleteSegment, SaveSegment},
    components::{FormErrors, Select, TextField},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    ids::MiniProgramId,
    subscriber::{LastFilter, SeenFilter, Segment, SubscriberFilter},
};

/// Tag, attribute, last seen and last result; folded away while they filter nothing.
pub(super) fn more(
    ctx: &Context,
    filter: &SubscriberFilter,
    (tags, names): (Vec<String>, Vec<String>),
) -> impl IntoView + use<> {
    let open = !filter.tag.is_empty()
        || !filter.attribute.0.is_empty()
        || filter.seen != SeenFilter::Any
        || filter.last != LastFilter::Any;
    let seen =
        SeenFilter::CHOICES.into_iter().map(|choice| (choice.code(), seen_text(ctx, choice).to_owned())).collect();
    let last = LastFilter::ALL
        .into_iter()
        .map(|choice| (choice.code().to_owned(), last_text(ctx, choice).to_owned()))
        .collect();
    view! {
        <details class="more" open=open>
            <summary>{ctx.t("更多条件", "More conditions").to_owned()}</summary>
            <div class="row">
                <TextField name="tag" label=ctx.t("标签", "Tag") value=filter.tag.clone() offers=tags />
                <TextField name="attr" label=ctx.t("属性", "Attribute") value=filter.attribute.0.clone() offers=names />
                <TextField name="value" label=ctx.t("等于", "Equals") value=filter.attribute.1.clone() />
                <Select name="seen" label=ctx.t("最近上报", "Last seen") options=seen value=filter.seen.code() />
                <Select name="last" label=ctx.t("最近一次结果", "Last result") options=last value=filter.last.code() />
            </div>
        </details>
    }
}

fn seen_text<'a>(ctx: &Context, choice: SeenFilter) -> &'a str {
    match choice {
        SeenFilter::Within(7) => ctx.t("7 天内", "Within 7 days"),
        SeenFilter::Within(_) => ctx.t("30 天内", "Within 30 days"),
        SeenFilter::NotWithin(30) => ctx.t("30 天以前或从未", "Not within 30 days"),
        SeenFilter::NotWithin(_) => ctx.t("90 天以前或从未", "Not within 90 days"),
        _ => ctx.t("不限", "Whenever"),
    }
}

fn last_text<'a>(ctx: &Context, choice: LastFilter) -> &'a str {
    match choice {
        LastFilter::Any => ctx.t("不限", "Whatever"),
        LastFilter::Sent => ctx.t("成功", "Sent"),
        LastFilter::Failed => ctx.t("失败", "Failed"),
        LastFilter::NotSent => ctx.t("跳过或取消", "Skipped or cancelled"),
        LastFilter::Never => ctx.t("从未发送过", "Never sent to"),
    }
}

/// The saved filters, and the form that saves the one shown.
pub(super) fn card(
    ctx: &Context,
    program: MiniProgramId,
    filter: &SubscriberFilter,
    saved: Vec<Segment>,
) -> Option<AnyView> {
    let state = ctx.form("segment");
    if saved.is_empty() && !is_filtering(filter) && !state.refused() {
        return None;
    }
    let names = saved.into_iter().map(|segment| line(ctx, program, filter, segment)).collect::<Vec<_>>();
    let save = is_filtering(filter).then(|| save(ctx, program, filter));
    let card = view! {
        <details class="more" id="segments" open=state.refused()>
            <summary>{ctx.t("已保存的人群", "Saved segments").to_owned()} " " <span class="num muted">{names.len()}</span></summary>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <ul>{names}</ul>
            {save}
        </details>
    };
    Some(card.into_any())
}

fn line(ctx: &Context, program: MiniProgramId, filter: &SubscriberFilter, segment: Segment) -> impl IntoView + use<> {
    let current = (segment.filter == *filter).then_some("true");
    let delete = format!("{}{}", ctx.t("删除人群 ", "Delete the segment "), segment.name);
    view! {
        <li>
            <form class="row" method="post" action=DeleteSegment::PATH>
                <a href=address(&segment.filter) aria-current=current>{segment.name}</a>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="mini_program" value=program.0 />
                <input type="hidden" name="segment" value=segment.id.0 />
                <button class="button quiet small" type="submit" aria-label=delete>{ctx.t("删除", "Delete").to_owned()}</button>
            </form>
        </li>
    }
}

fn save(ctx: &Context, program: MiniProgramId, filter: &SubscriberFilter) -> impl IntoView + use<> {
    let state = ctx.form("segment");
    let template = filter.template.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <form class="toolbar" method="post" action=SaveSegment::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="mini_program" value=program.0 />
            <input type="hidden" name="q" value=filter.search.clone() />
            <input type="hidden" name="template" value=template />
            <input type="hidden" name="balance" value=filter.balance.code() />
            <input type="hidden" name="tag" value=filter.tag.clone() />
            <input type="hidden" name="attr" value=filter.attribute.0.clone() />
            <input type="hidden" name="value" value=filter.attribute.1.clone() />
            <input type="hidden" name="seen" value=filter.seen.code() />
            <input type="hidden" name="last" value=filter.last.code() />
            <input type="hidden" name="back" value=address(filter) />
            <TextField
                name="name"
                label=ctx.t("把当前条件保存为人群", "Save these conditions as a segment")
                value=state.value("name", "")
                error=state.error("name", ctx.lang)
                hint=ctx.t("发送时可以选它作为接收人。", "It can be chosen as the recipients of a notice.")
            />
            <button class="button" type="submit">{ctx.t("保存人群", "Save the segment").to_owned()}</button>
        </form>
    }
}
